/** A batch that could not be loaded: the try is recorded, and after the last one the batch is set aside. */
import { type Diagnostic, errorDiagnostic, warningDiagnostic } from '../../core/diagnostic.ts'
import { noCounts } from '../../core/load/load.ts'
import { errorCode } from '../../core/system/error-code.ts'
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
export async function failBatch({ context, staged, error, tally }: FailedBatch): Promise<boolean> {
  const { adapter, owner, settings } = context
  const { summary } = staged
  const cause = diagnosticOf(context, error)
  const failedRow = (status: 'failed' | 'quarantined') =>
    summary.parts.map((part) => ({
      batchId: summary.id,
      status,
      ...part,
      counts: noCounts,
      message: cause.message,
    }))
  const tries = await adapter.session({}, async (session) => {
    await recordLoads(session, owner, failedRow('failed'))
    return await countTries(session, summary.id)
  })
  tally.say(cause)
  if (tries < settings.tries) {
    tally.say(waitingBatch(context, staged, tries))
    return false
  }
  await adapter.session({}, (session) => recordLoads(session, owner, failedRow('quarantined')))
  tally.say(await quarantineBatch({ context, staged, tries }))
  return true
}

function waitingBatch(
  { settings, node }: TableContext,
  { summary }: StagedBatch,
  tries: number,
): Diagnostic {
  return warningDiagnostic({
    code: 'batch-waiting',
    message: `batch ${summary.id} is not loaded after ${tries} of ${settings.tries} tries; it stays in staging, and so do those after it`,
    span: node.load.span,
    hint: 'the next "assay ingest" tries it again',
  })
}

export function diagnosticOf({ adapter, node, table }: TableContext, error: unknown): Diagnostic {
  if (errorCode(error) === 'ENOSPC') {
    return errorDiagnostic({
      code: 'load-failed',
      message: `could not load ${table}: the disk is full`,
      span: node.load.span,
      hint: 'what was loaded so far is there; make room and run it again',
    })
  }
  const { message, hint } = adapter.explainError(error)
  return errorDiagnostic({
    code: 'load-failed',
    message: `could not load ${table}: ${message}`,
    span: node.load.span,
    hint,
  })
}
