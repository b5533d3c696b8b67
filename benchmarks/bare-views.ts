/** The floor for a run of views: the same DDL on one connection, no framework, no ledger, no transaction a node. */
import { performance } from 'node:perf_hooks'
import { DuckDBInstance } from '@duckdb/node-api'

/** Milliseconds. */
export async function runBareViews(path: string, count: number): Promise<number> {
  const instance = await DuckDBInstance.create(path)
  const connection = await instance.connect()
  const started = performance.now()
  for (let index = 0; index < count; index += 1) {
    const from = index % 10 === 0 ? '' : ` from view_${index - 1}`
    const select =
      index % 10 === 0 ? 'select 1 as id, 10 as amount' : `select id, amount + 1 as amount${from}`
    await connection.run(`create or replace view view_${index} as ${select}`)
  }
  const elapsed = performance.now() - started
  connection.closeSync()
  instance.closeSync()
  return elapsed
}
