/** How one database is reached: all I/O with a database goes through an Adapter and its Sessions. */
import type { CatalogRelation } from './database/catalog.ts'
import type { Reader, ReaderOptions } from './database/reader.ts'
import type { DatabaseFault } from './database/database-errors.ts'
import type {
  AlterRequest,
  FileRequest,
  ParquetRequest,
  SwapRequest,
} from './database/publish-requests.ts'
import type { SqlValue } from './database/sql-value.ts'
import type { Table } from './database/table.ts'
import type { SqlComment } from './database/query-comment.ts'
import type { RelationState, WarehouseState } from './database/warehouse-state.ts'
import type { Dialect, RelationKind } from './dialect.ts'
import type { Index } from './node/storage.ts'
import type { Column, Relation } from './relation.ts'

export type { SqlValue } from './database/sql-value.ts'
export type { Table, TableColumn } from './database/table.ts'
export type SqlParameter = null | boolean | number | string
export type Row = Readonly<Record<string, SqlValue>>

/** The text of a column that is known to hold text. */
export function textCell(row: Row, column: string): string {
  const value = row[column]
  if (typeof value !== 'string') {
    throw new Error(`expected text in column "${column}", found ${JSON.stringify(value)}`)
  }
  return value
}

export interface TransactionOptions {
  /** Aborting it cancels the running statement and rolls back. */
  readonly signal?: AbortSignal
  /** Tables and views read in the transaction: locked and pinned before the snapshot is taken (Postgres). */
  readonly inputs?: readonly Relation[]
  /** Its reader reads apart: what is not committed is not seen by it. Default false. */
  readonly readsApart?: boolean
}

/** What belongs to a table or view besides its rows: comments and grants. */
export interface RelationBelongings {
  readonly kind: RelationKind
  readonly columns: readonly string[]
  readonly comments: readonly RelationComment[]
  /** On the whole relation, of others than its owner. */
  readonly grants: readonly RelationGrant[]
  /** The role of the connection, where the database has roles. */
  readonly role: string | undefined
}

export interface RelationComment {
  /** undefined: of the relation itself. */
  readonly column: string | undefined
  readonly text: string
}

export interface RelationGrant {
  /** A role by its name, or `public`. */
  readonly grantee: string
  /** Lower case. */
  readonly privilege: string
  /** The role of the connection granted it. */
  readonly isOurs: boolean
}

/** A process that holds leases, as others can find it. */
export interface Holder {
  readonly runId: string
  /** What the database knows its connections by (Postgres), or the open file (DuckDB). */
  readonly sessionName: string
}

/** One connection. A statement at a time; never two open results. */
export interface Session {
  execute(
    sql: string,
    parameters?: readonly SqlParameter[],
  ): Promise<{ readonly rowsAffected: number | undefined }>
  /**
   * What statements of this session are sent with from now on. Places of errors are those of the statement without it.
   * DuckDB sends none with statements that have parameters, which it keeps prepared.
   */
  setComment(comment: SqlComment | undefined): void
  query(sql: string, parameters?: readonly SqlParameter[]): Promise<readonly Row[]>
  /**
   * Rows of a query of nothing but this relation. In a transaction it may give what it gave before, as long as nothing
   * was done to the relation since (DuckDB).
   */
  queryOnce(relation: Relation, sql: string): Promise<readonly Row[]>
  queryTable(sql: string, parameters?: readonly SqlParameter[]): Promise<Table>
  /**
   * Reads, in a transaction that may write: a statement that writes is refused, and where the database can, the
   * transaction goes on after a fault. One statement, without a semicolon.
   */
  ask(sql: string): Promise<Table>
  /** Appends text cells, cast by the database to the columns' types; gives the count of rows. */
  appendText(
    relation: Relation,
    columns: readonly Column[],
    rows: AsyncIterable<readonly (string | null)[]>,
  ): Promise<number>
  /** undefined: there is no such table or view. */
  describe(relation: Relation): Promise<RelationState | undefined>
  /**
   * Tells the rows that were published from a table of the same name that was made or restored by other means: another
   * text is another table. Cheap. undefined: there is no such table.
   */
  identify(relation: Relation): Promise<string | undefined>
  /** undefined: there is no such relation. */
  belongings(relation: Relation): Promise<RelationBelongings | undefined>
  /** Rows as text cells, in the database's own text form, which it casts back without loss; read as they are needed. */
  readText(sql: string): AsyncIterable<readonly (string | null)[]>
  /** Rows of a query piece by piece, as they are needed: at least one piece, also of a result without rows. */
  readTable(sql: string): AsyncIterable<Table>
  /**
   * Writes the rows of a query to a new Parquet file; gives the count of rows that the file says it has. Throws where the
   * database writes no files.
   */
  writeParquet(request: ParquetRequest): Promise<number>
  /** Reads while rows are written, in a transaction: to be closed before its end. */
  openReader(options: ReaderOptions): Promise<Reader>
  /**
   * Takes the exclusive locks that several publications need at once, with patience and in the order of readers: of
   * tables that will be replaced (not of those that will be refilled) and of views. Nothing where readers need none.
   */
  lockForSwap(swaps: readonly SwapRequest[], views: readonly Relation[]): Promise<void>
  /**
   * Publishes a candidate table under the target's name, whatever was there before, in this transaction: takes the
   * exclusive lock last and with patience, keeps grants and comments, repoints what depends on the old table.
   * Returns the statements it ran. Throws a `DependentError` for a dependent that cannot follow.
   */
  swapTable(request: SwapRequest): Promise<readonly string[]>
  /**
   * Changes the columns of a table, with patience for its lock. Where a view or index stands in the way, a new table takes
   * its place as `swapTable` does it. Returns the statements it ran.
   */
  alterTable(request: AlterRequest): Promise<readonly string[]>
  /**
   * Makes the indexes that a config asks for on a table or materialized view that stays, and drops those that a config
   * asked for before; others are left alone. Returns the statements it ran.
   */
  ensureIndexes(relation: Relation, indexes: readonly Index[]): Promise<readonly string[]>
  /** Names of the indexes that a config asked for and that are there. */
  managedIndexes(relation: Relation): Promise<readonly string[]>
  /**
   * Gathers what the planner goes by, of a table much of which is new, also in this transaction; keeps nobody waiting.
   * `swapTable` does it for a table that it fills again. Nothing where the database does it as rows are written (DuckDB).
   */
  freshenStatistics(relation: Relation): Promise<void>
  /** True where it still reads a table or view that a swap has left behind for it (Postgres). */
  readsDetached(relation: Relation): Promise<boolean>
  /**
   * Writes rows to a file in the place of the one that is there, and makes a view on it; a rollback puts the old file
   * back. Returns the statements it ran. Throws where the database writes no files.
   */
  publishFile(request: FileRequest): Promise<readonly string[]>
  /** Publishes a view under its name, whatever was there before, likewise. `rebuiltLater` as in `SwapRequest`. */
  replaceView(
    relation: Relation,
    select: string,
    rebuiltLater?: ReadonlySet<string>,
  ): Promise<readonly string[]>
}

export interface Adapter {
  readonly dialect: Dialect
  /** Nodes that may be built at once. */
  readonly maxConnections: number
  /** True when nothing outside this process can change the database while it is open (DuckDB's file lock). */
  readonly isExclusive: boolean
  /** True while nobody else in this process has had the database open either since this adapter opened it. */
  isAlone(): boolean
  /** Opens the database and says nothing; throws a `ConnectionError`. Safe to call twice. */
  connect(): Promise<void>
  readState(schemas: readonly string[]): Promise<WarehouseState>
  /** Those of the schemas that are there, without looking at what they hold. */
  readSchemas(schemas: readonly string[]): Promise<ReadonlySet<string>>
  /** More of it, for people: one query. Of attached databases too (DuckDB). */
  readCatalog(schemas: readonly string[]): Promise<readonly CatalogRelation[]>
  /** What a build lacks that writes to these schemas, and makes those that are not there: one query. Nothing on DuckDB. */
  readMissingRights(schemas: readonly string[]): Promise<readonly MissingRight[]>
  /** Commits what `work` did, or rolls all of it back when it throws. */
  transaction<T>(options: TransactionOptions, work: (session: Session) => Promise<T>): Promise<T>
  /** A session outside any transaction: each statement commits alone. */
  session<T>(
    options: { readonly signal?: AbortSignal },
    work: (session: Session) => Promise<T>,
  ): Promise<T>
  /** Drops tables that a swap left behind for dependents which have since been made again. */
  dropDetached(schemas: readonly string[]): Promise<void>
  /**
   * Replaces a file by a read-only copy of the database, one state of it; left out where others can read the database
   * itself. Throws, and leaves the file that was there. `unreadable`: views that do not work in the copy.
   * `only`: nothing but the rows of these, views as tables; what is not there yet is left out.
   */
  copyTo?(
    path: string,
    only?: readonly Relation[],
  ): Promise<{ readonly unreadable: readonly string[] }>
  /** A session for reading only: a statement that writes is refused. */
  readOnly<T>(
    options: { readonly signal?: AbortSignal },
    work: (session: Session) => Promise<T>,
  ): Promise<T>
  explainError(error: unknown): DatabaseFault
  /** Who holds a lock that this process waits for now; left out where nobody waits for one (DuckDB). */
  readLockWaits?(): Promise<readonly LockWait[]>
  /** What other processes find this one's connections by. */
  readonly sessionName: string
  /**
   * Shows others that the holder lives, until released or until this process is gone: on Postgres an advisory lock on a
   * connection of its own, on DuckDB the open file. Throws when the connection cannot be made.
   */
  showAlive(runId: string): Promise<Alive>
  /** False: the process is gone, or its connection is. Asked in a transaction. */
  isAlive(session: Session, holder: Holder): Promise<boolean>
  /** Ends what a holder past its lease still has open, so that its locks are free; what cannot be ended is left. */
  endHolder(session: Session, holder: Holder): Promise<void>
  close(): Promise<void>
}

/** Another session that somebody of this process waits for. */
export interface LockWait {
  /** Of the server, by which an administrator finds it. */
  readonly processId: number
  readonly user: string
  /** As it calls itself; empty: it does not. */
  readonly application: string
  /** As the server writes it; undefined: it is no table. */
  readonly relation: string | undefined
}

export interface MissingRight {
  /** `to create tables in "gold"`. */
  readonly what: string
  /** The statement that gives it, for whoever may. */
  readonly grant: string
}

export interface Alive {
  /** A statement on the connection that shows it: a heartbeat. Opens the connection anew if it was lost. */
  run(sql: string, parameters: readonly SqlParameter[]): Promise<void>
  release(): Promise<void>
}
