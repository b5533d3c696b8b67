/** Changes the columns of a table on Postgres; where what reads it does not let them change, a new table takes its place. */
import type { AlterRequest } from '../../../core/database/publish-requests.ts'
import { postgresDialect } from '../dialect.ts'
import { PostgresError } from '../errors.ts'
import { type Publishing, patiently } from './patience.ts'
import { publishTable } from './publish.ts'

export async function alterTable(
  publishing: Publishing,
  { relation, statements, reshaped, select, rebuiltLater }: AlterRequest,
): Promise<readonly string[]> {
  const { connection, signal } = publishing
  try {
    await patiently(publishing, async () => {
      for (const statement of statements) await connection.run(statement, [], signal)
    })
    return statements
  } catch (error) {
    if (!isRead(error)) throw error
  }
  const create = postgresDialect.createTableAs(reshaped, select)
  await connection.run(create, [], signal)
  const swap = { candidate: reshaped, target: relation, method: 'rename', rebuiltLater } as const
  return [create, ...(await publishTable(publishing, swap))]
}

/** `cannot drop column .. because other objects depend on it`, `cannot alter type of a column used by a view or rule`. */
function isRead(error: unknown): boolean {
  return error instanceof PostgresError && ['2BP01', '0A000'].includes(error.sqlState ?? '')
}
