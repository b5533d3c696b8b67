/** How far the dead letters of a model are in files: by source table, in the ledger. */
import { type Session, textCell } from '../../core/adapter.ts'

export interface RefusedCursor {
  /** Another text: rows that were looked at may be others now. */
  readonly history: string
  readonly runId: string
  readonly version: number
  /** By the `relationKey` of the source table: up to which `_load_seq` its dead letters are in files. */
  readonly highs: ReadonlyMap<string, number>
}

const feed = 'dead_letters'

/** undefined: nobody has looked yet. */
export async function readRefusedCursor(
  session: Session,
  modelKey: string,
): Promise<RefusedCursor | undefined> {
  const rows = await session.query(
    `select upstream_key, epoch, high, run_id, cast(cursors.version as text) as version
from _assay.cursors
where reader_key = $1 and feed = $2
and cursors.version = (select max(last.version) from _assay.cursors as last where last.reader_key = $1 and last.feed = $2)`,
    [modelKey, feed],
  )
  const [first] = rows
  if (first === undefined) return undefined
  return {
    history: textCell(first, 'epoch'),
    runId: textCell(first, 'run_id'),
    version: Number(textCell(first, 'version')),
    highs: new Map(
      rows.flatMap((row) =>
        typeof row['high'] === 'string'
          ? [[textCell(row, 'upstream_key'), Number(row['high'])] as const]
          : [],
      ),
    ),
  }
}

/** A row without a high says that there was nothing of any source. */
export async function recordRefusedCursor(
  session: Session,
  modelKey: string,
  { history, runId, version, highs }: RefusedCursor,
): Promise<void> {
  const entries = highs.size === 0 ? [['', null] as const] : [...highs]
  const fixed = '$1, $2, $3, $4, $5, current_timestamp'
  const values = entries.map((_, index) => `(${fixed}, $${6 + 2 * index}, $${7 + 2 * index})`)
  await session.execute(
    `insert into _assay.cursors (reader_key, feed, epoch, version, run_id, recorded_at, upstream_key, high)
values ${values.join(',\n')}`,
    [
      modelKey,
      feed,
      history,
      version,
      runId,
      ...entries.flatMap(([key, high]) => [key, high === null ? null : String(high)]),
    ],
  )
}
