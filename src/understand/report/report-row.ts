/** Rows of views as a report reads them: a cell by its column, as the type it should have. */

export type ReportRow = Readonly<Record<string, string | number | boolean | null>>

/** undefined: NULL, no such column, or no finite number. */
export function numberAt(row: ReportRow | undefined, column: string): number | undefined {
  const value = row?.[column]
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** The first of the columns that holds a number: views keep a column for each kind of test. */
export function firstNumber(
  row: ReportRow | undefined,
  columns: readonly string[],
): number | undefined {
  return columns.map((column) => numberAt(row, column)).find((value) => value !== undefined)
}

/** Empty: NULL, or no such column. */
export function textAt(row: ReportRow | undefined, column: string): string {
  const value = row?.[column] ?? ''
  return typeof value === 'string' ? value : String(value)
}
