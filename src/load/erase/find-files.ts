/** Files of loading that speak of one value: batches, dead letters, and the files that were loaded. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { LoadFolder } from '../folders.ts'
import type { Subject } from './holds-value.ts'
import { countLines, mentions } from './rewrite-lines.ts'

export interface HoldingFile {
  /** Absolute. */
  readonly path: string
  readonly kind: LoadFolder | 'source'
  /** undefined: no file of JSON lines, so it is not written anew. */
  readonly lines: number | undefined
}

const jsonLines = /\.(?:jsonl|ndjson|json)$/i
const packed = /\.parquet$/i

/** What is not lines of JSON is told by the text of the value; what is packed might hold it. */
async function lookInto(
  path: string,
  kind: HoldingFile['kind'],
  subject: Subject,
): Promise<readonly HoldingFile[]> {
  if (jsonLines.test(path)) {
    const lines = await countLines(path, subject)
    return lines > 0 ? [{ path, kind, lines }] : []
  }
  const isMeant = packed.test(path) || (await mentions(path, subject.value))
  return isMeant ? [{ path, kind, lines: undefined }] : []
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
      found.push(...(await lookInto(path, kind, subject)))
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
    if (isThere) found.push(...(await lookInto(path, 'source', subject)))
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
