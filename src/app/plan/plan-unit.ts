/** A step of a plan to the publish unit that a run would make of it, that upstreams are as they are before the run. */
import type { Adapter, Session } from '../../core/adapter.ts'
import { stateOf, type WarehouseState } from '../../core/database/warehouse-state.ts'
import { type Relation, relationKey } from '../../core/relation.ts'
import { type Result, success } from '../../core/result.ts'
import type { Publication } from '../../ledger/runs/node-runs.ts'
import type { PrepareContext } from '../../transform/execute/prepare/prepare-context.ts'
import { prepareNode } from '../../transform/execute/prepare/prepare-node.ts'
import { describeOldRows } from '../../transform/execute/state/code-changed.ts'
import { surveyNode } from '../../transform/execute/state/node-state.ts'
import { changesSince } from '../../transform/execute/state/reuse-node.ts'
import type { Plan, PlanStep } from '../../transform/plan/plan.ts'
import type { PublishUnit } from '../../transform/plan/publish-unit.ts'
import { batchOrder, inputLimit } from '../run/input-limit.ts'
import type { LoadedProject } from '../load-project.ts'
import type { Surroundings } from '../surroundings.ts'
import type { PlanOptions } from '../use-cases.ts'

export type PublishStep = Extract<PlanStep, { readonly kind: 'publish' }>

export interface Known {
  readonly state: WarehouseState
  readonly publications: ReadonlyMap<string, Publication>
  /** There is none yet, or an older one. */
  readonly isWithoutLedger: boolean
}

export interface PlanRequest extends Known {
  readonly loaded: LoadedProject
  readonly plan: Plan
  readonly surroundings: Surroundings
  readonly adapter: Adapter
  readonly session: Session
  readonly options: PlanOptions
  readonly atomic: boolean
}

/** One snapshot, so one book of answers would do; a node's questions are its own all the same. */
export function askFor(adapter: Adapter, { introspect }: Pick<PlanOptions, 'introspect'>) {
  const explainError = (error: unknown) => adapter.explainError(error)
  return { explainError, answers: new Map(), isAllowed: introspect }
}

/** As a run would have it for its nodes. */
export function prepareContextOf(request: PlanRequest): PrepareContext {
  const { loaded, plan, surroundings, adapter, options, publications, atomic } = request
  const now = surroundings.now()
  return {
    manifest: loaded.manifest,
    dialect: adapter.dialect,
    publications,
    isWithoutLedger: request.isWithoutLedger,
    standIns: new Map(),
    invocationId: '',
    runStartedAt: now.toISOString(),
    isFullRefresh: plan.isFullRefresh,
    backfill: options.backfill,
    limit: inputLimit(options, now),
    order: batchOrder(options, now),
    now: now.toISOString(),
    isAtomic: atomic,
    ask: askFor(adapter, options),
  }
}

/** One catalogue query has answered for all. */
export function informedSession({ session, state }: PlanRequest): Session {
  return { ...session, describe: async (relation: Relation) => stateOf(state, relation) }
}

export async function unitFor(
  request: PlanRequest,
  { node, blockingTests }: PublishStep,
): Promise<Result<PublishUnit>> {
  const { loaded, adapter, state, publications } = request
  const informed = informedSession(request)
  const existing = stateOf(state, node.relation)
  const hasTests = blockingTests.length > 0
  const prepared = await prepareNode(prepareContextOf(request), informed, {
    node,
    existing,
    hasTests,
  })
  if (!prepared.ok) return prepared
  const { unit } = prepared.value
  // Only what an incremental model is added to can hold rows of other code.
  if (unit.effect !== 'batch') return success(unit)
  const survey = {
    manifest: loaded.manifest,
    dialect: adapter.dialect,
    publications,
    versions: new Map(),
  }
  const components = await surveyNode(survey, informed, node)
  const changes = changesSince(publications.get(relationKey(node.relation)), components)
  const oldRows = describeOldRows(unit, changes)
  return success(oldRows === undefined ? unit : { ...unit, because: `${unit.because}; ${oldRows}` })
}
