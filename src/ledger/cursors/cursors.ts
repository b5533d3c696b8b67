/**
 * Cursors in the ledger: how far a relation has read each of its upstreams, written in the transaction of what it read.
 * Rows of the feed `dead_letters` are none of them, and have versions of their own.
 */
import { type Row, type Session, textCell } from '../../core/adapter.ts'
import { placesOf } from '../../core/database/places.ts'

export interface Cursor {
  readonly upstreamKey: string
  /** `rows`: by arrival value; `changes`: by version of the upstream's change feed. */
  readonly feed: 'rows' | 'changes'
  /** Of the upstream when it was read: a cursor of another epoch says nothing. */
  readonly epoch: string
  /** The last value consumed, in the database's text form; undefined: there was none yet. */
  readonly high: string | undefined
}

export interface StoredCursor extends Cursor {
  /** The reader's publication that wrote it. */
  readonly version: number
}

export async function recordCursors(
  session: Session,
  reader: { readonly relationKey: string; readonly version: number; readonly runId: string },
  cursors: readonly Cursor[],
): Promise<void> {
  for (const { upstreamKey, feed, epoch, high } of cursors) {
    await session.execute(
      `insert into _assay.cursors (reader_key, upstream_key, feed, epoch, high, version, run_id, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7, current_timestamp)`,
      [reader.relationKey, upstreamKey, feed, epoch, high ?? null, reader.version, reader.runId],
    )
  }
}

/** A publication of a reader, whose cursors nothing changes any more. */
export interface ReaderVersion {
  readonly relationKey: string
  readonly version: number
}

/** What a publication is known by among several. */
export function readerText({ relationKey, version }: ReaderVersion): string {
  return `${relationKey} ${version}`
}

/** Two parameters for each; Postgres takes 65,535 at most. */
const readersAtOnce = 5000

/** Those that each publication wrote, by `readerText`, in one question. */
export async function readCursorsOfAll(
  session: Session,
  readers: readonly ReaderVersion[],
): Promise<ReadonlyMap<string, readonly StoredCursor[]>> {
  const found = new Map<string, StoredCursor[]>(readers.map((reader) => [readerText(reader), []]))
  for (let start = 0; start < readers.length; start += readersAtOnce) {
    const some = readers.slice(start, start + readersAtOnce)
    const places = some.map((_, index) => `($${2 * index + 1}, $${2 * index + 2})`)
    const rows = await session.query(
      `select reader_key, upstream_key, feed, epoch, high, cast(cursors.version as text) as version
from _assay.cursors
where (reader_key, cursors.version) in (${places.join(', ')}) and feed in ('rows', 'changes')
order by reader_key, upstream_key, feed`,
      some.flatMap(({ relationKey, version }) => [relationKey, version]),
    )
    for (const row of rows) {
      const cursor = toStoredCursor(row)
      const relationKey = textCell(row, 'reader_key')
      found.get(readerText({ relationKey, version: cursor.version }))?.push(cursor)
    }
  }
  return found
}

/** Those that one publication of the reader wrote. */
export async function readCursorsOf(
  session: Session,
  reader: ReaderVersion,
): Promise<readonly StoredCursor[]> {
  const found = await readCursorsOfAll(session, [reader])
  return found.get(readerText(reader)) ?? []
}

/** The newest of each upstream. */
export async function readCursors(
  session: Session,
  readerKey: string,
): Promise<readonly StoredCursor[]> {
  const rows = await session.query(
    `select distinct on (upstream_key, feed)
  upstream_key, feed, epoch, high, cast(cursors.version as text) as version
from _assay.cursors
where reader_key = $1 and feed in ('rows', 'changes')
order by upstream_key, feed, cursors.version desc`,
    [readerKey],
  )
  return rows.map(toStoredCursor)
}

function toStoredCursor(row: Row): StoredCursor {
  const high = row['high']
  return {
    upstreamKey: textCell(row, 'upstream_key'),
    feed: textCell(row, 'feed') === 'rows' ? 'rows' : 'changes',
    epoch: textCell(row, 'epoch'),
    high: typeof high === 'string' ? high : undefined,
    version: Number(textCell(row, 'version')),
  }
}

/** How many publications of the upstream in (low, high] recorded their keys; fewer than there were: changes are unknown. */
export async function countRecordedChanges(
  session: Session,
  feed: {
    readonly relationKey: string
    readonly epoch: string
    readonly keyColumns: string
    readonly low: number
    readonly high: number
  },
): Promise<number> {
  const [row] = await session.query(
    `select cast(count(distinct version) as text) as recorded
from _assay.changes
where relation_key = $1 and epoch = $2 and key_columns = $3 and version > $4 and version <= $5`,
    [feed.relationKey, feed.epoch, feed.keyColumns, feed.low, feed.high],
  )
  return row === undefined ? 0 : Number(textCell(row, 'recorded'))
}

/** The newest arrival value that each reader has consumed of any of these relations, as text. */
export async function readConsumed(
  session: Session,
  upstreamKeys: readonly string[],
): Promise<readonly string[]> {
  const rows = await session.query(
    `select distinct on (reader_key, upstream_key) reader_key, upstream_key, high
from _assay.cursors
where feed = 'rows' and upstream_key in (${placesOf(upstreamKeys)})
order by reader_key, upstream_key, cursors.version desc`,
    upstreamKeys,
  )
  return rows.flatMap((row) => (row['high'] === null ? [] : [textCell(row, 'high')]))
}
