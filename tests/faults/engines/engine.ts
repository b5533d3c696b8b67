/** How the harness reaches a database of its own accord: straight by the driver, never through the program. */

export type Cells = readonly (string | null)[]
/** Rows as text. */
export type Query = (sql: string) => Promise<readonly Cells[]>

export interface Engine {
  readonly name: 'duckdb' | 'postgres'
  /** In a project's folder, where it is a file. */
  createDatabase(folder: string): Promise<Database>
  /** All of its tables on this disk, which everybody may write to. */
  createDatabaseOn(disk: string): Promise<Database>
  /** undefined: there is none, or it is not ours to stop. */
  readonly server?: ServerControl
}

export interface ServerControl {
  /** `fast`: clients are cut off, then a clean end. `immediate`: as after a power cut, recovery at the next start. */
  halt(mode: 'fast' | 'immediate'): Promise<void>
  start(): Promise<void>
}

export interface Database {
  /** For the child: which target, and how it is reached. */
  readonly env: Readonly<Record<string, string>>
  /** DuckDB: only while no child has the file open. */
  use<T>(work: (query: Query) => Promise<T>): Promise<T>
  /** Waits until nothing of a killed child goes on in the server. */
  settle(): Promise<void>
  /** A second connection that stays open; undefined where a build keeps every reader out. */
  openReader(): Promise<Reader | undefined>
  drop(): Promise<void>
}

export interface Reader {
  readonly query: Query
  close(): Promise<void>
}

/** What a driver says when the relation or its schema is not there. */
export class NoSuchRelation extends Error {
  constructor(options: ErrorOptions) {
    super('no such relation', options)
    this.name = 'NoSuchRelation'
  }
}

/** What is looked at are numbers and texts. */
export function toCell(value: unknown): string | null {
  if (value === null) return null
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint') return value.toString()
  return JSON.stringify(value)
}
