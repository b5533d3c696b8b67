/** Dead letters in the ledger: a row when a record is found dead, and another when it is settled. */
import type { Session } from '../../core/adapter.ts'
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
  /** `replayed`: its row is in the table now. */
  readonly phase: 'dead' | 'replayed'
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
