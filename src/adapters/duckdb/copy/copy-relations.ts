/** The rows of some tables and views of the open database, into another file attached to it: one state of them, as tables. */
import type { Relation } from '../../../core/relation.ts'
import { type Connection, literal } from '../connection.ts'
import { duckdbDialect } from '../dialect.ts'

/** `alias` is the name of the attached, empty database. Relations that are not there are left out. */
export async function copyRelations(
  connection: Connection,
  alias: string,
  wanted: readonly Relation[],
): Promise<void> {
  const [database = ''] = (await texts(connection, 'select current_database()'))[0] ?? []
  await connection.begin()
  try {
    const there = await relationsThere(connection)
    const copied = wanted.filter((relation) => there.has(nameOf(relation)))
    for (const schema of new Set(copied.map((relation) => relation.schema))) {
      await connection.run(
        `create schema if not exists ${duckdbDialect.quote(alias)}.${duckdbDialect.quote(schema)}`,
      )
    }
    for (const relation of copied) {
      const copy = duckdbDialect.relation({ ...relation, database: alias })
      const live = duckdbDialect.relation({ ...relation, database })
      await connection.run(`create table ${copy} as\nfrom ${live}`)
    }
    await copyComments(connection, alias, copied)
    await connection.commit()
  } catch (error) {
    await connection.rollback().catch(() => undefined)
    throw error
  }
}

/** As DuckDB compares names: whatever their case. */
function nameOf({ schema, identifier }: Relation): string {
  return JSON.stringify([schema.toLowerCase(), identifier.toLowerCase()])
}

async function relationsThere(connection: Connection): Promise<ReadonlySet<string>> {
  const rows = await texts(
    connection,
    `select schema_name, table_name from duckdb_tables() where database_name = current_database()
union all
select schema_name, view_name from duckdb_views() where database_name = current_database()`,
  )
  return new Set(rows.map(([schema = '', identifier = '']) => nameOf({ schema, identifier })))
}

async function copyComments(
  connection: Connection,
  alias: string,
  copied: readonly Relation[],
): Promise<void> {
  const rows = await texts(
    connection,
    `select schema_name, table_name, '' as column_name, comment
from duckdb_tables()
where database_name = current_database() and comment is not null
union all
select schema_name, view_name, '', comment
from duckdb_views()
where database_name = current_database() and comment is not null
union all
select schema_name, table_name, column_name, comment
from duckdb_columns()
where database_name = current_database() and comment is not null`,
  )
  const known = new Map(copied.map((relation) => [nameOf(relation), relation]))
  for (const [schema = '', identifier = '', column = '', comment = ''] of rows) {
    const relation = known.get(nameOf({ schema, identifier }))
    if (relation === undefined) continue
    const name = duckdbDialect.relation({ ...relation, database: alias })
    const of = column === '' ? `table ${name}` : `column ${name}.${duckdbDialect.quote(column)}`
    await connection.run(`comment on ${of} is ${literal(comment)}`)
  }
}

async function texts(connection: Connection, sql: string): Promise<readonly (readonly string[])[]> {
  const result = await connection.run(sql)
  const rows = await result.getRows()
  return rows.map((row) => row.map(String))
}
