/** The rows of a DuckDB query as the values every adapter gives, a chunk at a time. */
import type { Table } from '../../../core/adapter.ts'
import type { Connection, Guard } from '../connection.ts'
import { tableColumn, toSqlValue } from './values.ts'

export async function* readTable(
  connection: Connection,
  guard: Guard,
  sql: string,
): AsyncGenerator<Table> {
  const described = await connection.columns(sql)
  const columns = described.map(({ name, type }) => tableColumn(name, type))
  let isFirst = true
  for await (const rows of connection.stream(sql, guard)) {
    isFirst = false
    yield {
      columns,
      rows: rows.map((row) =>
        described.map(({ type }, index) => toSqlValue(row[index] ?? null, type)),
      ),
    }
  }
  if (isFirst) yield { columns, rows: [] }
}
