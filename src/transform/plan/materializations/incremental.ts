/** An incremental model: the first run and a full refresh build a table, every other run adds a checked batch to it. */
import { type Result, success } from '../../../core/result.ts'
import type { PublishUnit, Step } from '../publish-unit.ts'
import { changeSchema, type ColumnLists } from './change-schema.ts'
import { keyChecks } from './key-checks.ts'
import {
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
  const { relation, compiled, dialect, existing } = input
  const batch = candidateOf(relation)
  const checks = keyChecks(dialect, batch, materialization)
  if (existing?.kind !== 'table' || input.isFullRefresh) {
    return planTable(input, checks, reasonForTable(input))
  }
  const create = wrapped(compiled, dialect.createTableAs(batch, compiled.sql), {
    purpose: 'build',
    countsRows: true,
  })
  return {
    action: materialization.strategy,
    because: 'it is incremental and its table exists',
    candidate: relation,
    batch,
    build: [create, ...checks],
    rewritesRows: false,
    testsRun: 'after-publish',
    publish: (batchColumns) =>
      batchSteps(input, materialization, { table: existing.columns, batch: batchColumns }),
    fingerprint: fingerprintOf(['incremental', materialization.strategy, compiled.sql]),
  }
}

function reasonForTable({ existing, isFullRefresh }: MaterializationInput): string {
  if (existing === undefined) return 'first build'
  return isFullRefresh ? 'full refresh' : `it is a ${existing.kind} now`
}

function batchSteps(
  input: MaterializationInput,
  materialization: Incremental,
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
          statement(dialect.deleteMatching(relation, batch, materialization.uniqueKey)),
          insert,
        ]
      case 'merge': {
        const key = materialization.uniqueKey
        const updateColumns = insertColumns.filter((column) => !includesName(key, column))
        return [
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
