/** A backfill: the rows that a condition names are built anew and replaced, the others stay. */
import type { RelationState } from '../../../core/adapter.ts'
import type { Dialect } from '../../../core/dialect.ts'
import { errorDiagnostic } from '../../../core/diagnostic.ts'
import type { Column, Relation } from '../../../core/relation.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import type { PublishUnit, Step } from '../publish-unit.ts'
import {
  arrivalChecks,
  candidateOf,
  fingerprintOf,
  type MaterializationInput,
  wrapped,
} from './materialization.ts'

export interface BackfillFacts {
  readonly existing: RelationState
  readonly checks: readonly Step[]
  /** Once each in the table; empty: rows have no key of their own. */
  readonly key: readonly string[]
}

/** The input's SQL gives all rows, as in a full refresh. */
export function planBackfill(
  input: MaterializationInput,
  condition: string,
  { existing, checks, key }: BackfillFacts,
): PublishUnit {
  const { relation, compiled, buildFrom, dialect } = input
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
    build: [create, ...checks, ...arrivalChecks(dialect, batch, input.arrivalColumn)],
    // Rows that readers have consumed by their arrival value change below their cursors.
    effect: input.arrivalColumn === undefined ? 'batch' : 'rewrite',
    touchedKeys: (key) => keysOfBackfill(dialect, { relation, batch, condition }, key),
    isPublishedLast: false,
    testsRun: 'after-publish',
    publish: (columns) => replaceRows(input, condition, { existing, columns, key }),
    fingerprint: fingerprintOf(['backfill', compiled.sql]),
  }
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
  { relation, dialect }: MaterializationInput,
  condition: string,
  {
    existing,
    columns,
    key,
  }: {
    readonly existing: RelationState
    readonly columns: readonly Column[]
    readonly key: readonly string[]
  },
): Result<readonly Step[]> {
  const names = new Set(columns.map((column) => column.name))
  const missing = existing.columns.filter((column) => !names.has(column.name))
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
    ...uniqueAfter(dialect, { relation, batch, key }),
    statement(dialect.drop('table', batch), 'clean up'),
  ])
}

/** A row that moved into the condition may still stand outside of it under its key. */
function uniqueAfter(
  dialect: Dialect,
  {
    relation,
    batch,
    key,
  }: { readonly relation: Relation; readonly batch: Relation; readonly key: readonly string[] },
): readonly Step[] {
  if (key.length === 0) return []
  const list = key.map((column) => dialect.quote(column)).join(', ')
  return [
    {
      kind: 'refuse-rows',
      code: 'duplicate-key',
      sql: `select ${list}, count(*) as n_rows
from ${dialect.relation(relation)}
where (${list}) in (select ${list} from ${dialect.relation(batch)})
group by ${list}
having count(*) > 1
order by count(*) desc, ${list}
limit 5`,
      message: 'expected each unique key once after the backfill, found',
      hint: 'such rows were outside the condition before: widen it, e.g. name the keys',
    },
  ]
}

function listOf(columns: readonly Column[]): string {
  return columns.map((column) => `"${column.name}"`).join(', ')
}
