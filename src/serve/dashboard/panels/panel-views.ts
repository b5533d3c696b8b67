/** The views behind the panels of the dashboard: which rows of each, in which order. */
import type { JsonObject } from '../../../core/json.ts'

export interface PanelView {
  /** Of a model of the project. */
  readonly name: string
  /** Rows of the bandit, or of the test, that is looked at; `all`: of any. */
  readonly of: 'bandit' | 'test' | 'all'
  /** As `/relations/{name}` takes it. */
  readonly reading: JsonObject
  /** Of the segment of visits that is looked at; left out: of all of them. */
  readonly isOfSegment?: true
}

/** What is looked at is chosen from these; the first row of each is looked at where nobody says which. */
export const bandits: PanelView = {
  name: 'experiments',
  of: 'all',
  reading: { order: 'origin,experiment_id', limit: 1000 },
}
/** Its segments are those that have shares of their own. */
export const weights: PanelView = {
  name: 'bandit_weights',
  of: 'bandit',
  reading: { order: 'segment,price_id', limit: 4000 },
}
export const tests: PanelView = {
  name: 'experiment_health',
  of: 'all',
  reading: { order: 'experiment_id,check_name', limit: 10_000 },
}

export const timeWindows = ['day', 'hour'] as const
export type TimeWindow = (typeof timeWindows)[number]

const overTime = { day: 'aggregates_daily', hour: 'aggregates_hourly' } as const

/** The newest of many windows. */
export function panelViews(window: TimeWindow): readonly PanelView[] {
  return [
    { name: 'bandits', of: 'bandit', reading: { order: 'price,price_id', limit: 1000 } },
    { name: 'aggregates_total', of: 'bandit', reading: { order: 'price_id', limit: 1000 } },
    {
      name: overTime[window],
      of: 'bandit',
      reading: { order: '-window_start,price_id', limit: 10_000 },
    },
    {
      name: 'posterior_parameters',
      of: 'bandit',
      isOfSegment: true,
      reading: { order: 'model,price_id', limit: 4000 },
    },
    {
      name: 'bandit_regret',
      of: 'bandit',
      isOfSegment: true,
      reading: { order: '-window_start', limit: 5000 },
    },
    {
      name: 'allocation_fidelity',
      of: 'bandit',
      isOfSegment: true,
      reading: { order: 'price_id', limit: 1000, scope: 'all' },
    },
    {
      name: 'off_policy_values',
      of: 'bandit',
      reading: { order: 'target_policy', limit: 100 },
    },
    {
      name: 'replay_allocations',
      of: 'bandit',
      reading: { order: '-window_start,price_id', limit: 10_000 },
    },
    { name: 'stg_declared_tests', of: 'all', reading: { order: 'experiment_id', limit: 1000 } },
    {
      name: 'experiment_results',
      of: 'test',
      reading: { order: 'metric,segment_dimension,segment,variant', limit: 2000 },
    },
    {
      name: 'experiment_looks',
      of: 'test',
      reading: { order: '-look,metric,variant', limit: 5000 },
    },
    {
      name: 'experiment_guardrails',
      of: 'test',
      reading: { order: 'metric,variant', limit: 1000 },
    },
    {
      name: 'experiment_interactions',
      of: 'test',
      reading: { order: 'metric,segment_dimension,variant', limit: 2000 },
    },
    {
      name: 'experiment_cuped',
      of: 'test',
      reading: { order: 'metric,variant', limit: 1000 },
    },
    {
      name: 'experiment_regression',
      of: 'test',
      reading: { order: 'model,term', limit: 1000 },
    },
  ]
}

/** Of every view that a panel may show. */
export const panelNames: readonly string[] = [
  ...[bandits, weights, tests].map(({ name }) => name),
  ...timeWindows.flatMap((window) => panelViews(window)).map(({ name }) => name),
]
