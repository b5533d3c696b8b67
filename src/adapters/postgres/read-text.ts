/** The rows of a query as text cells, by a cursor: memory does not grow with the result, and reading may end early. */
import { randomUUID } from 'node:crypto'
import type { Connection } from './connection.ts'
import { postgresDialect } from './dialect.ts'
import { PostgresError } from './errors.ts'

export type TextRow = readonly (string | null)[]

/** Fetched at once. */
const rowsAtOnce = 1000

export async function* readText(
  connection: Connection,
  sql: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<TextRow> {
  const pieces = withCursor(connection, { sql, signal }, (fetch) =>
    connection.runAsText(fetch, signal),
  )
  for await (const rows of pieces) yield* rows
}

interface Query {
  readonly sql: string
  readonly signal: AbortSignal | undefined
}

/** `read` is given the statement that fetches the next rows; gives what it reads, at least once. */
export async function* withCursor<R>(
  connection: Connection,
  { sql, signal }: Query,
  read: (fetch: string) => Promise<readonly R[]>,
): AsyncGenerator<readonly R[]> {
  const name = postgresDialect.quote(`assay_rows_${randomUUID()}`)
  // Outside a transaction a cursor ends with its statement, unless the server keeps the rows for it.
  const isInTransaction = connection.client.getTransactionStatus() === 'T'
  const before = `declare ${name} no scroll cursor ${isInTransaction ? 'without' : 'with'} hold for\n`
  await declare(connection, { before, sql }, signal)
  try {
    for (;;) {
      const rows = await read(`fetch ${rowsAtOnce} from ${name}`)
      yield rows
      if (rows.length < rowsAtOnce) return
    }
  } finally {
    // A failed statement ends the transaction, and its cursors with it.
    const isGone = connection.isBroken || connection.client.getTransactionStatus() === 'E'
    if (!isGone) await connection.run(`close ${name}`)
  }
}

/** A fault's place is one in the query, not in what stands before it. */
async function declare(
  connection: Connection,
  { before, sql }: { readonly before: string; readonly sql: string },
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await connection.run(before + sql, [], signal)
  } catch (error) {
    if (!(error instanceof PostgresError) || error.fault.offset === undefined) throw error
    const { fault, detail, context } = error
    const offset = Math.max(0, (fault.offset ?? 0) - before.length)
    throw new PostgresError({ ...fault, offset }, { detail, context, cause: error })
  }
}
