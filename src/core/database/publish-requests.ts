/** What a Session is asked to put under a name: tables, files, other columns. */
import type { ExternalFile } from '../node/external-file.ts'
import type { Index } from '../node/storage.ts'
import type { Relation } from '../relation.ts'
import type { SwapMethod } from '../target.ts'

export interface SwapRequest {
  readonly candidate: Relation
  /** Of the candidate; left out: a table. A view that is materialized always takes the place as it is. */
  readonly kind?: 'table' | 'materialized view'
  /** Those that the config asks for, all of them; left out: nobody asked, what is there stays. */
  readonly indexes?: readonly Index[]
  readonly target: Relation
  /** Columns that identify a row, for refilling by difference; left out: none is known. */
  readonly key?: readonly string[]
  /** `rename`: a new table under the old name; `refill`: other rows in the old table; left out: what is best for readers and dependents. */
  readonly method?: SwapMethod
  /** Relations (`relationKey`) that will be made again later in this run: they may go on reading the old table until then. */
  readonly rebuiltLater: ReadonlySet<string>
  /** Of a contract that is or was; left out: there is none. */
  readonly constraints?: SwapConstraints
}

/** What a contract demands of a table, and what it no longer does. */
export interface SwapConstraints {
  /** Made on the candidate under a name of their own, until the old table gives its names free. */
  readonly renamed: readonly { readonly temporary: string; readonly name: string }[]
  /** Made when the candidate takes its place: a key waits for the writers of the table it points to. */
  readonly foreignKeys: readonly { readonly name: string; readonly definition: string }[]
  /** Names of all that the contract has or had: the old table's are not carried over. */
  readonly owned: readonly string[]
  /** Columns whose NOT NULL is or was the contract's. */
  readonly ownedNotNull: readonly string[]
}

export interface FileRequest {
  /** A table of the rows; it is gone afterwards. */
  readonly candidate: Relation
  /** The view that reads the file. */
  readonly target: Relation
  readonly file: ExternalFile
}

export interface ParquetRequest {
  readonly select: string
  /** Absolute; nothing is there. */
  readonly path: string
  readonly compression: ParquetCompression
}

export type ParquetCompression = 'snappy' | 'zstd' | 'gzip' | 'uncompressed'

export interface AlterRequest {
  readonly relation: Relation
  readonly statements: readonly string[]
  /** A name for the new table, in the same schema. */
  readonly reshaped: Relation
  /** The table's rows with the new columns. */
  readonly select: string
  readonly rebuiltLater: ReadonlySet<string>
}
