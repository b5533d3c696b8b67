/** Which records of some contents are in a table, from the ledger alone. */
import { type Session, textCell } from '../../core/adapter.ts'
import { placesOf } from '../../core/database/places.ts'
import { contentKey, type ContentNames } from '../../core/load/content-key.ts'
import { areAllLines, type LineRanges, parseLines } from '../../core/load/line-ranges.ts'
import type { LoadOwner } from './loads.ts'

const contentsAtOnce = 500

/** By `contentKey`; those of which nothing is there are left out. */
export async function readLoadedLines(
  session: Session,
  owner: Pick<LoadOwner, 'relationKey' | 'epoch'>,
  contents: readonly ContentNames[],
): Promise<ReadonlyMap<string, LineRanges>> {
  const found = new Map<string, LineRanges>()
  for (let start = 0; start < contents.length; start += contentsAtOnce) {
    const some = contents.slice(start, start + contentsAtOnce)
    for (const [key, lines] of await readSome(session, owner, some)) found.set(key, lines)
  }
  return found
}

export interface HalfLoaded {
  readonly relationKey: string
  /** As it was named. */
  readonly source: string
}

/** Of which some records are in their table as it is now, and others are not. */
export async function readHalfLoaded(session: Session): Promise<readonly HalfLoaded[]> {
  const rows = await session.query(
    `select relation_key, max(source) as source, string_agg(record_lines, ',') as record_lines
from _assay.loads as loads
where status = 'loaded' and record_lines is not null
and epoch = (
  select epoch from _assay.relations as relations
  where relations.relation_key = loads.relation_key
  order by created_at desc
  limit 1
)
group by relation_key, coalesce(content_hash, source)`,
  )
  return rows.flatMap((row) => {
    const isAll = areAllLines(parseLines(textCell(row, 'record_lines')))
    const names = { relationKey: textCell(row, 'relation_key'), source: textCell(row, 'source') }
    return isAll ? [] : [names]
  })
}

async function readSome(
  session: Session,
  { relationKey, epoch }: Pick<LoadOwner, 'relationKey' | 'epoch'>,
  contents: readonly ContentNames[],
): Promise<readonly (readonly [string, LineRanges])[]> {
  const hashes = contents.flatMap(({ contentHash }) => contentHash ?? [])
  const sources = contents.flatMap(({ contentHash, source }) =>
    contentHash === undefined ? [source] : [],
  )
  const among = (column: string, values: readonly string[], before: number) =>
    `${column} in (${placesOf(values, before)})`
  const conditions = [
    ...(hashes.length === 0 ? [] : [among('content_hash', hashes, 2)]),
    ...(sources.length === 0
      ? []
      : [`content_hash is null and ${among('source', sources, 2 + hashes.length)}`]),
  ]
  const rows = await session.query(
    `select content_hash, case when content_hash is null then source end as source,
  string_agg(record_lines, ',') as record_lines
from _assay.loads
where relation_key = $1 and epoch = $2 and status = 'loaded' and record_lines is not null
and (${conditions.join(' or ')})
group by 1, 2`,
    [relationKey, epoch, ...hashes, ...sources],
  )
  return rows.map((row) => {
    const textOf = (name: string) => {
      const value = row[name]
      return typeof value === 'string' ? value : undefined
    }
    const names = { source: textOf('source') ?? '', contentHash: textOf('content_hash') }
    return [contentKey(names), parseLines(textOf('record_lines') ?? '')]
  })
}
