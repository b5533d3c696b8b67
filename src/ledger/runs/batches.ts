/** Batches in the ledger: which spans of event time a microbatch table was given, written in the transaction of their rows. */
import { type Session, textCell } from '../../core/adapter.ts'
import type { EventWindow } from '../../core/time/event-window.ts'

export interface BatchOwner {
  readonly relationKey: string
  /** Of the table: one that is made anew has batches of its own. */
  readonly epoch: string
  readonly version: number
  readonly runId: string
}

/** Rows of one statement. */
const rowsAtOnce = 1000

export async function recordBatches(
  session: Session,
  { relationKey, epoch, version, runId }: BatchOwner,
  windows: readonly EventWindow[],
): Promise<void> {
  for (let start = 0; start < windows.length; start += rowsAtOnce) {
    const rows = windows.slice(start, start + rowsAtOnce)
    const values = rows.map((_, index) => {
      const [first, second] = [index * 2 + 5, index * 2 + 6]
      return `(cast($1 as text), cast($2 as text), cast($${first} as text), cast($${second} as text), cast($3 as bigint), cast($4 as text), current_timestamp)`
    })
    await session.execute(
      `insert into _assay.batches (relation_key, epoch, window_start, window_end, version, run_id, recorded_at)
values ${values.join(',\n')}`,
      [relationKey, epoch, version, runId, ...rows.flatMap((row) => [row.start, row.end])],
    )
  }
}

/** In order of their start. */
export async function readBatches(
  session: Session,
  { relationKey, epoch }: Pick<BatchOwner, 'relationKey' | 'epoch'>,
): Promise<readonly EventWindow[]> {
  const rows = await session.query(
    `select distinct window_start, window_end
from _assay.batches
where relation_key = $1 and epoch = $2
order by window_start, window_end`,
    [relationKey, epoch],
  )
  return rows.map((row) => ({
    start: textCell(row, 'window_start'),
    end: textCell(row, 'window_end'),
  }))
}
