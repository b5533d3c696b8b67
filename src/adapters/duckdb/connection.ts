/** One connection of a DuckDB instance: one statement at a time, interruptible, its prepared statements kept. */
import type {
  DuckDBConnection,
  DuckDBInstance,
  DuckDBMaterializedResult,
  DuckDBPreparedStatement,
  DuckDBResult,
  DuckDBType,
  DuckDBValue,
} from '@duckdb/node-api'
import type { SqlParameter } from '../../core/adapter.ts'
import { aroundStatement, type SqlComment } from '../../core/database/query-comment.ts'
import type { DuckdbTarget } from '../../core/target.ts'
import { DuckdbError, timeoutError, toDuckdbError } from './errors.ts'

/** What may end a statement before it ends by itself. */
export interface Guard {
  readonly signal: AbortSignal | undefined
  /** undefined: no limit. */
  readonly timeoutMs: number | undefined
}

/** Of a stream that has begun. */
interface OpenResult {
  /** undefined: not there yet, or read to its end. */
  result: DuckDBResult | undefined
  fetching: Promise<unknown> | undefined
}

const keptStatements = 32
/** DuckDB forgets an interrupt that comes before the statement has begun, so it is said again and again. */
const interruptEveryMs = 10

export class Connection {
  readonly raw: DuckDBConnection
  /** What statements without parameters are sent with. */
  comment: SqlComment | undefined
  /** Tables, as statements name them, whose indexes have been read. */
  readonly bound = new Set<string>()
  readonly #prepared = new Map<string, DuckDBPreparedStatement>()
  #last: Promise<unknown> = Promise.resolve()
  #endStream: (() => Promise<void>) | undefined
  #isInTransaction = false

  constructor(raw: DuckDBConnection) {
    this.raw = raw
  }

  static async open(instance: DuckDBInstance, target: DuckdbTarget): Promise<Connection> {
    const connection = new Connection(await instance.connect())
    for (const statement of settings(target)) await connection.run(statement)
    return connection
  }

  /** Statements sent together wait for each other: a second open result would end the first in silence. */
  async run(
    sql: string,
    parameters: readonly SqlParameter[] = [],
    guard?: Guard,
  ): Promise<DuckDBMaterializedResult> {
    const { before, behind } = aroundStatement(parameters.length === 0 ? this.comment : undefined)
    return await this.alone(async () => {
      try {
        const sent = `${before}${sql}${behind}`
        return await interruptible(this.raw, guard, () => this.#send(sent, parameters))
      } catch (error) {
        guard?.signal?.throwIfAborted()
        throw toDuckdbError(error, sql, before)
      }
    })
  }

  async begin(mode: 'read write' | 'read only' = 'read write'): Promise<void> {
    await this.run(`begin transaction ${mode}`)
    this.#isInTransaction = true
  }

  async commit(): Promise<void> {
    await this.run('commit')
    this.#isInTransaction = false
  }

  /** Of a transaction that will be rolled back: lets go of streams at once from now on. */
  async giveUp(): Promise<void> {
    this.#isInTransaction = false
    await this.endStream()
  }

  /** A failed commit has ended the transaction already: then there is nothing to roll back. */
  async rollback(): Promise<void> {
    await this.giveUp()
    try {
      await this.run('rollback')
    } catch (error) {
      if (!(error instanceof DuckdbError && /no transaction is active/.test(error.message))) {
        throw error
      }
    }
  }

  /** Of a query that is not run. */
  async columns(
    sql: string,
  ): Promise<readonly { readonly name: string; readonly type: DuckDBType }[]> {
    return await this.alone(async () => {
      try {
        const statement = await this.raw.prepare(sql)
        const columns = Array.from({ length: statement.columnCount }, (_, index) => ({
          name: statement.columnName(index),
          type: statement.columnType(index),
        }))
        statement.destroySync()
        return columns
      } catch (error) {
        throw toDuckdbError(error, sql)
      }
    })
  }

  /** Rows as they are needed: all other statements wait until the last one was read, or the reader stops. */
  async *stream(
    sql: string,
    guard: Guard,
  ): AsyncGenerator<readonly (readonly DuckDBValue[])[], void, undefined> {
    const open: OpenResult = { result: undefined, fetching: undefined }
    const end = await this.#hold(open)
    try {
      const result = await this.#guarded(guard, () => this.raw.stream(sql))
      open.result = result
      for (;;) {
        // Of an ended stream DuckDB would say that there are no more rows.
        if (this.#endStream !== end) throw new Error('the session ended before all rows were read')
        const rows = await this.#guarded(guard, () => {
          const fetching = nextRows(result)
          open.fetching = fetching
          return fetching
        })
        if (rows.length === 0) {
          open.result = undefined
          return
        }
        yield rows
      }
    } finally {
      await end()
    }
  }

  get isStreaming(): boolean {
    return this.#endStream !== undefined
  }

  /** Lets go of a stream that nobody reads to its end. */
  async endStream(): Promise<void> {
    await this.#endStream?.()
  }

  async #hold(open: OpenResult): Promise<() => Promise<void>> {
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const before = this.#last
    this.#last = before.then(() => held)
    await before
    const end = async () => {
      if (this.#endStream !== end) return
      this.#endStream = undefined
      await this.#letGo(open)
      release()
    }
    this.#endStream = end
    return end
  }

  /**
   * A result that is not read to its end keeps the database open until it is collected as garbage, beyond the close of
   * the instance: the next one would be a second of the same file. Interrupted, it ends with what it has at hand; but
   * that would abort a transaction that goes on, whose results are read to their end.
   */
  async #letGo({ result, fetching }: OpenResult): Promise<void> {
    await fetching?.catch(() => undefined)
    if (result !== undefined) {
      if (!this.#isInTransaction) this.raw.interrupt()
      let rest = await nextRows(result).catch(() => [])
      while (rest.length > 0) rest = await nextRows(result).catch(() => [])
    }
    await this.raw.run('select 1').catch(() => undefined)
  }

  async #guarded<T>(guard: Guard, work: () => Promise<T>): Promise<T> {
    try {
      return await interruptible(this.raw, guard, work)
    } catch (error) {
      guard.signal?.throwIfAborted()
      throw toDuckdbError(error, undefined)
    }
  }

  /** Runs work that no statement of this connection may cut across. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => undefined)
    return await result
  }

  async #send(sql: string, parameters: readonly SqlParameter[]): Promise<DuckDBMaterializedResult> {
    if (parameters.length === 0) return await this.raw.run(sql)
    const statement = await this.#prepare(sql)
    statement.bind([...parameters])
    return await statement.run()
  }

  async #prepare(sql: string): Promise<DuckDBPreparedStatement> {
    const known = this.#prepared.get(sql)
    if (known !== undefined) {
      this.#prepared.delete(sql)
      this.#prepared.set(sql, known)
      return known
    }
    const statement = await this.raw.prepare(sql)
    this.#prepared.set(sql, statement)
    const [oldest] = this.#prepared
    if (oldest !== undefined && this.#prepared.size > keptStatements) {
      this.#prepared.delete(oldest[0])
      oldest[1].destroySync()
    }
    return statement
  }

  close(): void {
    this.#prepared.clear()
    this.raw.closeSync()
  }
}

async function nextRows(result: DuckDBResult): Promise<readonly (readonly DuckDBValue[])[]> {
  const chunk = await result.fetchChunk()
  return chunk?.getRows() ?? []
}

/**
 * Rows written in the open transaction count as none in planning, which made one join 20 times slower:
 * with the three thresholds at 0 the choice of join does not depend on the count.
 */
function settings(target: DuckdbTarget): readonly string[] {
  return [
    'set errors_as_json = true',
    `set TimeZone = ${literal(target.timezone)}`,
    'set asof_loop_join_threshold = 0',
    'set nested_loop_join_threshold = 0',
    'set merge_join_threshold = 0',
    ...Object.entries(target.extras.settings).map(
      ([name, value]) => `set ${identifier(name)} = ${optionText(value)}`,
    ),
  ]
}

/** A value of a setting or an option, as SQL. */
export function optionText(value: string | number | boolean): string {
  return typeof value === 'string' ? literal(value) : String(value)
}

export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

async function interruptible<T>(
  raw: DuckDBConnection,
  guard: Guard | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (guard === undefined) return await work()
  const { signal, timeoutMs } = guard
  signal?.throwIfAborted()
  if (signal === undefined && timeoutMs === undefined) return await work()
  let repeating: NodeJS.Timeout | undefined
  let timedOut = false
  const interrupt = () => {
    raw.interrupt()
    repeating ??= setInterval(() => raw.interrupt(), interruptEveryMs)
  }
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true
          interrupt()
        }, timeoutMs)
  signal?.addEventListener('abort', interrupt)
  try {
    return await work()
  } catch (error) {
    if (timedOut && timeoutMs !== undefined) throw timeoutError(timeoutMs)
    throw error
  } finally {
    signal?.removeEventListener('abort', interrupt)
    clearTimeout(timer)
    clearInterval(repeating)
  }
}
