/** A CSV file to typed columns and text cells; a row too short or too long is a fault with its line. */
import { CsvError, parse } from 'csv-parse/sync'
import {
  type Diagnostic,
  errorDiagnostic,
  nearestName,
  type SourceSpan,
} from '../../../core/diagnostic.ts'
import type { Dialect } from '../../../core/dialect.ts'
import { configSpan } from '../../../core/node/config-places.ts'
import type { SeedNode } from '../../../core/node.ts'
import type { Column } from '../../../core/relation.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import { inferType } from './infer-type.ts'

export interface SeedContent {
  readonly columns: readonly Column[]
  /** Cells in the order of the columns; an empty one is NULL. */
  readonly rows: readonly (readonly (string | null)[])[]
  /** The line of the first row that holds this cell in this column. */
  readonly placeOf: (column: string, cell: string) => SourceSpan | undefined
}

interface CsvRecord {
  readonly record: readonly string[]
  /** Of its last character, 1-based. */
  readonly line: number
}

export function readSeed(node: SeedNode, text: string, dialect: Dialect): Result<SeedContent> {
  const records = parseCsv(node, text)
  if (!records.ok) return records
  const [header, ...body] = records.value
  if (header === undefined) {
    return failure([fault(node, 1, 'expected a header row, found an empty file')])
  }
  const names = header.record.map((name) => folded(node, dialect, name.trim()))
  const faults = [
    ...headerFaults(node, names),
    ...lengthFaults(node, names, body),
    ...nulFaults(node, body),
  ]
  if (faults.length > 0) return failure(faults)
  const rows = body.map(({ record }) => record.map((cell) => (cell === '' ? null : cell)))
  const columns = names.map((name, index) => ({
    name,
    dataType:
      typeFor(node, name) ?? dialect.seedType(inferType(rows.map((row) => row[index] ?? null))),
  }))
  const unknown = Object.keys(node.columnTypes).filter(
    (name) => !names.some((known) => isNamed(node, known, name)),
  )
  if (unknown.length > 0) {
    return failure(unknown.map((name) => unknownType(node, names, name)))
  }
  return success({
    columns,
    rows,
    placeOf: (column, cell) => {
      const index = names.indexOf(column)
      const found = body.find(({ record }) => record[index] === cell)
      return found === undefined
        ? undefined
        : { path: node.path, line: found.line, column: 1, length: 1 }
    },
  })
}

function unknownType(node: SeedNode, names: readonly string[], name: string): Diagnostic {
  const nearest = nearestName(name, names)
  return errorDiagnostic({
    code: 'unknown-column',
    message: `expected "column_types" to name columns of the file, found "${name}"`,
    span: configSpan(node, 'column_types'),
    hint:
      nearest === undefined
        ? `it has ${names.map((known) => `"${known}"`).join(', ')}`
        : `did you mean "${nearest}"?`,
  })
}

/** As the database reads a name without quotes. */
function folded({ quotesColumns }: SeedNode, { hasCaseSensitiveNames }: Dialect, name: string) {
  return quotesColumns || !hasCaseSensitiveNames ? name : name.toLowerCase()
}

function typeFor(node: SeedNode, column: string): string | undefined {
  const own = node.columnTypes[column]
  if (own !== undefined) return own
  return Object.entries(node.columnTypes).find(([name]) => isNamed(node, column, name))?.[1]
}

/** Case counts as it does in the table. */
function isNamed({ quotesColumns }: SeedNode, column: string, name: string): boolean {
  return column === name || (!quotesColumns && column.toLowerCase() === name.toLowerCase())
}

function parseCsv(node: SeedNode, text: string): Result<readonly CsvRecord[]> {
  const records: CsvRecord[] = []
  try {
    parse(text, {
      bom: true,
      delimiter: node.delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (record, { lines }) => {
        records.push({ record, line: lines })
        return null
      },
    })
    return success(records)
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const last = records.at(-1)
    const isUnclosed = error.code === 'CSV_QUOTE_NOT_CLOSED'
    // The parser is at the end of the file by then; the row that opened the quote began behind the last whole one.
    const line = isUnclosed ? (last?.line ?? 0) + 1 : lineOf(error)
    const message = csvFaults[error.code] ?? 'expected a well-formed CSV row'
    return failure([fault(node, line, message)])
  }
}

const csvFaults: Readonly<Partial<Record<string, string>>> = {
  CSV_QUOTE_NOT_CLOSED: 'expected a closing quote, found the end of the file',
  INVALID_OPENING_QUOTE: 'expected a quote only at the start of a field, found one inside it',
  CSV_INVALID_CLOSING_QUOTE:
    'expected the delimiter or the end of the line behind a closing quote, found something else',
  CSV_MAX_RECORD_SIZE: 'expected a row of reasonable length, found one that does not end',
}

function lineOf(error: CsvError): number {
  return typeof error['lines'] === 'number' ? error['lines'] : 1
}

function headerFaults(node: SeedNode, names: readonly string[]): readonly Diagnostic[] {
  return names.flatMap((name, index) => {
    if (name === '') return [fault(node, 1, `expected a name for column ${index + 1}, found none`)]
    const first = names.findIndex((other) => other.toLowerCase() === name.toLowerCase())
    if (first === index) return []
    return [
      fault(
        node,
        1,
        `expected column names to differ, found "${names[first] ?? name}" and "${name}"`,
      ),
    ]
  })
}

/** Enough to see the pattern, not a screenful of the same fault. */
const shownFaults = 5

function lengthFaults(
  node: SeedNode,
  names: readonly string[],
  body: readonly CsvRecord[],
): readonly Diagnostic[] {
  const wrong = body.filter(({ record }) => record.length !== names.length)
  const more = wrong.length - shownFaults
  return wrong.slice(0, shownFaults).map(({ record, line }, index) => {
    const isLast = index === shownFaults - 1 && more > 0
    const tail = isLast ? ` (and ${more} more rows)` : ''
    const message = `expected ${names.length} fields (${names.join(', ')}), found ${record.length}${tail}`
    return fault(
      node,
      line,
      message,
      record.length > names.length ? 'quote a field that holds the delimiter: "a, b"' : undefined,
    )
  })
}

/** No database of ours holds the character NUL in a text alike. */
function nulFaults(node: SeedNode, body: readonly CsvRecord[]): readonly Diagnostic[] {
  const found = body.find(({ record }) => record.some((cell) => cell.includes('\0')))
  if (found === undefined) return []
  return [
    fault(node, found.line, 'expected text, found the character NUL', 'remove it from the file'),
  ]
}

function fault(node: SeedNode, line: number, message: string, hint?: string): Diagnostic {
  return errorDiagnostic({
    code: 'invalid-csv',
    message,
    span: { path: node.path, line, column: 1, length: 1 },
    hint,
  })
}
