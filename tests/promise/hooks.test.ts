/** Hooks after the commit run at least once: a process that is killed before one of them owes it to the next run. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createProgram, type Program } from '../faults/program.ts'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, testTargets } from '../support/test-project.ts'
import { untilHolderGone } from './rows.ts'

let program: Program
beforeAll(() => {
  program = createProgram()
})
afterAll(() => program.remove())

describe.each(testAdapters())('hooks on $name', (adapter) => {
  const files = {
    'assay.yml': `name: owing
target: duckdb
${testTargets}
on-run-start:
  - create table if not exists audit (run varchar(40))
`,
    'models/noted.sql': `{{config
  materialized="table"
  post_hook=(after_commit "insert into audit values ('{{invocation_id}}')")
}}
select 1 as id
`,
  }

  test('J1: a run killed between the commit and its hooks is made good by the next one', async () => {
    const project = await createTestProject(adapter, { files })
    const { folder: cwd, env } = project
    const strike = { at: 1, matches: '^insert into audit', when: 'before' } as const
    const killed = await program.run(['build'], { cwd, env, strike })
    expect(killed.signal, killed.output).toBe('SIGKILL')
    await untilHolderGone(project)
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
    const next = await project.assay('build')
    expect(next.exitCode, next.stdout + next.stderr).toBe(0)
    expect(next.stdout).toMatch(
      /run \S+ ended before an after-commit hook of "noted" was done: it runs now/,
    )
    expect(await count('select count(distinct run) as n from audit')).toBe('n\n2\n')
    expect((await project.assay('status')).exitCode).toBe(0)
  })
})
