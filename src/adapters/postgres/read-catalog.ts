/** What the catalogue of Postgres says of the relations of some schemas, in one query. */
import type { SqlValue } from '../../core/adapter.ts'
import {
  type CatalogLine,
  type CatalogRelation,
  gatherCatalog,
} from '../../core/database/catalog.ts'
import { text } from './catalog.ts'
import type { Connection } from './connection.ts'

/** `reltuples` is below zero where nothing has counted yet; of a view it says nothing. */
const query = `select
  current_database()::text,
  n.nspname::text,
  c.relname::text,
  c.relkind::text,
  pg_get_userbyid(c.relowner)::text,
  obj_description(c.oid, 'pg_class'),
  case when c.relkind <> 'v' and c.reltuples >= 0 then c.reltuples::bigint::text end,
  a.attname::text,
  format_type(a.atttypid, a.atttypmod),
  col_description(c.oid, a.attnum)
from pg_namespace as n
join pg_class as c
  on c.relnamespace = n.oid and c.relkind in ('r', 'p', 'f', 'v', 'm')
left join pg_attribute as a
  on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where n.nspname in (select json_array_elements_text($1))
order by n.nspname, c.relname, a.attnum`

export async function readCatalog(
  connection: Connection,
  schemas: readonly string[],
): Promise<readonly CatalogRelation[]> {
  const { rows } = await connection.run(query, [JSON.stringify(schemas)])
  return gatherCatalog(rows.map(toLine))
}

function toLine(row: readonly SqlValue[]): CatalogLine {
  const [database, schema, identifier, kind, owner, comment, rows, name, dataType, described] = row
  return {
    relation: {
      database: text(database),
      isOwn: true,
      schema: text(schema),
      identifier: text(identifier),
      type: kind === 'v' ? 'VIEW' : kind === 'm' ? 'MATERIALIZED VIEW' : 'BASE TABLE',
      owner: text(owner),
      comment: optionalText(comment),
      rows: typeof rows === 'string' ? Number(rows) : undefined,
    },
    column:
      name === null
        ? undefined
        : { name: text(name), dataType: text(dataType), comment: optionalText(described) },
  }
}

function optionalText(value: SqlValue | undefined): string | undefined {
  return value === null || value === undefined ? undefined : text(value)
}
