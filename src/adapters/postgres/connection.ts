/** One connection to Postgres: set up once, one statement at a time, cancelled from another connection. */
import { setTimeout as delay } from 'node:timers/promises'
import { Client, type ClientConfig, type QueryArrayResult } from 'pg'
import type { SqlParameter, SqlValue } from '../../core/adapter.ts'
import { ConnectionError } from '../../core/database/database-errors.ts'
import { aroundStatement, type SqlComment } from '../../core/database/query-comment.ts'
import type { PostgresTarget } from '../../core/target.ts'
import { cutNameError, PostgresError, toPostgresError } from './errors.ts'
import { mayAnswerLater, toConnectionError } from './opening/open-errors.ts'
import { tlsOptions } from './opening/tls-options.ts'
import { parserOf } from './values/values.ts'

export type Result = QueryArrayResult<SqlValue[]>

/** A cancel that comes before the statement has begun is lost, so it is said again and again. */
const cancelEveryMs = 100
/** A holder that hangs keeps its locks: long enough for a slow model, not for a day. */
const idleInTransactionMs = 600_000
/** Without it a killed client's statement goes on, and the next writer waits for its locks. */
const checkClientMs = 500
const retryEveryMs = 1000

export interface ConnectionSettings {
  readonly target: PostgresTarget
  /** What others see as its `application_name`. */
  readonly sessionName: string
  /** Longest wait for any answer; undefined: as long as the statement takes. Past it the connection counts as lost. */
  readonly answerTimeoutMs?: number
}

/** A statement, and what is sent before it. */
interface SentStatement {
  readonly sql: string
  readonly before: string
}

export class Connection {
  readonly client: Client
  /** What statements are sent with. */
  comment: SqlComment | undefined
  readonly #settings: ConnectionSettings
  readonly #target: PostgresTarget
  #backend: number | undefined
  #isBroken = false
  /** What the server said when it ended the connection between two statements. */
  #lostBecause: string | undefined
  /** What Postgres said of a name that it cuts in the statement under way. */
  #cutName: string | undefined
  #last: Promise<unknown> = Promise.resolve()

  private constructor(settings: ConnectionSettings) {
    this.#settings = settings
    this.#target = settings.target
    this.client = new Client({ ...clientConfig(settings), types: { getTypeParser: parserOf } })
    // Without a listener a lost connection would end the process; the statement under way fails by itself.
    this.client.on('error', ({ message }) => {
      this.#isBroken = true
      this.#lostBecause ??= message
    })
    this.client.on('notice', ({ code, message }) => {
      if (code === '42622') this.#cutName ??= message
    })
  }

  /** Throws a `ConnectionError`; before that a server that does not answer is tried again, as often as the target says. */
  static async open(settings: ConnectionSettings): Promise<Connection> {
    for (let left = settings.target.retries ?? 0; ; left -= 1) {
      try {
        return await Connection.#openAtOnce(settings)
      } catch (error) {
        const mayPass = error instanceof ConnectionError && mayAnswerLater(error.cause)
        if (left <= 0 || !mayPass) throw error
        await delay(retryEveryMs)
      }
    }
  }

  static async #openAtOnce(settings: ConnectionSettings): Promise<Connection> {
    const connection = new Connection(settings)
    try {
      await connection.client.connect()
      await connection.#setUp()
      return connection
    } catch (error) {
      await connection.close()
      throw toConnectionError(error, settings.target)
    }
  }

  get isBroken(): boolean {
    return this.#isBroken
  }

  async #setUp(): Promise<void> {
    const { timezone, statementTimeoutMs, role, searchPath } = this.#target
    const settings = {
      timezone,
      datestyle: 'ISO, YMD',
      intervalstyle: 'postgres',
      bytea_output: 'hex',
      // Names that are cut are told in a notice only.
      client_min_messages: 'notice',
      statement_timeout: String(statementTimeoutMs ?? 0),
      idle_in_transaction_session_timeout: String(idleInTransactionMs),
      // A connection that waits for its next turn, or that shows that the process lives, is not idle for nothing.
      idle_session_timeout: '0',
      ...(searchPath === undefined ? {} : { search_path: searchPath }),
      ...(role === undefined ? {} : { role }),
    }
    const { rows } = await this.client.query<SqlValue[]>({
      text: `select
  pg_backend_pid(),
  (select count(set_config(key, value, false)) from json_each_text($1)),
  (select count(set_config(name, $2, false)) from pg_settings where name = 'client_connection_check_interval')`,
      values: [JSON.stringify(settings), String(checkClientMs)],
      rowMode: 'array',
    })
    const pid = rows[0]?.[0]
    if (typeof pid === 'number') this.#backend = pid
  }

  /** The result of the last statement, if there are several. Statements sent together wait for each other. */
  async run(
    sql: string,
    parameters: readonly SqlParameter[] = [],
    signal?: AbortSignal,
  ): Promise<Result> {
    const { before, behind } = aroundStatement(this.comment)
    const statement = { sql, before }
    return await this.alone(statement, signal, async () => {
      const text = `${before}${sql}${behind}`
      const query = { text, values: [...parameters], rowMode: 'array' } as const
      const results: Result | Result[] = await this.client.query<SqlValue[]>(query)
      const last = Array.isArray(results) ? results.at(-1) : results
      if (last === undefined) throw new Error('Postgres gave no result')
      return last
    })
  }

  /** Cells as the server writes them, whatever their type. */
  async runAsText(
    sql: string,
    signal: AbortSignal | undefined,
  ): Promise<readonly (readonly (string | null)[])[]> {
    return await this.alone({ sql, before: '' }, signal, async () => {
      const types = { getTypeParser: () => (text: string) => text }
      const query = { text: sql, rowMode: 'array', types } as const
      const { rows } = await this.client.query<(string | null)[]>(query)
      return rows
    })
  }

  /** Runs work that no statement of this connection may cut across; aborting cancels what the server does. */
  async alone<T>(
    statement: SentStatement,
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    const result = this.#last.then(() => this.#cancellable(statement, signal, work))
    this.#last = result.catch(() => undefined)
    return await result
  }

  async #cancellable<T>(
    { sql, before }: SentStatement,
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted()
    const settled = new AbortController()
    let cancelling: Promise<void> | undefined
    const onAbort = () => {
      cancelling = this.#cancel(settled.signal)
    }
    signal?.addEventListener('abort', onAbort)
    this.#cutName = undefined
    try {
      const value = await work()
      this.#refuseCutName(sql)
      return value
    } catch (error) {
      signal?.throwIfAborted()
      throw this.#explain(this.#blameCutName(toPostgresError(error, sql, before), sql))
    } finally {
      settled.abort()
      signal?.removeEventListener('abort', onAbort)
      // A cancel still on its way would hit the next statement.
      await cancelling
    }
  }

  /** Outside a transaction the statement has its effect already: an error would be a lie. */
  #refuseCutName(sql: string): void {
    const isUndone = this.client.getTransactionStatus() === 'T'
    if (isUndone && this.#cutName !== undefined) throw cutNameError(this.#cutName, sql)
  }

  /** Two names that are cut to the same one, or a name that is not found because it was cut. */
  #blameCutName(error: PostgresError, sql: string): PostgresError {
    const isAboutNames = error.sqlState?.startsWith('42') === true
    return isAboutNames && this.#cutName !== undefined ? cutNameError(this.#cutName, sql) : error
  }

  #explain(error: PostgresError): PostgresError {
    if (isLost(error)) {
      this.#isBroken = true
      const { host, port } = this.#target
      const because = error.sqlState === undefined ? this.#lostBecause : undefined
      const message = `the connection to ${host}:${port} was lost: ${because ?? error.message}`
      return new PostgresError({ hint: lostHint, ...error.fault, message }, { cause: error })
    }
    if (error.sqlState !== '57014' || !/statement timeout/.test(error.message)) return error
    const message = `the statement was stopped: it ran longer than the ${this.#target.statementTimeoutMs} ms the target allows`
    return new PostgresError({ ...error.fault, message }, { cause: error })
  }

  /** Never throws: when the server cannot be reached, the statement fails by itself. */
  async #cancel(settled: AbortSignal): Promise<void> {
    let other: Client | undefined
    try {
      other = new Client(clientConfig(this.#settings))
      other.on('error', () => {})
      await other.connect()
      while (!settled.aborted) {
        await other.query('select pg_cancel_backend($1)', [this.#backend])
        await new Promise((resolve) => setTimeout(resolve, cancelEveryMs))
      }
    } catch {
      // The statement that cannot be cancelled ends by itself.
    } finally {
      await other?.end().catch(() => undefined)
    }
  }

  async close(): Promise<void> {
    await this.client.end().catch(() => undefined)
  }
}

const lostHint = 'check the server and the network, then run it again'

/** Ended by an administrator, a crash, a timeout of the server, or the network. */
function isLost({ sqlState, message }: PostgresError): boolean {
  if (sqlState !== undefined) return /^(?:57P|08|25P03)/.test(sqlState)
  return /connection (?:terminated|ended)|ECONNRESET|EPIPE|not queryable|query read timeout/i.test(
    message,
  )
}

function clientConfig({ target, sessionName, answerTimeoutMs }: ConnectionSettings): ClientConfig {
  const { host, port, user, password, database } = target
  return {
    host,
    port,
    user,
    database,
    ...(password === undefined ? {} : { password }),
    ssl: tlsOptions(target),
    application_name: sessionName,
    connectionTimeoutMillis: target.connectTimeoutMs,
    ...(answerTimeoutMs === undefined ? {} : { query_timeout: answerTimeoutMs }),
    keepAlive: true,
    ...(target.keepalivesIdleMs === undefined
      ? {}
      : { keepAliveInitialDelayMillis: target.keepalivesIdleMs }),
  }
}
