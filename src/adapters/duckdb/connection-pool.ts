/** The connections of one adapter: lent out, given back, opened when they are first needed. */
import type { DuckDBInstance } from '@duckdb/node-api'
import type { DuckdbTarget } from '../../core/target.ts'
import { Connection } from './connection.ts'

export class ConnectionPool {
  readonly #instance: DuckDBInstance
  readonly #target: DuckdbTarget
  readonly #limit: number
  readonly #idle: Connection[] = []
  readonly #waiting: (() => void)[] = []
  #lent = 0

  constructor(instance: DuckDBInstance, target: DuckdbTarget, limit: number) {
    this.#instance = instance
    this.#target = target
    this.#limit = limit
  }

  /** Waits for a free connection; gives it back when `work` has ended. */
  async use<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    await this.#takeTurn()
    try {
      const connection = this.#idle.pop() ?? (await Connection.open(this.#instance, this.#target))
      try {
        return await work(connection)
      } finally {
        this.#idle.push(connection)
      }
    } finally {
      this.#endTurn()
    }
  }

  async #takeTurn(): Promise<void> {
    if (this.#lent < this.#limit) {
      this.#lent += 1
      return
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  /** The turn passes to who has waited longest, so `#lent` stays. */
  #endTurn(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#lent -= 1
    else next()
  }

  close(): void {
    for (const connection of this.#idle.splice(0)) connection.close()
  }
}
