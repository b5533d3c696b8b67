/** Makes and drops the indexes that a config asks for on Postgres, told from all others by their names. */
import type { Relation } from '../../../core/relation.ts'
import { type Index, indexMark, indexNamePattern } from '../../../core/node/storage.ts'
import { text } from '../catalog.ts'
import { postgresDialect } from '../dialect.ts'
import type { Attachment } from './attachments/attachments.ts'
import { type Publishing, patiently } from './patience.ts'

/** On a table or materialized view that stays: new ones first, since only a drop keeps readers waiting. */
export async function ensureIndexes(
  publishing: Publishing,
  relation: Relation,
  indexes: readonly Index[],
): Promise<readonly string[]> {
  const { connection, signal } = publishing
  const present = await managedIndexes(publishing, relation)
  const wanted = new Set(indexes.map(({ name }) => name))
  const missing = indexes.filter(({ name }) => !present.includes(name))
  const stale = present.filter((name) => !wanted.has(name))
  const statements = [
    ...missing.map((index) => postgresDialect.createIndex(relation, index)),
    ...stale.map((name) => postgresDialect.dropIndex(relation.schema, name)),
  ]
  for (const statement of statements) {
    await patiently(publishing, () => connection.run(statement, [], signal))
  }
  return statements
}

export async function managedIndexes(
  { connection, signal }: Publishing,
  relation: Relation,
): Promise<readonly string[]> {
  const { rows } = await connection.run(
    `select x.relname::text
from pg_index as i
join pg_class as x on x.oid = i.indexrelid
join pg_class as c on c.oid = i.indrelid
join pg_namespace as n on n.oid = c.relnamespace
where n.nspname = $1 and c.relname = $2 and x.relname ~ $3
order by 1`,
    [relation.schema, relation.identifier, indexNamePattern],
    signal,
  )
  return rows.map(([name]) => text(name))
}

/** One that a config asked for before and asks for no more. */
export function isStale({ name }: Attachment, indexes: readonly Index[] | undefined): boolean {
  if (indexes === undefined || !new RegExp(indexNamePattern).test(name)) return false
  return !indexes.some((index) => index.name === name)
}

/** Made on the candidate under temporary names, while the old one may still have those of the same name. */
export function toAttachments(
  candidate: Relation,
  target: Relation,
  indexes: readonly Index[],
): readonly Attachment[] {
  const quote = (name: string) => postgresDialect.quote(name)
  const schema = quote(target.schema)
  return indexes.map((index): Attachment => {
    const code = index.name.slice(index.name.lastIndexOf(indexMark) + indexMark.length)
    const temporary = `__assay_new_ix_${code}`
    const old = `__assay_old_ix_${code}`
    return {
      kind: 'index',
      name: index.name,
      columns: [],
      missing: [],
      make: [postgresDialect.createIndex(candidate, { ...index, name: temporary })],
      detach: [],
      release: [
        `drop index if exists ${schema}.${quote(old)}`,
        `alter index if exists ${schema}.${quote(index.name)} rename to ${quote(old)}`,
      ],
      settle: [`alter index ${schema}.${quote(temporary)} rename to ${quote(index.name)}`],
    }
  })
}
