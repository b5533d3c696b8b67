/** The batches of a microbatch model as `plan` shows them: each with the statements of its own transaction. */
import { type RelationState, stateOf } from '../../core/database/warehouse-state.ts'
import type { Column } from '../../core/relation.ts'
import { type Result, success } from '../../core/result.ts'
import {
  chooseOwnBatches,
  type ChosenBatches,
} from '../../transform/execute/microbatch/choose-batches.ts'
import type { BatchRun } from '../../transform/execute/microbatch/prepare-microbatch.ts'
import type { Prepared } from '../../transform/execute/prepare/prepare-context.ts'
import { prepareNode } from '../../transform/execute/prepare/prepare-node.ts'
import { batchLabel } from '../../transform/plan/microbatch/batches.ts'
import {
  isMicrobatch,
  type MicrobatchNode,
} from '../../transform/plan/microbatch/microbatch-node.ts'
import { withHooks } from './planned-hooks.ts'
import {
  informedSession,
  type PlanRequest,
  prepareContextOf,
  type PublishStep,
} from './plan-unit.ts'
import { statementTexts } from './statement-texts.ts'

/** Shown whole; of more than these the first two and the last. */
const mostShown = 3

/** undefined: all of the node is one transaction. */
export async function batchStatements(
  request: PlanRequest,
  step: PublishStep,
): Promise<Result<readonly string[]> | undefined> {
  const { node } = step
  if (!isMicrobatch(node) || request.atomic) return undefined
  const existing = stateOf(request.state, node.relation)
  const context = prepareContextOf(request)
  const chosen = await chooseOwnBatches(context, request.session, { node, existing })
  if (chosen === undefined) return undefined
  const statements: string[] = []
  let table = existing?.kind === 'table' ? existing : undefined
  for (const index of shownOf(chosen)) {
    // What the first one reads is not built yet: nobody knows what the others add to.
    if (table?.columns.length === 0) return success([...statements, leftOut(chosen, 1)])
    const prepared = await prepareBatch(request, { step, chosen, index, table })
    if (!prepared.ok) return prepared
    table ??= await tableAfter(request, node, prepared.value)
    const shown = transactionOf(request, { node, chosen, index, prepared: prepared.value, table })
    if (!shown.ok) return shown
    statements.push(...shown.value)
    if (index === 1 && chosen.batches.length > mostShown) {
      statements.push(leftOut({ ...chosen, batches: chosen.batches.slice(0, -1) }, 2))
    }
  }
  return success(statements)
}

function shownOf({ batches }: ChosenBatches): readonly number[] {
  const all = [...batches.keys()]
  return all.length > mostShown ? [0, 1, all.length - 1] : all
}

interface BatchPlace {
  readonly step: PublishStep
  readonly chosen: ChosenBatches
  readonly index: number
  /** As it will be when the turn of this batch comes. */
  readonly table: RelationState | undefined
}

async function prepareBatch(
  request: PlanRequest,
  { step, chosen, index, table }: BatchPlace,
): Promise<Result<Prepared>> {
  const { node, blockingTests } = step
  const { batches } = chosen
  const isLast = index === batches.length - 1
  const run: BatchRun = {
    batches: batches.slice(index, index + 1),
    isMade: batches[index]?.isIncremental === false,
    refreshReason: undefined,
    adopted: [],
    isFirst: index === 0,
    isLast,
  }
  const hasTests = isLast && blockingTests.length > 0
  const existing = table ?? stateOf(request.state, node.relation)
  const context = prepareContextOf(request)
  return await prepareNode(context, informedSession(request), { node, existing, hasTests, run })
}

function transactionOf(
  request: PlanRequest,
  {
    node,
    chosen: { batches },
    index,
    prepared,
    table,
  }: Omit<BatchPlace, 'step'> & { readonly node: MicrobatchNode; readonly prepared: Prepared },
): Result<readonly string[]> {
  const batch = batches[index]
  const title = batch === undefined ? '' : batchLabel(batch)
  return withHooks(request, {
    node,
    isIncremental: prepared.isIncremental,
    statements: statementTexts(prepared.unit, request.adapter.dialect, table?.columns),
    batch: {
      title: `batch ${index + 1} of ${batches.length}: ${title}`,
      isFirst: index === 0,
      isLast: index === batches.length - 1,
    },
  })
}

/** The table that the first batch makes has the columns of its contract, or of its SELECT if that can be asked by now. */
async function tableAfter(
  { session }: PlanRequest,
  { relation }: MicrobatchNode,
  { compiled, unit }: Prepared,
): Promise<RelationState> {
  const promised = unit.build.flatMap((step) =>
    step.kind === 'contract' ? step.contract.columns : [],
  )
  if (promised.length > 0) return { relation, kind: 'table', columns: promised }
  const sql = `select *\nfrom (\n${compiled?.sql ?? ''}\n) as model\nlimit 0`
  const columns: readonly Column[] = await session.ask(sql).then(
    (asked) => asked.columns,
    () => [],
  )
  return { relation, kind: 'table', columns }
}

/** Those from this one on. */
function leftOut({ batches }: Pick<ChosenBatches, 'batches'>, from: number): string {
  const [first, last] = [batches[from], batches.at(-1)]
  if (first === undefined || last === undefined) return ''
  const count = batches.length - from
  const span = first === last ? batchLabel(first) : `${batchLabel(first)} to ${batchLabel(last)}`
  return `-- and ${count} more like it, each a transaction: ${span}`
}
