/** The text of one CSV record to its fields, or why it is none. */

export interface CsvField {
  readonly text: string
  readonly isQuoted: boolean
}

export type CsvRecord =
  | { readonly kind: 'fields'; readonly fields: readonly CsvField[] }
  /** A quoted field goes on in the next line. */
  | { readonly kind: 'open' }
  | { readonly kind: 'fault'; readonly message: string }

const quote = '"'

export function parseCsvRecord(text: string, delimiter: string): CsvRecord {
  const fields: CsvField[] = []
  let at = 0
  for (;;) {
    const isQuoted = text.startsWith(quote, at)
    const field = isQuoted ? quotedField(text, at + 1, delimiter) : plainField(text, at, delimiter)
    if (typeof field === 'string') {
      return field === 'open' ? { kind: 'open' } : { kind: 'fault', message: field }
    }
    fields.push({ text: field.text, isQuoted })
    if (field.end >= text.length) return { kind: 'fields', fields }
    at = field.end + delimiter.length
    if (at === text.length) {
      fields.push({ text: '', isQuoted: false })
      return { kind: 'fields', fields }
    }
  }
}

interface FoundField {
  readonly text: string
  /** Of the delimiter behind it, or the end. */
  readonly end: number
}

function plainField(text: string, start: number, delimiter: string): FoundField | string {
  const found = text.indexOf(delimiter, start)
  const end = found < 0 ? text.length : found
  const field = text.slice(start, end)
  if (!field.includes(quote)) return { text: field, end }
  return 'expected a quote only at the start of a field, found one inside it'
}

function quotedField(
  text: string,
  start: number,
  delimiter: string,
): FoundField | 'open' | `expected ${string}` {
  let value = ''
  for (let at = start; ; ) {
    const end = text.indexOf(quote, at)
    if (end < 0) return 'open'
    value += text.slice(at, end)
    if (text[end + 1] !== quote) {
      const isEnd = end + 1 >= text.length || text.startsWith(delimiter, end + 1)
      return isEnd
        ? { text: value, end: end + 1 }
        : 'expected the delimiter or the end of the line behind a closing quote, found something else'
    }
    value += quote
    at = end + 2
  }
}
