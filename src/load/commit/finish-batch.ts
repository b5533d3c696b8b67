/** After the commit of a batch, and again after a crash in between: its file goes to the archive, its origins are let go. */
import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Diagnostic, errorDiagnostic, warningDiagnostic } from '../../core/diagnostic.ts'
import { contentKey } from '../../core/load/content-key.ts'
import { areAllLines, noLines, parseLines } from '../../core/load/line-ranges.ts'
import { readLoadedLines } from '../../ledger/loads/loaded-lines.ts'
import type { BatchPart } from '../batch/batch-file.ts'
import type { StagedBatch } from '../batch/set-writer.ts'
import { moveDurably } from '../durable.ts'
import { oweDeadLetterFile } from '../dead-letters/dead-letter-file.ts'
import type { Loader } from '../loader.ts'
import type { Tally } from '../table/tally.ts'
import type { LoadedBatch } from './load-batch.ts'
import type { TableContext } from '../table/load-table-types.ts'
import { loaderContext, nothingKnown } from '../table/loader-context.ts'

interface FinishedBatch {
  readonly context: TableContext
  readonly loader: Loader
  readonly staged: StagedBatch
}

/** What could not be done is said: the rows are loaded all the same, and the next run tries to put things away again. */
export async function finishLoaded(
  { loaded, ...finished }: FinishedBatch & { readonly loaded: LoadedBatch },
  tally: Tally,
): Promise<void> {
  const { context } = finished
  try {
    // Of one that was committed before nobody has said whether it has any.
    if (!loaded.isNew || loaded.counts.dead > 0) await oweDeadLetterFile(context, loaded.runId)
    for (const diagnostic of await finishBatch(finished)) tally.say(diagnostic)
  } catch (error) {
    const { message } = context.adapter.explainError(error)
    tally.say(
      warningDiagnostic({
        code: 'source-not-moved',
        message: `batch ${finished.staged.summary.id} is loaded and could not be put away: ${message}`,
        span: context.node.load.span,
        hint: 'the next "assay ingest" puts it away; it is not loaded again',
      }),
    )
  }
}

async function finishBatch({
  context,
  loader,
  staged,
}: FinishedBatch): Promise<readonly Diagnostic[]> {
  const { folders, settings, node } = context
  const diagnostics: Diagnostic[] = []
  for (const part of await wholeParts(context, staged)) {
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

/** Of origins that are loaded to their last record; that another batch of one waits for its turn, or is lost, does no harm. */
async function wholeParts(
  { adapter, owner }: TableContext,
  { summary: { parts } }: StagedBatch,
): Promise<readonly BatchPart[]> {
  const several = parts.filter(({ lines }) => lines !== undefined && !isAll(lines))
  const loaded =
    several.length === 0
      ? undefined
      : await adapter.session({}, (session) => readLoadedLines(session, owner, several))
  return parts.filter((part) => {
    const { lines, isLast } = part
    if (lines === undefined) return isLast
    return isAll(lines) || areAllLines(loaded?.get(contentKey(part)) ?? noLines)
  })
}

function isAll(lines: string): boolean {
  return areAllLines(parseLines(lines))
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
