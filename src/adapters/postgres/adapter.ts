/** The Adapter for Postgres: a pool of connections, transactions that read one snapshot. */
import { randomUUID } from 'node:crypto'
import type { Adapter, Session } from '../../core/adapter.ts'
import { CommitUnknownError } from '../../core/database/database-errors.ts'
import type { Relation } from '../../core/relation.ts'
import type { PostgresTarget } from '../../core/target.ts'
import { endHolder, isAlive, showAlive } from './alive.ts'
import { lockable, readDetached, readSchemas, readWarehouse } from './catalog.ts'
import type { Connection } from './connection.ts'
import { ConnectionPool } from './connection-pool.ts'
import { postgresDialect } from './dialect.ts'
import { explainPostgresError, PostgresError } from './errors.ts'
import { readMissingRights } from './opening/read-missing-rights.ts'
import { readCatalog } from './read-catalog.ts'
import { openApart } from './reading/open-apart.ts'
import { readLockWaits } from './reading/read-lock-waits.ts'
import { createSession } from './session.ts'

/** Connections beside the builders': for reading the state, warnings after commit. */
const spareConnections = 4

export function createPostgresAdapter(target: PostgresTarget): Adapter {
  const settings = { target, sessionName: `assay/${randomUUID()}` }
  const newPool = () => new ConnectionPool(settings, target.threads + spareConnections)
  let pool = newPool()
  // Of their own: who writes and waits for a reader must never wait for one who does the same.
  const newReaders = () => new ConnectionPool(settings, target.threads)
  let readers = newReaders()
  // Of their own as well: who looks at the catalogue while it holds locks must never wait for another's look.
  const newLooks = () => new ConnectionPool(settings, target.threads)
  let looks = newLooks()
  const withSession = async <T>(
    signal: AbortSignal | undefined,
    work: (session: Session, connection: Connection) => Promise<T>,
    readsApart = false,
  ): Promise<T> => {
    signal?.throwIfAborted()
    const options = {
      signal,
      swapTimeoutMs: target.swapTimeoutMs,
      lookAgain: <Found>(look: (connection: Connection) => Promise<Found>) => looks.use(look),
      ...(readsApart
        ? { openApart: (snapshot: string) => openApart(readers, snapshot, signal) }
        : {}),
    }
    return await pool.use(async (connection) => {
      try {
        return await work(createSession(connection, options), connection)
      } finally {
        connection.comment = undefined
      }
    })
  }
  const inTransaction = <T>(
    options: TransactionStart,
    work: (session: Session) => Promise<T>,
  ): Promise<T> =>
    withSession(
      options.signal,
      async (session, connection) => {
        try {
          await begin(connection, options)
          const value = await work(session)
          options.signal?.throwIfAborted()
          await commit(connection, options.mode)
          return value
        } catch (error) {
          await rollback(connection)
          throw error
        }
      },
      options.readsApart,
    )
  return {
    dialect: postgresDialect,
    maxConnections: target.threads,
    isExclusive: false,
    isAlone: () => false,
    connect: () => pool.use(async () => {}),
    readState: (schemas) => pool.use((connection) => readWarehouse(connection, schemas)),
    readSchemas: (schemas) => pool.use((connection) => readSchemas(connection, schemas)),
    readCatalog: (schemas) => pool.use((connection) => readCatalog(connection, schemas)),
    readMissingRights: (schemas) =>
      pool.use((connection) => readMissingRights(connection, schemas)),
    transaction: ({ signal, inputs = [], readsApart = false }, work) =>
      inTransaction({ mode: 'read write', signal, inputs, readsApart }, work),
    session: (options, work) => withSession(options.signal, (session) => work(session)),
    dropDetached: (schemas) => pool.use((connection) => dropDetached(connection, schemas)),
    readOnly: ({ signal }, work) =>
      inTransaction({ mode: 'read only', signal, inputs: [], readsApart: false }, work),
    explainError: explainPostgresError,
    readLockWaits: () => looks.use((connection) => readLockWaits(connection, settings.sessionName)),
    sessionName: settings.sessionName,
    showAlive: (runId) => showAlive(settings, runId),
    isAlive,
    endHolder,
    close: async () => {
      const closing = [pool, readers, looks]
      pool = newPool()
      readers = newReaders()
      looks = newLooks()
      for (const each of closing) await each.close()
    },
  }
}

interface TransactionStart {
  readonly mode: 'read write' | 'read only'
  readonly signal: AbortSignal | undefined
  readonly inputs: readonly Relation[]
  readonly readsApart: boolean
}

/**
 * The lock comes first: a snapshot older than the swap of an input would find its table empty. LOCK TABLE takes no
 * snapshot; looking for the inputs that exist would, so that happens before the transaction.
 */
async function begin(connection: Connection, start: TransactionStart): Promise<void> {
  const { mode, signal, inputs } = start
  const existing = inputs.length === 0 ? [] : await lockable(connection, inputs)
  const open = `begin isolation level repeatable read ${mode}`
  if (existing.length === 0) {
    await connection.run(open, [], signal)
    return
  }
  const names = existing.map((relation) => postgresDialect.relation(relation)).join(', ')
  await connection.run(`${open}; lock table ${names} in access share mode`, [], signal)
}

/** An answer that never came says nothing about whether the server did it. What was lost before is undone. */
async function commit(connection: Connection, mode: TransactionStart['mode']): Promise<void> {
  const isLostBefore = connection.isBroken
  try {
    await connection.run('commit')
  } catch (error) {
    if (isLostBefore || mode === 'read only' || !connection.isBroken) throw error
    const message =
      'the connection was lost while the transaction was being committed: whether its changes hold is not known'
    throw new CommitUnknownError(message, { cause: error })
  }
}

/** A late cancel may hit the rollback itself; a connection that is lost has rolled back already. */
async function rollback(connection: Connection): Promise<void> {
  try {
    if (!connection.isBroken) await connection.run('rollback')
  } catch {
    if (!connection.isBroken) await connection.run('rollback')
  }
}

/** Goes on until nothing more can go: a view that was left behind may read a table that was. */
async function dropDetached(connection: Connection, schemas: readonly string[]): Promise<void> {
  const kept = new Set<string>()
  for (;;) {
    const drops = (await readDetached(connection, schemas)).filter((drop) => !kept.has(drop))
    if (drops.length === 0) return
    for (const drop of drops) {
      kept.add(drop)
      await tryDrop(connection, drop)
    }
  }
}

/** One that is read again, or dropped by another run, in the meantime is left alone. */
async function tryDrop(connection: Connection, drop: string): Promise<void> {
  try {
    await connection.run(`begin; set local lock_timeout = '1s'; ${drop}; commit`)
  } catch (error) {
    await connection.run('rollback')
    const passing = ['2BP01', '55P03', '42P01', '42501']
    if (!(error instanceof PostgresError && passing.includes(error.sqlState ?? ''))) throw error
  }
}
