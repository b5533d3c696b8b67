/** All that the open database holds, into another file attached to it: one state of it, as one transaction sees it. */
import type { Connection } from '../connection.ts'
import { duckdbDialect } from '../dialect.ts'

/** `alias` is the name of the attached, empty database. */
export async function copyContents(connection: Connection, alias: string): Promise<void> {
  const [from] = await texts(connection, 'select current_database()')
  const live = duckdbDialect.quote(from?.[0] ?? '')
  const copy = duckdbDialect.quote(alias)
  await connection.begin()
  try {
    const plain = await tablesThatCannotFollow(connection)
    if (plain.length === 0) await connection.run(`copy from database ${live} to ${copy}`)
    else await copyOneByOne(connection, { live, copy, plain })
    await connection.commit()
  } catch (error) {
    await connection.rollback().catch(() => undefined)
    throw error
  }
}

type Name = readonly [schema: string, table: string]

/**
 * DuckDB fills the tables in no order, so a key finds no row to refer to; and of a table that refers to itself, no order
 * would do. The newest first, since none refers to a newer one.
 */
async function tablesThatCannotFollow(connection: Connection): Promise<readonly Name[]> {
  const keys = await names(
    connection,
    `select distinct schema_name, table_name, table_oid
from duckdb_constraints()
where database_name = current_database()
and constraint_type = 'FOREIGN KEY'
order by table_oid desc`,
  )
  if (keys.length === 0) return []
  const generated = await names(
    connection,
    `select schema_name, table_name
from duckdb_tables()
where database_name = current_database()
and sql ilike '%generated always%'`,
  )
  const known = new Set(keys.map((name) => JSON.stringify(name)))
  return [...keys, ...generated.filter((name) => !known.has(JSON.stringify(name)))]
}

interface OneByOne {
  readonly live: string
  readonly copy: string
  /** They become tables of columns and rows only: without keys, indexes, defaults and generated columns. */
  readonly plain: readonly Name[]
}

async function copyOneByOne(
  connection: Connection,
  { live, copy, plain }: OneByOne,
): Promise<void> {
  const quote = ([schema, table]: Name) =>
    `${duckdbDialect.quote(schema)}.${duckdbDialect.quote(table)}`
  await connection.run(`copy from database ${live} to ${copy} (schema)`)
  for (const name of plain) await connection.run(`drop table ${copy}.${quote(name)}`)
  const isPlain = new Set(plain.map(quote))
  const all = await names(
    connection,
    'select schema_name, table_name from duckdb_tables() where database_name = current_database()',
  )
  for (const name of all.map(quote)) {
    const begin = isPlain.has(name)
      ? `create table ${copy}.${name} as`
      : `insert into ${copy}.${name}`
    await connection.run(`${begin} from ${live}.${name}`)
  }
}

async function names(connection: Connection, sql: string): Promise<readonly Name[]> {
  const rows = await texts(connection, sql)
  return rows.map(([schema = '', table = '']) => [schema, table])
}

async function texts(connection: Connection, sql: string): Promise<readonly (readonly string[])[]> {
  const result = await connection.run(sql)
  const rows = await result.getRows()
  return rows.map((row) => row.map(String))
}
