/** A batch that could not be loaded: the try is recorded, and after the last one the batch is set aside. */
import { relative } from 'node:path'
import { type Diagnostic, errorDiagnostic, warningDiagnostic } from '../../core/diagnostic.ts'
import { noCounts } from '../../core/load/load.ts'
import { errorCode } from '../../core/system/error-code.ts'
import { systemReason } from '../../core/system/files.ts'
import { recordLoads } from '../../ledger/loads/loads.ts'
import { countTries } from '../../ledger/loads/tried-batches.ts'
import type { StagedBatch } from '../batch/set-writer.ts'
import type { TableContext } from '../table/load-table-types.ts'
import type { Tally } from '../table/tally.ts'
import { quarantineBatch } from './finish-batch.ts'

interface FailedBatch {
  readonly context: TableContext
  readonly staged: StagedBatch
  readonly error: unknown
  readonly tally: Tally
}

/** True: the batch is out of the way, and the next one may be tried. */
export async function failBatch(failed: FailedBatch): Promise<boolean> {
  const { context, staged, error, tally } = failed
  const cause = diagnosticOf(context, error)
  // It is no fault of the batch: it waits however often it is tried.
  if (context.adapter.explainError(error).outOfRoom === true) {
    // There may be no room for that either.
    await recordFailure(failed, 'failed').catch(() => undefined)
    tally.say(cause)
    tally.say(waitingBatch(context, staged, ''))
    return false
  }
  await recordFailure(failed, 'failed')
  const tries = await context.adapter.session({}, (session) =>
    countTries(session, staged.summary.id),
  )
  tally.say(cause)
  if (tries < context.settings.tries) {
    tally.say(waitingBatch(context, staged, ` after ${tries} of ${context.settings.tries} tries`))
    return false
  }
  await recordFailure(failed, 'quarantined')
  tally.say(await quarantineBatch({ context, staged, tries }))
  return true
}

async function recordFailure(
  { context, staged, error }: FailedBatch,
  status: 'failed' | 'quarantined',
): Promise<void> {
  const { id, parts } = staged.summary
  const { message } = diagnosticOf(context, error)
  const rows = parts.map((part) => ({ batchId: id, status, ...part, counts: noCounts, message }))
  await context.adapter.session({}, (session) => recordLoads(session, context.owner, rows))
}

/** `when`: after how many tries. */
function waitingBatch({ node }: TableContext, { summary }: StagedBatch, when: string): Diagnostic {
  return warningDiagnostic({
    code: 'batch-waiting',
    message: `batch ${summary.id} is not loaded${when}; it stays in staging, and so do those after it`,
    span: node.load.span,
    hint: 'the next "assay ingest" tries it again',
  })
}

export function diagnosticOf(context: TableContext, error: unknown): Diagnostic {
  const { adapter, node, table } = context
  if (errorCode(error) === 'ENOSPC') {
    return errorDiagnostic({
      code: 'load-failed',
      message: `could not load ${table}: the disk is full`,
      span: node.load.span,
      hint: 'what was loaded so far is there; make room and run it again',
    })
  }
  const reason = systemReason(error)
  if (reason !== undefined && error instanceof Error && 'path' in error) {
    return errorDiagnostic({
      code: 'load-failed',
      message: `could not load ${table}: ${reason} at "${relative(context.root, String(error.path))}"`,
      span: node.load.span,
      hint: 'assay writes below "load-path" of assay.yml: give its user the right to; nothing is lost meanwhile',
    })
  }
  const { message, hint, outOfRoom } = adapter.explainError(error)
  const what = outOfRoom === true ? 'the disk of the database is full: ' : ''
  return errorDiagnostic({
    code: 'load-failed',
    message: `could not load ${table}: ${what}${message}`,
    span: node.load.span,
    hint,
  })
}
