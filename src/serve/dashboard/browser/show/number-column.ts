/** A column of a table that shows one number of each row, formatted. */
import type { Row } from '../data/cells.ts'
import { type Format, numberCell } from './format.ts'
import type { TableColumn } from './table.ts'

export function numberColumn(title: string, name: string, format: Format): TableColumn<Row> {
  return { title, isNumeric: true, cell: (row) => numberCell(row, name, format) }
}

/** Of a table whose rows hold more than the row of a view. */
export function numberColumnOf(
  title: string,
  name: string,
  format: Format,
): TableColumn<{ readonly row: Row }> {
  return { title, isNumeric: true, cell: ({ row }) => numberCell(row, name, format) }
}
