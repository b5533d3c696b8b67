/** What a Postgres database holds: all of some schemas in one query, or one relation. */
import type { SqlValue } from '../../core/adapter.ts'
import {
  type CatalogEntry,
  gatherWarehouse,
  type RelationState,
  type WarehouseState,
} from '../../core/database/warehouse-state.ts'
import type { RelationKind } from '../../core/dialect.ts'
import type { Relation } from '../../core/relation.ts'
import type { Connection } from './connection.ts'
import { postgresDialect } from './dialect.ts'

const catalogue = `select
  n.nspname::text,
  c.relname::text,
  c.relkind::text,
  a.attname::text,
  format_type(a.atttypid, a.atttypmod)
from pg_namespace as n
left join pg_class as c
  on c.relnamespace = n.oid and c.relkind in ('r', 'p', 'f', 'v', 'm')
left join pg_attribute as a
  on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped`

export async function readWarehouse(
  connection: Connection,
  schemas: readonly string[],
): Promise<WarehouseState> {
  const { rows } = await connection.run(
    `${catalogue}
where n.nspname in (select json_array_elements_text($1))
order by n.nspname, c.relname, a.attnum`,
    [JSON.stringify(schemas)],
  )
  return gatherWarehouse(rows.map(toEntry))
}

export async function readSchemas(
  connection: Connection,
  schemas: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await connection.run(
    'select nspname::text from pg_namespace where nspname in (select json_array_elements_text($1))',
    [JSON.stringify(schemas)],
  )
  return new Set(rows.map(([name]) => text(name)))
}

export async function describeRelation(
  connection: Connection,
  relation: Relation,
  signal: AbortSignal | undefined,
): Promise<RelationState | undefined> {
  // The schema of this connection's temporary tables has a name of its own behind that word.
  const isTemporary = relation.schema === 'pg_temp'
  const schemaIs = isTemporary ? `n.oid = pg_my_temp_schema() and $1 = 'pg_temp'` : 'n.nspname = $1'
  const { rows } = await connection.run(
    `${catalogue}
where ${schemaIs} and c.relname = $2
order by a.attnum`,
    [relation.schema, relation.identifier],
    signal,
  )
  const [found] = gatherWarehouse(rows.map(toEntry)).relations.values()
  return found === undefined ? undefined : { ...found, relation }
}

/** Those of the relations that LOCK TABLE takes: tables and views that exist. Materialized views are not locked. */
export async function lockable(
  connection: Connection,
  relations: readonly Relation[],
): Promise<readonly Relation[]> {
  const { rows } = await connection.run(
    `select n.nspname::text, c.relname::text
from json_to_recordset($1) as asked (schema text, identifier text)
join pg_namespace as n on n.nspname = asked.schema
join pg_class as c on c.relnamespace = n.oid and c.relname = asked.identifier
where c.relkind in ('r', 'p', 'v')
order by 1, 2`,
    [JSON.stringify(relations)],
  )
  return rows.map(([schema, identifier]) => ({
    schema: text(schema),
    identifier: text(identifier),
  }))
}

/** Tables and views that a swap left behind and that nothing reads any more. */
export async function readDetached(
  connection: Connection,
  schemas: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await connection.run(
    `select c.relkind::text, n.nspname::text, c.relname::text
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
where n.nspname in (select json_array_elements_text($1))
and c.relkind in ('r', 'p', 'v', 'm')
and c.relname ~ '${detachedMark}[0-9]+$'
and not exists (
  select 1
  from pg_depend as d
  join pg_rewrite as r on r.oid = d.objid and r.ev_class <> c.oid
  where d.classid = 'pg_rewrite'::regclass
  and d.refclassid = 'pg_class'::regclass
  and d.refobjid = c.oid
)`,
    [JSON.stringify(schemas)],
  )
  return rows.map(([kind, schema, identifier]) => {
    const relation = { schema: text(schema), identifier: text(identifier) }
    return postgresDialect.drop(relationKind(text(kind)), relation)
  })
}

/** Stands in the name of a table that is kept for its old readers, before a number. */
export const detachedMark = '__assay_old_'

export function relationKind(relkind: string): RelationKind {
  if (relkind === 'v') return 'view'
  return relkind === 'm' ? 'materialized view' : 'table'
}

export function text(value: SqlValue | undefined): string {
  if (typeof value !== 'string') throw new Error(`expected text, found ${JSON.stringify(value)}`)
  return value
}

function toEntry(row: readonly SqlValue[]): CatalogEntry {
  const [schema, identifier, relkind, name, dataType] = row
  if (identifier === null) return { schema: text(schema), relation: undefined }
  const column = name === null ? undefined : { name: text(name), dataType: text(dataType) }
  const kind = relationKind(text(relkind))
  return { schema: text(schema), relation: { identifier: text(identifier), kind, column } }
}
