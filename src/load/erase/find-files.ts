/** Files of loading that speak of one value: batches, dead letters, and the files that were or will be loaded. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { systemReason } from '../../core/system/files.ts'
import type { LoadFolder } from '../folders.ts'
import { HalfWrittenError, UnreadableError } from '../loaders/files/file-errors.ts'
import type { FileEncoding } from '../loaders/files/file-format.ts'
import { notesName } from '../loaders/files/rewritten.ts'
import type { Subject } from './holds-value.ts'
import { countLines, mentions } from './rewrite-lines.ts'

export interface HoldingFile {
  /** Absolute. */
  readonly path: string
  /** `unloaded`: a source that is not in the database, so that nobody has looked into it yet. */
  readonly kind: LoadFolder | 'source' | 'unloaded'
  /** undefined: no file of JSON lines, so it is not written anew. */
  readonly lines: number | undefined
  /** Why it could not be searched; undefined: it was. */
  readonly unreadable?: string
}

/** A file that a source table names, or that the ledger has for one. */
export interface SourceFile {
  /** Absolute. */
  readonly path: string
  /** False: nothing of it is in the database or in a batch. */
  readonly isRead: boolean
  readonly encoding: FileEncoding
}

const jsonLines = /\.(?:jsonl|ndjson|json)$/i
const packed = /\.parquet$/i

/** What is not lines of JSON is told by the text of the value; what is packed might hold it. */
async function lookInto(
  { path, encoding }: Pick<SourceFile, 'path' | 'encoding'>,
  kind: HoldingFile['kind'],
  subject: Subject,
): Promise<readonly HoldingFile[]> {
  if (jsonLines.test(path) && encoding === 'utf-8') {
    const lines = await countLines(path, subject)
    return lines > 0 ? [{ path, kind, lines }] : []
  }
  const isMeant = packed.test(path) || (await mentions(path, subject.value, encoding))
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
      const file = { path, encoding: 'utf-8' } as const
      found.push(...(await lookSafely(file, kind, subject)))
    }
  }
  return found
}

/** Those that lie where they are loaded from. */
export async function findSourceFiles(
  files: readonly SourceFile[],
  subject: Subject,
): Promise<readonly HoldingFile[]> {
  const found: HoldingFile[] = []
  for (const file of files) {
    const isThere = (await stat(file.path).catch(() => undefined))?.isFile() === true
    const kind = file.isRead ? 'source' : 'unloaded'
    if (isThere) found.push(...(await lookSafely(file, kind, subject)))
  }
  return found
}

/** A file that cannot be read may hold it: that is said, and keeps none of the others. */
async function lookSafely(
  file: Pick<SourceFile, 'path' | 'encoding'>,
  kind: HoldingFile['kind'],
  subject: Subject,
): Promise<readonly HoldingFile[]> {
  try {
    return await lookInto(file, kind, subject)
  } catch (error) {
    const isOfFile = error instanceof HalfWrittenError || error instanceof UnreadableError
    const unreadable = isOfFile ? error.message : systemReason(error)
    if (unreadable === undefined) throw error
    return [{ path: file.path, kind, lines: undefined, unreadable }]
  }
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter(({ name }) => !name.endsWith('.tmp') && name !== notesName)
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
