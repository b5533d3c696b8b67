/** How an incremental model takes in the rows of a run, as its config says. */

import type { BatchSize } from '../time/event-time.ts'

export type OnSchemaChange = 'ignore' | 'fail' | 'append_new_columns' | 'sync_all_columns'

interface IncrementalBase {
  readonly name: 'incremental'
  readonly onSchemaChange: OnSchemaChange
  /** From the config; undefined leaves the decision to the flag. */
  readonly fullRefresh: boolean | undefined
  /** A `varchar(n)` of the table grows when the batch needs more; not where a contract says what it is. */
  readonly widensText: boolean
}

/** Which columns a merge writes where a row is there already. */
export type MergeUpdate =
  | { readonly kind: 'all' }
  | { readonly kind: 'only' | 'all-but'; readonly columns: readonly string[] }

/** What a partition is made by: a column, or an expression over the columns of the model. */
export type PartitionTerm =
  | { readonly kind: 'column'; readonly name: string }
  | { readonly kind: 'expression'; readonly sql: string }

/** Rows in spans of event time, each of them built and replaced by itself. */
export interface Microbatch {
  /** A column of the model: which batch a row belongs to. */
  readonly eventTime: string
  /** ISO 8601, UTC: where history begins. */
  readonly begin: string
  readonly batchSize: BatchSize
  /** Batches before the latest that a run builds again. */
  readonly lookback: number
  /** undefined: at once unless the model reads its own table. */
  readonly concurrentBatches: boolean | undefined
}

/** Each with exactly what it needs; a strategy is added here, in `plan/materializations/incremental/` and in `parse/incremental/`. */
export type Strategy =
  | { readonly strategy: 'append' }
  | {
      readonly strategy: 'merge'
      /** At least one column. */
      readonly uniqueKey: readonly string[]
      readonly update: MergeUpdate
      readonly predicates: readonly string[]
    }
  | {
      readonly strategy: 'delete+insert'
      /** At least one column. */
      readonly uniqueKey: readonly string[]
      readonly predicates: readonly string[]
    }
  | {
      readonly strategy: 'insert_overwrite'
      /** At least one. */
      readonly partitionBy: readonly PartitionTerm[]
      readonly predicates: readonly string[]
    }
  | ({ readonly strategy: 'microbatch' } & Microbatch)
  | {
      /** A macro of the project gives the statements. */
      readonly strategy: 'custom'
      /** As the config names it. */
      readonly title: string
      readonly macro: string
      readonly uniqueKey: readonly string[]
      readonly predicates: readonly string[]
    }

export type Incremental = IncrementalBase & Strategy
