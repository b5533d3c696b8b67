/** A Session on one Postgres connection. */
import type { Row, Session, SqlParameter, Table } from '../../core/adapter.ts'
import type { Relation } from '../../core/relation.ts'
import { describeRelation, detachedMark, text } from './catalog.ts'
import type { Connection, Result } from './connection.ts'
import { appendText } from './copy.ts'
import { alterTable } from './publish/alter-table.ts'
import { relationBelongings } from './publish/relation-belongings.ts'
import { ensureIndexes, managedIndexes } from './publish/indexes.ts'
import { lockForSwap, publishTable, publishView } from './publish/publish.ts'
import { freshenStatistics } from './publish/statistics.ts'
import { readTable } from './read-table.ts'
import { readText } from './read-text.ts'
import type { Reader } from '../../core/database/reader.ts'
import { createReader } from './reading/reader.ts'
import { toTable } from './values/to-table.ts'

export interface SessionOptions {
  readonly signal: AbortSignal | undefined
  /** Longest wait for the exclusive lock of a swap, retries included. */
  readonly swapTimeoutMs: number
  /** Work for a moment on another connection, which sees what others have committed since our snapshot. */
  readonly lookAgain: <T>(work: (connection: Connection) => Promise<T>) => Promise<T>
  /** Another connection that sees what this transaction does; left out: the session reads by itself. */
  readonly openApart?: (snapshot: string) => Promise<Reader>
}

export function createSession(connection: Connection, options: SessionOptions): Session {
  const { signal } = options
  const run = (sql: string, parameters?: readonly SqlParameter[]) =>
    connection.run(sql, parameters, signal)
  const publishing = { connection, ...options }
  return {
    execute: async (sql, parameters) => ({
      rowsAffected: affectedRows(await run(sql, parameters)),
    }),
    setComment: (comment) => {
      connection.comment = comment
    },
    query: async (sql, parameters) => toRows(await run(sql, parameters)),
    queryOnce: async (_relation, sql) => toRows(await run(sql)),
    queryTable: async (sql, parameters) => await toTable(connection, await run(sql, parameters)),
    ask: (sql) => ask(connection, sql, signal),
    appendText: (relation, columns, rows) =>
      appendText({ connection, signal, relation, columns, rows }),
    describe: (relation) => describeRelation(connection, relation, signal),
    identify: (relation) => identify(connection, relation),
    belongings: (relation) => relationBelongings(connection, relation),
    readText: (sql) => readText(connection, sql, signal),
    readTable: (sql) =>
      readTable(connection, { sql, signal, toTable: (result) => toTable(connection, result) }),
    writeParquet: () => Promise.reject(new Error('postgres is never asked for a file')),
    openReader: async () => {
      if (options.openApart === undefined) {
        return createReader({ connection, signal, isApart: false, onClose: async () => {} })
      }
      const { rows } = await connection.run('select pg_export_snapshot()')
      return await options.openApart(text(rows[0]?.[0]))
    },
    lockForSwap: (swaps, views) => lockForSwap(publishing, swaps, views),
    swapTable: (request) => publishTable(publishing, request),
    alterTable: (request) => alterTable(publishing, request),
    ensureIndexes: (relation, indexes) => ensureIndexes(publishing, relation, indexes),
    publishFile: () => Promise.reject(new Error('parse lets no external model pass on postgres')),
    managedIndexes: (relation) => managedIndexes(publishing, relation),
    freshenStatistics: (relation) => freshenStatistics(publishing, relation),
    readsDetached: (relation) => readsDetached(connection, relation),
    replaceView: (relation, select, rebuiltLater) =>
      publishView(publishing, { relation, select, rebuiltLater: rebuiltLater ?? new Set() }),
  }
}

/** Under a savepoint, so that being read-only ends with it, and so does a fault. */
async function ask(
  connection: Connection,
  sql: string,
  signal: AbortSignal | undefined,
): Promise<Table> {
  await connection.run('savepoint assay_ask; set local transaction_read_only = on')
  try {
    return await toTable(connection, await connection.run(sql, [], signal))
  } finally {
    if (!connection.isBroken) {
      await connection.run('rollback to savepoint assay_ask; release savepoint assay_ask')
    }
  }
}

/** OIDs of the table and of the ledger: a table made or a ledger restored by other means has another one. */
async function identify(connection: Connection, relation: Relation): Promise<string | undefined> {
  const { rows } = await connection.run(
    `select concat(table_class.oid, '/', coalesce(to_regclass('_assay.node_runs')::oid, 0))
from pg_class as table_class
inner join pg_namespace as namespace on namespace.oid = table_class.relnamespace
where namespace.nspname = $1 and table_class.relname = $2 and table_class.relkind in ('r', 'p', 'm')`,
    [relation.schema, relation.identifier],
  )
  return rows[0] === undefined ? undefined : text(rows[0][0])
}

/** Its own query names what was renamed away when a new one took the place. */
async function readsDetached(connection: Connection, relation: Relation): Promise<boolean> {
  const { rows } = await connection.run(
    `select exists (
  select 1
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
  join pg_rewrite as r on r.ev_class = c.oid
  join pg_depend as d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
  join pg_class as source on d.refclassid = 'pg_class'::regclass and source.oid = d.refobjid
  where n.nspname = $1 and c.relname = $2 and source.relname ~ '${detachedMark}[0-9]+$'
)`,
    [relation.schema, relation.identifier],
  )
  return rows[0]?.[0] === true
}

/** The driver says 0 rows, not none, for some statements that have none. */
function affectedRows({ command, rowCount }: Result): number | undefined {
  const counting = ['INSERT', 'UPDATE', 'DELETE', 'MERGE', 'SELECT', 'COPY']
  return counting.includes(command) ? (rowCount ?? undefined) : undefined
}

function toRows({ fields, rows }: Result): readonly Row[] {
  return rows.map((row) =>
    Object.fromEntries(fields.map((field, index) => [field.name, row[index] ?? null])),
  )
}
