/** What `on_schema_change` says when the columns of a batch are not those of its table. */
import type { Dialect } from '../../../../core/dialect.ts'
import { errorDiagnostic } from '../../../../core/diagnostic.ts'
import type { Incremental } from '../../../../core/node/incremental.ts'
import { never } from '../../../../core/never.ts'
import type { Column, Relation } from '../../../../core/relation.ts'
import { failure, type Result, success } from '../../../../core/result.ts'
import type { Step } from '../../publish-unit.ts'
import { isSameColumn } from './column-names.ts'

export interface SchemaChange {
  /** What to do to the table before any row is written; none: its columns stay. */
  readonly alter: readonly Step[]
  /** Columns that the batch's rows are written to, by name. */
  readonly insertColumns: readonly Column[]
}

export interface ColumnLists {
  readonly table: readonly Column[]
  readonly batch: readonly Column[]
}

interface Differences {
  readonly added: readonly Column[]
  readonly removed: readonly Column[]
  /** As the batch has them; a text that is shorter than the table's is no difference. */
  readonly retyped: readonly Column[]
  /** Texts of the table that are too short for the batch. */
  readonly widened: readonly Column[]
  readonly inBoth: readonly Column[]
}

/** `relation`: the table. */
export function changeSchema(
  dialect: Dialect,
  relation: Relation,
  {
    materialization,
    ...columns
  }: ColumnLists & { readonly materialization: Pick<Incremental, 'onSchemaChange' | 'widensText'> },
): Result<SchemaChange> {
  const found = compareColumns(dialect, columns, materialization.widensText)
  const { added, removed, retyped, widened, inBoth } = found
  const alter = (change: Partial<Differences>) =>
    alterSteps(dialect, relation, {
      table: columns.table,
      change: { added: [], removed: [], retyped: [], ...change, widened },
    })
  switch (materialization.onSchemaChange) {
    case 'ignore':
      if (removed.length > 0) return refused({ added: [], removed, retyped: [] })
      return success({ alter: alter({}), insertColumns: inBoth })
    case 'fail':
      if (added.length + removed.length + retyped.length > 0) return refused(found)
      return success({ alter: alter({}), insertColumns: columns.batch })
    case 'append_new_columns':
      return success({ alter: alter({ added }), insertColumns: columns.batch })
    case 'sync_all_columns':
      return success({ alter: alter({ added, removed, retyped }), insertColumns: columns.batch })
    default:
      return never(materialization.onSchemaChange)
  }
}

export function compareColumns(
  dialect: Dialect,
  { table, batch }: ColumnLists,
  widensText: boolean,
): Differences {
  const isSame = (left: Column) => (right: Column) => isSameColumn(dialect, left.name, right.name)
  const pairs = table.flatMap((held) => {
    const needed = batch.find(isSame(held))
    return needed === undefined ? [] : [{ held, needed }]
  })
  const wider = (held: Column, needed: Column) =>
    widensText ? dialect.widerText(held.dataType, needed.dataType) : undefined
  return {
    added: batch.filter((column) => !table.some(isSame(column))),
    removed: table.filter((column) => !batch.some(isSame(column))),
    retyped: pairs
      .filter(({ held, needed }) => {
        if (held.dataType === needed.dataType || wider(held, needed) !== undefined) return false
        return dialect.widerText(needed.dataType, held.dataType) === undefined
      })
      .map(({ needed }) => needed),
    widened: pairs.flatMap(({ held, needed }) => {
      const dataType = wider(held, needed)
      return dataType === undefined ? [] : [{ name: held.name, dataType }]
    }),
    inBoth: pairs.map(({ held }) => held),
  }
}

/** Columns first: DuckDB refuses to alter a table that the transaction has deleted from. */
function alterSteps(
  dialect: Dialect,
  relation: Relation,
  {
    table,
    change,
  }: { readonly table: readonly Column[]; readonly change: Omit<Differences, 'inBoth'> },
): readonly Step[] {
  const { added, removed, retyped, widened } = change
  const typed = [...widened, ...retyped]
  const statements = [
    ...added.map((column) => dialect.addColumn(relation, column)),
    ...removed.map((column) => dialect.dropColumn(relation, column.name)),
    ...typed.map((column) => dialect.alterColumnType(relation, column)),
  ]
  if (statements.length === 0) return []
  const isSame = (left: Column) => (right: Column) => isSameColumn(dialect, left.name, right.name)
  const kept = table
    .filter((column) => !removed.some(isSame(column)))
    .map((column) => {
      const name = dialect.quote(column.name)
      const to = typed.find(isSame(column))
      return to === undefined ? name : `cast(${name} as ${to.dataType}) as ${name}`
    })
  const fresh = added.map(
    ({ name, dataType }) => `cast(null as ${dataType}) as ${dialect.quote(name)}`,
  )
  const select = `select ${[...kept, ...fresh].join(', ')}\nfrom ${dialect.relation(relation)}`
  return [{ kind: 'alter', relation, statements, reshaped: reshapedOf(relation), select }]
}

function reshapedOf(relation: Relation): Relation {
  return { ...relation, identifier: `${relation.identifier}__assay_mod` }
}

export function refused(
  change: Pick<Differences, 'added' | 'removed' | 'retyped'>,
  hint = 'rebuild with --full-refresh, or set on_schema_change to "append_new_columns" or "sync_all_columns"',
): Result<never> {
  const parts = [
    describe('new', change.added),
    describe('missing', change.removed),
    describe('of another type', change.retyped),
  ].filter((part) => part !== '')
  return failure([
    errorDiagnostic({
      code: 'schema-changed',
      message: `expected the columns of the table, found ${parts.join('; ')}`,
      config: 'on_schema_change',
      hint,
    }),
  ])
}

function describe(what: string, columns: readonly Column[]): string {
  return columns.length === 0
    ? ''
    : `${what}: ${columns.map((column) => `"${column.name}" ${column.dataType}`).join(', ')}`
}
