/** The rows of a Postgres query as the values every adapter gives, a part of a cursor at a time. */
import type { Table } from '../../core/adapter.ts'
import type { Connection, Result } from './connection.ts'
import { withCursor } from './read-text.ts'

export interface TableRead {
  readonly sql: string
  readonly signal: AbortSignal | undefined
  readonly toTable: (result: Result) => Promise<Table>
}

export async function* readTable(
  connection: Connection,
  { sql, signal, toTable }: TableRead,
): AsyncGenerator<Table> {
  let columns: Table['columns'] | undefined
  const pieces = withCursor(connection, { sql, signal }, async (fetch) => {
    const result = await connection.run(fetch, [], signal)
    // A type of the database's own is asked for once.
    columns ??= (await toTable(result)).columns
    return result.rows
  })
  for await (const rows of pieces) yield { columns: columns ?? [], rows }
}
