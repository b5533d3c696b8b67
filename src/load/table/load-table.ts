/** One table from its origins to its rows: what was staged before, then what its loader finds, batch by batch. */
import type { Column } from '../../core/relation.ts'
import type { LoadResult } from '../../core/load/load-result.ts'
import { readOrigins } from '../../ledger/loads/loads.ts'
import { readBatches } from '../batch/read-batches.ts'
import type { StagedBatch } from '../batch/set-writer.ts'
import { commitBatch } from '../commit/commit-batch.ts'
import { diagnosticOf, failBatch } from '../commit/fail-batch.ts'
import { finishLoaded } from '../commit/finish-batch.ts'
import type { LoadedBatch } from '../commit/load-batch.ts'
import { writeOwedFiles } from '../dead-letters/dead-letter-file.ts'
import { stageReplay } from '../dead-letters/stage-replay.ts'
import type { Loader } from '../loader.ts'
import { knownOrigins } from '../staging/known-origins.ts'
import { noneReleased, releaseAll } from '../staging/release.ts'
import { resumeStaged } from '../staging/resume-staged.ts'
import { type Staging, stageFound } from '../staging/stage-found.ts'
import type { TableContext } from './load-table-types.ts'
import { loaderContext, nothingKnown } from './loader-context.ts'
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

/** Never throws but for a fault of ours: what went wrong is among the diagnostics. Interrupted, it tells what is loaded. */
export async function loadTable(request: TableRequest): Promise<LoadResult> {
  const tally = new Tally(request.context)
  try {
    await loadAll(request, tally)
  } catch (error) {
    // What is staged stays: the next run goes on from there.
    if (request.context.signal.aborted) tally.stop()
    else tally.say(diagnosticOf(request.context, error))
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
    await loadAllOf(
      stageFound(await stagingOf(request, { tally, only: replay && released.sources })),
    )
  } finally {
    if (!context.signal.aborted) tally.deadLetterFiles(await writeOwedFiles(context))
  }
}

export interface StagingChoice {
  readonly tally: Tally
  /** Sources to look at; undefined: all. */
  readonly only?: ReadonlySet<string> | undefined
  /** Batches that will be loaded: what is in them is not fetched again. */
  readonly staged?: readonly StagedBatch[]
}

export async function stagingOf(
  { context, loader }: Pick<TableRequest, 'context' | 'loader'>,
  { tally, only, staged = [] }: StagingChoice,
): Promise<Staging> {
  const sources = await loader.sources?.(loaderContext(context, nothingKnown))
  const stored = await context.adapter.session({}, (session) =>
    readOrigins(session, context.owner, sources),
  )
  const held = await readBatches(context.folders.quarantine)
  return { context, loader, known: knownOrigins({ stored, waiting: staged, held }), tally, only }
}

/** False: the batch stays where it is, and those after it wait for it. */
async function loadStaged(
  request: TableRequest,
  staged: StagedBatch,
  tally: Tally,
): Promise<boolean> {
  const { context, loader } = request
  context.signal.throwIfAborted()
  let loaded: LoadedBatch
  try {
    loaded = await commitBatch(request, staged)
  } catch (error) {
    if (context.signal.aborted) throw error
    return await failBatch({ context, staged, error, tally })
  }
  tally.addBatch(staged, loaded)
  await finishLoaded({ context, loader, staged, loaded }, tally)
  return true
}
