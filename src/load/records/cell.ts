/** A field of a record to the text of a cell that every database reads alike, or why it is none. */
import type { Json } from '../../core/json.ts'
import type { ListText } from '../../core/list-text.ts'
import { type Cell, fine, tooGreat, type ToCell, wrong } from './cell-result.ts'
import { columnType, type ColumnType } from './column-type.ts'
import { listCell } from './list-cell.ts'
import { dateText, timestampText } from './moment-text.ts'

export interface DeclaredColumn {
  readonly name: string
  /** As declared. */
  readonly dataType: string
  readonly isRequired: boolean
}

export function cellReader(dataType: string, listText: ListText): ToCell {
  return readerOf(columnType(dataType), listText)
}

function readerOf(type: ColumnType, listText: ListText): ToCell {
  const read = valueReader(type, listText)
  return (value, written) => (value === null ? nothing : read(value, written))
}

const nothing: Cell = { ok: true, text: null }

function valueReader(type: ColumnType, listText: ListText): ToCell {
  switch (type.kind) {
    case 'integer':
      return integerReader(type)
    case 'decimal':
      return (value, written) => decimalCell(type, value, written)
    case 'double':
      return (value, written) => doubleCell(type, value, written)
    case 'boolean':
      return booleanCell
    case 'date':
      return momentReader('a date such as 2026-01-31', dateText)
    case 'timestamp':
      return momentReader('a time such as 2026-01-31T12:00:00', (text) =>
        timestampText(text, { keepsZone: false }),
      )
    case 'timestamptz':
      return momentReader('a time such as 2026-01-31T12:00:00Z', (text) =>
        timestampText(text, { keepsZone: true }),
      )
    case 'json':
      return (value, written) => fine(written ?? JSON.stringify(value))
    case 'uuid':
      return (value) =>
        typeof value === 'string' && uuid.test(value) ? fine(value) : wrong('a UUID', value)
    case 'text':
      return (value, written) => textCell(type.length, value, written)
    case 'list': {
      const list = { type, readItem: readerOf(type.of, listText), listText }
      return (value, written) => listCell(list, value, written)
    }
    case 'other':
      return (value, written) => fine(plainText(value, written))
    default:
      return type
  }
}

const uuid = /^\{?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\}?$/i

/** What stands for a value in a text: numbers as they were written, objects and lists as JSON. */
function plainText(value: Json, written: string | undefined): string {
  if (typeof value === 'string') return value
  return written ?? (typeof value === 'object' ? JSON.stringify(value) : String(value))
}

/** The digits of a number or of a text that holds one; undefined: it is no number. */
function numeral(value: Json, written: string | undefined): string | undefined {
  if (typeof value === 'number') return written ?? String(value)
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? text : undefined
}

function integerReader({
  min,
  max,
  name,
}: Extract<ColumnType, { readonly kind: 'integer' }>): ToCell {
  const leastSafe = Math.max(Number(min), Number.MIN_SAFE_INTEGER)
  const mostSafe = Math.min(Number(max), Number.MAX_SAFE_INTEGER)
  return (value, written) => {
    // Nearly all are of this kind: no digits are lost, and no text need be read.
    const isSafe = typeof value === 'number' && written === undefined && Number.isInteger(value)
    if (isSafe && leastSafe <= value && value <= mostSafe) return fine(String(value))
    const text = numeral(value, written)
    const whole = text === undefined ? undefined : wholeNumber(text)
    if (whole === undefined) return wrong(`a whole number (${name})`, value)
    if (whole === 'endless' || whole < min || whole > max) {
      return tooGreat(`a number from ${min} to ${max} (${name})`, value, written)
    }
    return fine(String(whole))
  }
}

/** `12`, `12.0`, `1.2e1`; undefined for a fraction. */
function wholeNumber(text: string): bigint | 'endless' | undefined {
  if (/^[+-]?\d{1,100}$/.test(text)) return BigInt(text.replace('+', ''))
  const parts = decimalParts(text)
  if (parts === undefined) return 'endless'
  return /^0*$/.test(parts.fraction) ? BigInt(`${parts.sign}${parts.whole}`) : undefined
}

interface DecimalParts {
  readonly sign: '' | '-'
  readonly whole: string
  readonly fraction: string
}

/** Without its exponent; undefined: longer than any column. */
function decimalParts(text: string): DecimalParts | undefined {
  const [, sign = '', digits = '', point = '', exponent = '0'] =
    /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  const shift = Number(exponent)
  if (Math.abs(shift) > 400 || digits.length + point.length > 100_000) return undefined
  const all = digits + point
  const at = digits.length + shift
  const whole = at <= 0 ? '0' : all.slice(0, at).padEnd(at, '0')
  const fraction = at < 0 ? '0'.repeat(-at) + all : all.slice(Math.max(0, at))
  return { sign: sign === '-' ? '-' : '', whole: whole.replace(/^0+(?=\d)/, ''), fraction }
}

function decimalCell(
  { precision, scale }: Extract<ColumnType, { readonly kind: 'decimal' }>,
  value: Json,
  written: string | undefined,
): Cell {
  const text = numeral(value, written)
  if (text === undefined) return wrong('a number', value)
  const parts = decimalParts(text)
  if (parts === undefined) return tooGreat('a number that a column can hold', value, written)
  const { sign, whole, fraction } = parts
  const isTooGreat =
    precision !== undefined && whole.replace(/^0$/, '').length > precision - (scale ?? 0)
  if (isTooGreat) {
    const digits = precision - (scale ?? 0)
    return tooGreat(`at most ${digits} digits before the point`, value, written)
  }
  // Rounded by the database it would be another number.
  if (scale !== undefined && fraction.replace(/0+$/, '').length > scale) {
    return tooGreat(`at most ${scale} digits after the point`, value, written)
  }
  return fine(`${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`)
}

const endless: ReadonlyMap<string, string> = new Map([
  ['nan', 'NaN'],
  ['inf', 'Infinity'],
  ['infinity', 'Infinity'],
  ['+infinity', 'Infinity'],
  ['-inf', '-Infinity'],
  ['-infinity', '-Infinity'],
])

function doubleCell(
  { limit }: Extract<ColumnType, { readonly kind: 'double' }>,
  value: Json,
  written: string | undefined,
): Cell {
  const word = typeof value === 'string' ? endless.get(value.trim().toLowerCase()) : undefined
  if (word !== undefined) return fine(word)
  const text = numeral(value, written)
  if (text === undefined) return wrong('a number', value)
  if (Math.abs(Number(text)) > limit) {
    return tooGreat(`a number up to ${limit}`, value, written)
  }
  // A number too small to be told from zero is zero: a database may refuse it instead.
  return fine(Math.abs(Number(text)) < Number.MIN_VALUE ? '0' : text)
}

const booleans: ReadonlyMap<string, string> = new Map([
  ...['true', 't', 'yes', 'y', 'on', '1'].map((word) => [word, 'true'] as const),
  ...['false', 'f', 'no', 'n', 'off', '0'].map((word) => [word, 'false'] as const),
])

function booleanCell(value: Json): Cell {
  if (typeof value === 'boolean') return fine(value ? 'true' : 'false')
  const isPlain = typeof value !== 'object'
  const text = isPlain ? booleans.get(String(value).trim().toLowerCase()) : undefined
  return text === undefined ? wrong('true or false', value) : fine(text)
}

function momentReader(expected: string, read: (text: string) => string | undefined): ToCell {
  return (value) => {
    const text = typeof value === 'string' ? read(value.trim()) : undefined
    return text === undefined ? wrong(expected, value) : fine(text)
  }
}

function textCell(length: number | undefined, value: Json, written: string | undefined): Cell {
  const text = plainText(value, written)
  if (length !== undefined && text.length > length && Array.from(text).length > length) {
    return tooGreat(`at most ${length} characters`, value, undefined)
  }
  return fine(text)
}
