/** The last result of each test, as the ledger has it. */
import { type Row, type SqlParameter, textCell } from '../../core/adapter.ts'
import type { TestResultRow } from './test-results.ts'

export interface LastTestResult {
  readonly status: Exclude<TestResultRow['status'], 'skipped'>
  readonly failures: number
  readonly message: string
  /** As text: `YYYY-MM-DD HH:MM:SS[.ffffff]+00`. */
  readonly recordedAt: string
  readonly runId: string
}

/** A session, or what reads like one. */
export interface Asked {
  query(sql: string, parameters: readonly SqlParameter[]): Promise<readonly Row[]>
}

export interface TestsWanted {
  /** Results of runs on other targets of the same database are theirs. */
  readonly target: string
  readonly uniqueIds: readonly string[]
}

/**
 * By unique id; a test that was skipped has the result it had before. Asked test by test: the ledger may hold a result of
 * each of them for every build of months.
 */
export async function readLastTestResults(
  asked: Asked,
  { target, uniqueIds }: TestsWanted,
): Promise<ReadonlyMap<string, LastTestResult>> {
  if (uniqueIds.length === 0) return new Map()
  const rows = await asked.query(
    `select wanted.unique_id, last.*
from (select unnest(string_to_array($1, chr(10))) as unique_id) as wanted
cross join lateral (
  select
    tests.status, cast(tests.failures as text) as failures, tests.message,
    tests.recorded_at, tests.run_id
  from _assay.test_results as tests
  left join _assay.runs as runs on runs.run_id = tests.run_id and runs.phase = 'started'
  where tests.unique_id = wanted.unique_id and tests.status <> 'skipped' and coalesce(runs.target, $2) = $2
  order by tests.recorded_at desc
  limit 1
) as last`,
    [uniqueIds.join('\n'), target],
  )
  return new Map(
    rows.map((row) => [
      textCell(row, 'unique_id'),
      {
        status: statusOf(textCell(row, 'status')),
        failures: Number(textCell(row, 'failures')),
        message: textCell(row, 'message'),
        recordedAt: textCell(row, 'recorded_at'),
        runId: textCell(row, 'run_id'),
      },
    ]),
  )
}

function statusOf(text: string): LastTestResult['status'] {
  return text === 'pass' || text === 'warn' || text === 'fail' ? text : 'error'
}
