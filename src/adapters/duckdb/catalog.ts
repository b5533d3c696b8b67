/** What a DuckDB database holds: all of some schemas in one query, or one relation cheaply. */
import { type DuckDBType, DuckDBTypeId } from '@duckdb/node-api'
import { type Row, type Session, textCell } from '../../core/adapter.ts'
import { placesOf } from '../../core/database/places.ts'
import {
  type CatalogEntry,
  gatherWarehouse,
  type RelationState,
  type WarehouseState,
} from '../../core/database/warehouse-state.ts'
import type { Column, Relation } from '../../core/relation.ts'
import { literal } from './connection.ts'
import { duckdbDialect } from './dialect.ts'
import { DuckdbError } from './errors.ts'

/** A view's columns are those of the last time it was read: DuckDB binds it again only then. */
export async function readWarehouse(
  session: Session,
  schemas: readonly string[],
): Promise<WarehouseState> {
  if (schemas.length === 0) return { schemas: new Set(), relations: new Map() }
  const rows = await session.query(
    `select
  s.schema_name,
  c.table_name,
  v.view_name is not null as is_view,
  c.column_name,
  c.data_type
from duckdb_schemas() as s
left join duckdb_columns() as c
  on c.database_oid = s.database_oid and c.schema_oid = s.oid and not c.internal
left join duckdb_views() as v
  on v.database_oid = c.database_oid and v.view_oid = c.table_oid
where s.database_name = current_database()
and s.schema_name in (${placesOf(schemas)})
order by s.schema_name, c.table_name, c.column_index`,
    schemas,
  )
  return gatherWarehouse(rows.map(toEntry))
}

/** To list columns, DuckDB would bind each of its own views too: ten milliseconds in a new process. */
export async function readSchemas(
  session: Session,
  schemas: readonly string[],
): Promise<ReadonlySet<string>> {
  if (schemas.length === 0) return new Set()
  const rows = await session.query(
    `select schema_name
from duckdb_schemas()
where database_name = current_database()
and schema_name in (${placesOf(schemas)})`,
    schemas,
  )
  return new Set(rows.map((row) => textCell(row, 'schema_name')))
}

function toEntry(row: Row): CatalogEntry {
  const schema = textCell(row, 'schema_name')
  if (row['table_name'] === null) return { schema, relation: undefined }
  const column = { name: textCell(row, 'column_name'), dataType: textCell(row, 'data_type') }
  const kind = row['is_view'] === true ? 'view' : 'table'
  return { schema, relation: { identifier: textCell(row, 'table_name'), kind, column } }
}

/** Costs the same however many tables there are: `duckdb_tables()` would look at each of them. */
export async function describeRelation(
  session: Session,
  columnsOf: ColumnsOf,
  relation: Relation,
): Promise<RelationState | undefined> {
  try {
    const all = await unlessView(
      columnsOf(`select rowid, * from ${duckdbDialect.relation(relation)}`),
    )
    const plain = all === undefined ? undefined : plainColumns(all)
    if (plain !== undefined) return { relation, kind: 'table', columns: plain }
    const rows = await session.query(
      `select name, type from pragma_table_info(${literal(duckdbDialect.relation(relation))})`,
    )
    const columns = rows.map((row) => ({
      name: textCell(row, 'name'),
      dataType: textCell(row, 'type'),
    }))
    const kind = all === undefined ? 'view' : await kindOf(session, relation, columns)
    return { relation, kind, columns }
  } catch (error) {
    if (!(error instanceof DuckdbError)) throw error
    // An error that ended the transaction, as that of a file which is gone, leaves nothing to ask.
    return await describeBroken(session, relation).catch(() => {
      throw error
    })
  }
}

interface Described {
  readonly name: string
  readonly type: DuckDBType
}

/** What a query that is not run would give. */
export type ColumnsOf = (sql: string) => Promise<readonly Described[]>

/** Of a table of plain types, as most are. undefined: it is to be asked in words. */
function plainColumns([, ...columns]: readonly Described[]): readonly Column[] | undefined {
  const isPlain = columns.every(
    ({ name, type }) => name.toLowerCase() !== 'rowid' && hasPlainName(type),
  )
  return isPlain
    ? columns.map(({ name, type }) => ({ name, dataType: type.toString() }))
    : undefined
}

/** Only a table has row ids, unless a view has a column of that name. */
async function unlessView<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof DuckdbError && error.kind === 'Binder') return undefined
    throw error
  }
}

/** The driver writes other types in its own way: those of parts, and those that have a name of their own. */
function hasPlainName(type: DuckDBType): boolean {
  return type.alias === undefined && plainTypes.has(type.typeId)
}

const plainTypes: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.BOOLEAN,
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.FLOAT,
  DuckDBTypeId.DOUBLE,
  DuckDBTypeId.DECIMAL,
  DuckDBTypeId.VARCHAR,
  DuckDBTypeId.DATE,
  DuckDBTypeId.TIME,
  DuckDBTypeId.TIMESTAMP,
  DuckDBTypeId.TIMESTAMP_TZ,
  DuckDBTypeId.UUID,
  DuckDBTypeId.BLOB,
])

async function kindOf(
  session: Session,
  relation: Relation,
  columns: readonly Column[],
): Promise<'table' | 'view'> {
  if (columns.some((column) => column.name.toLowerCase() === 'rowid')) {
    return (await isView(session, relation)) ? 'view' : 'table'
  }
  const ids = session.query(`select rowid from ${duckdbDialect.relation(relation)} limit 0`)
  return (await unlessView(ids)) === undefined ? 'view' : 'table'
}

/** A view whose tables are gone is still a view; it has no columns that could be told. */
async function describeBroken(
  session: Session,
  relation: Relation,
): Promise<RelationState | undefined> {
  return (await isView(session, relation)) ? { relation, kind: 'view', columns: [] } : undefined
}

async function isView(session: Session, relation: Relation): Promise<boolean> {
  const rows = await session.query(
    `select 1 as found
from duckdb_views()
where database_name = coalesce($1, current_database()) and schema_name = $2 and view_name = $3`,
    [relation.database ?? null, relation.schema, relation.identifier],
  )
  return rows.length > 0
}
