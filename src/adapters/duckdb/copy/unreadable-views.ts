/** The views of a published copy that nobody can read there, since they name the database they came from. */
import { DuckDBInstance } from '@duckdb/node-api'
import type { Connection } from '../connection.ts'
import { duckdbDialect } from '../dialect.ts'

/** `schema.view`, sorted. A copy is a database of the name of its file. */
export async function findUnreadableViews(
  connection: Connection,
  path: string,
): Promise<readonly string[]> {
  const views = await (
    await connection.run(`select schema_name, view_name
from duckdb_views()
where database_name = current_database()
and not internal
and (contains(lower(sql), lower(current_database()) || '.')
  or contains(lower(sql), lower(current_database()) || '".'))
order by all`)
  ).getRows()
  if (views.length === 0) return []
  const copy = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' })
  try {
    const reader = await copy.connect()
    const unreadable: string[] = []
    for (const [schema, view] of views.map((row) => row.map(String))) {
      const relation = { schema: schema ?? '', identifier: view ?? '' }
      const query = `from ${duckdbDialect.relation(relation)} limit 0`
      const isReadable = await canPrepare(query, (sql) => connection.columns(sql))
      if (isReadable && !(await canPrepare(query, (sql) => reader.prepare(sql)))) {
        unreadable.push(`${relation.schema}.${relation.identifier}`)
      }
    }
    reader.closeSync()
    return unreadable
  } finally {
    copy.closeSync()
  }
}

async function canPrepare(
  sql: string,
  prepare: (sql: string) => Promise<unknown>,
): Promise<boolean> {
  try {
    await prepare(sql)
    return true
  } catch {
    return false
  }
}
