/** Loads in the ledger: what each batch took of each origin, written in the transaction of its rows; tries that failed too. */
import { type Row, type Session, textCell } from '../../core/adapter.ts'
import { placesOf } from '../../core/database/places.ts'
import { type LineRanges, parseLines } from '../../core/load/line-ranges.ts'
import type { LoadCounts } from '../../core/load/load.ts'

/**
 * `loaded`: its rows are there. `duplicate`: the content was loaded before. `failed`: a try that ended without rows.
 * `refused`: each run looks at it, and it is not tried. `quarantined`: not tried any more. `released`: to be tried again.
 */
export type LoadStatus = (typeof statuses)[number]
const statuses = ['loaded', 'duplicate', 'failed', 'refused', 'quarantined', 'released'] as const

export interface LoadOwner {
  readonly relationKey: string
  readonly uniqueId: string
  readonly loader: string
  readonly runId: string
  /** Of the table: one that is made anew has loaded nothing yet. */
  readonly epoch: string
}

export interface LoadRow {
  readonly batchId: string
  readonly status: LoadStatus
  readonly source: string
  readonly contentHash: string | undefined
  readonly bytes: number | undefined
  readonly state: string | undefined
  readonly part: number
  readonly isLast: boolean
  /** As `formatLines` writes them; undefined: it tells nothing of its records. */
  readonly lines?: string | undefined
  readonly counts: LoadCounts
  /** undefined: no rows. */
  readonly firstSeq?: number
  readonly lastSeq?: number
  readonly message: string
}

/** Rows of one statement. */
const rowsAtOnce = 500

export async function recordLoads(
  session: Session,
  owner: LoadOwner,
  rows: readonly LoadRow[],
): Promise<void> {
  for (let start = 0; start < rows.length; start += rowsAtOnce) {
    const some = rows.slice(start, start + rowsAtOnce)
    const parameters = some.flatMap((row) => valuesOf(row))
    const width = parameters.length / some.length
    const values = some.map((_, index) => {
      const places = types.map((type, place) => `cast($${6 + index * width + place} as ${type})`)
      return `(cast($1 as text), cast($2 as text), cast($3 as text), cast($4 as text), cast($5 as text), ${places.join(', ')}, current_timestamp)`
    })
    const { relationKey, uniqueId, loader, runId, epoch } = owner
    await session.execute(
      `insert into _assay.loads (
  relation_key, unique_id, loader, run_id, epoch,
  batch_id, status, source, content_hash, source_bytes, source_state, part, is_last,
  records_read, rows_loaded, dead, duplicates, first_seq, last_seq, record_lines, message, recorded_at
)
values ${values.join(',\n')}`,
      [relationKey, uniqueId, loader, runId, epoch, ...parameters],
    )
  }
}

const types = [
  'text',
  'text',
  'text',
  'text',
  'bigint',
  'text',
  'integer',
  'boolean',
  'bigint',
  'bigint',
  'bigint',
  'bigint',
  'bigint',
  'bigint',
  'text',
  'text',
]

function valuesOf(row: LoadRow) {
  const { counts } = row
  return [
    row.batchId,
    row.status,
    row.source,
    row.contentHash ?? null,
    row.bytes ?? null,
    row.state ?? null,
    row.part,
    row.isLast,
    counts.read,
    counts.loaded,
    counts.dead,
    counts.duplicates,
    row.firstSeq ?? null,
    row.lastSeq ?? null,
    row.lines ?? null,
    row.message,
  ]
}

/** undefined: nothing was loaded into the table yet. */
export async function readLastSeq(
  session: Session,
  relationKey: string,
): Promise<number | undefined> {
  const [row] = await session.query(
    'select cast(max(last_seq) as text) as last_seq from _assay.loads where relation_key = $1',
    [relationKey],
  )
  const text = row?.['last_seq']
  return typeof text === 'string' ? Number(text) : undefined
}

/** An origin as the ledger remembers it. */
export interface StoredOrigin {
  readonly source: string
  readonly contentHash: string | undefined
  readonly bytes: number | undefined
  readonly state: string | undefined
  readonly status: LoadStatus
  readonly tries: number
  readonly records: number
  /** Of its records that are in batches of this status. */
  readonly lines: LineRanges
  /** Of `loaded`: so says a row from before there were lines; of all others true. */
  readonly isWhole: boolean
}

/** The newest state of each source and content of a table in its present epoch; of these sources only, if there are any. */
export async function readOrigins(
  session: Session,
  { relationKey, epoch }: Pick<LoadOwner, 'relationKey' | 'epoch'>,
  sources?: readonly string[],
): Promise<readonly StoredOrigin[]> {
  if (sources?.length === 0) return []
  const among = sources === undefined ? '' : `\nand source in (${placesOf(sources, 2)})`
  const rows = await session.query(
    `select source, content_hash, cast(max(source_bytes) as text) as source_bytes, source_state, status,
  cast(count(distinct run_id) as text) as tries,
  cast(sum(records_read) as text) as records,
  cast(max(case when is_last then 1 else 0 end) as text) as has_last,
  cast(max(case when is_last and record_lines is null then 1 else 0 end) as text) as is_whole,
  string_agg(record_lines, ',') as record_lines,
  cast(max(recorded_at) as text) as newest
from _assay.loads
where relation_key = $1 and epoch = $2 and status <> 'released'${among}
and not (status in ('failed', 'refused', 'quarantined') and exists (
  select 1 from _assay.loads as released
  where released.relation_key = loads.relation_key and released.source = loads.source
  and released.status = 'released' and released.recorded_at > loads.recorded_at
))
group by source, content_hash, source_state, status
order by newest`,
    [relationKey, epoch, ...(sources ?? [])],
  )
  // Of what is loaded each part counts; a try that failed is that of a whole origin, or its batch tells of it.
  return rows
    .filter((row) => textCell(row, 'status') === 'loaded' || textCell(row, 'has_last') === '1')
    .map(originOf)
}

function originOf(row: Row): StoredOrigin {
  const optional = (name: string) => {
    const value = row[name]
    return typeof value === 'string' ? value : undefined
  }
  const bytes = optional('source_bytes')
  return {
    source: textCell(row, 'source'),
    contentHash: optional('content_hash'),
    bytes: bytes === undefined ? undefined : Number(bytes),
    state: optional('source_state'),
    status: statusOf(textCell(row, 'status')),
    tries: Number(textCell(row, 'tries')),
    records: Number(textCell(row, 'records')),
    lines: parseLines(optional('record_lines') ?? ''),
    isWhole: textCell(row, 'is_whole') === '1',
  }
}

function statusOf(text: string): LoadStatus {
  return statuses.find((status) => status === text) ?? 'failed'
}

/** undefined: the table was never made by a loader. */
export async function readLoadEpoch(
  session: Session,
  relationKey: string,
): Promise<string | undefined> {
  const [row] = await session.query(
    `select epoch from _assay.relations where relation_key = $1 order by created_at desc limit 1`,
    [relationKey],
  )
  return row === undefined ? undefined : textCell(row, 'epoch')
}

/** When a run began; undefined: the ledger has forgotten it. */
export async function readRunStart(session: Session, runId: string): Promise<Date | undefined> {
  const [row] = await session.query(
    `select cast(recorded_at as text) as started from _assay.runs where run_id = $1 and phase = 'started'`,
    [runId],
  )
  // Of a zone the databases write the hours alone.
  return row === undefined
    ? undefined
    : new Date(textCell(row, 'started').replace(/([+-]\d\d)$/, '$1:00'))
}

/** Batches, and sources without one, whose newest word is that they are set aside. */
export async function readQuarantined(
  session: Session,
  { relationKey }: Pick<LoadOwner, 'relationKey'>,
): Promise<readonly { readonly batchId: string; readonly source: string }[]> {
  const rows = await session.query(
    `select distinct batch_id, source
from _assay.loads as loads
where relation_key = $1 and status = 'quarantined'
and not exists (
  select 1 from _assay.loads as later
  where later.relation_key = loads.relation_key and later.batch_id = loads.batch_id
  and later.source = loads.source and later.recorded_at > loads.recorded_at
)
order by batch_id, source`,
    [relationKey],
  )
  return rows.map((row) => ({
    batchId: textCell(row, 'batch_id'),
    source: textCell(row, 'source'),
  }))
}

export interface KnownFile {
  readonly relationKey: string
  /** As it was named: relative to the project. */
  readonly source: string
  /** Its records are in the database or in a batch, from it or from another one of the same content. */
  readonly isRead: boolean
}

/** Files that the ledger has a word about, whatever became of them. */
export async function readKnownFiles(session: Session): Promise<readonly KnownFile[]> {
  const rows = await session.query(
    `select relation_key, source,
  cast(max(case when status in ('loaded', 'duplicate') or batch_id <> '' then 1 else 0 end) as text) as is_read
from _assay.loads
where loader = 'files'
group by relation_key, source
order by source, relation_key`,
  )
  return rows.map((row) => ({
    relationKey: textCell(row, 'relation_key'),
    source: textCell(row, 'source'),
    isRead: textCell(row, 'is_read') === '1',
  }))
}

/** A file whose content was changed by us stays known: it is not loaded again. */
export async function recordRewritten(
  session: Session,
  file: {
    readonly relationKey: string
    readonly source: string
    readonly contentHash: string
    readonly bytes: number
    readonly state: string
    readonly runId: string
  },
): Promise<void> {
  await session.execute(
    `insert into _assay.loads (
  batch_id, relation_key, unique_id, loader, status, run_id, source, content_hash, source_bytes, source_state,
  part, is_last, records_read, rows_loaded, dead, duplicates, first_seq, last_seq, epoch, message, recorded_at
)
select '', relation_key, unique_id, loader, status, $3, source, $4, cast($5 as bigint), $6,
  1, true, 0, 0, 0, 0, null, null, epoch, 'rows were erased from the file', current_timestamp
from _assay.loads
where relation_key = $1 and source = $2 and status in ('loaded', 'duplicate')
order by recorded_at desc
limit 1`,
    [file.relationKey, file.source, file.runId, file.contentHash, file.bytes, file.state],
  )
}

/** When each batch was loaded, in milliseconds since 1970. */
export async function readLoadTimes(session: Session): Promise<ReadonlyMap<string, number>> {
  const rows = await session.query(
    `select batch_id, cast(max(recorded_at) as text) as recorded_at
from _assay.loads
where status = 'loaded' and batch_id <> ''
group by batch_id`,
  )
  return new Map(
    rows.map((row) => [
      textCell(row, 'batch_id'),
      Date.parse(textCell(row, 'recorded_at').replace(' ', 'T').replace(/\+00$/, 'Z')),
    ]),
  )
}
