/** `defineModel`: a table whose rows are written one by one by a generator. */
import type { Json, JsonObject } from '../json.ts'
import type { AdapterName } from '../target.ts'
import type { Sql } from './sql.ts'

/** A value of a row that is read: decimals, wide integers, dates and timestamps are text. */
export type RowValue =
  | null
  | boolean
  | number
  | string
  | readonly RowValue[]
  | { readonly [key: string]: RowValue }

export type InputRow = Readonly<Record<string, RowValue>>

/** Rows of a table or query: `for await (const row of rows)`, as often as need be. In `sql` it stands for the table or query. */
export interface Rows<R extends object = InputRow> extends AsyncIterable<R> {
  readonly kind: 'relation'
  readonly schema: string
  readonly identifier: string
  readonly text: string
  toString(): string
}

export interface ReadOptions {
  /** Of these columns only. */
  readonly columns?: readonly string[]
  /** A condition. */
  readonly where?: Sql | string
  /** Columns; SQL for anything else. Without it rows come in no order that could be relied on. */
  readonly orderBy?: Sql | readonly string[]
  /** Of the model. */
  readonly version?: string | number
}

export interface ModelContext {
  /** Names stand in quotes in the file, so that the graph is known without running it; or they are listed under `refs`. */
  ref<R extends object = InputRow>(name: string, options?: ReadOptions): Rows<R>
  ref<R extends object = InputRow>(
    packageName: string,
    name: string,
    options?: ReadOptions,
  ): Rows<R>
  source<R extends object = InputRow>(source: string, table: string, options?: ReadOptions): Rows<R>
  /** The rows that this model has not consumed yet, of a model, or of a source and its table. */
  newRows<R extends object = InputRow>(name: string, options?: ReadOptions): Rows<R>
  newRows<R extends object = InputRow>(
    source: string,
    table: string,
    options?: ReadOptions,
  ): Rows<R>
  /** The keys whose rows have changed since this model last ran. */
  touchedKeys<R extends object = InputRow>(name: string, key: readonly string[]): Rows<R>
  touchedKeys<R extends object = InputRow>(
    source: string,
    table: string,
    key: readonly string[],
  ): Rows<R>
  /** The model's own table as it was before this run: read it only where `isIncremental` says that it is there. */
  readonly this: Rows
  /** What is yielded is added to the table that is there. */
  readonly isIncremental: boolean
  /** A var of the project; throws where there is neither it nor a default. */
  var(name: string, otherwise?: Json): Json
  readonly adapter: AdapterName
  readonly target: JsonObject
  /** When the run began: the same for all its models. */
  readonly now: Date
  readonly invocationId: string
  /** Aborted when the run is stopped: hand it on to whatever waits. */
  readonly signal: AbortSignal
  log(message: string): void
}

/** A type of the database, e.g. `bigint`, `varchar`, `numeric(12, 2)`; or more of it. */
export type ColumnSpec =
  | string
  | {
      readonly type: string
      /** False: a row without a value is refused. Default true. */
      readonly nullable?: boolean
      readonly description?: string
    }

/** A value of a row that is written. What a row does not have is found when it is written, with the number of the row. */
export type OutputValue =
  | null
  | undefined
  | boolean
  | number
  | bigint
  | string
  | Date
  | Uint8Array
  | readonly unknown[]
  | object

export type OutputRow<C> =
  C extends Readonly<Record<string, ColumnSpec>>
    ? { readonly [K in keyof C]: OutputValue }
    : Readonly<Record<string, OutputValue>>

export interface ModelSpec<C extends Readonly<Record<string, ColumnSpec>> | undefined> {
  readonly materialized?: 'table' | 'incremental' | (string & {})
  /** Left out: those of the YAML file, with their `data_type`. */
  readonly columns?: C
  /** Models that the generator reads by names which are made when it runs. */
  readonly refs?: readonly (
    | string
    | { readonly name: string; readonly package?: string; readonly version?: string | number }
  )[]
  /** Sources likewise: `[["raw", "ads"]]`. */
  readonly sources?: readonly (readonly [string, string])[]
  readonly unique_key?: string | readonly string[]
  readonly incremental_strategy?: string
  readonly on_schema_change?: 'ignore' | 'fail' | 'append_new_columns' | 'sync_all_columns'
  readonly schema?: string
  readonly alias?: string
  readonly tags?: string | readonly string[]
  /** Any other config of a model. */
  readonly [config: string]: unknown
}

export type Generator<C> = (
  context: ModelContext,
) => AsyncIterable<OutputRow<C>> | Iterable<OutputRow<C>>

export interface ModelModule<C extends Readonly<Record<string, ColumnSpec>> | undefined> {
  readonly assay: 'model'
  readonly spec: ModelSpec<C>
  readonly run: Generator<C>
}

export function defineModel<
  const C extends Readonly<Record<string, ColumnSpec>> | undefined = undefined,
>(spec: ModelSpec<C>, run: Generator<C>): ModelModule<C> {
  return { assay: 'model', spec, run }
}
