/** A Reader on DuckDB: one result on a connection of its own, any further one from a file. */
import type { Table } from '../../../core/adapter.ts'
import type { Reader, ReaderOptions } from '../../../core/database/reader.ts'
import type { Connection, Guard } from '../connection.ts'
import { readTable } from '../values/read-table.ts'
import { type Spool, spoolQuery } from './spool.ts'

export interface ReaderConnections {
  /** For one open result; undefined: all rows are read from files. */
  readonly direct: Connection | undefined
  /** Sees the same, and never holds an open result. */
  readonly spooling: Connection
  readonly guard: Guard
  /** Another one, for reading a file. */
  readonly open: () => Promise<Connection>
}

export function createReader(
  { direct, spooling, guard, open }: ReaderConnections,
  { folder }: ReaderOptions,
): Reader {
  const spools = new Map<string, Promise<Spool>>()
  const opened = new Set<Connection>()
  let isFree = direct !== undefined
  const fromFile = async function* (sql: string): AsyncGenerator<Table, void, undefined> {
    // Its rows do not change, so a second reading takes the same file.
    const spooled = spools.get(sql) ?? spoolQuery(spooling, sql, { folder, guard })
    spools.set(sql, spooled)
    const { query } = await spooled
    const connection = await open()
    opened.add(connection)
    try {
      yield* readTable(connection, guard, query)
    } finally {
      opened.delete(connection)
      await connection.endStream()
      connection.close()
    }
  }
  return {
    isApart: direct !== undefined,
    async *read(sql) {
      if (direct === undefined || !isFree) {
        yield* fromFile(sql)
        return
      }
      isFree = false
      yield* readTable(direct, guard, sql)
      // Not after a result that was left before its end: that is interrupted, which aborts the transaction.
      isFree = true
    },
    count: async (from) => {
      const result = await spooling.run(`select count(*) from ${from}`, [], guard)
      const [row] = await result.getRows()
      return Number(row?.[0])
    },
    close: async () => {
      await direct?.endStream()
      for (const connection of opened) {
        await connection.endStream()
        connection.close()
      }
      opened.clear()
      for (const spooled of spools.values())
        await spooled.then(
          ({ remove }) => remove(),
          () => {},
        )
    },
  }
}
