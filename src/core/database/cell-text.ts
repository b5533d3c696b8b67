/** Values as rows carry them to JSON and to plain text: the number rules of every output of rows. */
import type { SqlValue, TableColumn } from '../adapter.ts'

const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** `asNumbers`: decimals and wide integers as JSON numbers instead of strings. */
export function cellJson(value: SqlValue, column: TableColumn, asNumbers: boolean): string {
  const isNumeric = column.kind === 'decimal' || column.kind === 'integer'
  if (asNumbers && isNumeric && typeof value === 'string' && jsonNumber.test(value)) return value
  return valueJson(value)
}

/** JSON has no NaN and no infinities: they become the strings "NaN", "Infinity", "-Infinity". */
export function valueJson(value: SqlValue): string {
  if (Object.is(value, -0)) return '-0.0'
  return JSON.stringify(value, (_, inner: SqlValue) =>
    typeof inner === 'number' && !Number.isFinite(inner) ? String(inner) : inner,
  )
}

/** For cells of CSV: nested values as JSON. */
export function cellText(value: SqlValue): string | null {
  if (value === null || typeof value === 'string') return value
  if (Object.is(value, -0)) return '-0.0'
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return valueJson(value)
}
