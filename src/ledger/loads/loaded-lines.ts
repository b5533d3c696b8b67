/** Which records of some contents are in a table, from the ledger alone. */
import type { Session } from '../../core/adapter.ts'
import { contentKey, type ContentNames } from '../../core/load/content-key.ts'
import { type LineRanges, parseLines } from '../../core/load/line-ranges.ts'
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
    `${column} in (${values.map((_, index) => `$${before + index + 1}`).join(', ')})`
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
