/** The connections of one adapter: lent out, given back, opened when they are first needed. */
import { Turns } from '../../core/database/turns.ts'
import type { DuckDBInstance } from '@duckdb/node-api'
import type { DuckdbTarget } from '../../core/target.ts'
import { Connection } from './connection.ts'

export class ConnectionPool {
  readonly #instance: DuckDBInstance
  readonly #target: DuckdbTarget
  readonly #turns: Turns
  readonly #idle: Connection[] = []

  constructor(instance: DuckDBInstance, target: DuckdbTarget, limit: number) {
    this.#instance = instance
    this.#target = target
    this.#turns = new Turns(limit)
  }

  /** Waits for a free connection; gives it back when `work` has ended. */
  async use<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    await this.#turns.take()
    try {
      const connection = this.#idle.pop() ?? (await Connection.open(this.#instance, this.#target))
      try {
        return await work(connection)
      } finally {
        await connection.endStream()
        this.#idle.push(connection)
      }
    } finally {
      this.#turns.end()
    }
  }

  close(): void {
    for (const connection of this.#idle.splice(0)) connection.close()
  }
}
