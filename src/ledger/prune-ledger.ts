/** Retention: the ledger forgets what is old, but never what the next build goes by. */
import type { Session } from '../core/adapter.ts'

export interface PruneOrder {
  readonly runId: string
  /** ISO 8601, UTC: runs, node runs and test results that ended before are forgotten. */
  readonly runsBefore: string
  /** Of the change feeds: a reader that lags behind it is rebuilt whole. */
  readonly changesBefore: string
  /** Of dead letters; undefined: they stay. */
  readonly deadLettersBefore: string | undefined
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
  for (const { table, where, before } of rulesOf(order)) {
    await session.execute(`delete from _assay.${table}\nwhere ${where}`, [before])
  }
  await session.execute(
    `insert into _assay.runs (run_id, phase, recorded_at, command, target, version, counts)
values ($1, 'pruned', current_timestamp, 'retention', '', '', '{}')`,
    [order.runId],
  )
  return true
}

/** How many rows of each table would go. */
export async function countOldRows(
  session: Session,
  order: Omit<PruneOrder, 'runId' | 'unlessSince'>,
): Promise<readonly { readonly table: string; readonly rows: number }[]> {
  const counts = []
  for (const { table, where, before } of rulesOf(order)) {
    const [row] = await session.query(
      `select count(*) as n\nfrom _assay.${table}\nwhere ${where}`,
      [before],
    )
    counts.push({ table, rows: Number(row?.['n']) })
  }
  return counts
}

interface Rule {
  readonly table: string
  /** `$1`: the moment before which rows are old. */
  readonly where: string
  readonly before: string
}

/** What the next build goes by stays whatever its age: the newest publication, cursor and epoch of each relation. */
function rulesOf({
  runsBefore,
  changesBefore,
  deadLettersBefore,
}: Omit<PruneOrder, 'runId' | 'unlessSince'>): readonly Rule[] {
  const old = (table: string, where: string): Rule => ({ table, where, before: runsBefore })
  return [
    {
      table: 'changes',
      where: `run_id in (select run_id from _assay.runs where recorded_at < cast($1 as timestamptz))
or run_id not in (select run_id from _assay.runs)`,
      before: changesBefore,
    },
    ...(deadLettersBefore === undefined
      ? []
      : [
          {
            table: 'dead_letters',
            where: 'recorded_at < cast($1 as timestamptz)',
            before: deadLettersBefore,
          },
        ]),
    old('test_results', 'recorded_at < cast($1 as timestamptz)'),
    old(
      'node_runs',
      `finished_at < cast($1 as timestamptz)
and (status <> 'success' or exists (
  select 1 from _assay.node_runs as newer
  where newer.relation_key = node_runs.relation_key and newer.status = 'success'
  and coalesce(newer.version, 0) > coalesce(node_runs.version, 0)
))`,
    ),
    old(
      'cursors',
      `recorded_at < cast($1 as timestamptz)
and exists (
  select 1 from _assay.cursors as newer
  where newer.reader_key = cursors.reader_key and newer.version > cursors.version
  and (newer.feed = 'dead_letters') = (cursors.feed = 'dead_letters')
)`,
    ),
    old(
      'relations',
      `created_at < cast($1 as timestamptz)
and exists (
  select 1 from _assay.relations as newer
  where newer.relation_key = relations.relation_key and newer.created_at > relations.created_at
)`,
    ),
    old(
      'batches',
      `recorded_at < cast($1 as timestamptz)
and exists (
  select 1 from _assay.batches as newer
  where newer.relation_key = batches.relation_key and newer.version > batches.version
  and (newer.epoch <> batches.epoch or (newer.window_start = batches.window_start and newer.window_end = batches.window_end))
)`,
    ),
    old(
      'exports',
      `recorded_at < cast($1 as timestamptz)
and exists (
  select 1 from _assay.exports as newer
  where newer.location = exports.location and newer.phase = 'done'
  and newer.recorded_at > exports.recorded_at
)`,
    ),
    old('source_freshness', 'recorded_at < cast($1 as timestamptz)'),
    old('pending_hooks', 'recorded_at < cast($1 as timestamptz)'),
    old('runs', 'recorded_at < cast($1 as timestamptz)'),
  ]
}
