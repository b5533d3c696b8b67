/** The rows of a DuckDB query as text that casts back to the same values, read as they are needed. */
import { type DuckDBType, DuckDBTypeId } from '@duckdb/node-api'
import type { Connection, Guard } from '../connection.ts'

/** A UNION has no text that casts back (the cast is refused), and a VARIANT comes back as text. */
export async function* readText(
  connection: Connection,
  guard: Guard,
  sql: string,
): AsyncGenerator<readonly (string | null)[]> {
  const types = (await connection.columns(sql)).map(({ type }) => type)
  // Columns by place, since two may share a name.
  const names = types.map((_, index) => `c${index}`)
  const cells = types.map((type, index) => textOf(type, `c${index}`))
  const query = `select ${cells.join(', ')} from (\n${sql}\n) as assay_rows (${names.join(', ')})`
  for await (const rows of connection.stream(query, guard)) {
    for (const row of rows) yield row.map((cell) => (typeof cell === 'string' ? cell : null))
  }
}

/** DuckDB cuts the seconds off an old zone's offset (+01:05:21), so the text is in UTC. */
function textOf(type: DuckDBType, column: string): string {
  const text = `cast(${column} as text)`
  if (type.typeId !== DuckDBTypeId.TIMESTAMP_TZ) return text
  const inUtc = `cast(timezone('UTC', ${column}) as text) || '+00'`
  return `case when isfinite(${column}) then ${inUtc} else ${text} end`
}
