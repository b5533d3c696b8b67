/** Kysely over the queries of one snapshot: it writes the SQL of both databases, types are those of the ledger. */
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely'
import type { Row, SqlParameter, Table } from '../../core/adapter.ts'
import type { SnapshotQuery } from '../context.ts'
import type { LedgerTables } from './ledger-types.ts'

export type TypedQueries = Kysely<LedgerTables>

export function typedQueries(query: SnapshotQuery): TypedQueries {
  return new Kysely<LedgerTables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => snapshotDriver(query),
      // DuckDB takes the same quotes, places of parameters and clauses.
      createQueryCompiler: () => new PostgresQueryCompiler(),
      createIntrospector: () => {
        throw new Error('its types are generated')
      },
    },
  })
}

/** The connection and its transaction are the snapshot's. */
function snapshotDriver(query: SnapshotQuery): Driver {
  const connection: DatabaseConnection = {
    executeQuery: async <R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> => {
      const rows: unknown = rowsOf(await query(sql, parameters.map(toParameter)))
      return { rows: isRows<R>(rows) ? rows : [] }
    },
    streamQuery: () => {
      throw new Error('results are read whole')
    },
  }
  const refuse = async () => {
    throw new Error('the snapshot has its transaction')
  }
  return {
    init: async () => {},
    acquireConnection: async () => connection,
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    releaseConnection: async () => {},
    destroy: async () => {},
  }
}

/** What the types say of rows is what the generated file says of the tables. */
function isRows<R>(rows: unknown): rows is R[] {
  return Array.isArray(rows)
}

function rowsOf({ columns, rows }: Table): readonly Row[] {
  return rows.map((row) =>
    Object.fromEntries(columns.map(({ name }, index) => [name, row[index] ?? null])),
  )
}

export function toParameter(value: unknown): SqlParameter {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'number' || typeof value === 'string') return value
  throw new Error(`expected a parameter of SQL, found ${typeof value}`)
}
