/** Hooks after the commit run at least once: a process that is killed before one of them owes it to the next run. */
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { spawnAssay } from '../support/spawn-assay.ts'
import { createTestProject, testTargets } from '../support/test-project.ts'

/** Ends at once when the table "gate" holds a row. */
const slow = {
  duckdb:
    'select count(*) from (select * from range(10000000) where (select count(*) from gate) = 0) as a cross join range(1000000) as b',
  postgres: 'select pg_sleep(case when (select count(*) from gate) = 0 then 60 else 0 end)',
} as const

describe.each(testAdapters())('hooks on $name', (adapter) => {
  const files = {
    'assay.yml': `name: owing
target: duckdb
${testTargets}
on-run-start:
  - create table if not exists gate (n integer)
  - create table if not exists audit (run varchar(40))
`,
    'models/noted.sql': `{{config
  materialized="table"
  post_hook=(list
    (after_commit "{{print 'committing'}}${slow[adapter.name]}")
    (after_commit "insert into audit values ('{{invocation_id}}')")
  )
}}
select 1 as id
`,
  }

  test('J1: a run killed between the commit and its hooks is made good by the next one', async () => {
    const project = await createTestProject(adapter, { files })
    const { folder: cwd, env } = project
    const run = spawnAssay(['build'], { cwd, env })
    await run.waitFor('committing')
    await delay(1000)
    run.child.kill('SIGKILL')
    expect((await run.ended).code).toBeNull()
    const count = async (sql: string) => {
      const shown = await project.assay('show', '--inline', sql, '--output', 'csv')
      expect(shown.stderr).not.toContain('error')
      return shown.stdout
    }
    expect(await count('select count(*) as n from {{ref "noted"}}')).toBe('n\n1\n')
    expect(await count('select count(*) as n from audit')).toBe('n\n0\n')
    const status = await project.assay('status')
    expect(status.exitCode).toBe(1)
    expect(status.stdout).toMatch(
      /hook +noted +\S+ \S+ +a hook after its commit did not run: the next run that builds it runs it first/,
    )
    const opened = await project.assay('run-operation', '--sql', 'insert into gate values (1)')
    expect(opened.exitCode, opened.stderr).toBe(0)
    const next = await project.assay('build')
    expect(next.exitCode, next.stdout + next.stderr).toBe(0)
    expect(next.stdout).toMatch(
      /run \S+ ended before an after-commit hook of "noted" was done: it runs now/,
    )
    expect(await count('select count(distinct run) as n from audit')).toBe('n\n2\n')
    expect((await project.assay('status')).exitCode).toBe(0)
  })
})
