/** How the rows of a node are stored, beside what they are: its indexes, and whether they outlive a crash. */

export interface Storage {
  readonly indexes: readonly IndexConfig[]
  /** Postgres only: not written to the log, so empty after a crash of the server. */
  readonly isUnlogged: boolean
}

/** An index as a config says it. */
export interface IndexConfig {
  /** At least one: columns, or SQL expressions. */
  readonly columns: readonly string[]
  readonly isUnique: boolean
  /** The access method, e.g. `gin`. undefined: the database's own choice. */
  readonly type: string | undefined
}

/** An index as it is made. */
export interface Index {
  /** Says what the index is: another definition has another name. */
  readonly name: string
  /** Quoted columns and expressions. */
  readonly terms: readonly string[]
  readonly isUnique: boolean
  readonly type: string | undefined
}

export const plainStorage: Storage = { indexes: [], isUnlogged: false }

/** Stands in the names of indexes that a config asked for, so that no other index is ever dropped. */
export const indexMark = '__assay_ix_'

/** Of the names above, as a regular expression that every database reads alike. */
export const indexNamePattern = `${indexMark}[0-9a-f]{10}$`
