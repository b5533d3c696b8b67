/** What `on_schema_change` says when the columns of a batch are not those of its table. */
import { errorDiagnostic } from '../../../core/diagnostic.ts'
import type { Column } from '../../../core/relation.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import type { Incremental, MaterializationInput } from './materialization.ts'

export interface SchemaChange {
  /** ALTER statements to run before any row is written. */
  readonly alterations: readonly string[]
  /** Columns that the batch's rows are written to, by name. */
  readonly insertColumns: readonly string[]
}

export interface ColumnLists {
  readonly table: readonly Column[]
  readonly batch: readonly Column[]
}

export function changeSchema(
  { dialect, relation }: MaterializationInput,
  materialization: Incremental,
  columns: ColumnLists,
): Result<SchemaChange> {
  const added = columns.batch.filter((column) => !has(columns.table, column))
  const removed = columns.table.filter((column) => !has(columns.batch, column))
  const retyped = columns.batch.filter((column) => {
    const before = columns.table.find((candidate) => isSame(candidate, column))
    return before !== undefined && before.dataType !== column.dataType
  })
  const inBoth = columns.table.filter((column) => has(columns.batch, column))
  const batchNames = columns.batch.map((column) => column.name)
  switch (materialization.onSchemaChange) {
    case 'ignore':
      if (removed.length > 0) return refused({ added: [], removed, retyped: [] })
      return success({ alterations: [], insertColumns: inBoth.map((column) => column.name) })
    case 'fail':
      if (added.length + removed.length + retyped.length > 0) {
        return refused({ added, removed, retyped })
      }
      return success({ alterations: [], insertColumns: batchNames })
    case 'append_new_columns':
      return success({
        alterations: added.map((column) => dialect.addColumn(relation, column)),
        insertColumns: batchNames,
      })
    case 'sync_all_columns':
      return success({
        alterations: [
          ...added.map((column) => dialect.addColumn(relation, column)),
          ...removed.map((column) => dialect.dropColumn(relation, column.name)),
          ...retyped.map((column) => dialect.alterColumnType(relation, column)),
        ],
        insertColumns: batchNames,
      })
  }
}

function refused(change: {
  readonly added: readonly Column[]
  readonly removed: readonly Column[]
  readonly retyped: readonly Column[]
}): Result<SchemaChange> {
  const parts = [
    describe('new', change.added),
    describe('missing', change.removed),
    describe('of another type', change.retyped),
  ].filter((part) => part !== '')
  return failure([
    errorDiagnostic({
      code: 'schema-changed',
      message: `expected the columns of the table, found ${parts.join('; ')}`,
      hint: 'rebuild with --full-refresh, or set on_schema_change to "append_new_columns" or "sync_all_columns"',
    }),
  ])
}

function describe(what: string, columns: readonly Column[]): string {
  return columns.length === 0
    ? ''
    : `${what}: ${columns.map((column) => `"${column.name}" ${column.dataType}`).join(', ')}`
}

function has(columns: readonly Column[], column: Column): boolean {
  return columns.some((candidate) => isSame(candidate, column))
}

function isSame(left: Column, right: Column): boolean {
  return left.name.toLowerCase() === right.name.toLowerCase()
}
