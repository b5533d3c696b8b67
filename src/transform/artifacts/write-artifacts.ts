/** JSON and SQL files under the target folder; each is written beside and renamed, so a reader sees the old or the new. */
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { JsonObject } from '../../core/json.ts'
import type { Node } from '../../core/node.ts'
import { sqlPath } from '../plan/sql/sql-path.ts'

export function writeJson(targetPath: string, name: string, value: JsonObject): void {
  writePieces(targetPath, name, [JSON.stringify(value)])
}

/** Likewise, of a text that comes in pieces. */
export function writePieces(targetPath: string, name: string, pieces: Iterable<string>): void {
  const path = join(targetPath, name)
  const beside = `${path}.${process.pid}.tmp`
  mkdirSync(dirname(path), { recursive: true })
  const file = openSync(beside, 'w')
  try {
    let waiting = ''
    for (const piece of pieces) {
      waiting += piece
      if (waiting.length < pieceLength) continue
      writeFileSync(file, waiting)
      waiting = ''
    }
    writeFileSync(file, waiting)
  } finally {
    closeSync(file)
  }
  renameSync(beside, path)
}

/** Characters that are written at once. */
const pieceLength = 256 * 1024

export interface KeptSql {
  readonly sql: string
  /** `2026-01-31`: one of the node's batches, which has a file of its own. */
  readonly batch?: string | undefined
}

/** Keeps SQL under `compiled/` and `run/`, where the file of its node lies in the project. */
export class SqlFolder {
  readonly #targetPath: string
  readonly #made = new Set<string>()
  #failure: unknown

  constructor(targetPath: string) {
    this.#targetPath = targetPath
  }

  /** Does not throw: a file that cannot be written must not undo the node. Waiting for small files costs more than making them. */
  write(kind: 'compiled' | 'run', node: Node, { sql, batch }: KeptSql): void {
    const path = join(this.#targetPath, kind, sqlPath(node, batch))
    const text = `${sql}\n`
    if (holds(path, text)) return
    try {
      const folder = dirname(path)
      if (!this.#made.has(folder)) mkdirSync(folder, { recursive: true })
      this.#made.add(folder)
      writeFileSync(path, text)
    } catch (error) {
      this.#failure ??= error
    }
  }

  /** Throws if some of it could not be written. */
  finish(): void {
    if (this.#failure !== undefined) throw this.#failure
  }
}

/** Reading is thirty times cheaper than making a file, and most runs write what is there already. */
function holds(path: string, text: string): boolean {
  try {
    return readFileSync(path, 'utf8') === text
  } catch {
    return false
  }
}
