/** Shows that this process lives by an advisory lock on a connection of its own, and finds out whether another one does. */
import type { Alive, Holder, Session, SqlParameter } from '../../core/adapter.ts'
import { Connection, type ConnectionSettings } from './connection.ts'
import { postgresDialect } from './dialect.ts'

/** A network that swallows a heartbeat must not keep the next one from being sent on a new connection. */
const answerTimeoutMs = 10_000
/** How long a backend that was told to end may take before it is left alone. */
const endTimeoutMs = 5_000

/** Throws a `ConnectionError`. */
export async function showAlive(settings: ConnectionSettings, runId: string): Promise<Alive> {
  const shown = new ShownAlive({ answerTimeoutMs, ...settings }, runId)
  await shown.open()
  return shown
}

class ShownAlive implements Alive {
  readonly #settings: ConnectionSettings
  readonly #runId: string
  #connection: Connection | undefined
  #isReleased = false
  #last: Promise<unknown> = Promise.resolve()

  constructor(settings: ConnectionSettings, runId: string) {
    this.#settings = settings
    this.#runId = runId
  }

  /** The connection, with the lock: a new one when the last was lost. */
  async open(): Promise<Connection> {
    if (this.#connection?.isBroken === false) return this.#connection
    await this.#close()
    const connection = await Connection.open(this.#settings)
    try {
      // Shared, since a backend whose client is gone may hold it for a while yet.
      await connection.run(`select pg_advisory_lock_shared(${lockKey('$1')})`, [this.#runId])
    } catch (error) {
      await connection.close()
      throw error
    }
    this.#connection = connection
    return connection
  }

  async run(sql: string, parameters: readonly SqlParameter[]): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#isReleased) return
      const wasOpen = this.#connection?.isBroken === false
      const connection = await this.open()
      try {
        await connection.run(sql, parameters)
      } catch (error) {
        // A lost connection is often noticed only by its next statement.
        if (!wasOpen || !connection.isBroken) throw error
        await (await this.open()).run(sql, parameters)
      }
    })
  }

  async release(): Promise<void> {
    this.#isReleased = true
    await this.#inTurn(() => this.#close())
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => undefined)
    await result
  }

  async #close(): Promise<void> {
    await this.#connection?.close()
    this.#connection = undefined
  }
}

/** Hashed by the server, so that every version of this program finds the same lock. */
function lockKey(runId: string): string {
  return `hashtextextended('assay/' || ${runId}, 0)`
}

/**
 * Looks at the lock instead of trying to take it: two who try at once would each take the other for the holder. The
 * view shows the locks of all users to all users, and of this moment, not of the snapshot.
 */
export async function isAlive(session: Session, { runId }: Holder): Promise<boolean> {
  const rows = await session.query(
    `select exists (
  select 1
  from pg_locks as l
  join pg_database as d on d.oid = l.database and d.datname = current_database()
  where l.locktype = 'advisory'
  and l.granted
  and l.objsubid = 1
  and (l.classid::bigint << 32) | l.objid::bigint = ${lockKey('$1')}
  and l.pid <> pg_backend_pid()
) as is_alive`,
    [runId],
  )
  return rows[0]?.['is_alive'] === true
}

/** In a block of its own for each: a refusal must not end the transaction this is asked in. */
export async function endHolder(session: Session, { sessionName }: Holder): Promise<void> {
  const block = `declare
  pids integer[];
  one integer;
begin
  perform pg_stat_clear_snapshot();
  select array_agg(pid) into pids
  from pg_stat_activity
  where application_name = ${postgresDialect.literal(sessionName)} and pid <> pg_backend_pid();
  foreach one in array coalesce(pids, '{}') loop
    begin
      perform pg_terminate_backend(one, ${endTimeoutMs});
    exception when insufficient_privilege then null;
    end;
  end loop;
end`
  await session.execute(`do ${postgresDialect.literal(block)}`)
}
