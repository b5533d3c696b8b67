/** How rows are read while others are written in the same transaction. */
import type { Table } from './table.ts'

/** Reads what its transaction sees. Several queries at once; a reading that nobody goes on with may be left. */
export interface Reader {
  /** False: it reads by the session itself, so nothing may be asked or written there until it is closed. */
  readonly isApart: boolean
  /** Piece by piece, in the order of the query: memory does not grow with the rows. */
  read(sql: string): AsyncGenerator<Table, void, undefined>
  /** How many rows a table or parenthesised query has. */
  count(from: string): Promise<number>
  /** Ends what is still being read. Its transaction goes on. */
  close(): Promise<void>
}

export interface ReaderOptions {
  /** Absolute: for files that are gone when it is closed. Made when it is needed. */
  readonly folder: string
}
