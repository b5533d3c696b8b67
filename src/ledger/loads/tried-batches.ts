/** What the ledger says of one batch: whether it was tried, by whom it was loaded, and what came of it. */
import { type Session, textCell } from '../../core/adapter.ts'
import type { LoadCounts } from '../../core/load/load.ts'

/** A batch, in the table as it is now: what was loaded into one that was dropped since is not there. */
export interface BatchOfTable {
  readonly batchId: string
  readonly epoch: string
}

/** The run that committed it; undefined: its rows are not in the table. */
export async function runThatLoaded(
  session: Session,
  { batchId, epoch }: BatchOfTable,
): Promise<string | undefined> {
  const [row] = await session.query(
    `select run_id from _assay.loads where batch_id = $1 and epoch = $2 and status = 'loaded' limit 1`,
    [batchId, epoch],
  )
  return row === undefined ? undefined : textCell(row, 'run_id')
}

/** Into a table of this name that is there no more. */
export async function wasLoadedBefore(
  session: Session,
  { batchId, epoch }: BatchOfTable,
): Promise<boolean> {
  const rows = await session.query(
    `select 1 as n from _assay.loads where batch_id = $1 and epoch <> $2 and status = 'loaded' limit 1`,
    [batchId, epoch],
  )
  return rows.length > 0
}

/** Of a batch that is loaded. */
export async function readCounts(
  session: Session,
  { batchId, epoch }: BatchOfTable,
): Promise<LoadCounts> {
  const [row] = await session.query(
    `select cast(sum(records_read) as text) as records_read, cast(sum(rows_loaded) as text) as rows_loaded,
  cast(sum(dead) as text) as dead, cast(sum(duplicates) as text) as duplicates
from _assay.loads
where batch_id = $1 and epoch = $2 and status = 'loaded'`,
    [batchId, epoch],
  )
  const count = (name: string) => (row === undefined ? 0 : Number(textCell(row, name)))
  return {
    read: count('records_read'),
    loaded: count('rows_loaded'),
    dead: count('dead'),
    duplicates: count('duplicates'),
  }
}

/** Whether anything was ever said of it: loaded, or tried in vain. */
export async function wasTried(session: Session, batchId: string): Promise<boolean> {
  const rows = await session.query('select 1 as n from _assay.loads where batch_id = $1 limit 1', [
    batchId,
  ])
  return rows.length > 0
}

/** How often a batch was tried in vain since it was last released. */
export async function countTries(session: Session, batchId: string): Promise<number> {
  const [row] = await session.query(
    `select cast(count(distinct run_id) as text) as tries
from _assay.loads
where batch_id = $1 and status = 'failed'
and recorded_at > coalesce(
  (select max(recorded_at) from _assay.loads where batch_id = $1 and status = 'released'),
  timestamp with time zone '1970-01-01 00:00:00+00'
)`,
    [batchId],
  )
  return row === undefined ? 0 : Number(textCell(row, 'tries'))
}
