/** The Adapter for DuckDB: one file, one instance in this process, several connections. */
import { randomUUID } from 'node:crypto'
import type { Adapter, Alive, Session } from '../../core/adapter.ts'
import { ConnectionError } from '../../core/database/database-errors.ts'
import type { DuckdbTarget } from '../../core/target.ts'
import { readSchemas, readWarehouse } from './catalog.ts'
import { checkCopyPath } from './copy/check-copy-path.ts'
import { Connection } from './connection.ts'
import { ConnectionPool } from './connection-pool.ts'
import { duckdbDialect } from './dialect.ts'
import { explainDuckdbError } from './errors.ts'
import { type LockWait, type OpenInstance, openInstance } from './opening/instance-registry.ts'
import { publishCopy } from './copy/publish-copy.ts'
import { readCatalog } from './read-catalog.ts'
import { PlacedFiles } from './files/placed-files.ts'
import { beginTogether } from './reading/pin-snapshot.ts'
import { type Apart, createSession, type SessionContext } from './session.ts'
import { setUpInstance } from './opening/set-up-instance.ts'
import { findUnreadableViews } from './copy/unreadable-views.ts'

/** Of this process: the file lock keeps all others out, so a holder of another name is gone. */
const realSessionName = randomUUID()

interface Open {
  readonly instance: OpenInstance
  readonly pool: ConnectionPool
}

/** Connections beside the builders': for reading the state, warnings after commit, a second reader, the published copy. */
const spareConnections = 5

export interface DuckdbOptions {
  /** Left out: a file that another process has open is an error at once. */
  readonly wait?: LockWait
}

export function createDuckdbAdapter(target: DuckdbTarget, options: DuckdbOptions = {}): Adapter {
  let opening: Promise<Open> | undefined
  let opened: OpenInstance | undefined
  const connect = (): Promise<Open> => {
    opening ??= open(target, options).then(
      (made) => {
        opened = made.instance
        return made
      },
      (error: unknown) => {
        opening = undefined
        throw error
      },
    )
    return opening
  }
  const withSession = async <T>(
    signal: AbortSignal | undefined,
    work: (opened: OpenedSession) => Promise<T>,
  ): Promise<T> => {
    signal?.throwIfAborted()
    const { pool, instance } = await connect()
    const { comments } = instance
    const guard = { signal, timeoutMs: target.statementTimeoutMs }
    const placed = new PlacedFiles()
    let hasCommented = false
    const onComment = () => {
      hasCommented = true
      comments.forget()
    }
    try {
      return await pool.use(async (connection) => {
        try {
          const openConnection = () => Connection.open(instance.instance, target)
          const context = { guard, comments, placed, onComment }
          return await work({
            connection,
            placed,
            openConnection,
            sessionWith: (more) => createSession(connection, { ...context, ...more }),
          })
        } finally {
          connection.comment = undefined
        }
      })
    } finally {
      // What others read before the commit did not have it.
      if (hasCommented) comments.forget()
    }
  }
  const inTransaction = <T>(
    { mode, signal, readsApart }: TransactionStart,
    work: (session: Session) => Promise<T>,
  ): Promise<T> =>
    withSession(signal, async (opened) => {
      const { connection, placed } = opened
      const apart = readsApart ? await openApart(opened) : undefined
      try {
        if (apart === undefined) await connection.begin(mode)
        const value = await work(opened.sessionWith({ apart, isTransaction: true }))
        await connection.endStream()
        signal?.throwIfAborted()
        await closeApart(apart)
        await connection.commit()
        await placed.commit()
        return value
      } catch (error) {
        await connection.giveUp()
        await placed.rollback()
        await connection.rollback()
        throw error
      } finally {
        await closeApart(apart)
      }
    })
  return {
    dialect: duckdbDialect,
    maxConnections: target.threads,
    isExclusive: true,
    isAlone: () => opened?.isAlone() ?? false,
    connect: async () => {
      await connect()
    },
    readState: (schemas) =>
      withSession(undefined, ({ sessionWith }) => readWarehouse(sessionWith(alone), schemas)),
    readSchemas: (schemas) =>
      withSession(undefined, ({ sessionWith }) => readSchemas(sessionWith(alone), schemas)),
    readCatalog: (schemas) =>
      withSession(undefined, ({ sessionWith }) => readCatalog(sessionWith(alone), schemas)),
    // Whoever may open the file may do all of it.
    readMissingRights: async () => [],
    transaction: ({ signal, readsApart = false }, work) =>
      inTransaction({ mode: 'read write', signal, readsApart }, work),
    session: (options, work) =>
      withSession(options.signal, ({ sessionWith }) => work(sessionWith(alone))),
    dropDetached: async () => {},
    copyTo: async (path, only) => {
      const { pool } = await connect()
      return await pool.use(async (connection) => {
        await publishCopy(connection, path, only)
        if (only !== undefined) return { unreadable: [] }
        return { unreadable: await findUnreadableViews(connection, path) }
      })
    },
    readOnly: ({ signal }, work) =>
      inTransaction({ mode: 'read only', signal, readsApart: false }, work),
    explainError: explainDuckdbError,
    sessionName: realSessionName,
    showAlive: async () =>
      aliveUntilReleased(async (sql, parameters) => {
        await withSession(undefined, ({ sessionWith }) =>
          sessionWith(alone).execute(sql, parameters),
        )
      }),
    isAlive: async (_session, { sessionName }) => sessionName === realSessionName,
    endHolder: async () => {},
    close: async () => {
      const closing = opening
      opening = undefined
      opened = undefined
      const closed = await closing?.catch(() => undefined)
      closed?.pool.close()
      closed?.instance.release()
    },
  }
}

/** The open file shows it: no other process can have it open. */
function aliveUntilReleased(run: Alive['run']): Alive {
  let isReleased = false
  return {
    run: async (sql, parameters) => {
      if (!isReleased) await run(sql, parameters)
    },
    release: async () => {
      isReleased = true
    },
  }
}

async function open(target: DuckdbTarget, { wait }: DuckdbOptions): Promise<Open> {
  checkCopyPath(target)
  const instance = await openInstance(target.path, wait)
  try {
    const pool = new ConnectionPool(instance.instance, target, target.threads + spareConnections)
    await pool.use((connection) => setUpInstance(connection, target, instance))
    return { instance, pool }
  } catch (error) {
    instance.release()
    if (error instanceof ConnectionError) throw error
    const { message } = explainDuckdbError(error)
    throw new ConnectionError(
      'connection-failed',
      `could not set up the connection to "${target.path}": ${message}`,
      'check the settings of the target',
    )
  }
}

interface OpenedSession {
  readonly connection: Connection
  readonly placed: PlacedFiles
  readonly openConnection: () => Promise<Connection>
  readonly sessionWith: (more: Pick<SessionContext, 'apart' | 'isTransaction'>) => Session
}

/** Each statement sees what others have done before it. */
const alone = { apart: undefined, isTransaction: false } as const

interface TransactionStart {
  readonly mode: 'read write' | 'read only'
  readonly signal: AbortSignal | undefined
  readonly readsApart: boolean
}

/** Not of the pool: who has a connection and waits for another must never wait for one who does the same. */
async function openApart({ connection, openConnection }: OpenedSession): Promise<Apart> {
  const apart = { direct: await openConnection(), spooling: await openConnection() }
  try {
    await beginTogether([connection, apart.direct, apart.spooling])
    // It only reads one result after the other: one that is left early is its last.
    await apart.direct.giveUp()
    return apart
  } catch (error) {
    await closeApart(apart)
    throw error
  }
}

/** Safe to call twice. */
async function closeApart(apart: Apart | undefined): Promise<void> {
  for (const connection of apart === undefined ? [] : [apart.direct, apart.spooling]) {
    await connection.endStream()
    connection.close()
  }
}
