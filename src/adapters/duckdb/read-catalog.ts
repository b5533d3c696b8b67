/** What DuckDB's catalogue says of the relations of some schemas, in all attached databases, in one query. */
import { type Row, type Session, textCell } from '../../core/adapter.ts'
import {
  type CatalogLine,
  type CatalogRelation,
  gatherCatalog,
} from '../../core/database/catalog.ts'
import { placesOf } from '../../core/database/places.ts'

export async function readCatalog(
  session: Session,
  schemas: readonly string[],
): Promise<readonly CatalogRelation[]> {
  if (schemas.length === 0) return []
  const rows = await session.query(
    `with relations as (
  select database_oid, schema_oid, table_oid as oid, database_name, schema_name, table_name as name,
    'BASE TABLE' as type, comment, estimated_size as row_estimate
  from duckdb_tables()
  where not internal and not temporary
  union all
  select database_oid, schema_oid, view_oid, database_name, schema_name, view_name, 'VIEW', comment, null
  from duckdb_views()
  where not internal and not temporary
)
select
  r.database_name,
  r.database_name = current_database() as is_own,
  r.schema_name,
  r.name,
  r.type,
  r.comment,
  cast(r.row_estimate as double) as row_estimate,
  c.column_name,
  c.data_type,
  c.comment as column_comment
from relations as r
left join duckdb_columns() as c
  on c.database_oid = r.database_oid and c.schema_oid = r.schema_oid and c.table_oid = r.oid
where r.schema_name in (${placesOf(schemas)})
order by r.database_name, r.schema_name, r.name, c.column_index`,
    schemas,
  )
  return gatherCatalog(rows.map(toLine))
}

function toLine(row: Row): CatalogLine {
  const rows = row['row_estimate']
  return {
    relation: {
      database: textCell(row, 'database_name'),
      isOwn: row['is_own'] === true,
      schema: textCell(row, 'schema_name'),
      identifier: textCell(row, 'name'),
      type: row['type'] === 'VIEW' ? 'VIEW' : 'BASE TABLE',
      owner: undefined,
      comment: optionalText(row, 'comment'),
      rows: typeof rows === 'number' ? rows : undefined,
    },
    column:
      row['column_name'] === null
        ? undefined
        : {
            name: textCell(row, 'column_name'),
            dataType: textCell(row, 'data_type'),
            comment: optionalText(row, 'column_comment'),
          },
  }
}

function optionalText(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : textCell(row, column)
}
