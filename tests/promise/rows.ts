/** Rows of a query through the command line, and statements straight to the database. */
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Row } from '../../src/core/adapter.ts'
import { openAdapter } from '../support/adapters.ts'
import type { TestProject } from '../support/test-project.ts'
import { until } from '../support/until.ts'

/** Refs in the query are the project's. */
export async function rowsOf(project: TestProject, sql: string): Promise<readonly Row[]> {
  const shown = await project.assay('show', '--inline', sql, '--output', 'json', '--limit', '-1')
  expect(shown.stderr).toBe('')
  const parsed: { readonly show: readonly Row[] } = JSON.parse(shown.stdout)
  return parsed.show
}

/** As someone else with the same rights; gives the rows of the last statement. */
export async function execute(
  project: TestProject,
  ...statements: readonly string[]
): Promise<readonly Row[]> {
  const { target, folder } = project
  const isFile = target.type === 'duckdb'
  const adapter = await openAdapter(
    isFile ? { ...target, path: join(folder, 'target', 'test.duckdb') } : target,
  )
  try {
    await adapter.connect()
    return await adapter.session({}, async (session) => {
      let rows: readonly Row[] = []
      for (const statement of statements) rows = await session.query(statement)
      return rows
    })
  } finally {
    await adapter.close()
  }
}

/** Until Postgres has noticed that the process which showed itself alive is dead; a file of DuckDB is free with its process. */
export async function untilHolderGone(project: TestProject): Promise<void> {
  if (project.target.type === 'duckdb') return
  const sql = `select count(*)::integer as n
from pg_locks
where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`
  await until('no sign of life', async () => (await execute(project, sql))[0]?.['n'] === 0)
}
