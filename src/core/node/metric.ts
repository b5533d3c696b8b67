/** A metric: a number that is defined once, over the rows of one model, and asked by dimensions and by time. */
import type { SourceSpan } from '../diagnostic.ts'
import type { JsonObject } from '../json.ts'
import type { UniqueId } from './unique-id.ts'

export const aggregations = [
  'sum',
  'count',
  'count_distinct',
  'avg',
  'min',
  'max',
  'first',
  'last',
] as const
/** `first` and `last`: the sum over the rows of the first or last moment of each group, e.g. of a balance. */
export type Aggregation = (typeof aggregations)[number]

/** What values may be added over: everything, everything but time, nothing. Kimball's words. */
export const additivities = ['additive', 'semi_additive', 'non_additive'] as const
export type Additivity = (typeof additivities)[number]

export const timeGrains = ['hour', 'day', 'week', 'month', 'quarter', 'year'] as const
export type TimeGrain = (typeof timeGrains)[number]

export interface Measure {
  readonly agg: Aggregation
  /** SQL over the model's columns; undefined: rows are counted. */
  readonly expr: string | undefined
  /** Conditions on rows, all of which hold. */
  readonly filters: readonly string[]
  readonly additivity: Additivity
  /** Dimensions over which it may not be added although it may be over others: a session is in two lists. */
  readonly notOver: readonly string[]
  readonly span: SourceSpan
}

export interface Metric {
  readonly uniqueId: `metric.${string}`
  readonly name: string
  readonly label: string
  readonly description: string
  readonly packageName: string
  readonly path: string
  readonly span: SourceSpan
  readonly model: UniqueId
  readonly modelName: string
  /** undefined: it has no time. */
  readonly time: { readonly column: string; readonly grain: TimeGrain | undefined } | undefined
  readonly dimensions: readonly string[]
  readonly filters: readonly string[]
  readonly value:
    | { readonly kind: 'simple'; readonly measure: Measure }
    | { readonly kind: 'ratio'; readonly numerator: Measure; readonly denominator: Measure }
  readonly tags: readonly string[]
  readonly meta: JsonObject
}
