/** A value that a generator yields to the text that the database casts to the column's type; or what is wrong with it. */
import type { AdapterName } from '../../../core/target.ts'
import type { ValueKind } from './value-kinds.ts'

export type Encoded =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly expected: string; readonly hint?: string }

export type Encode = (value: unknown) => Encoded

/** Never given null. */
export function encoderOf(kind: ValueKind, adapter: AdapterName): Encode {
  switch (kind.kind) {
    case 'integer':
      return (value) => encodeInteger(value, kind)
    case 'decimal':
      return encodeDecimal
    case 'double':
      return encodeDouble
    case 'boolean':
      return (value) =>
        typeof value === 'boolean' ? text(String(value)) : refused('true or false')
    case 'text':
      return (value) => encodeText(value, adapter)
    case 'uuid':
      return (value) =>
        typeof value === 'string' && /^[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/i.test(value)
          ? text(value)
          : refused('a UUID as text')
    case 'json':
      return encodeJson
    case 'bytes':
      return (value) => encodeBytes(value, adapter)
    case 'date':
      return encodeDate
    case 'time':
      return (value) =>
        typeof value === 'string' && /^\d\d:\d\d/.test(value)
          ? text(value)
          : refused('a time (a text like "09:30:00")')
    case 'timestamp':
      return (value) => encodeTimestamp(value, '')
    case 'timestamptz':
      return (value) => encodeTimestamp(value, '+00')
    case 'list':
      return listEncoder(encoderOf(kind.item, adapter), adapter)
    case 'other':
      return encodeOther
  }
}

function text(value: string): Encoded {
  return { ok: true, text: value }
}

function refused(expected: string, hint?: string): Encoded {
  return { ok: false, expected, ...(hint === undefined ? {} : { hint }) }
}

function encodeInteger(
  value: unknown,
  { low, high }: Extract<ValueKind, { readonly kind: 'integer' }>,
): Encoded {
  const range = `a whole number from ${low} to ${high}`
  if (typeof value === 'number') {
    if (!Number.isInteger(value)) return refused('a whole number')
    if (!Number.isSafeInteger(value)) {
      return refused('a whole number below 2^53', 'larger ones are exact as bigint: 1n, or as text')
    }
    return value >= low && value <= high ? text(String(value)) : refused(range)
  }
  if (typeof value === 'bigint') {
    return value >= low && value <= high ? text(String(value)) : refused(range)
  }
  // As it is read where it is wide.
  if (typeof value !== 'string' || !/^-?\d+$/.test(value)) return refused('a whole number')
  const whole = BigInt(value)
  return whole >= low && whole <= high ? text(value) : refused(range)
}

function encodeDecimal(value: unknown): Encoded {
  if (typeof value === 'bigint') return text(String(value))
  if (typeof value === 'number') {
    return Number.isFinite(value) ? text(plainDecimal(value)) : refused('a finite number')
  }
  const isNumeric = typeof value === 'string' && /^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(value)
  return isNumeric ? text(value) : refused('a number, or one as text')
}

/** The shortest decimal that is this number, without an exponent. */
function plainDecimal(value: number): string {
  const [, sign = '', whole = '', fraction = '', exponent] =
    /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(String(value)) ?? []
  if (exponent === undefined) return String(value)
  const digits = `${whole}${fraction}`
  const point = whole.length + Number(exponent)
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  const padded = digits.padEnd(point, '0')
  const rest = padded.slice(point)
  return `${sign}${padded.slice(0, point)}${rest === '' ? '' : `.${rest}`}`
}

function encodeDouble(value: unknown): Encoded {
  if (typeof value === 'number' || typeof value === 'bigint') return text(String(value))
  const isNumeric =
    typeof value === 'string' &&
    (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(value) || /^(?:NaN|-?Infinity)$/.test(value))
  return isNumeric ? text(value) : refused('a number')
}

function encodeText(value: unknown, adapter: AdapterName): Encoded {
  if (typeof value !== 'string') return refused('a text', 'write String(value)')
  if (adapter === 'postgres' && value.includes('\u0000')) {
    return refused('a text without the NUL character, which Postgres cannot store')
  }
  return isWellFormed(value) ? text(value) : refused('a text of whole characters')
}

/** Half a surrogate pair would become another character on the way. */
function isWellFormed(value: string): boolean {
  return !/(?:[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff])/.test(value)
}

function encodeJson(value: unknown): Encoded {
  try {
    const json: string | undefined = JSON.stringify(value)
    if (json === undefined) return refused('a JSON value')
    return text(json)
  } catch {
    return refused('a JSON value')
  }
}

function encodeBytes(value: unknown, adapter: AdapterName): Encoded {
  const hex =
    value instanceof Uint8Array
      ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')
      : typeof value === 'string' && /^(?:[0-9a-f]{2})*$/i.test(value)
        ? value
        : undefined
  if (hex === undefined) return refused('bytes (a Uint8Array, or their hexadecimal text)')
  return text(adapter === 'postgres' ? `\\x${hex}` : hex.replaceAll(/../g, '\\x$&'))
}

const dateText = /^[+-]?\d{4,}-\d\d-\d\d(?: BC)?$/

function encodeDate(value: unknown): Encoded {
  if (value instanceof Date) {
    const iso = isoOf(value)
    if (iso === undefined) return refused('a date', 'this Date is invalid')
    if (!iso.endsWith('T00:00:00.000Z')) {
      return refused(
        'a date',
        'this Date has a time of day: write value.toISOString().slice(0, 10)',
      )
    }
    return text(iso.slice(0, 10))
  }
  return typeof value === 'string' && (dateText.test(value) || /^-?infinity$/.test(value))
    ? text(value)
    : refused('a date (a Date, or a text like "2026-01-31")')
}

const momentText =
  /^[+-]?\d{4,}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d(?::?\d\d)?(?::\d\d)?)?)?(?: BC)?$/

function encodeTimestamp(value: unknown, zone: '' | '+00'): Encoded {
  if (value instanceof Date) {
    const iso = isoOf(value)
    if (iso === undefined) return refused('a moment', 'this Date is invalid')
    return text(`${iso.slice(0, -1).replace('T', ' ')}${zone}`)
  }
  return typeof value === 'string' && (momentText.test(value) || /^-?infinity$/.test(value))
    ? text(value)
    : refused('a moment (a Date, or a text like "2026-01-31 09:30:00")')
}

/** undefined: it is no date, or of a year that has no four digits. */
function isoOf(date: Date): string | undefined {
  const time = date.getTime()
  if (Number.isNaN(time)) return undefined
  const iso = date.toISOString()
  return /^\d{4}-/.test(iso) ? iso : undefined
}

function listEncoder(item: Encode, adapter: AdapterName): Encode {
  return (value) => {
    if (!Array.isArray(value)) return refused('a list')
    const texts: string[] = []
    for (const each of value) {
      if (each === null) {
        texts.push('NULL')
        continue
      }
      const encoded: Encoded = item(each)
      if (!encoded.ok) return { ...encoded, expected: `a list with ${encoded.expected} in it` }
      const isList = Array.isArray(each)
      texts.push(isList ? encoded.text : quotedItem(encoded.text, adapter))
    }
    return text(adapter === 'postgres' ? `{${texts.join(',')}}` : `[${texts.join(', ')}]`)
  }
}

function quotedItem(value: string, adapter: AdapterName): string {
  const [quote, escaped] =
    adapter === 'postgres'
      ? ['"', value.replaceAll(/["\\]/g, '\\$&')]
      : ["'", value.replaceAll(/['\\]/g, '\\$&')]
  return `${quote}${escaped}${quote}`
}

function encodeOther(value: unknown): Encoded {
  if (typeof value === 'string') return text(value)
  if (['number', 'bigint', 'boolean'].includes(typeof value)) return text(String(value))
  if (typeof value === 'object' && !(value instanceof Date)) return encodeJson(value)
  return refused('a text as the database writes it')
}
