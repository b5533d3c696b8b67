/** A Reader on Postgres: cursors of one connection, which sees what the transaction sees. */
import type { SqlValue } from '../../../core/adapter.ts'
import type { Reader } from '../../../core/database/reader.ts'
import type { Connection } from '../connection.ts'
import { readTable } from '../read-table.ts'
import { toTable } from '../values/to-table.ts'

export interface ReaderInput {
  readonly connection: Connection
  readonly signal: AbortSignal | undefined
  readonly isApart: boolean
  readonly onClose: () => Promise<void>
}

export function createReader(input: ReaderInput): Reader {
  const { connection, signal, isApart, onClose } = input
  return {
    isApart,
    async *read(sql) {
      yield* readTable(connection, {
        sql,
        signal,
        toTable: (result) => toTable(connection, result),
      })
    },
    count: async (from) => {
      const { rows } = await connection.run(`select count(*) from ${from}`, [], signal)
      const count: SqlValue | undefined = rows[0]?.[0]
      return Number(count)
    },
    close: onClose,
  }
}
