/** Batch files, dead letters and loaded files: those that speak of the value, and how they are written without it. */
import { isAbsolute, join, relative } from 'node:path'
import { recordRewritten, readLoadedSources } from '../../ledger/loads/loads.ts'
import { findBatchFiles, findSourceFiles, type HoldingFile } from '../../load/erase/find-files.ts'
import { rewriteLines } from '../../load/erase/rewrite-lines.ts'
import { targetFolder } from '../../load/folders.ts'
import { hashFile, stateOf } from '../../load/loaders/files/file-state.ts'
import type { EraseContext } from './erase-context.ts'

export interface FoundFiles {
  /** To be written anew. */
  readonly files: readonly HoldingFile[]
  /** No lines of JSON: they are for people to take away. */
  readonly others: readonly string[]
  /** Not in the database yet: to be loaded first. */
  readonly staged: readonly HoldingFile[]
}

export async function findFiles({ adapter, loaded, subject }: EraseContext): Promise<FoundFiles> {
  const { root, loadPath, target } = loaded.manifest.project
  const folder = targetFolder(isAbsolute(loadPath) ? loadPath : join(root, loadPath), target.name)
  const kinds = ['archive', 'quarantine', 'dead_letter', 'processed'] as const
  const sources = await adapter.session({}, (session) => readLoadedSources(session))
  const paths = [...new Set(sources.map(({ source }) => join(root, source)))]
  const found = [
    ...(await findBatchFiles(folder, kinds, subject)),
    ...(await findSourceFiles(paths, subject)),
  ]
  return {
    files: found.filter(({ lines }) => lines !== undefined),
    others: found.flatMap(({ path, lines }) => (lines === undefined ? [path] : [])),
    staged: await findBatchFiles(folder, ['staging', 'captured'], subject),
  }
}

export async function eraseFiles(
  context: EraseContext,
  files: readonly HoldingFile[],
): Promise<void> {
  for (const file of files) {
    await rewriteLines(file.path, context.subject, (fresh) =>
      file.kind === 'source' ? keepKnown(context, file, fresh) : Promise.resolve(),
    )
  }
}

/** Before it has its name: a file of this content and this state is one that was loaded. */
async function keepKnown(
  { adapter, loaded, runId, surroundings }: EraseContext,
  { path }: HoldingFile,
  fresh: string,
): Promise<void> {
  const { root } = loaded.manifest.project
  const state = await stateOf(fresh)
  const { hash } = await hashFile({ path: fresh, begins: [], signal: surroundings.signal })
  if (state === undefined) throw new Error(`expected ${fresh}, found nothing`)
  await adapter.transaction({}, async (session) => {
    for (const { relationKey, source } of await readLoadedSources(session)) {
      if (join(root, source) !== path) continue
      const { bytes, text } = state
      const file = { relationKey, source, contentHash: hash, bytes, state: text, runId }
      await recordRewritten(session, file)
    }
  })
}

export function shown(root: string, path: string): string {
  const near = relative(root, path)
  return near.startsWith('..') ? path : near
}
