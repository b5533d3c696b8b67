/** A target of assay.yml, rendered and checked: which database, where, and how. */
export type Target = DuckdbTarget | PostgresTarget
/** `rename`: a new table under the old name; `refill`: other rows in the old table, where its columns did not change. */
export type SwapMethod = 'rename' | 'refill'
export type AdapterName = Target['type']
export const adapterNames = ['duckdb', 'postgres'] as const satisfies readonly AdapterName[]

export interface TargetBase {
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
  /** True: every command publishes its whole selection in one transaction, as with --atomic. Default false. */
  readonly isAtomic: boolean
  /** A run that has not shown itself for so long loses its leases. Default 60,000. */
  readonly leaseTimeoutMs: number
}

export interface DuckdbTarget extends TargetBase {
  readonly type: 'duckdb'
  /** Absolute path of the file, or `:memory:`. */
  readonly path: string
  /** As DuckDB writes it, e.g. `4GB`. */
  readonly memoryLimit?: string
  readonly tempDirectory?: string
  readonly extras: DuckdbExtras
  /** Absolute path of a file that is replaced by a copy of the database after commits, for other processes to read. */
  readonly publishCopy?: string
  /** A file for each of these roles, with what `grants` let it select; replaced after commits. */
  readonly publishFor?: readonly RoleFile[]
}

/** DuckDB has no roles: who would have been granted something is given a file that holds it. */
export interface RoleFile {
  readonly role: string
  /** Absolute. */
  readonly path: string
}

/** What is set up in the instance beside the file itself. */
export interface DuckdbExtras {
  /** DuckDB's own settings by name, set on every connection. */
  readonly settings: Readonly<Record<string, string | number | boolean>>
  /** Loaded when the file is opened; installed first where they are not there yet. */
  readonly extensions: readonly string[]
  /** Other databases, open beside this one. */
  readonly attach: readonly AttachedDatabase[]
  readonly secrets: readonly DuckdbSecret[]
}

export const noExtras: DuckdbExtras = { settings: {}, extensions: [], attach: [], secrets: [] }

export interface AttachedDatabase {
  /** Absolute where it is a file, else what the extension takes, e.g. a connection string: never printed. */
  readonly path: string
  /** What it is called in SQL. */
  readonly alias: string
  /** `sqlite`, `postgres`, ...; left out: DuckDB. */
  readonly type?: string
  readonly isReadOnly: boolean
}

/** `create secret`: values are never printed. */
export interface DuckdbSecret {
  readonly name: string
  /** Options of `create secret` by name, `type` among them. */
  readonly options: Readonly<Record<string, string | number | boolean>>
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
  /** Absolute path of the certificates (PEM) of the authorities that may have signed the server's; left out: node's own. */
  readonly sslRootCert?: string
  /** Absolute paths of the client's own certificate and key (PEM), for servers that ask for one. */
  readonly sslCert?: string
  readonly sslKey?: string
  /** Milliseconds of silence before the connection is probed; left out: the system's default. */
  readonly keepalivesIdleMs?: number
  /** How often a server that does not answer is tried again, a second apart; left out: never. */
  readonly retries?: number
  readonly connectTimeoutMs: number
  /** Longest wait for the exclusive lock of a swap, retries included. Default 60,000. */
  readonly swapTimeoutMs: number
  /** How tables take the place of the old ones; left out: what is best for readers and dependents. */
  readonly swap?: SwapMethod
}
