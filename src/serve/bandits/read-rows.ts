/** Rows of a table or view that may not be there yet, by names of columns: it may have more of them, or lack some. */
import type { SqlParameter, SqlValue } from '../../core/adapter.ts'
import type { ReadDatabase } from '../context.ts'
import { ProblemError } from '../problem.ts'

export type NamedRow = ReadonlyMap<string, SqlValue>

/** undefined: it is not built yet. */
export async function readRows(
  database: ReadDatabase,
  sql: string,
  parameters: readonly SqlParameter[] = [],
): Promise<readonly NamedRow[] | undefined> {
  try {
    const { columns, rows } = await database.query(sql, { parameters })
    return rows.map((row) => new Map(columns.map(({ name }, index) => [name, row[index] ?? null])))
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'not-found') return undefined
    throw error
  }
}

export function textIn(row: NamedRow, column: string): string | null {
  const value = row.get(column)
  if (value === undefined || value === null) return null
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Decimals come as text. */
export function numberIn(row: NamedRow, column: string): number | null {
  const value = row.get(column)
  if (typeof value === 'number') return value
  return typeof value === 'string' && value !== '' ? Number(value) : null
}
