/** What selecting and steering bandits needs of the project: its adaptive experiments, and where what happened is kept. */
import type { ExperimentValue } from '../../core/node/experiment.ts'
import type { Relation } from '../../core/relation.ts'
import type { EventTable } from '../events/event-capture.ts'

export interface BanditTables {
  /** Those whose shares follow what was learned, by name. */
  readonly experiments: ReadonlyMap<string, ExperimentValue>
  /** Names of those that have fixed shares: nothing is drawn for them. */
  readonly fixed: readonly string[]
  readonly selections: BanditTable
  /** undefined: nobody can steer. */
  readonly actions: BanditTable | undefined
  /** Written by models: the share of each arm. */
  readonly weights: Relation
  /** Written by models: what each arm has spent of a budget; undefined: no budget is compared with it. */
  readonly totals: Relation | undefined
  /** False: another server may write to the same tables. */
  readonly isOnlyWriter: boolean
  /** Resolves when all that an earlier server has kept is in the tables; throws a `ProblemError`. */
  readonly settled: () => Promise<void>
}

export interface BanditTable {
  readonly events: EventTable
  readonly relation: Relation
}

export const selectionColumns = [
  'selection_id',
  'experiment_id',
  'price_id',
  'segment',
  'policy',
  'reason',
  'propensity',
  'weights',
  'snapshot_id',
  'context',
  'user_id',
  'session_id',
  'selected_at',
  'selected_by',
] as const

export const actionColumns = [
  'action_id',
  'experiment_id',
  'price_id',
  'action',
  'reason',
  'acted_by',
  'acted_at',
  'state_before',
  'state_after',
  'budget_before',
  'budget_after',
] as const
