/** Rows to CSV: a header, NULL as an empty cell, empty text as `""`, quotes as RFC 4180 has them. */
import type { SqlValue } from '../../../core/adapter.ts'
import { cellText } from '../../../core/database/cell-text.ts'
import type { TextFormat } from './text-format.ts'

const special = /[",\r\n]/

export const csvFormat: TextFormat = {
  head: (columns) => `${columns.map(({ name }) => quoted(name)).join(',')}\n`,
  rows: ({ rows }) => rows.map(line).join(''),
  foot: () => '',
}

function line(row: readonly SqlValue[]): string {
  return `${row.map(cell).join(',')}\n`
}

function cell(value: SqlValue): string {
  const text = cellText(value)
  return text === null ? '' : quoted(text)
}

function quoted(text: string): string {
  return text === '' || special.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
