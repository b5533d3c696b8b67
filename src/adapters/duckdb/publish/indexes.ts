/** Makes and drops the indexes that a config asks for on DuckDB, told from all others by their names. */
import { type Session, textCell } from '../../../core/adapter.ts'
import type { Relation } from '../../../core/relation.ts'
import { type Index, indexMark } from '../../../core/node/storage.ts'
import { duckdbDialect } from '../dialect.ts'

export async function ensureIndexes(
  session: Session,
  relation: Relation,
  indexes: readonly Index[],
): Promise<readonly string[]> {
  const present = await managedIndexes(session, relation)
  const wanted = new Set(indexes.map(({ name }) => name))
  const stale = present.filter((name) => !wanted.has(name))
  const missing = indexes.filter(({ name }) => !present.includes(name))
  const statements = [
    ...stale.map((name) => duckdbDialect.dropIndex(relation.schema, name)),
    ...missing.map((index) => duckdbDialect.createIndex(relation, index)),
  ]
  for (const statement of statements) await session.execute(statement)
  return statements
}

export async function managedIndexes(
  session: Session,
  relation: Relation,
): Promise<readonly string[]> {
  const indexes = await readIndexes(session, relation)
  return indexes.map(({ name }) => name).filter((name) => name.includes(indexMark))
}

interface TableIndex {
  readonly name: string
  readonly create: string
  readonly isUnique: boolean
}

export async function readIndexes(
  session: Session,
  { schema, identifier }: Relation,
): Promise<readonly TableIndex[]> {
  const rows = await session.query(
    `select index_name, sql, is_unique
from duckdb_indexes()
where database_name = current_database() and schema_name = $1 and table_name = $2
order by index_name`,
    [schema, identifier],
  )
  return rows.map((row) => ({
    name: textCell(row, 'index_name'),
    create: textCell(row, 'sql'),
    isUnique: row['is_unique'] === true,
  }))
}
