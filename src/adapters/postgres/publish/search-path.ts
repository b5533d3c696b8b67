/** The search path emptied, so that Postgres writes every name in a definition with its schema, and put back. */
import { text } from '../catalog.ts'
import type { Connection } from '../connection.ts'

/** Gives the path to put back. */
export async function emptySearchPath(connection: Connection): Promise<string> {
  const { rows } = await connection.run(
    `select current_setting('search_path'), set_config('search_path', '', true)`,
  )
  return text(rows[0]?.[0])
}

export async function restoreSearchPath(connection: Connection, path: string): Promise<void> {
  await connection.run(`select set_config('search_path', $1, true)`, [path])
}
