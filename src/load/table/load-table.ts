/** One table from its origins to its rows: what was staged before, then what its loader finds, batch by batch. */
import { setTimeout as delay } from 'node:timers/promises'
import { CommitUnknownError } from '../../core/database/database-errors.ts'
import { type Diagnostic, errorDiagnostic, warningDiagnostic } from '../../core/diagnostic.ts'
import { noCounts } from '../../core/load/load.ts'
import type { LoadResult } from '../../core/load/load-result.ts'
import type { Column } from '../../core/relation.ts'
import { countTries, readOrigins, recordLoads } from '../../ledger/loads/loads.ts'
import type { StagedBatch } from '../batch/set-writer.ts'
import type { Loader } from '../loader.ts'
import type { DeadReason } from '../records/dead-record.ts'
import { findRefused } from './find-refused.ts'
import { finishBatch, quarantineBatch } from './finish-batch.ts'
import { knownOrigins } from './known-origins.ts'
import { loadBatch, type LoadedBatch } from './load-batch.ts'
import type { TableContext } from './load-table-types.ts'
import { resumeStaged } from './resume-staged.ts'
import { stageReplay } from '../dead-letters/stage-replay.ts'
import { type Staging, stageFound } from './stage-found.ts'
import { noneReleased, releaseAll } from './release.ts'
import { oweDeadLetterFile, writeOwedFiles } from '../dead-letters/dead-letter-file.ts'
import { Tally } from './tally.ts'

export interface TableRequest {
  readonly context: TableContext
  readonly loader: Loader
  readonly columns: readonly Column[]
  /** undefined: what is new is loaded. */
  readonly replay: ReplayOrder | undefined
}

/** Dead letters instead of what is new; what was set aside is tried again. */
export interface ReplayOrder {
  /** None: all of them, and what was set aside too. */
  readonly codes: readonly string[]
}

/** Never throws but for a fault of ours, or when it is interrupted: what went wrong is among the diagnostics. */
export async function loadTable(request: TableRequest): Promise<LoadResult> {
  const tally = new Tally(request.context)
  try {
    await loadAll(request, tally)
  } catch (error) {
    if (request.context.signal.aborted) throw error
    tally.say(diagnosticOf(request.context, error))
  }
  return tally.result()
}

async function loadAll(request: TableRequest, tally: Tally): Promise<void> {
  const { context, replay } = request
  const loadAllOf = async (batches: AsyncIterable<StagedBatch>): Promise<boolean> => {
    for await (const staged of batches) {
      if (!(await loadStaged(request, staged, tally))) return false
    }
    return true
  }
  try {
    const released = replay?.codes.length === 0 ? await releaseAll(context) : noneReleased
    if (!(await loadAllOf(resumeStaged(context)))) return
    if (replay !== undefined) {
      const onStillDead = () => tally.addStillDead()
      const letters = stageReplay({ ...request, codes: replay.codes, onStillDead })
      if (!(await loadAllOf(letters)) || released.sources.size === 0) return
    }
    await loadAllOf(stageFound(await stagingOf(request, tally, replay && released.sources)))
  } finally {
    if (!context.signal.aborted) tally.deadLetterFiles(await writeOwedFiles(context))
  }
}

/** `only`: the sources to look at; undefined: all. */
async function stagingOf(
  { context, loader }: TableRequest,
  tally: Tally,
  only: ReadonlySet<string> | undefined,
): Promise<Staging> {
  const stored = await context.adapter.session({}, (session) => readOrigins(session, context.owner))
  return { context, loader, known: knownOrigins(stored), tally, only }
}

/** False: the batch stays where it is, and those after it wait for it. */
async function loadStaged(
  request: TableRequest,
  staged: StagedBatch,
  tally: Tally,
): Promise<boolean> {
  const { context, loader } = request
  context.signal.throwIfAborted()
  try {
    const loaded = await commitBatch(request, staged)
    tally.addBatch(staged, loaded)
    // Of one that was committed before nobody has said whether it has any.
    if (!loaded.isNew || loaded.counts.dead > 0) await oweDeadLetterFile(context, loaded.runId)
    for (const diagnostic of await finishBatch({ context, loader, staged })) tally.say(diagnostic)
    return true
  } catch (error) {
    if (context.signal.aborted) throw error
    return await failBatch(request, { staged, error, tally })
  }
}

const retries = 3

/** In a transaction of its own. Rows that the database refuses are found, and the batch is loaded without them. */
async function commitBatch(
  { context, columns }: TableRequest,
  staged: StagedBatch,
): Promise<LoadedBatch> {
  const { adapter, signal } = context
  let refused: ReadonlyMap<number, DeadReason> = new Map()
  for (let attempt = 1; ; attempt += 1) {
    const batch = { context, columns, staged, refused }
    try {
      return await adapter.transaction({ signal }, (session) => loadBatch(batch, session))
    } catch (error) {
      if (signal.aborted) throw error
      const fault = adapter.explainError(error)
      // Whether a commit holds whose answer was lost is seen by the next try: it looks for the batch first.
      const mayPass = error instanceof CommitUnknownError || fault.retryable
      if (mayPass && attempt <= retries) {
        await delay(attempt * 100)
        continue
      }
      if (fault.blamesRows !== true || refused.size > 0) throw error
      refused = await findRefused(batch)
      if (refused.size === 0) throw error
    }
  }
}

interface FailedBatch {
  readonly staged: StagedBatch
  readonly error: unknown
  readonly tally: Tally
}

/** True: the batch is out of the way, and the next one may be tried. */
async function failBatch(
  { context }: TableRequest,
  { staged, error, tally }: FailedBatch,
): Promise<boolean> {
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

function diagnosticOf({ adapter, node, table }: TableContext, error: unknown): Diagnostic {
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
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
