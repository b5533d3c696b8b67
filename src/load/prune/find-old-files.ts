/** Files of loading that are older than they need to be: never one that is not in the database. */
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { isBatchFile, type LoadFolder } from '../folders.ts'

export interface OldFile {
  /** Absolute. */
  readonly path: string
  readonly folder: LoadFolder
  readonly bytes: number
}

export interface OldFilesOrder {
  /** Of the target, below `load-path`. */
  readonly folder: string
  /** Milliseconds since 1970; undefined: they stay. */
  readonly archiveBefore: number | undefined
  readonly deadLettersBefore: number | undefined
  /** By id, when the ledger says that it was loaded; undefined: it does not. */
  readonly loadedAt: (batchId: string) => number | undefined
}

export interface OldFiles {
  readonly old: readonly OldFile[]
  /** Archived batches that the ledger does not know: perhaps of a database that was restored. They stay. */
  readonly unknown: readonly string[]
}

export async function findOldFiles(order: OldFilesOrder): Promise<OldFiles> {
  const { folder, archiveBefore, deadLettersBefore, loadedAt } = order
  const old: OldFile[] = []
  const unknown: string[] = []
  for (const path of await filesIn(join(folder, 'archive'))) {
    const name = basename(path)
    if (archiveBefore === undefined || !isBatchFile(name)) continue
    const at = loadedAt(name.replace(/\.jsonl$/, ''))
    if (at === undefined) unknown.push(path)
    else if (at < archiveBefore) old.push(await oldFile(path, 'archive'))
  }
  const aged = [
    ['processed', archiveBefore],
    ['dead_letter', deadLettersBefore],
  ] as const
  for (const [kind, before] of aged) {
    if (before === undefined) continue
    for (const path of await filesIn(join(folder, kind))) {
      if ((await stat(path)).mtimeMs < before) old.push(await oldFile(path, kind))
    }
  }
  return { old, unknown }
}

async function oldFile(path: string, folder: LoadFolder): Promise<OldFile> {
  return { path, folder, bytes: (await stat(path)).size }
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
