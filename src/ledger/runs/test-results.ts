/** Test results in the ledger, whatever became of the node they speak of. */
import type { Session } from '../../core/adapter.ts'

export interface TestResultRow {
  readonly runId: string
  readonly uniqueId: string
  readonly status: 'pass' | 'warn' | 'fail' | 'error' | 'skipped'
  readonly failures: number
  /** `completeness`, `accuracy`, ...; undefined when the test declares none. */
  readonly dimension: string | undefined
  /** ISO 8601, UTC. */
  readonly recordedAt: string
  readonly message: string
  /** What it looked at; undefined where that cannot be told. */
  readonly fingerprint: string | undefined
}

const columns = 8
const rowsAtOnce = 500

export async function recordTestResults(
  session: Session,
  results: readonly TestResultRow[],
): Promise<void> {
  for (let start = 0; start < results.length; start += rowsAtOnce) {
    await insert(session, results.slice(start, start + rowsAtOnce))
  }
}

async function insert(session: Session, results: readonly TestResultRow[]): Promise<void> {
  const rows = results.map((_, row) => {
    const places = Array.from({ length: columns }, (_, column) => `$${row * columns + column + 1}`)
    return `(${places.join(', ')})`
  })
  await session.execute(
    `insert into _assay.test_results
  (run_id, unique_id, status, failures, dimension, recorded_at, message, fingerprint)
values ${rows.join(', ')}`,
    results.flatMap((result) => [
      result.runId,
      result.uniqueId,
      result.status,
      result.failures,
      result.dimension ?? null,
      result.recordedAt,
      result.message,
      result.fingerprint ?? null,
    ]),
  )
}
