/** What writes a batch that has been checked: the columns are brought into line, then the statements of the strategy. */
import type { Incremental } from '../../../../core/node/incremental.ts'
import { never } from '../../../../core/never.ts'
import type { Column } from '../../../../core/relation.ts'
import { type Result, success } from '../../../../core/result.ts'
import type { Step } from '../../publish-unit.ts'
import { candidateOf, type MaterializationInput } from '../materialization.ts'
import { changeSchema, type ColumnLists } from './change-schema.ts'
import { findColumn, isSameColumn, spelled } from './column-names.ts'
import { addToQuarantine, type ReplacedHere } from '../quarantine/set-aside.ts'
import { faultyRowsOf, givenRowsOf } from '../quarantine/split-rows.ts'
import { expressionList, keyTerms } from './key-terms.ts'
import { deleteReplaced, refuseRowsLeft, type Replacement } from './predicates.ts'
import { replacedRows } from './replaced-rows.ts'

export function batchSteps(
  input: MaterializationInput,
  materialization: Incremental,
  columns: ColumnLists,
): Result<readonly Step[]> {
  const { relation, dialect } = input
  const change = changeSchema(dialect, relation, { materialization, ...columns })
  if (!change.ok) return change
  const { alter, insertColumns } = change.value
  const dml = statementsOf(input, materialization, { table: columns.table, insertColumns })
  if (!dml.ok) return dml
  const clean: Step = {
    kind: 'statement',
    purpose: 'clean up',
    sql: dialect.drop('table', candidateOf(relation)),
    countsRows: false,
  }
  const aside = addToQuarantine(input, {
    ...replacedConditions(input, materialization),
    columns: columns.batch,
    dropsColumns: materialization.onSchemaChange === 'sync_all_columns',
  })
  return success([...alter, ...dml.value, ...aside, clean])
}

/** The same rows as of the table, asked of the quarantine. */
function replacedConditions(
  input: MaterializationInput,
  materialization: Incremental,
): Pick<ReplacedHere, 'conditions' | 'keys'> {
  const existing = input.quarantine?.existing
  const { strategy } = materialization
  if (existing === undefined || strategy === 'append' || strategy === 'custom') {
    return { conditions: [], keys: [] }
  }
  if (strategy === 'microbatch') {
    return { conditions: [], keys: [] }
  }
  const { byKey, byTouch } = replacedRows(input, materialization, existing.columns)
  const terms = keyTerms(input.dialect, materialization, existing.columns)
  return {
    conditions: byKey === undefined ? byTouch : [byKey, ...byTouch],
    keys: terms.map(({ sql }) => sql),
  }
}

interface Written {
  /** Columns of the table, as they were. */
  readonly table: readonly Column[]
  readonly insertColumns: readonly Column[]
}

function statementsOf(
  input: MaterializationInput,
  materialization: Incremental,
  written: Written,
): Result<readonly Step[]> {
  const { relation, dialect } = input
  const names = written.insertColumns.map(({ name }) => name)
  const insert = publishing(dialect.insertSelect(relation, names, candidateOf(relation)))
  switch (materialization.strategy) {
    case 'append':
    case 'microbatch':
      return success([insert])
    case 'delete+insert':
    case 'insert_overwrite': {
      const { byTouch } = replacedRows(input, materialization, written.table)
      const replacement = replacementOf(input, materialization, written)
      return success([
        ...refuseRowsLeft(dialect, replacement),
        publishing(deleteReplaced(dialect, replacement)),
        ...byTouch.map((condition) => publishing(dialect.deleteWhere(relation, condition))),
        insert,
      ])
    }
    case 'merge':
      return success(mergeSteps(input, materialization, written))
    case 'custom':
      return input.strategyStatements({
        title: materialization.title,
        macro: materialization.macro,
        uniqueKey: materialization.uniqueKey.map((name) => spelled(written.insertColumns, name)),
        predicates: materialization.predicates,
        batch: candidateOf(relation),
        columns: written.insertColumns,
      })
    default:
      return never(materialization)
  }
}

function replacementOf(
  input: MaterializationInput,
  materialization: Extract<
    Incremental,
    { readonly strategy: 'merge' | 'delete+insert' | 'insert_overwrite' }
  >,
  { table }: Written,
): Replacement {
  const { relation, dialect } = input
  const { byKey = 'false' } = replacedRows(input, materialization, table)
  const { predicates } = materialization
  const terms = keyTerms(dialect, materialization, table)
  return { relation, batch: givenRowsOf(input), terms, byKey, predicates }
}

function mergeSteps(
  input: MaterializationInput,
  materialization: Extract<Incremental, { readonly strategy: 'merge' }>,
  written: Written,
): readonly Step[] {
  const { relation, dialect } = input
  const { byTouch } = replacedRows(input, materialization, written.table)
  const replacement = replacementOf(input, materialization, written)
  const insertColumns = written.insertColumns.map(({ name }) => name)
  const list = expressionList(replacement.terms)
  const key = replacement.terms.map(({ name }) => name)
  return [
    ...refuseRowsLeft(dialect, replacement),
    ...byTouch.map((condition) =>
      publishing(dialect.deleteWhere(relation, `${condition}\nand not ${replacement.byKey}`)),
    ),
    ...(input.quarantine === undefined
      ? []
      : [
          // What came back at fault is no row of the table any more.
          publishing(
            dialect.deleteWhere(
              relation,
              `(${list}) in (select ${list} from ${dialect.relation(faultyRowsOf(relation))})`,
            ),
          ),
        ]),
    publishing(
      dialect.merge({
        into: relation,
        batch: candidateOf(relation),
        key,
        predicates: materialization.predicates,
        insertColumns,
        updateColumns: updatedColumns(input, materialization, written).filter(
          (column) => !key.some((name) => isSameColumn(dialect, name, column)),
        ),
      }),
    ),
  ]
}

/** A column that the batch brings and the table does not take is not among them. */
function updatedColumns(
  { dialect }: MaterializationInput,
  { update }: Extract<Incremental, { readonly strategy: 'merge' }>,
  { insertColumns }: Written,
): readonly string[] {
  const all = insertColumns.map(({ name }) => name)
  switch (update.kind) {
    case 'all':
      return all
    case 'only':
      return update.columns.flatMap((name) => findColumn(insertColumns, name)?.name ?? [])
    case 'all-but': {
      const left = update.columns.map((name) => spelled(insertColumns, name))
      return all.filter((name) => !left.some((other) => isSameColumn(dialect, name, other)))
    }
    default:
      return never(update)
  }
}

function publishing(sql: string): Step {
  return { kind: 'statement', purpose: 'publish', sql, countsRows: false }
}
