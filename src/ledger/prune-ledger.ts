/** Retention: the ledger forgets what is old, but never what the next build goes by. */
import type { Session } from '../core/adapter.ts'

export interface PruneOrder {
  readonly runId: string
  /** ISO 8601, UTC: runs, node runs and test results that ended before are forgotten. */
  readonly runsBefore: string
  /** Of the change feeds: a reader that lags behind it is rebuilt whole. */
  readonly changesBefore: string
  /** Nothing is done when it was done since. */
  readonly unlessSince: string
}

/** True when it was due. Each statement commits alone: nothing depends on all of them. */
export async function pruneLedger(session: Session, order: PruneOrder): Promise<boolean> {
  const [done] = await session.query(
    `select 1 as one from _assay.runs where phase = 'pruned' and recorded_at > cast($1 as timestamptz) limit 1`,
    [order.unlessSince],
  )
  if (done !== undefined) return false
  await session.execute(
    `delete from _assay.changes
where run_id in (select run_id from _assay.runs where recorded_at < cast($1 as timestamptz))
or run_id not in (select run_id from _assay.runs)`,
    [order.changesBefore],
  )
  for (const statement of oldRows) await session.execute(statement, [order.runsBefore])
  await session.execute(
    `insert into _assay.runs (run_id, phase, recorded_at, command, target, version, counts)
values ($1, 'pruned', current_timestamp, 'retention', '', '', '{}')`,
    [order.runId],
  )
  return true
}

/** What the next build goes by stays whatever its age: the newest publication, cursor and epoch of each relation. */
const oldRows: readonly string[] = [
  `delete from _assay.test_results where recorded_at < cast($1 as timestamptz)`,
  `delete from _assay.node_runs
where finished_at < cast($1 as timestamptz)
and (status <> 'success' or exists (
  select 1 from _assay.node_runs as newer
  where newer.relation_key = node_runs.relation_key and newer.status = 'success'
  and coalesce(newer.version, 0) > coalesce(node_runs.version, 0)
))`,
  `delete from _assay.cursors
where recorded_at < cast($1 as timestamptz)
and exists (
  select 1 from _assay.cursors as newer
  where newer.reader_key = cursors.reader_key and newer.version > cursors.version
)`,
  `delete from _assay.relations
where created_at < cast($1 as timestamptz)
and exists (
  select 1 from _assay.relations as newer
  where newer.relation_key = relations.relation_key and newer.created_at > relations.created_at
)`,
  `delete from _assay.batches
where recorded_at < cast($1 as timestamptz)
and exists (
  select 1 from _assay.batches as newer
  where newer.relation_key = batches.relation_key and newer.version > batches.version
  and (newer.epoch <> batches.epoch or (newer.window_start = batches.window_start and newer.window_end = batches.window_end))
)`,
  `delete from _assay.source_freshness where recorded_at < cast($1 as timestamptz)`,
  `delete from _assay.pending_hooks where recorded_at < cast($1 as timestamptz)`,
  `delete from _assay.runs where recorded_at < cast($1 as timestamptz)`,
]
