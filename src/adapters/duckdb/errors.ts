/** DuckDB's errors to our words: message, hint, place in the statement, and whether trying again may help. */
import {
  type BrokenConstraint,
  type DatabaseFault,
  roomHint,
} from '../../core/database/database-errors.ts'
import { nearestName } from '../../core/diagnostic.ts'

/** An error of DuckDB with the fault it stands for: the statement is known only where it was sent. */
export class DuckdbError extends Error {
  readonly fault: DatabaseFault
  /** DuckDB's own kind, e.g. `Catalog`, `Conversion`; empty when it gave none. */
  readonly kind: string
  constructor(fault: DatabaseFault, kind: string, cause?: unknown) {
    super(fault.message, { cause })
    this.name = 'DuckdbError'
    this.fault = fault
    this.kind = kind
  }
}

/** What `errors_as_json` says, as far as it is used. */
interface Report {
  readonly kind: string
  readonly message: string
  readonly subtype: string | undefined
  /** What is missing, e.g. `Table`, `Scalar Function`. */
  readonly entry: string | undefined
  readonly name: string | undefined
  readonly candidates: readonly string[]
  /** Of the parser in characters, of all others in bytes of UTF-8. */
  readonly position: number | undefined
}

export function explainDuckdbError(error: unknown): DatabaseFault {
  if (error instanceof DuckdbError) return error.fault
  if (!(error instanceof Error)) return { message: String(error), retryable: false }
  if (error.name === 'AbortError') return { message: 'interrupted', retryable: false }
  return toDuckdbError(error, undefined).fault
}

/** `sql` is the statement that was sent, `before` what stood before it; undefined when there was none. */
export function toDuckdbError(error: unknown, sql: string | undefined, before = ''): DuckdbError {
  if (error instanceof DuckdbError) return error
  const report = readReport(error instanceof Error ? error.message : String(error))
  const outOfRoom = /No space left on device|Disk quota exceeded/.test(report.message)
  const hint = outOfRoom ? roomHint : hintOf(report)
  const offset = offsetOf(report, sql, before)
  const fault = {
    message: plainMessage(report.message),
    ...(hint === undefined ? {} : { hint }),
    ...(offset === undefined ? {} : { offset }),
    ...missingRelationOf(report),
    ...missingColumnOf(report),
    ...(hint === undefined ? candidatesOf(report) : {}),
    ...(report.kind === 'Constraint'
      ? { brokenConstraint: brokenConstraintOf(report.message) }
      : {}),
    ...(rowKinds.has(report.kind) ? { blamesRows: true as const } : {}),
    ...(outOfRoom ? { outOfRoom } : {}),
    retryable: isConflict(report.message),
  }
  return new DuckdbError(fault, report.kind, error)
}

/** Errors that a value gives, whatever the statement. */
const rowKinds: ReadonlySet<string> = new Set([
  'Constraint',
  'Conversion',
  'Decimal',
  'Invalid Input',
  'Mismatch Type',
  'Out of Range',
])

export function timeoutError(timeoutMs: number): DuckdbError {
  const message = `the statement was stopped: it ran longer than the ${timeoutMs} ms the target allows`
  return new DuckdbError({ message, retryable: false }, 'Timeout')
}

/** `Parser Error: {..}`, `{..}`, or `Parser Error: text` where JSON was not switched on. */
function readReport(text: string): Report {
  const brace = text.indexOf('{')
  const fields = brace < 0 ? undefined : parseObject(text.slice(brace))
  const field = (name: string) => {
    const value = fields?.[name]
    return typeof value === 'string' ? value : undefined
  }
  const message = field('exception_message')
  if (message === undefined) {
    const [, kind = '', rest = text] = /^([A-Z][\w ]*?) Error: ([^]*)$/.exec(text) ?? []
    return {
      kind,
      message: rest,
      subtype: undefined,
      entry: undefined,
      name: undefined,
      candidates: [],
      position: undefined,
    }
  }
  const position = field('position')
  return {
    kind: field('exception_type') ?? '',
    message,
    subtype: field('error_subtype'),
    entry: field('type'),
    name: field('name'),
    candidates: quotedNames(message, field('candidates')),
    position: position === undefined ? undefined : Number(position),
  }
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** The message quotes each name and the field does not, so a comma in a name is safe here. */
function quotedNames(message: string, field: string | undefined): readonly string[] {
  const [, list] = /Candidate \w+: (.+)/.exec(message) ?? []
  if (list !== undefined) return [...list.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? '')
  return field === undefined ? [] : field.split(',')
}

/** Its own names of types to those of SQL. */
const sqlTypes: ReadonlyMap<string, string> = new Map([
  ['INT8', 'tinyint'],
  ['INT16', 'smallint'],
  ['INT32', 'integer'],
  ['INT64', 'bigint'],
  ['INT128', 'hugeint'],
])

function plainMessage(message: string): string {
  const line = (message.split('\n', 1)[0] ?? '').trim().replace(/[.!]+$/, '')
  return line
    .replace(/^(?:Scalar|Table|Aggregate|Pragma) Function (?=with name)/i, 'function ')
    .replace(/(?<= to )INT\d+\b/, (type) => sqlTypes.get(type) ?? type)
    .replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase())
}

function hintOf({ name, candidates }: Report): string | undefined {
  if (name === undefined || candidates.length === 0) return undefined
  const near = nearestName(name, candidates)
  return near === undefined ? undefined : `did you mean "${near}"?`
}

/** It names those that are a little like the one that is missing. */
function candidatesOf({ subtype, candidates }: Report) {
  return subtype === 'COLUMN_NOT_FOUND' && candidates.length > 0 ? { candidates } : {}
}

/** Where the schema is missing too the report has no fields of its own. */
function missingRelationOf({ kind, message, subtype, entry, name }: Report) {
  if (kind !== 'Catalog') return {}
  if (subtype === 'MISSING_ENTRY' && entry === 'Table' && name !== undefined) {
    return { missingRelation: name }
  }
  const [, inSchema] =
    /^Table with name "([^"]+)" does not exist because schema/.exec(message) ?? []
  return inSchema === undefined ? {} : { missingRelation: inSchema }
}

/** Of a check it gives no place. */
function missingColumnOf({ subtype, name, message }: Report) {
  const [, checked] = /contain column (\S+) referenced in check/.exec(message) ?? []
  const missing = subtype === 'COLUMN_NOT_FOUND' ? name : checked
  return missing === undefined ? {} : { missingColumn: missing }
}

/** It names no constraint, but what it is about. */
function brokenConstraintOf(message: string): BrokenConstraint {
  const [, column] = /^NOT NULL constraint failed: (?:.*\.)?([^.]+)$/m.exec(message) ?? []
  if (column !== undefined) return { kind: 'not_null', columns: [column] }
  const [, expression] = /with expression CHECK\((.*)\)\s*$/s.exec(message) ?? []
  if (expression !== undefined) return { kind: 'check', expression }
  if (message.startsWith('CHECK')) return { kind: 'check' }
  if (/foreign key/i.test(message)) return { kind: 'foreign_key' }
  const [, keys] = /^Duplicate key "([^"]*)" violates/.exec(message) ?? []
  if (keys === undefined) return { kind: 'key' }
  return { kind: 'key', columns: keys.split(', ').map((key) => key.split(':')[0] ?? key) }
}

function offsetOf(
  { position, kind }: Report,
  sql: string | undefined,
  before: string,
): number | undefined {
  if (position === undefined || sql === undefined) return undefined
  const sent = `${before}${sql}`
  const offset = offsetInSent(sent, position, kind) ?? -1
  // Before or beyond the statement it speaks of another text: the body of a view, for example.
  return offset < before.length ? undefined : offset - before.length
}

function offsetInSent(sent: string, position: number, kind: string): number | undefined {
  if (kind === 'Parser') return Array.from(sent).slice(0, position).join('').length
  const bytes = Buffer.from(sent)
  return position > bytes.length ? undefined : bytes.subarray(0, position).toString().length
}

function isConflict(message: string): boolean {
  return /write-write conflict|conflict on (?:update|delete|tuple)/i.test(message)
}
