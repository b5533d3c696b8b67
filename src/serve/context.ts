/** What routes are given to work with: nothing of it is an HTTP library or a database driver. */
import type { SqlParameter, Table } from '../core/adapter.ts'
import type { Dialect } from '../core/dialect.ts'
import type { Relation } from '../core/relation.ts'
import type { ServeSettings } from '../core/settings/serve-settings.ts'
import type { ServeMetrics } from './metrics.ts'

export interface ServeContext {
  readonly settings: ServeSettings
  readonly database: ReadDatabase
  readonly metrics: ServeMetrics
  readonly publications: Publications
  readonly state: ServerState
  readonly now: () => Date
  readonly newId: () => string
  /** From 0 up to, not including, 1. */
  readonly random: () => number
  /** For the people who run it; never a secret, never what was sent. */
  readonly log: (message: string) => void
}

/** Reading, on connections of its own: what is published, while builds go on. */
export interface ReadDatabase {
  readonly dialect: Dialect
  /** One query in a read-only transaction: it sees one state. Throws `unavailable` when the database does not answer. */
  query(sql: string, options?: QueryOptions): Promise<Table>
  /** Several queries that see the same state. */
  snapshot<T>(work: (query: SnapshotQuery) => Promise<T>, options?: SnapshotOptions): Promise<T>
  /** Where a model, seed or source of the project lies, by its name; undefined: there is none. */
  find(name: string): Relation | undefined
}

export type SnapshotQuery = (sql: string, parameters?: readonly SqlParameter[]) => Promise<Table>

export interface SnapshotOptions {
  readonly signal?: AbortSignal
}

export interface QueryOptions extends SnapshotOptions {
  readonly parameters?: readonly SqlParameter[]
}

/** Says when something was published: by a build in this server, or rows that were loaded. */
export interface Publications {
  /** Grows with each. */
  readonly version: number
  /** Gives what ends it. */
  subscribe(listener: (published: Publication) => void): () => void
}

export interface Publication {
  readonly version: number
  readonly kind: 'loaded' | 'built'
  /** Unique ids. */
  readonly nodes: readonly string[]
}

export interface ServerState {
  /** `draining`: what is under way is finished, nothing new is taken. */
  readonly phase: 'starting' | 'serving' | 'draining'
  /** Aborted when the server begins to drain: what would go on for ever ends itself then. */
  readonly draining: AbortSignal
}
