/** JSON and SQL files under the target folder; each is written beside and renamed, so a reader sees the old or the new. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { JsonObject } from '../../core/json.ts'
import type { Node } from '../../core/node.ts'

export function writeJson(targetPath: string, name: string, value: JsonObject): void {
  writeWhole(join(targetPath, name), JSON.stringify(value))
}

/** Keeps SQL under `compiled/` and `run/`, where the file of its node lies in the project. */
export class SqlFolder {
  readonly #targetPath: string
  readonly #made = new Set<string>()

  constructor(targetPath: string) {
    this.#targetPath = targetPath
  }

  write(kind: 'compiled' | 'run', node: Node, sql: string): void {
    const path = join(this.#targetPath, kind, sqlPath(node))
    const folder = dirname(path)
    if (!this.#made.has(folder)) mkdirSync(folder, { recursive: true })
    this.#made.add(folder)
    writeFileSync(path, `${sql}\n`)
  }
}

/** A generic test lies in a folder named after its YAML file. */
export function sqlPath(node: Node): string {
  const isCall = node.resourceType === 'test' && node.variant.kind === 'generic'
  return isCall ? join(node.path, `${node.name}.sql`) : node.path
}

function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  const beside = `${path}.${process.pid}.tmp`
  writeFileSync(beside, text)
  renameSync(beside, path)
}
