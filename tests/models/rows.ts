/** What `assay show --output json` prints, read back as rows. */
import type { Ran } from '../support/run-assay.ts'

export type Row = Readonly<Record<string, unknown>>

export function readRows(ran: Ran): readonly Row[] {
  if (ran.exitCode !== 0) throw new Error(`assay show ended with ${ran.exitCode}:\n${ran.stderr}`)
  const printed: unknown = JSON.parse(ran.stdout)
  const rows = isRow(printed) ? printed['show'] : undefined
  if (!Array.isArray(rows)) throw new Error(`expected {"show": [..]}, found ${ran.stdout}`)
  return rows.filter(isRow)
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A JSON number of a row: neither text nor NULL. */
export function numberIn(row: Row, column: string): number {
  const value = row[column]
  if (typeof value !== 'number') {
    throw new Error(`expected a number in "${column}", found ${JSON.stringify(row)}`)
  }
  return value
}

/** Both as texts, so that mixed columns sort in one way. */
export function sortedBy(rows: readonly Row[], ...columns: readonly string[]): readonly Row[] {
  const key = (row: Row) => columns.map((column) => String(row[column])).join('\u0000')
  return [...rows].sort((a, b) => (key(a) < key(b) ? -1 : 1))
}
