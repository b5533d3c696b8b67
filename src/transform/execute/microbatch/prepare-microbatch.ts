/** A microbatch model to its publish unit: the SQL of each batch, over the rows of its span. */
import type { Session } from '../../../core/adapter.ts'
import type { RelationState } from '../../../core/database/warehouse-state.ts'
import { ceiling, truncate } from '../../../core/time/event-time.ts'
import type { EventWindow, InputLimit } from '../../../core/time/event-window.ts'
import { type Result, success } from '../../../core/result.ts'
import type { CompileContext, Compiled } from '../../plan/compile/compile-context.ts'
import type { BatchText } from '../../plan/materializations/materialization.ts'
import { candidateOf } from '../../plan/materializations/materialization.ts'
import { type Batch, batchLabel, batchValue } from '../../plan/microbatch/batches.ts'
import type { MicrobatchNode } from '../../plan/microbatch/microbatch-node.ts'
import { chooseBatches, type ChoosingContext, type ChosenBatches } from './choose-batches.ts'

/** Of a model that is built batch by batch: what this transaction builds of it. */
export interface BatchRun extends ChosenBatches {
  readonly isFirst: boolean
  readonly isLast: boolean
}

export interface BatchTexts {
  /** What is shown: of the last batch. */
  readonly compiled: Compiled
  readonly buildFrom: Compiled
  readonly batches: readonly BatchText[]
  /** Each as it is kept under `target/compiled`. */
  readonly files: readonly { readonly label: string; readonly sql: string }[]
  readonly chosen: ChosenBatches
}

export interface TextRequest {
  readonly node: MicrobatchNode
  readonly existing: RelationState | undefined
  /** undefined: chosen here, all for one transaction. */
  readonly run: BatchRun | undefined
  readonly tainted: string | undefined
  readonly limit: InputLimit | undefined
  /** `standIns`: whether what the transaction will publish later stands in for what is there. */
  readonly compile: (
    as: Pick<CompileContext, 'isIncremental' | 'limit' | 'batch' | 'thisRelation'>,
    withStandIns: boolean,
  ) => Promise<Result<Compiled>>
}

interface BatchContext extends ChoosingContext {
  /** A condition on the model's columns. */
  readonly backfill: string | undefined
}

export async function batchTexts(
  context: BatchContext,
  session: Session,
  request: TextRequest,
): Promise<Result<BatchTexts>> {
  const { node, run, limit, existing } = request
  const { relation } = node
  const chosen = run ?? (await chooseBatches(context, session, request))
  const isWhole = chosen.isMade && chosen.batches.length > 1
  const batches = textsOf(context, request, chosen)
  const files: { readonly label: string; readonly sql: string }[] = []
  const texts: BatchText[] = []
  let shown: Compiled | undefined
  let built: Compiled | undefined
  for (const [index, batch] of batches.entries()) {
    const value = batchValue(batch)
    const { isIncremental, window } = batch
    const as = { isIncremental, batch: value, limit: limitOf(limit, window) }
    // Batches of a table that is made in one transaction read those before them.
    const own = isWhole && index > 0 ? { thisRelation: candidateOf(relation) } : {}
    const compiled = await request.compile(as, false)
    if (!compiled.ok) return compiled
    const buildFrom = await request.compile({ ...as, ...own }, true)
    if (!buildFrom.ok) return buildFrom
    shown = compiled.value
    built ??= buildFrom.value
    texts.push({ window, buildFrom: buildFrom.value })
    files.push({ label: batchLabel(batch), sql: compiled.value.sql })
  }
  if (shown === undefined || built === undefined) throw new Error(`${node.uniqueId}: no batch`)
  // Nothing is taken away and nothing comes where no batch was asked for, or no input has rows.
  const isNone = chosen.batches.length === 0 || limit?.kind === 'none'
  const isKept = isNone && context.backfill === undefined
  return success({
    compiled: shown,
    buildFrom: built,
    batches: isKept ? [] : texts,
    files: chosen.batches.length === 0 || existing === undefined ? files.slice(-1) : files,
    chosen,
  })
}

function limitOf(limit: InputLimit | undefined, window: EventWindow): InputLimit {
  return limit?.kind === 'none' ? limit : { kind: 'window', window, title: 'a batch' }
}

/** Some SQL is needed in any case: that of all history for a backfill, or of the batch of now where there is none to build. */
function textsOf(
  { backfill, runStartedAt }: BatchContext,
  { node, limit }: TextRequest,
  { batches, isMade }: ChosenBatches,
): readonly Batch[] {
  const { begin, batchSize: size } = node.materialization
  const isIncremental = !isMade
  if (backfill !== undefined && !isMade) {
    const window = { start: truncate(begin, size), end: ceiling(runStartedAt, size) }
    return [{ window, size, isIncremental: false }]
  }
  if (batches.length > 0 && limit?.kind !== 'none') return batches
  const start = truncate(runStartedAt, size)
  const last = batches.at(-1)?.window ?? { start, end: ceiling(runStartedAt, size) }
  return [{ window: last, size, isIncremental }]
}

/** What the ledger is to say that the table has been given. */
export function givenWindows(
  { chosen, batches }: Pick<BatchTexts, 'chosen' | 'batches'>,
  { isPart, isBackfill }: { readonly isPart: boolean; readonly isBackfill: boolean },
): readonly EventWindow[] {
  if (isPart || isBackfill) return chosen.adopted
  return [...chosen.adopted, ...batches.map(({ window }) => window)]
}
