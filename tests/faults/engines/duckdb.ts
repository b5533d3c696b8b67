/** DuckDB for the harness: the file is open only between two children. */
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import {
  type Cells,
  type Database,
  type Engine,
  NoSuchRelation,
  type Query,
  toCell,
} from './engine.ts'

export const duckdbEngine: Engine = {
  name: 'duckdb',
  createDatabase: async (folder) => databaseAt(join(folder, 'target', 'test.duckdb')),
  createDatabaseOn: async (disk) => databaseAt(join(disk, 'test.duckdb')),
}

function databaseAt(path: string): Database {
  return {
    env: { DUCKDB_PATH: path },
    use: (work) => withFile(path, work),
    settle: async () => {},
    openReader: async () => undefined,
    drop: async () => {},
  }
}

async function withFile<T>(path: string, work: (query: Query) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(path)
  try {
    const connection = await instance.connect()
    try {
      return await work(async (sql) => {
        const reader = await connection.runAndReadAll(sql).catch((error: unknown) => {
          const text = String(error)
          throw /does not exist|No files found/.test(text)
            ? new NoSuchRelation({ cause: error })
            : error
        })
        return reader.getRows().map((row): Cells => row.map(toCell))
      })
    } finally {
      connection.closeSync()
    }
  } finally {
    instance.closeSync()
  }
}
