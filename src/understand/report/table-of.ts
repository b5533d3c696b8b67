/** Rows to a table of a report: each column says what its cells are. */
import type { ReportCell, ReportTable } from './report-document.ts'
import type { ReportRow } from './report-row.ts'

export interface ReportColumn {
  readonly name: string
  readonly isNumber?: boolean
  readonly cell: (row: ReportRow) => string | ReportCell
}

export function tableOf(
  caption: string,
  columns: readonly ReportColumn[],
  rows: readonly ReportRow[],
): ReportTable {
  return {
    kind: 'table',
    caption,
    columns: columns.map(({ name, isNumber = false }) => ({ name, isNumber })),
    rows: rows.map((row) =>
      columns.map(({ cell }) => {
        const made = cell(row)
        return typeof made === 'string' ? { text: made } : made
      }),
    ),
  }
}
