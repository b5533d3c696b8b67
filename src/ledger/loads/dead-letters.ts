/** Dead letters in the ledger: a row when a record is found dead, and another when it is settled. */
import { type Session, textCell } from '../../core/adapter.ts'
import { placesOf } from '../../core/database/places.ts'
import type { Dialect } from '../../core/dialect.ts'
import { ledgerSchema } from '../schema/migrations.ts'

export interface DeadLetterOwner {
  readonly relationKey: string
  readonly uniqueId: string
  readonly runId: string
  readonly batchId: string
  /** ISO 8601, UTC. */
  readonly recordedAt: string
}

export interface DeadLetterRow {
  readonly id: string
  /** `replayed`: its row is in the table now. `dropped`: its table was, so that its file counts as new. */
  readonly phase: 'dead' | 'replayed' | 'dropped'
  readonly source: string
  readonly line: number
  readonly offset: number | undefined
  readonly code: string
  readonly field: string | undefined
  readonly message: string
  /** undefined: that of the row before. */
  readonly original: string | undefined
  readonly encoding: string | undefined
}

const relation = { schema: ledgerSchema, identifier: 'dead_letters' }
const columns = [
  ...['dead_letter_id', 'phase', 'relation_key', 'unique_id', 'run_id', 'batch_id', 'source'].map(
    (name) => ({ name, dataType: 'text' }),
  ),
  { name: 'source_line', dataType: 'bigint' },
  { name: 'source_offset', dataType: 'bigint' },
  ...['code', 'field', 'message', 'original', 'original_encoding'].map((name) => ({
    name,
    dataType: 'text',
  })),
  { name: 'recorded_at', dataType: 'timestamptz' },
]

/** Rows as they come: there may be many. */
export async function recordDeadLetters(
  session: Session,
  owner: DeadLetterOwner,
  rows: AsyncIterable<DeadLetterRow>,
): Promise<number> {
  return await session.appendText(relation, columns, toCells(owner, rows))
}

async function* toCells(
  { relationKey, uniqueId, runId, batchId, recordedAt }: DeadLetterOwner,
  rows: AsyncIterable<DeadLetterRow>,
): AsyncGenerator<readonly (string | null)[]> {
  for await (const row of rows) {
    yield [
      row.id,
      row.phase,
      relationKey,
      uniqueId,
      runId,
      batchId,
      row.source,
      String(row.line),
      row.offset === undefined ? null : String(row.offset),
      row.code,
      row.field ?? null,
      row.message,
      row.original ?? null,
      row.encoding ?? null,
      recordedAt,
    ]
  }
}

export interface StoredDeadLetter {
  readonly id: string
  readonly source: string
  readonly line: number
  readonly offset: number | undefined
  readonly code: string
  readonly field: string | undefined
  readonly message: string
  readonly original: string
  readonly encoding: string
  readonly batchId: string
  readonly recordedAt: string
}

export interface DeadLetterChoice {
  readonly relationKey: string
  /** Found by this run; undefined: by any. */
  readonly runId?: string
  /** None: all of them. */
  readonly codes: readonly string[]
  /** True: not those that are settled. */
  readonly isWaiting: boolean
}

/** As they were found, in order; read as they are needed. */
export async function* readDeadLetters(
  session: Session,
  dialect: Pick<Dialect, 'literal'>,
  { relationKey, runId, codes, isWaiting }: DeadLetterChoice,
): AsyncGenerator<StoredDeadLetter> {
  const conditions = [
    `dead.phase = 'dead'`,
    `dead.relation_key = ${dialect.literal(relationKey)}`,
    ...(runId === undefined ? [] : [`dead.run_id = ${dialect.literal(runId)}`]),
    ...(codes.length === 0 ? [] : [`dead.code in (${codes.map(dialect.literal).join(', ')})`]),
    ...(isWaiting
      ? [
          `not exists (
  select 1 from _assay.dead_letters as settled
  where settled.dead_letter_id = dead.dead_letter_id and settled.phase <> 'dead'
)`,
        ]
      : []),
  ]
  const rows =
    session.readText(`select dead_letter_id, source, source_line, source_offset, code, field, message,
  original, original_encoding, batch_id, recorded_at
from _assay.dead_letters as dead
where ${conditions.join('\nand ')}
order by batch_id, source, source_line, dead_letter_id`)
  for await (const row of rows) {
    const [id, source, line, offset, code, field, message, original, encoding, batchId, at] = row
    yield {
      id: id ?? '',
      source: source ?? '',
      line: Number(line),
      offset: offset === null || offset === undefined ? undefined : Number(offset),
      code: code ?? '',
      field: field ?? undefined,
      message: message ?? '',
      original: original ?? '',
      encoding: encoding ?? '',
      batchId: batchId ?? '',
      recordedAt: at ?? '',
    }
  }
}

/** Of a table that is made anew: what they came from counts as new, and is read again. */
export async function dropDeadLetters(
  session: Session,
  { relationKey, runId }: Pick<DeadLetterOwner, 'relationKey' | 'runId'>,
): Promise<void> {
  await session.execute(
    `insert into _assay.dead_letters (
  dead_letter_id, phase, relation_key, unique_id, run_id, batch_id, source, source_line, source_offset,
  code, field, message, recorded_at
)
select dead_letter_id, 'dropped', relation_key, unique_id, cast($2 as text), batch_id, source, source_line, source_offset,
  code, field, 'its table was dropped', current_timestamp
from _assay.dead_letters as dead
where relation_key = $1 and phase = 'dead'
and not exists (
  select 1 from _assay.dead_letters as settled
  where settled.dead_letter_id = dead.dead_letter_id and settled.phase <> 'dead'
)`,
    [relationKey, runId],
  )
}

const idsAtOnce = 500

/** Those of them that wait no more. */
export async function readSettled(
  session: Session,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const settled = new Set<string>()
  for (let start = 0; start < ids.length; start += idsAtOnce) {
    const some = ids.slice(start, start + idsAtOnce)
    const rows = await session.query(
      `select distinct dead_letter_id from _assay.dead_letters
where phase <> 'dead' and dead_letter_id in (${placesOf(some)})`,
      some,
    )
    for (const row of rows) settled.add(textCell(row, 'dead_letter_id'))
  }
  return settled
}

/** Their originals as they were found, of the phase that has them. */
export async function* readOriginals(
  session: Session,
): AsyncGenerator<Pick<StoredDeadLetter, 'id' | 'original' | 'encoding'>> {
  const rows = session.readText(
    'select dead_letter_id, original, original_encoding from _assay.dead_letters where original is not null',
  )
  for await (const [id, original, encoding] of rows) {
    if (typeof id === 'string' && typeof original === 'string') {
      yield { id, original, encoding: encoding ?? '' }
    }
  }
}

/** Every row of them: that they were dead, and that they were settled. */
export async function deleteDeadLetters(session: Session, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await session.execute('delete from _assay.dead_letters where dead_letter_id = $1', [id])
  }
}
