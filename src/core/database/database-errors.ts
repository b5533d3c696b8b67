/** What goes wrong at a database, in our words: a statement's fault, and errors that callers tell apart. */
/** Which one it is, as far as the database says. */
export interface BrokenConstraint {
  readonly kind: 'not_null' | 'check' | 'key' | 'foreign_key'
  readonly name?: string
  readonly columns?: readonly string[]
  /** Of a check, as the database prints it. */
  readonly expression?: string
}

/** A driver's error, in our words. */
export interface DatabaseFault {
  readonly message: string
  readonly hint?: string
  /** 0-based, in characters, inside the statement that was sent. */
  readonly offset?: number
  /** SQLSTATE, where the database has them. */
  readonly sqlState?: string
  /** The table or view that was asked for and is not there, as the database names it. */
  readonly missingRelation?: string
  /** Rows broke a constraint of their table. */
  readonly brokenConstraint?: BrokenConstraint
  /** The column that was named and is not there. */
  readonly missingColumn?: string
  /** Columns that the database names in its place, though none is much like it; not all there are. */
  readonly candidates?: readonly string[]
  /** It is the values that were written which are at fault: other rows may pass. */
  readonly blamesRows?: true
  /** The disk of the database is full: no other statement would pass either. */
  readonly outOfRoom?: true
  /** True when the same transaction, tried again, may pass (serialization failure, deadlock). */
  readonly retryable: boolean
}

export const roomHint = 'make room on the disk of the database and run it again'

/** What the database advises, or what it would choose from. */
export function adviceOf({ hint, candidates }: DatabaseFault): string | undefined {
  if (hint !== undefined || candidates === undefined) return hint
  return `among the columns there: ${candidates.map((name) => `"${name}"`).join(', ')}`
}

/** The database cannot be reached, or its file cannot be opened. */
export class ConnectionError extends Error {
  readonly code: 'connection-failed' | 'database-locked' | 'not-a-database' | 'invalid-value'
  readonly hint: string | undefined
  constructor(
    code: ConnectionError['code'],
    message: string,
    hint?: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'ConnectionError'
    this.code = code
    this.hint = hint
  }
}

/** The connection was lost while a COMMIT was under way: whether it holds is to be looked up. */
export class CommitUnknownError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'CommitUnknownError'
  }
}

/** A view or key of someone else would break if the table were replaced. */
export class DependentError extends Error {
  readonly hint: string | undefined
  constructor(message: string, hint?: string) {
    super(message)
    this.name = 'DependentError'
    this.hint = hint
  }
}
