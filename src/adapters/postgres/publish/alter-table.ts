/** Changes the columns of a table on Postgres, or says that what reads it does not let them change. */
import { PostgresError } from '../errors.ts'
import { type Publishing, patiently } from './patience.ts'

export async function alterTable(
  publishing: Publishing,
  statements: readonly string[],
): Promise<boolean> {
  const { connection, signal } = publishing
  try {
    await patiently(publishing, async () => {
      for (const statement of statements) await connection.run(statement, [], signal)
    })
    return true
  } catch (error) {
    if (isRead(error)) return false
    throw error
  }
}

/** `cannot drop column .. because other objects depend on it`, `cannot alter type of a column used by a view or rule`. */
function isRead(error: unknown): boolean {
  return error instanceof PostgresError && ['2BP01', '0A000'].includes(error.sqlState ?? '')
}
