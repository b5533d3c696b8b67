/** A Parquet file to its rows as JSON, read in a database of its own: nobody's target is opened. */
import { DuckDBInstance } from '@duckdb/node-api'
import { explainDuckdbError } from '../errors.ts'

/** In pieces, in the order of the file. Throws an Error that says what is wrong with the file. */
export async function* parquetRows(
  path: string,
  signal: AbortSignal,
): AsyncGenerator<readonly string[]> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    await connection.run("set TimeZone = 'UTC'; set threads = 1")
    const file = `'${path.replaceAll("'", "''")}'`
    const result = await connection.stream(
      `select cast(to_json(record) as varchar) from read_parquet(${file}) as record`,
    )
    for (;;) {
      signal.throwIfAborted()
      const chunk = await result.fetchChunk()
      if (chunk === null || chunk.rowCount === 0) return
      yield chunk.getColumnValues(0).map(String)
    }
  } catch (error) {
    signal.throwIfAborted()
    throw new Error(explainDuckdbError(error).message, { cause: error })
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}
