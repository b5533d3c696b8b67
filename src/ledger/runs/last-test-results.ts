/** The last result of each test, as the ledger has it. */
import { type Session, textCell } from '../../core/adapter.ts'
import type { TestResultRow } from './test-results.ts'

export interface LastTestResult {
  readonly status: Exclude<TestResultRow['status'], 'skipped'>
  readonly failures: number
  readonly message: string
  /** As text: `YYYY-MM-DD HH:MM:SS[.ffffff]+00`. */
  readonly recordedAt: string
  readonly runId: string
}

/** By unique id, of the runs on this target; a test that was skipped has the result it had before. */
export async function readLastTestResults(
  session: Session,
  target: string,
): Promise<ReadonlyMap<string, LastTestResult>> {
  const rows = await session.query(
    `select distinct on (t.unique_id)
  t.unique_id, t.status, cast(t.failures as text) as failures, t.message, t.recorded_at, t.run_id
from _assay.test_results as t
left join _assay.runs as r on r.run_id = t.run_id and r.phase = 'started'
where t.status <> 'skipped' and coalesce(r.target, $1) = $1
order by t.unique_id, t.recorded_at desc`,
    [target],
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
