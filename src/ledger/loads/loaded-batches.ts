/** What the ledger says of batches that were loaded: whose they are, and which numbers their rows were given. */
import { type Session, textCell } from '../../core/adapter.ts'
import { placesOf } from '../../core/database/places.ts'

export interface LoadedPart {
  readonly source: string
  readonly part: number
  readonly firstSeq: number
  readonly lastSeq: number
}

export interface BatchInLedger {
  /** Of its table. */
  readonly relationKey: string
  readonly parts: readonly LoadedPart[]
  /** In milliseconds since 1970. */
  readonly loadedAt: number
}

const batchesAtOnce = 500

/** By id; those that it does not know are absent. */
export async function readLoadedBatches(
  session: Session,
  ids: readonly string[],
): Promise<ReadonlyMap<string, BatchInLedger>> {
  const found = new Map<string, BatchInLedger>()
  for (let start = 0; start < ids.length; start += batchesAtOnce) {
    const some = ids.slice(start, start + batchesAtOnce)
    const rows = await session.query(
      `select batch_id, relation_key, source, cast(part as text) as part,
  cast(coalesce(first_seq, 0) as text) as first_seq, cast(coalesce(last_seq, -1) as text) as last_seq,
  cast(cast(extract(epoch from recorded_at) * 1000 as bigint) as text) as loaded_at
from _assay.loads
where status = 'loaded' and batch_id in (${placesOf(some)})`,
      some,
    )
    for (const row of rows) {
      const id = textCell(row, 'batch_id')
      const known = found.get(id)
      const part = {
        source: textCell(row, 'source'),
        part: Number(textCell(row, 'part')),
        firstSeq: Number(textCell(row, 'first_seq')),
        lastSeq: Number(textCell(row, 'last_seq')),
      }
      found.set(id, {
        relationKey: textCell(row, 'relation_key'),
        parts: [...(known?.parts ?? []), part],
        loadedAt: Number(textCell(row, 'loaded_at')),
      })
    }
  }
  return found
}
