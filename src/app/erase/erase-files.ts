/** Batch files, dead letters and source files: those that speak of the value, and how they are written without it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { shownPath } from '../files/shown-path.ts'
import { relationKey } from '../../core/relation.ts'
import { readHalfLoaded } from '../../ledger/loads/loaded-lines.ts'
import { readKnownFiles, recordRewritten } from '../../ledger/loads/loads.ts'
import { readBatches } from '../../load/batch/read-batches.ts'
import {
  findBatchFiles,
  findSourceFiles,
  type HoldingFile,
  type SourceFile,
} from '../../load/erase/find-files.ts'
import { rewriteLines } from '../../load/erase/rewrite-lines.ts'
import { tableFolders, targetFolder } from '../../load/folders.ts'
import { hashFile, stateOf } from '../../load/loaders/files/file-state.ts'
import { fileOptions } from '../../load/loaders/files/options.ts'
import { noteRewriting } from '../../load/loaders/files/rewritten.ts'
import { isLoaded } from '../../load/table/is-loaded.ts'
import { findByPattern } from '../../project/read/files/find-by-pattern.ts'
import type { EraseContext } from './erase-context.ts'

export interface FoundFiles {
  /** To be written anew. */
  readonly files: readonly HoldingFile[]
  /** They are for people to take away. */
  readonly others: readonly HoldingFile[]
  /** Not in the database yet: to be loaded first. */
  readonly staged: readonly HoldingFile[]
}

/** Of the target, below `load-path`. */
export function loadFolderOf({ loaded }: EraseContext): string {
  return targetFolder(loaded.manifest.project)
}

export async function findFiles(context: EraseContext): Promise<FoundFiles> {
  const { subject } = context
  const folder = loadFolderOf(context)
  const kinds = ['archive', 'quarantine', 'dead_letter', 'processed'] as const
  const found = [
    ...(await findBatchFiles(folder, kinds, subject)),
    ...(await findSourceFiles(await sourceFiles(context), subject)),
  ]
  // What nobody has read yet may still be written to.
  const isOurs = ({ kind, lines }: HoldingFile) => lines !== undefined && kind !== 'unloaded'
  return {
    files: found.filter(isOurs),
    others: found.filter((each) => !isOurs(each)),
    staged: await findBatchFiles(folder, ['staging', 'captured'], subject),
  }
}

/** What the ledger has a word about, and what source tables name today. */
async function sourceFiles({ adapter, loaded }: EraseContext): Promise<readonly SourceFile[]> {
  const { manifest } = loaded
  const { root } = manifest.project
  const files = new Map<string, SourceFile>()
  const encodings = new Map<string, SourceFile['encoding']>()
  for (const node of manifest.nodes.values()) {
    if (node.resourceType !== 'source' || node.load?.loader !== 'files') continue
    const table = `${node.sourceName}.${node.name}`
    const { patterns, encoding } = fileOptions(node.load.options, table)
    encodings.set(relationKey(node.relation), encoding)
    for (const source of (await findByPattern(root, patterns)).files) {
      const path = join(root, source)
      files.set(path, { path, isRead: false, encoding })
    }
  }
  for (const known of await adapter.session({}, (session) => readKnownFiles(session))) {
    const path = join(root, known.source)
    const encoding = encodings.get(known.relationKey) ?? files.get(path)?.encoding ?? 'utf-8'
    const isRead = known.isRead || files.get(path)?.isRead === true
    files.set(path, { path, isRead, encoding })
  }
  return [...files.values()].sort((one, other) => (one.path < other.path ? -1 : 1))
}

/**
 * Sources of which some records are not loaded and in no batch that is set aside: written anew, their lines would be
 * others, and nobody would know any more which of them are in the table.
 */
export async function findHalfLoaded(
  context: EraseContext,
  files: readonly HoldingFile[],
): Promise<readonly string[]> {
  const sources = new Set(files.flatMap(({ path, kind }) => (kind === 'source' ? [path] : [])))
  if (sources.size === 0) return []
  const { manifest } = context.loaded
  const { root } = manifest.project
  const half = await context.adapter.session({}, readHalfLoaded)
  const found: string[] = []
  for (const { relationKey: key, source } of half) {
    if (!sources.has(join(root, source))) continue
    const node = [...manifest.nodes.values()].find(
      (each) => isLoaded(each) && relationKey(each.relation) === key,
    )
    if (!isLoaded(node)) continue
    const table = `${node.sourceName}.${node.name}`
    const { quarantine } = tableFolders(loadFolderOf(context), table)
    const held = (await readBatches(quarantine)).flatMap(({ summary }) => summary.parts)
    if (!held.some((part) => part.source === source)) found.push(join(root, source))
  }
  return found
}

export async function eraseFiles(
  context: EraseContext,
  files: readonly HoldingFile[],
): Promise<void> {
  for (const file of files) {
    // What was made anew before is refused no more, and with its last line its file went.
    if (file.kind === 'dead_letter' && !existsSync(file.path)) continue
    const isSource = file.kind === 'source' || file.kind === 'processed'
    await rewriteLines(file.path, context.subject, (fresh) =>
      isSource ? keepKnown(context, file, fresh) : Promise.resolve(),
    )
  }
}

/** Before it has its name: beside it for every target, in the ledger for this one, it is a file that was loaded. */
async function keepKnown(
  { adapter, loaded, runId, surroundings }: EraseContext,
  { path }: HoldingFile,
  fresh: string,
): Promise<void> {
  const { root } = loaded.manifest.project
  const { signal } = surroundings
  const state = await stateOf(fresh)
  const before = await hashFile({ path, begins: [], signal })
  const { hash } = await hashFile({ path: fresh, begins: [], signal })
  if (state === undefined) throw new Error(`expected ${fresh}, found nothing`)
  const { bytes, text } = state
  await noteRewriting(path, { from: before.hash, to: hash, bytes })
  await adapter.transaction({}, async (session) => {
    for (const { relationKey: key, source } of await readKnownFiles(session)) {
      if (join(root, source) !== path) continue
      const file = { relationKey: key, source, contentHash: hash, bytes, state: text, runId }
      await recordRewritten(session, file)
    }
  })
}

/** What is to be done about one that is not written anew. */
export function otherFileText(root: string, { path, kind, unreadable }: HoldingFile): string {
  const name = shownPath(root, path)
  if (unreadable !== undefined) {
    return `${name}: could not be searched, for ${unreadable}; look into it yourself, or take it away`
  }
  return kind === 'unloaded'
    ? `${name}: not loaded, and would bring it; take its lines out or the file away, or: assay ingest, and erase again`
    : `${name}: a loaded file that is not written anew; take it away, it is not loaded again`
}
