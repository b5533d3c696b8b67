/** A statement that deletes rows to one that DuckDB needs before it, where the table has a unique index. */
import { type Session, textCell } from '../../../core/adapter.ts'
import { endAt, findName, partsOf } from '../reading/written-name.ts'

const deletes =
  /(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*(?:delete\s+from|truncate(?:\s+table)?|merge\s+into)\s+/iy

/** As it is written: `"shop"."orders"`; undefined: the statement deletes nothing. */
export function tableDeletedFrom(sql: string): string | undefined {
  const start = endAt(deletes, sql, 0)
  return start === undefined ? undefined : findName(sql, start)?.name.text
}

/**
 * The tables that have a unique index, asked for once in a transaction: one that is made in it needs no binding. Keys are
 * schema and table, in lower case.
 */
export class IndexedTables {
  readonly #session: Session
  #known: Promise<ReadonlySet<string>> | undefined

  constructor(session: Session) {
    this.#session = session
  }

  async has(schema: string | null, name: string): Promise<boolean> {
    this.#known ??= readIndexedTables(this.#session)
    const known = await this.#known
    const isThere = (key: string) => key.endsWith(keyOf('', name))
    return schema === null ? [...known].some(isThere) : known.has(keyOf(schema, name))
  }

  /** A database that is attached brings tables along, and a table may get another name. */
  forgetAfter(sql: string): void {
    if (/\b(?:attach|alter)\b/i.test(sql)) this.#known = undefined
  }
}

function keyOf(schema: string, name: string): string {
  return `${schema}\u0000${name}`.toLowerCase()
}

async function readIndexedTables(session: Session): Promise<ReadonlySet<string>> {
  const rows = await session.query(
    'select distinct schema_name, table_name from duckdb_indexes() where is_unique',
  )
  return new Set(
    rows.map((row) => keyOf(textCell(row, 'schema_name'), textCell(row, 'table_name'))),
  )
}

/**
 * DuckDB 1.5 reads the indexes of a file's table when they are first needed, and a deletion does not need them: it is
 * forgotten by them, and the same key inserted in that transaction counts as a second one. An insertion needs them, one of
 * no rows too.
 */
export async function bindIndexes(
  session: Session,
  table: string,
  indexed: IndexedTables,
): Promise<void> {
  const [name = '', schema = null] = partsOf(table).toReversed()
  // Asked first: most tables have none, and the columns are those of all tables there are.
  if (!(await indexed.has(schema, name))) return
  const [index] = await session.query(
    `select i.database_name, cast(i.table_oid as text) as table_oid
from duckdb_indexes() as i
where i.is_unique
and lower(i.table_name) = lower($1)
and lower(i.schema_name) = lower(coalesce($2, i.schema_name))
limit 1`,
    [name, schema],
  )
  if (index === undefined) return
  const [row] = await session.query(
    `select c.column_name as name
from duckdb_columns() as c
where c.database_name = $1
and c.table_oid = cast($2 as bigint)
order by c.column_index
limit 1`,
    [textCell(index, 'database_name'), textCell(index, 'table_oid')],
  )
  if (row === undefined) return
  const column = `"${textCell(row, 'name').replaceAll('"', '""')}"`
  await session.execute(`insert into ${table} (${column}) select ${column} from ${table} limit 0`)
}
