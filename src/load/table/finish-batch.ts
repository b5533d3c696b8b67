/** After the commit of a batch, and again after a crash in between: its file goes to the archive, its origins are let go. */
import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Diagnostic, errorDiagnostic, warningDiagnostic } from '../../core/diagnostic.ts'
import type { StagedBatch } from '../batch/set-writer.ts'
import { moveDurably } from '../durable.ts'
import type { Loader } from '../loader.ts'
import type { TableContext } from './load-table-types.ts'
import { loaderContext, nothingKnown } from './loader-context.ts'

export interface FinishedBatch {
  readonly context: TableContext
  readonly loader: Loader
  readonly staged: StagedBatch
}

/** Gives what could not be done: the rows are loaded all the same. */
export async function finishBatch({
  context,
  loader,
  staged,
}: FinishedBatch): Promise<readonly Diagnostic[]> {
  const { folders, settings, node } = context
  const diagnostics: Diagnostic[] = []
  for (const part of staged.summary.parts) {
    if (!part.isLast) continue
    try {
      await loader.finish(loaderContext(context, nothingKnown), part)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      diagnostics.push(
        warningDiagnostic({
          code: 'source-not-moved',
          message: `${part.source} is loaded and could not be put away: ${reason}`,
          span: node.load.span,
          hint: 'it is known by its content: it is not loaded again',
        }),
      )
    }
  }
  if (settings.keepsBatches) {
    await moveDurably(staged.path, join(folders.archive, basename(staged.path)))
  } else await rm(staged.path, { force: true })
  return diagnostics
}

export async function quarantineBatch({
  context: { folders, node, table },
  staged,
  tries,
}: {
  readonly context: TableContext
  readonly staged: StagedBatch
  readonly tries: number
}): Promise<Diagnostic> {
  await moveDurably(staged.path, join(folders.quarantine, basename(staged.path)))
  return errorDiagnostic({
    code: 'batch-quarantined',
    message: `batch ${staged.summary.id} of ${table} failed ${tries} times and is set aside in quarantine`,
    span: node.load.span,
    hint: 'mend the cause, then "assay ingest --replay" tries it again',
  })
}
