/** A result of Postgres as a Table: a type of the database's own is asked for by name. */
import type { Table } from '../../../core/adapter.ts'
import { text } from '../catalog.ts'
import type { Connection, Result } from '../connection.ts'
import { kindOf, plainTypeName } from './values.ts'

export async function toTable(connection: Connection, result: Result): Promise<Table> {
  const names = await typeNames(connection, result)
  const columns = result.fields.map((field, index) => ({
    name: field.name,
    dataType: names[index] ?? 'unknown',
    kind: kindOf(field.dataTypeID),
  }))
  return { columns, rows: result.rows }
}

async function typeNames(connection: Connection, { fields }: Result): Promise<readonly string[]> {
  const known = fields.map((field) => plainTypeName(field.dataTypeID, field.dataTypeModifier))
  if (!known.includes(undefined)) return known.map((name) => name ?? '')
  const asked = fields.map((field) => ({ oid: field.dataTypeID, modifier: field.dataTypeModifier }))
  const { rows } = await connection.run(
    `select format_type(asked.oid, asked.modifier)
from rows from (json_to_recordset($1) as (oid oid, modifier integer))
with ordinality as asked (oid, modifier, place)
order by asked.place`,
    [JSON.stringify(asked)],
  )
  return rows.map(([name]) => text(name))
}
