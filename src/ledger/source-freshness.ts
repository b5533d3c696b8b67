/** How old the rows of sources were found to be, in the ledger. */
import type { Session } from '../core/adapter.ts'

export interface SourceFreshnessRow {
  readonly uniqueId: string
  readonly status: 'pass' | 'warn' | 'error' | 'runtime error'
  /** ISO 8601, UTC; undefined: no rows, or the question failed. */
  readonly maxLoadedAt: string | undefined
  readonly ageSeconds: number | undefined
  /** ISO 8601, UTC. */
  readonly recordedAt: string
  readonly message: string
}

export async function recordSourceFreshness(
  session: Session,
  runId: string,
  rows: readonly SourceFreshnessRow[],
): Promise<void> {
  for (const row of rows) {
    await session.execute(
      `insert into _assay.source_freshness
  (run_id, unique_id, status, max_loaded_at, age_seconds, recorded_at, message)
values ($1, $2, $3, cast($4 as timestamptz), $5, $6, $7)`,
      [
        runId,
        row.uniqueId,
        row.status,
        row.maxLoadedAt ?? null,
        row.ageSeconds === undefined ? null : Math.floor(row.ageSeconds),
        row.recordedAt,
        row.message,
      ],
    )
  }
}
