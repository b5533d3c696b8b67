/** A row of a result as a message shows it: its first cells. */
import type { Row, SqlValue } from '../../../core/adapter.ts'

export function rowText(row: Row): string {
  return Object.entries(row)
    .slice(0, 6)
    .map(([column, value]) => `${column}=${cellText(value)}`)
    .join(' ')
}

function cellText(value: SqlValue): string {
  if (value === null) return 'NULL'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
