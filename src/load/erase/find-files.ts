/** Files of loading that speak of one value: batches, dead letters, and the files that were loaded. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { LoadFolder } from '../folders.ts'
import type { Subject } from './holds-value.ts'
import { countLines } from './rewrite-lines.ts'

export interface HoldingFile {
  /** Absolute. */
  readonly path: string
  readonly kind: LoadFolder | 'source'
  readonly lines: number
}

/** `folder` is that of the target below `load-path`. */
export async function findBatchFiles(
  folder: string,
  kinds: readonly LoadFolder[],
  subject: Subject,
): Promise<readonly HoldingFile[]> {
  const found: HoldingFile[] = []
  for (const kind of kinds) {
    for (const path of await filesIn(join(folder, kind))) {
      const lines = await countLines(path, subject)
      if (lines > 0) found.push({ path, kind, lines })
    }
  }
  return found
}

/** Of files that lie where they were loaded from. */
export async function findSourceFiles(
  paths: readonly string[],
  subject: Subject,
): Promise<readonly HoldingFile[]> {
  const found: HoldingFile[] = []
  for (const path of paths) {
    const isThere = (await stat(path).catch(() => undefined))?.isFile() === true
    const lines = isThere ? await countLines(path, subject) : 0
    if (lines > 0) found.push({ path, kind: 'source', lines })
  }
  return found
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.tmp'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
