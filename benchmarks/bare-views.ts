/** The floor for a run of views: the same DDL on one connection, no framework, no ledger, no transaction a node. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { DuckDBInstance } from '@duckdb/node-api'
import { groupOf, nameOf } from './generate-project.ts'

/** Milliseconds, for the compiled SQL of a generated project that was run before. */
export async function runBareViews(
  path: string,
  project: { readonly folder: string; readonly models: number },
): Promise<number> {
  const compiled = join(project.folder, 'target', 'compiled', 'models')
  const statements = Array.from({ length: project.models }, (_, index) => {
    const select = readFileSync(join(compiled, groupOf(index), `${nameOf(index)}.sql`), 'utf8')
    return `create or replace view "main"."${nameOf(index)}" as\n${select}`
  })
  const instance = await DuckDBInstance.create(path)
  const connection = await instance.connect()
  const started = performance.now()
  for (const statement of statements) await connection.run(statement)
  const elapsed = performance.now() - started
  connection.closeSync()
  instance.closeSync()
  return elapsed
}
