/** A table to CSV, piece by piece: a header, NULL as an empty cell, empty text as `""`, quotes as RFC 4180 has them. */
import { stringify } from 'csv-stringify/sync'
import type { Table } from '../../../core/adapter.ts'
import { cellText } from '../../../core/database/cell-text.ts'
import { uniqueNames } from './unique-names.ts'

const rowsAtOnce = 1000

/** Without it NULL and empty text would look the same. */
const cast = {
  string: (value: string) => (value === '' ? { value, quoted_empty: true } : value),
}

export function* tableCsv(table: Table): Generator<string> {
  yield stringify([[...uniqueNames(table.columns.map((column) => column.name))]])
  for (let start = 0; start < table.rows.length; start += rowsAtOnce) {
    const rows = table.rows.slice(start, start + rowsAtOnce)
    yield stringify(
      // The library's own text would write booleans as 1 and nothing.
      rows.map((row) => row.map(cellText)),
      { cast },
    )
  }
}
