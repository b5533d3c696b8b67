/** The connections of one adapter: lent out, given back, opened when they are first needed, thrown away when broken. */
import { Turns } from '../../core/database/turns.ts'
import { Connection, type ConnectionSettings } from './connection.ts'

export class ConnectionPool {
  readonly #settings: ConnectionSettings
  readonly #turns: Turns
  readonly #idle: Connection[] = []
  #isClosed = false

  constructor(settings: ConnectionSettings, limit: number) {
    this.#settings = settings
    this.#turns = new Turns(limit)
  }

  /** Waits for a free connection; gives it back when `work` has ended. */
  async use<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    await this.#turns.take()
    try {
      const connection = this.#takeIdle() ?? (await Connection.open(this.#settings))
      try {
        return await work(connection)
      } finally {
        await this.#giveBack(connection)
      }
    } finally {
      this.#turns.end()
    }
  }

  #takeIdle(): Connection | undefined {
    let connection = this.#idle.pop()
    while (connection?.isBroken === true) connection = this.#idle.pop()
    return connection
  }

  /** A transaction that could not be ended must not reach the next user. */
  async #giveBack(connection: Connection): Promise<void> {
    const isUsable = !connection.isBroken && connection.client.getTransactionStatus() === 'I'
    if (isUsable && !this.#isClosed) this.#idle.push(connection)
    else await connection.close()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.#idle.splice(0).map((connection) => connection.close()))
  }
}
