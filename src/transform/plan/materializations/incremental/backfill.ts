/** A backfill: the rows that a condition names are built anew and replaced, the others stay. */
import type { RelationState } from '../../../../core/database/warehouse-state.ts'
import type { Dialect } from '../../../../core/dialect.ts'
import { errorDiagnostic } from '../../../../core/diagnostic.ts'
import type { Incremental } from '../../../../core/node/incremental.ts'
import type { Column, Relation } from '../../../../core/relation.ts'
import { failure, type Result, success } from '../../../../core/result.ts'
import type { PublishUnit, Step } from '../../publish-unit.ts'
import {
  arrivalChecks,
  candidateOf,
  fingerprintOf,
  type MaterializationInput,
  wrapped,
} from '../materialization.ts'
import { isSameColumn, spelled } from './column-names.ts'
import { expressionList, type KeyTerm, keyTerms, selectList } from './key-terms.ts'

export interface BackfillFacts {
  readonly existing: RelationState
  readonly checks: PublishUnit['checks']
  readonly materialization: Incremental
}

/** The input's SQL gives all rows, as in a full refresh. */
export function planBackfill(
  input: MaterializationInput,
  condition: string,
  { existing, checks, materialization }: BackfillFacts,
): PublishUnit {
  const { relation, compiled, buildFrom, dialect } = input
  const key = keyOfRows(dialect, materialization, existing.columns)
  const batch = candidateOf(relation)
  const select = `select * from (\n${buildFrom.sql}\n) as assay_backfill\nwhere ${condition}`
  const create = wrapped(buildFrom, dialect.createTableAs(batch, select), {
    purpose: 'build',
    countsRows: true,
  })
  return {
    action: 'backfill',
    because: `--backfill "${condition}"`,
    candidate: relation,
    batch,
    build: [
      create,
      ...arrivalChecks(dialect, batch, input.arrivalColumn),
      ...keepKeys(input, condition, key),
    ],
    checks,
    // Rows that readers have consumed by their arrival value change below their cursors.
    effect: input.arrivalColumn === undefined ? 'batch' : 'rewrite',
    touchedKeys: (key) => keysOfBackfill(dialect, { relation, batch, condition }, key),
    isPublishedLast: false,
    testsRun: 'after-publish',
    publish: (columns) => replaceRows(input, condition, { existing, columns, key }),
    fingerprint: fingerprintOf(['backfill', compiled.sql]),
  }
}

/** Of rows or groups; empty: rows have no key of their own, or one that a strategy of the project's own sees to. */
function keyOfRows(
  dialect: Dialect,
  materialization: Incremental,
  columns: readonly Column[],
): readonly KeyTerm[] {
  const { strategy } = materialization
  if (strategy === 'append' || strategy === 'custom') return []
  if (strategy === 'microbatch') {
    const name = spelled(columns, materialization.eventTime)
    return [{ sql: dialect.quote(name), name }]
  }
  return keyTerms(dialect, materialization, columns)
}

function keysOfBackfill(
  dialect: Dialect,
  {
    relation,
    batch,
    condition,
  }: { readonly relation: Relation; readonly batch: Relation; readonly condition: string },
  key: readonly string[],
): string {
  const list = key.map((column) => dialect.quote(column)).join(', ')
  return `select ${list} from ${dialect.relation(relation)} where ${condition}
union all
select ${list} from ${dialect.relation(batch)}`
}

function replaceRows(
  input: MaterializationInput,
  condition: string,
  {
    existing,
    columns,
    key,
  }: {
    readonly existing: RelationState
    readonly columns: readonly Column[]
    readonly key: readonly KeyTerm[]
  },
): Result<readonly Step[]> {
  const isGiven = (name: string) =>
    columns.some((column) => isSameColumn(input.dialect, column.name, name))
  const missing = existing.columns.filter((column) => !isGiven(column.name))
  const added = columns.length - (existing.columns.length - missing.length)
  if (missing.length > 0 || added > 0) {
    return failure([
      errorDiagnostic({
        code: 'schema-changed',
        message: `expected the columns of the table in a backfill, found others: the model gives ${listOf(columns)}, the table has ${listOf(existing.columns)}`,
        hint: 'rebuild with --full-refresh',
      }),
    ])
  }
  const { relation, dialect } = input
  const batch = candidateOf(relation)
  const statement = (sql: string, purpose: 'publish' | 'clean up' = 'publish'): Step => ({
    kind: 'statement',
    purpose,
    sql,
    countsRows: false,
  })
  return success([
    statement(dialect.deleteWhere(relation, condition)),
    statement(
      dialect.insertSelect(
        relation,
        existing.columns.map((column) => column.name),
        batch,
      ),
    ),
    ...compareKeys(input, key),
    statement(dialect.drop('table', batch), 'clean up'),
  ])
}

/** Keys of the rows that go and of those that come, kept until they are compared. */
function keysTableOf(relation: Relation): Relation {
  return { ...relation, identifier: `${relation.identifier}__assay_key` }
}

function keepKeys(
  { dialect, relation }: MaterializationInput,
  condition: string,
  key: readonly KeyTerm[],
): readonly Step[] {
  if (key.length === 0) return []
  const list = selectList(dialect, key)
  const select = `select ${list} from ${dialect.relation(relation)} where ${condition}
union
select ${list} from ${dialect.relation(candidateOf(relation))}`
  const sql = dialect.createTableAs(keysTableOf(relation), select)
  return [{ kind: 'statement', purpose: 'build', sql, countsRows: false }]
}

/**
 * A condition on a value that the new rows have another of takes rows away that none comes for, or brings some that are
 * there already: each key must have as many rows as the model's SQL gives it.
 */
function compareKeys(
  { dialect, relation, buildFrom }: MaterializationInput,
  key: readonly KeyTerm[],
): readonly Step[] {
  if (key.length === 0) return []
  const list = key.map(({ name }) => dialect.quote(name)).join(', ')
  const expressions = expressionList(key)
  const keys = dialect.relation(keysTableOf(relation))
  const countsOf = (from: string, sign: '' | '-') =>
    `select ${selectList(dialect, key)}, ${sign}count(*) as n_rows from ${from} where (${expressions}) in (select ${list} from ${keys}) group by ${expressions}`
  return [
    {
      kind: 'refuse-rows',
      code: 'backfill-mismatch',
      configs: ['unique_key', 'partition_by', 'event_time'],
      sql: `select ${list}, cast(sum(n_rows) as bigint) as surplus_rows
from (
${countsOf(dialect.relation(relation), '')}
union all
${countsOf(`(\n${buildFrom.sql}\n) as assay_backfill`, '-')}
) as counted
group by ${list}
having sum(n_rows) <> 0
order by ${list}
limit 5`,
      message: 'expected each key to have as many rows as the model gives it, found other counts:',
      hint: 'the condition is met by rows before and not after, or the other way round: name the keys in it, or rebuild with --full-refresh',
    },
    {
      kind: 'statement',
      purpose: 'clean up',
      sql: dialect.drop('table', keysTableOf(relation)),
      countsRows: false,
    },
  ]
}

function listOf(columns: readonly Column[]): string {
  return columns.map((column) => `"${column.name}"`).join(', ')
}
