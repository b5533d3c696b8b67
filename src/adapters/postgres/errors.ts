/** Postgres's errors to our words: message, hint, place in the statement, SQLSTATE, and whether trying again may help. */
import { DatabaseError } from 'pg'
import {
  type BrokenConstraint,
  CommitUnknownError,
  ConnectionError,
  type DatabaseFault,
  roomHint,
} from '../../core/database/database-errors.ts'

/** An error of Postgres with the fault it stands for: the statement is known only where it was sent. */
export class PostgresError extends Error {
  readonly fault: DatabaseFault
  /** What Postgres adds, e.g. which objects depend on the one to be dropped. */
  readonly detail: string | undefined
  /** Where it happened, e.g. `COPY t, line 2, column a: "abc"`. */
  readonly context: string | undefined
  constructor(
    fault: DatabaseFault,
    source: {
      readonly detail?: string | undefined
      readonly context?: string | undefined
      readonly cause?: unknown
    } = {},
  ) {
    super(fault.message, { cause: source.cause })
    this.name = 'PostgresError'
    this.fault = fault
    this.detail = source.detail
    this.context = source.context
  }

  get sqlState(): string | undefined {
    return this.fault.sqlState
  }
}

/** What a database lacks is said by those who know what is to be made in it. */
function ownHintOf({ code, message }: DatabaseError): string | undefined {
  const isKnown = code === '42501' && /^permission denied for (?!database)/.test(message)
  return isKnown ? 'grant the right to the user of the target, or to its role' : undefined
}

/** Serialization failure, deadlock: another transaction was first. */
const retryableStates: ReadonlySet<string> = new Set(['40001', '40P01'])

/** Something was looked at in the catalogue that another transaction was just then taking away. */
const justGone = /^(?:could not open relation with OID|cache lookup failed for)/

function isRetryable({ code = '', message }: DatabaseError): boolean {
  return retryableStates.has(code) || (code === 'XX000' && justGone.test(message))
}

const unknownHint = 'look for the rows of this run in _assay.node_runs, or run it again'

export function explainPostgresError(error: unknown): DatabaseFault {
  if (error instanceof PostgresError) return error.fault
  if (error instanceof CommitUnknownError)
    return { message: error.message, hint: unknownHint, retryable: false }
  if (!(error instanceof Error)) return { message: String(error), retryable: false }
  if (error instanceof ConnectionError) return { ...faultOf(error), retryable: false }
  if (error.name === 'AbortError') return { message: 'interrupted', retryable: false }
  return toPostgresError(error, undefined).fault
}

function faultOf({ message, hint }: ConnectionError): Pick<DatabaseFault, 'message' | 'hint'> {
  return hint === undefined ? { message } : { message, hint }
}

/** `sql` is the statement that was sent, `before` what stood before it; undefined when there was none. */
export function toPostgresError(
  error: unknown,
  sql: string | undefined,
  before = '',
): PostgresError {
  if (error instanceof PostgresError) return error
  if (!(error instanceof DatabaseError)) {
    const message = error instanceof Error ? error.message : String(error)
    return new PostgresError({ message, retryable: false }, { cause: error })
  }
  const outOfRoom = error.code === diskFull
  const hint = outOfRoom
    ? roomHint
    : (nearestOf(error.hint) ?? error.hint ?? error.detail ?? ownHintOf(error))
  const offset = offsetOf(error.position, sql, before)
  const sqlState = error.code
  const fault = {
    message: error.message,
    ...(hint === undefined ? {} : { hint: hint.replace(/\.$/, '') }),
    ...(offset === undefined ? {} : { offset }),
    ...(sqlState === undefined ? {} : { sqlState }),
    ...missingRelationOf(error),
    ...missingColumnOf(error),
    ...brokenConstraintOf(error),
    ...(/^2[23]/.test(sqlState ?? '') ? { blamesRows: true as const } : {}),
    ...(outOfRoom ? { outOfRoom } : {}),
    retryable: isRetryable(error),
  }
  return new PostgresError(fault, { detail: error.detail, context: error.where, cause: error })
}

const diskFull = '53100'

const brokenKinds: ReadonlyMap<string, BrokenConstraint['kind']> = new Map([
  ['23502', 'not_null'],
  ['23503', 'foreign_key'],
  ['23505', 'key'],
  ['23514', 'check'],
])

function brokenConstraintOf({ code = '', constraint, column }: DatabaseError) {
  const kind = brokenKinds.get(code)
  if (kind === undefined) return {}
  const brokenConstraint: BrokenConstraint = {
    kind,
    ...(constraint === undefined ? {} : { name: constraint }),
    ...(column === undefined ? {} : { columns: [column] }),
  }
  return { brokenConstraint }
}

function missingRelationOf({ code, message }: DatabaseError) {
  const [, name] = code === '42P01' ? (/"([^"]+)"/.exec(message) ?? []) : []
  return name === undefined ? {} : { missingRelation: name }
}

function missingColumnOf({ code, message }: DatabaseError) {
  const [, quoted, plain] =
    code === '42703'
      ? (/column (?:"([^"]+)"|(?:[^\s".]+\.)?([^\s"]+)) does not exist/.exec(message) ?? [])
      : []
  const name = quoted ?? plain
  return name === undefined ? {} : { missingColumn: name }
}

/** `Perhaps you meant to reference the column "t.id" or the column "u.id".` */
function nearestOf(hint: string | undefined): string | undefined {
  if (hint?.startsWith('Perhaps you meant to reference the column') !== true) return undefined
  // A name that is ours alone says nothing to anybody.
  const names = [...hint.matchAll(/"(?:[^".]*assay_[^".]*\.)?([^"]+)"/g)].map(
    ([, name]) => `"${name}"`,
  )
  return `did you mean ${names.join(' or ')}?`
}

/** Postgres counts characters from 1, JavaScript UTF-16 units from 0. */
function offsetOf(
  position: string | undefined,
  sql: string | undefined,
  before: string,
): number | undefined {
  if (position === undefined || sql === undefined) return undefined
  const upTo = Array.from(`${before}${sql}`).slice(0, Number(position) - 1)
  const offset = upTo.join('').length - before.length
  return offset < 0 ? undefined : offset
}

/** Postgres cuts a long name and says so in a notice: `identifier "abc" will be truncated to "ab"`. */
export function cutNameError(notice: string, sql: string): PostgresError {
  const [, name] = /^identifier "(.*)" will be truncated to ".*"$/s.exec(notice) ?? []
  const place = name === undefined ? -1 : sql.toLowerCase().indexOf(name.toLowerCase())
  return new PostgresError({
    message: `expected names of at most 63 bytes, found ${name === undefined ? notice : `"${name}"`}`,
    hint: 'rename the column',
    ...(place === -1 ? {} : { offset: place }),
    sqlState: '42622',
    retryable: false,
  })
}
