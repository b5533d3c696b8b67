/** The result of a query, or a piece of it. */
import type { Column } from '../relation.ts'
import type { SqlValue } from './sql-value.ts'

export interface TableColumn extends Column {
  /** `decimal` and wide `integer` values come as text and may be shown as numbers. */
  readonly kind:
    | 'integer'
    | 'decimal'
    | 'double'
    | 'boolean'
    | 'text'
    | 'date'
    | 'timestamp'
    | 'other'
}

/** A result with its columns in select order; rows are arrays, since two columns may share a name. */
export interface Table {
  readonly columns: readonly TableColumn[]
  readonly rows: readonly (readonly SqlValue[])[]
}
