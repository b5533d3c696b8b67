/** The promise, small: a build that is killed or stopped leaves every table as before or after, and the next one converges. */
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createProgram, type Program, suspended } from '../faults/program.ts'
import { testAdapters } from '../support/adapters.ts'
import { spawnAssay } from '../support/spawn-assay.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'
import { untilHolderGone } from './rows.ts'

const tables = ['first', 'second', 'third', 'merged'] as const
const rowsEach = 20_000

/** Every table holds its version in every row, so a mixture would show. */
function modelSql(name: string, upstream: string | undefined): string {
  const from =
    upstream === undefined
      ? `(select row_number() over () as id from {{ref "digits"}} as a cross join {{ref "digits"}} as b cross join {{ref "digits"}} as c cross join {{ref "digits"}} as d cross join (select n from {{ref "digits"}} where n < 2) as e)`
      : `{{ref "${upstream}"}}`
  const config =
    name === 'merged'
      ? '{{config materialized="incremental" unique_key="id"}}'
      : '{{config materialized="table"}}'
  return `${config}\nselect id, {{var "version"}} as version\nfrom ${from} as source\n`
}

const files = {
  'assay.yml': `name: crash\ntarget: duckdb\n${testTargets}vars: { version: 1 }\n`,
  'seeds/digits.csv': `n\n${Array.from({ length: 10 }, (_, n) => n).join('\n')}\n`,
  'models/first.sql': modelSql('first', undefined),
  'models/second.sql': modelSql('second', 'first'),
  'models/third.sql': modelSql('third', 'second'),
  'models/merged.sql': modelSql('merged', 'third'),
  'models/schema.yml': `models:\n${tables.map((name) => `  - name: ${name}\n    columns: [{ name: id, data_tests: [unique, not_null] }]\n`).join('')}`,
}

interface TableState {
  readonly n: number
  readonly low: number
  readonly high: number
}

async function stateOf(project: TestProject): Promise<Readonly<Record<string, TableState>>> {
  const entries: [string, TableState][] = []
  for (const table of tables) {
    const sql = `select count(*) as n, min(version) as low, max(version) as high from {{ref "${table}"}}`
    const shown = await project.assay('show', '--inline', sql, '--output', 'json')
    expect(shown.stderr).toBe('')
    const parsed: { readonly show: readonly TableState[] } = JSON.parse(shown.stdout)
    const [row] = parsed.show
    if (row !== undefined) entries.push([table, row])
  }
  return Object.fromEntries(entries)
}

function expectWhole(
  state: Readonly<Record<string, TableState>>,
  versions: readonly number[],
): void {
  for (const table of tables) {
    const found = state[table]
    expect(found?.n, table).toBe(rowsEach)
    expect(found?.low, table).toBe(found?.high)
    expect(versions, table).toContain(found?.low)
  }
}

let program: Program
beforeAll(() => {
  program = createProgram()
})
afterAll(() => program.remove())

describe.each(testAdapters())('a build on $name', (adapter) => {
  test('killed at any time leaves each table as before or after, never between', async () => {
    const project = await createTestProject(adapter, { files })
    const { folder: cwd, env } = project
    expect((await project.assay('build')).exitCode).toBe(0)
    const timed = async (vars: string, killAfterMs?: number) => {
      const began = Date.now()
      const run = spawnAssay(['build', '--vars', vars], { cwd, env })
      if (killAfterMs !== undefined) {
        await Promise.race([delay(killAfterMs), run.ended])
        run.child.kill('SIGKILL')
      }
      const { code } = await run.ended
      return { code, elapsedMs: Date.now() - began }
    }
    let wholeMs = (await timed('{version: 1}')).elapsedMs
    const wanted = 6
    let killed = 0
    let version = 1
    // Where the machine's speed changes a run may end before its kill: then the next is killed earlier.
    for (let round = 0; killed < wanted && round < 4 * wanted; round += 1) {
      version += 1
      const share = ((round % wanted) + 1) / (wanted + 1)
      const { code, elapsedMs } = await timed(`{version: ${version}}`, wholeMs * share)
      if (code === null) killed += 1
      else wholeMs = Math.min(wholeMs, elapsedMs)
      await untilHolderGone(project)
      const versions = Array.from({ length: version }, (_, index) => index + 1)
      expectWhole(await stateOf(project), versions)
    }
    expect(killed).toBe(wanted)
    const last = await project.assay('build', '--vars', `{version: ${version + 1}}`)
    expect(last.exitCode, last.stdout).toBe(0)
    expectWhole(await stateOf(project), [version + 1])
  })

  /** A built project, and a run of version 2 that has published `first`, and is suspended in a statement that will not end by itself. */
  const beginEndless = async () => {
    const project = await createTestProject(adapter, { files })
    const { folder: cwd, env } = project
    expect((await project.assay('build')).exitCode).toBe(0)
    const slow =
      adapter.name === 'duckdb'
        ? 'select count(*) as n from range(10000000) as a cross join range(1000000) as b'
        : 'select count(*) as n from pg_sleep(60)'
    await project.write({
      'models/endless.sql': `{{config materialized="table"}}\n-- reads {{ref "first"}}\n${slow}\n`,
    })
    const strike = {
      at: 1,
      matches: 'range\\(1000000\\)|pg_sleep',
      when: 'sent',
      signal: 'SIGSTOP',
    } as const
    const argv = ['run', '--select', 'first', 'endless', '--vars', '{version: 2}']
    const run = program.start(argv, { cwd, env, strike })
    expect(await suspended(run), run.output()).toBe(true)
    return { project, run }
  }

  test('stopped by Ctrl-C rolls back, writes what is known and exits 130', async () => {
    const { project, run } = await beginEndless()
    const stopped = Date.now()
    run.child.kill('SIGINT')
    run.child.kill('SIGCONT')
    const { code, output } = await run.ended
    expect(code, output).toBe(130)
    // The statement would take a minute or a year.
    expect(Date.now() - stopped).toBeLessThan(30_000)
    const state = await stateOf(project)
    expect(state['first']).toEqual({ n: rowsEach, low: 2, high: 2 })
    expect(state['second']).toEqual({ n: rowsEach, low: 1, high: 1 })
    const results = await project.assay(
      'show',
      '--inline',
      `select status, count(*) as n from _assay.node_runs group by status order by status`,
      '--output',
      'csv',
    )
    expect(results.stdout).toContain('error,1')
  })

  test('L10: killed, it leaves results that retry goes by, not those of the run before', async () => {
    const { project, run } = await beginEndless()
    run.child.kill('SIGKILL')
    await run.ended
    await project.write({
      'models/endless.sql':
        '{{config materialized="table"}}\n-- reads {{ref "first"}}\nselect 7 as n\n',
    })
    const again = await project.assay('retry', '--vars', '{version: 2}', '--wait')
    expect([again.exitCode, again.stdout.trimEnd().split('\n').at(-1)], again.stderr).toEqual([
      0,
      expect.stringMatching(/^done in [\d.]+m?s: 2 ok$/),
    ])
  })
})
