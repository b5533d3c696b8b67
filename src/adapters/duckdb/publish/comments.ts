/** The comments of tables, views and columns, which a swap would lose: read once, carried over at each swap. */
import { type Session, textCell } from '../../../core/adapter.ts'
import type { Relation } from '../../../core/relation.ts'
import { literal } from '../connection.ts'
import { duckdbDialect } from '../dialect.ts'

export interface Comment {
  /** undefined: of the relation itself. */
  readonly column: string | undefined
  readonly text: string
}

/** Of all relations of an open file, which no other process can comment on. */
export class Comments {
  #known: Promise<ReadonlyMap<string, readonly Comment[]>> | undefined

  /** Asked once for all: looking for one relation goes over the whole catalogue too (20 ms for 1,000 tables). */
  async of(session: Session, relation: Relation): Promise<readonly Comment[]> {
    const known = await this.#known?.catch(() => undefined)
    if (known !== undefined) return known.get(keyOf(relation)) ?? []
    // A first build comments on what it makes, so that the others would ask again and again.
    if ((await session.describe(relation)) === undefined) return []
    return (await this.#read(session)).get(keyOf(relation)) ?? []
  }

  async #read(session: Session): Promise<ReadonlyMap<string, readonly Comment[]>> {
    const reading = readComments(session)
    this.#known = reading
    try {
      return await reading
    } catch (error) {
      if (this.#known === reading) this.#known = undefined
      throw error
    }
  }

  /** Somebody comments: the next swap asks again. */
  forget(): void {
    this.#known = undefined
  }
}

export function writesComments(sql: string): boolean {
  return /\bcomment\s+on\b/i.test(sql)
}

/** For the comments whose columns there still are. */
export function commentStatements(
  kind: 'table' | 'view',
  relation: Relation,
  {
    comments,
    columns,
  }: { readonly comments: readonly Comment[]; readonly columns: readonly string[] },
): readonly string[] {
  const name = duckdbDialect.relation(relation)
  const present = new Set(columns.map((column) => column.toLowerCase()))
  return comments.flatMap(({ column, text }) => {
    if (column === undefined) return [`comment on ${kind} ${name} is ${literal(text)}`]
    if (!present.has(column.toLowerCase())) return []
    return [`comment on column ${name}.${duckdbDialect.quote(column)} is ${literal(text)}`]
  })
}

async function readComments(session: Session): Promise<ReadonlyMap<string, readonly Comment[]>> {
  const rows = await session.query(`with found as (
  select database_name, schema_name, table_name, null as column_name, comment
  from duckdb_tables()
  union all
  select database_name, schema_name, view_name, null, comment
  from duckdb_views()
  union all
  select database_name, schema_name, table_name, column_name, comment
  from duckdb_columns()
)
select
  database_name,
  database_name = current_database() as is_current,
  schema_name,
  table_name,
  column_name,
  comment
from found
where comment is not null
order by column_name nulls first`)
  const all = new Map<string, readonly Comment[]>()
  for (const row of rows) {
    const schema = textCell(row, 'schema_name')
    const identifier = textCell(row, 'table_name')
    const column = row['column_name']
    const comment: Comment = {
      column: typeof column === 'string' ? column : undefined,
      text: textCell(row, 'comment'),
    }
    const names = [
      { database: textCell(row, 'database_name'), schema, identifier },
      ...(row['is_current'] === true ? [{ schema, identifier }] : []),
    ]
    for (const key of names.map(keyOf)) all.set(key, [...(all.get(key) ?? []), comment])
  }
  return all
}

/** DuckDB finds names in any case. */
function keyOf({ database, schema, identifier }: Relation): string {
  return JSON.stringify([database ?? null, schema, identifier]).toLowerCase()
}
