/** The contract of a loader: it yields units of records for one source table; the framework does all the rest. */
import type { Diagnostic } from '../core/diagnostic.ts'
import type { JsonObject } from '../core/json.ts'
import type { ContentNames } from '../core/load/content-key.ts'
import type { LineRanges } from '../core/load/line-ranges.ts'
import type { DeadReason, Original, RecordPlace } from './records/dead-record.ts'

/** A record as it was found: its JSON text, or why there is none. */
export type FoundRecord = RecordPlace &
  (
    | {
        readonly kind: 'record'
        /** JSON, on one line. */
        readonly text: string
        /** Left out: the text itself. */
        readonly original?: Original
      }
    | { readonly kind: 'dead'; readonly reason: DeadReason; readonly original: Original }
  )

/** What records came from, as the ledger keeps it: a file, a queue, a page of an API. */
export interface Origin {
  /** A path relative to the project, or an address without secrets. */
  readonly source: string
  /** Of the content; undefined where the same content may come twice and be meant. */
  readonly contentHash: string | undefined
  readonly bytes: number | undefined
  /** Tells a file that is as it was without reading it; undefined: there is no such thing. */
  readonly state: string | undefined
}

/** Records that are loaded all together or not at all, but for those that are loaded already. */
export interface LoadUnit {
  /** As `Origin` has it. */
  readonly source: string
  /** As `Origin` has it: what is known of it before it is read. */
  readonly contentHash: string | undefined
  /** In pieces, in order. Throws for what keeps the whole unit from being read. */
  records(): AsyncIterable<readonly FoundRecord[]>
  /** Asked after the last record: whether what was read was whole and has not changed meanwhile. */
  close(): Promise<Closed>
}

export type Closed =
  | {
      readonly kind: 'whole'
      readonly origin: Origin
      /** What is to be known of it, though it is loaded. */
      readonly diagnostics?: readonly Diagnostic[]
    }
  | LeftOrigin

/** Nothing of it is loaded in this run. */
export interface LeftOrigin {
  readonly kind: 'left'
  readonly diagnostic: Diagnostic
  readonly origin: Origin
  /** True: after some tries it is left alone until it changes. */
  readonly isTry: boolean
}

export type Found =
  | { readonly kind: 'unit'; readonly unit: LoadUnit }
  /** Loaded before, under this or another name. */
  | { readonly kind: 'duplicate'; readonly origin: Origin; readonly records: number }
  /** It failed too often and is not looked at. */
  | { readonly kind: 'aside'; readonly origin: Pick<Origin, 'source'> }
  /** It failed, or was set aside, and is not there any more. */
  | { readonly kind: 'gone'; readonly origin: Origin }
  /** Of no origin. */
  | { readonly kind: 'said'; readonly diagnostic: Diagnostic }
  | LeftOrigin

/** What the ledger knows of origins. */
export interface KnownOrigins {
  /** Of the newest that was read from this source. */
  latest(source: string): KnownOrigin | undefined
  byHash(contentHash: string): KnownOrigin | undefined
  /** All that is not loaded of this content is in batches that were set aside, and is loaded by a replay. */
  isHeld(contentHash: string): boolean
  /** Records that are in the table, or in a batch that is set aside or will be loaded. */
  linesOf(content: ContentNames): LineRanges
  /** The newest of each source of which nothing is loaded, because it failed. */
  readonly failed: readonly KnownOrigin[]
  /** Nothing is known of the table. */
  readonly isEmpty: boolean
  /** All whose records are loaded, some of them or all, from whatever source. */
  readonly loaded: readonly KnownOrigin[]
  /** All contents of this source whose records are loaded, some of them or all, from it or from another one, or held by a batch. */
  loadedFrom(source: string): readonly KnownOrigin[]
}

export interface KnownOrigin {
  readonly source: string
  readonly contentHash: string | undefined
  readonly bytes: number | undefined
  readonly state: string | undefined
  /**
   * `failed`: it was tried and left. `refused`: it was looked at and left. `begun`: some of its records are loaded, the
   * others are in no batch.
   */
  readonly status:
    | 'loaded'
    | 'begun'
    | 'duplicate'
    | 'failed'
    | 'refused'
    | 'quarantined'
    | 'released'
  readonly tries: number
  readonly records: number
}

export interface LoaderContext {
  /** `source.table` */
  readonly table: string
  /** Of the table's `load:`, checked against the schema. */
  readonly options: JsonObject
  /** Names of the declared columns. */
  readonly columns: readonly string[]
  /** Of the project, absolute. */
  readonly root: string
  readonly known: KnownOrigins
  /** Absolute: for sources that are kept when they were loaded. */
  readonly processedFolder: string
  /** Absolute: for what was accepted over HTTP. */
  readonly capturedFolder: string
  readonly tools: LoaderTools
  readonly signal: AbortSignal
}

export interface LoaderTools {
  /** Files that match and folders that cannot be looked into, relative to the project, sorted. */
  findFiles(
    root: string,
    patterns: readonly string[],
  ): Promise<{
    readonly files: readonly string[]
    readonly folders: readonly { readonly path: string; readonly code: string }[]
  }>
  /** Rows of a Parquet file as JSON, in pieces. Throws an error that says what is wrong with the file. */
  readParquet(path: string, signal: AbortSignal): AsyncIterable<readonly string[]>
  readonly now: () => Date
}

/** A dead letter as it was kept. */
export interface KeptRecord extends RecordPlace {
  readonly source: string
  readonly original: Original
}

export interface Loader {
  /** What `find` will look at: only of these the ledger is asked; left out: of all it knows. */
  sources?(context: Omit<LoaderContext, 'known'>): Promise<readonly string[]>
  find(context: LoaderContext): AsyncIterable<Found>
  /** A record that was not read, by the present options; undefined: what it was is not to be had any more. */
  reread(context: LoaderContext, kept: KeptRecord): Promise<FoundRecord | undefined>
  /** After the commit of all of an origin; may be called again after a crash. Throws what it could not do. */
  finish(context: LoaderContext, origin: Origin): Promise<void>
}
