/** A Reader on DuckDB: one result on a connection of its own, any further one from a file that it was written to first. */
import type { Table } from '../../../core/adapter.ts'
import type { Reader, ReaderOptions } from '../../../core/database/reader.ts'
import { spool, type Spooled } from '../../../core/system/spool.ts'
import type { Connection, Guard } from '../connection.ts'
import { readTable } from '../values/read-table.ts'

export interface ReaderConnections {
  /** For one open result; undefined: all rows are read from files. */
  readonly direct: Connection | undefined
  /** Sees the same, and holds an open result only while its rows go to a file. */
  readonly spooling: Connection
  readonly guard: Guard
}

export function createReader(
  { direct, spooling, guard }: ReaderConnections,
  { folder }: ReaderOptions,
): Reader {
  // By our own hands: DuckDB may not be allowed to touch files.
  const spools = new Map<string, Promise<Spooled<Table>>>()
  let isFree = direct !== undefined
  return {
    isApart: direct !== undefined,
    async *read(sql) {
      if (direct === undefined || !isFree) {
        // Its rows do not change, so a second reading takes the same file.
        const spooled = spools.get(sql) ?? spool(folder, readTable(spooling, guard, sql))
        spools.set(sql, spooled)
        yield* (await spooled).items()
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
      for (const spooled of spools.values())
        await spooled.then(
          ({ remove }) => remove(),
          () => {},
        )
      spools.clear()
    },
  }
}
