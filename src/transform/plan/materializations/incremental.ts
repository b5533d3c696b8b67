/** An incremental model: the first run and a full refresh build a table, every other run adds a checked batch to it. */
import type { Dialect } from '../../../core/dialect.ts'
import type { Column, Relation } from '../../../core/relation.ts'
import { type Result, success } from '../../../core/result.ts'
import type { PublishUnit, Step } from '../publish-unit.ts'
import { planBackfill } from './backfill.ts'
import { changeSchema, type ColumnLists } from './change-schema.ts'
import { keyChecks } from './key-checks.ts'
import {
  arrivalChecks,
  candidateOf,
  fingerprintOf,
  type Incremental,
  type MaterializationInput,
  wrapped,
} from './materialization.ts'
import { planTable } from './table.ts'

export function planIncremental(
  input: MaterializationInput,
  materialization: Incremental,
): PublishUnit {
  const { relation, compiled, buildFrom, dialect, existing } = input
  const batch = candidateOf(relation)
  const checks = keyChecks(dialect, batch, materialization)
  if (existing?.kind !== 'table' || input.isFullRefresh) {
    return planTable(input, checks, reasonForTable(input))
  }
  if (input.backfill !== undefined) {
    const key = materialization.strategy === 'append' ? [] : materialization.uniqueKey
    return planBackfill(input, input.backfill, { existing, checks, key })
  }
  const create = wrapped(buildFrom, dialect.createTableAs(batch, buildFrom.sql), {
    purpose: 'build',
    countsRows: true,
  })
  const arrival = arrivalChecks(dialect, batch, input.arrivalColumn)
  const replaced = replacedRows(input, materialization, existing.columns)
  return {
    action: materialization.strategy,
    because: 'it is incremental and its table exists',
    candidate: relation,
    batch,
    build: [create, ...checks, ...arrival, ...orderChecks(input, batch)],
    effect: 'batch',
    touchedKeys: (key) => keysOfBatch(dialect, { relation, batch, replaced }, key),
    isPublishedLast: false,
    testsRun: 'after-publish',
    publish: (batchColumns) =>
      batchSteps(
        input,
        { materialization, replaced },
        { table: existing.columns, batch: batchColumns },
      ),
    fingerprint: fingerprintOf(['incremental', materialization.strategy, compiled.sql]),
  }
}

function reasonForTable({ existing, isFullRefresh, refreshReason }: MaterializationInput): string {
  if (existing === undefined) return 'first build'
  if (!isFullRefresh) return `it is a ${existing.kind} now`
  return refreshReason === undefined ? 'full refresh' : `full refresh: ${refreshReason}`
}

/** The keys of the rows that the batch deletes or changes, and of those it brings. */
function keysOfBatch(
  dialect: Dialect,
  {
    relation,
    batch,
    replaced: { byKey, byTouch },
  }: {
    readonly relation: Relation
    readonly batch: Relation
    readonly replaced: ReplacedRows
  },
  key: readonly string[],
): string {
  const list = key.map((column) => dialect.quote(column)).join(', ')
  const brought = `select ${list} from ${dialect.relation(batch)}`
  if (byKey === undefined) return brought
  const conditions = [byKey, ...byTouch]
  return `select ${list} from ${dialect.relation(relation)} where ${conditions.join(' or ')}
union all
${brought}`
}

/** Which rows of the table the batch takes the place of, as conditions. */
interface ReplacedRows {
  /** Those of a key in the batch. undefined: none, it is added to what is there. */
  readonly byKey: string | undefined
  /** Those of touched keys: a group or row that is gone has nothing in the batch to say so. */
  readonly byTouch: readonly string[]
}

function replacedRows(
  { dialect, relation, touched }: MaterializationInput,
  materialization: Incremental,
  columns: readonly Column[],
): ReplacedRows {
  if (materialization.strategy === 'append') return { byKey: undefined, byTouch: [] }
  const isIn = (key: readonly string[], query: string) => {
    const list = key.map((column) => dialect.quote(column)).join(', ')
    return `(${list}) in (select ${list} from ${query})`
  }
  const names = columns.map((column) => column.name)
  const groups = touched.filter(({ key }) => key.every((column) => includesName(names, column)))
  return {
    byKey: isIn(materialization.uniqueKey, dialect.relation(candidateOf(relation))),
    byTouch: groups.map(({ key, query }) => isIn(key, `${query} as touched`)),
  }
}

/** Readers have consumed up to what is there: a row at or below would never be seen. */
function orderChecks(input: MaterializationInput, batch: Relation): readonly Step[] {
  const { arrivalColumn, dialect, relation } = input
  if (arrivalColumn === undefined) return []
  const name = dialect.quote(arrivalColumn)
  return [
    {
      kind: 'refuse-rows',
      code: 'late-arrival',
      sql: `select ${name}\nfrom ${dialect.relation(batch)}\nwhere ${name} <= (select max(${name}) from ${dialect.relation(relation)})\norder by ${name}\nlimit 5`,
      message: `expected values of "${arrivalColumn}" beyond those already in the table, found`,
      hint: 'pass on the arrival column of one upstream read by new_rows, or declare none and read this model by touched_keys',
    },
  ]
}

function batchSteps(
  input: MaterializationInput,
  {
    materialization,
    replaced: { byKey, byTouch },
  }: { readonly materialization: Incremental; readonly replaced: ReplacedRows },
  columns: ColumnLists,
): Result<readonly Step[]> {
  const { relation, dialect } = input
  const batch = candidateOf(relation)
  const change = changeSchema(input, materialization, columns)
  if (!change.ok) return change
  const { alterations, insertColumns } = change.value
  const statement = (sql: string, purpose: 'publish' | 'clean up' = 'publish'): Step => ({
    kind: 'statement',
    purpose,
    sql,
    countsRows: false,
  })
  const insert = statement(dialect.insertSelect(relation, insertColumns, batch))
  const dml = (): readonly Step[] => {
    switch (materialization.strategy) {
      case 'append':
        return [insert]
      case 'delete+insert':
        return [
          ...[byKey ?? 'false', ...byTouch].map((condition) =>
            statement(dialect.deleteWhere(relation, condition)),
          ),
          insert,
        ]
      case 'merge': {
        const key = materialization.uniqueKey
        const updateColumns = insertColumns.filter((column) => !includesName(key, column))
        return [
          ...byTouch.map((condition) =>
            statement(dialect.deleteWhere(relation, `${condition}\nand not ${byKey ?? 'false'}`)),
          ),
          statement(dialect.merge({ into: relation, batch, key, insertColumns, updateColumns })),
        ]
      }
    }
  }
  // Columns first: DuckDB refuses to alter a table that the transaction has deleted from.
  return success([
    ...alterations.map((sql) => statement(sql)),
    ...dml(),
    statement(dialect.drop('table', batch), 'clean up'),
  ])
}

function includesName(names: readonly string[], name: string): boolean {
  return names.some((candidate) => candidate.toLowerCase() === name.toLowerCase())
}
