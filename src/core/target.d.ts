/** A target of assay.yml, rendered and checked: which database, where, and how. */
export type Target = DuckdbTarget | PostgresTarget
export type AdapterName = Target['type']
interface TargetBase {
  readonly name: string
  /** Schema of relations without a `schema` config. */
  readonly schema: string
  /** `me` turns schema `silver` into `me_silver`; sources are never prefixed. */
  readonly prefix?: string
  /** Nodes built at once. Default 4. */
  readonly threads: number
  /** Default `UTC`. */
  readonly timezone: string
  /** Milliseconds; left out: no limit. */
  readonly statementTimeoutMs?: number
}
export interface DuckdbTarget extends TargetBase {
  readonly type: 'duckdb'
  /** Absolute path of the file, or `:memory:`. */
  readonly path: string
  /** As DuckDB writes it, e.g. `4GB`. */
  readonly memoryLimit?: string
  readonly tempDirectory?: string
}
export interface PostgresTarget extends TargetBase {
  readonly type: 'postgres'
  readonly host: string
  readonly port: number
  readonly user: string
  /** Never printed, logged or written to an artifact. */
  readonly password?: string
  readonly database: string
  readonly role?: string
  readonly searchPath?: string
  readonly sslMode?: 'disable' | 'require' | 'verify-ca' | 'verify-full'
  readonly connectTimeoutMs: number
  /** Longest wait for the exclusive lock of a swap, retries included. Default 60,000. */
  readonly swapTimeoutMs: number
}
export {}
