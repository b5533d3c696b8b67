/** What others lose or double, each as a test: a kill between data and state, a row later than any lookback, a bad row while its test fails. */
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createProgram, type Program, type Strike } from '../faults/program.ts'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'
import { execute, rowsOf } from './rows.ts'

const files = {
  'assay.yml': `name: peers\ntarget: duckdb\n${testTargets}`,
  'sources.yml': `sources:
  - name: raw
    tables: [{ name: events, config: { arrival_column: _load_seq } }]
`,
  'models/log.sql': `{{config materialized="incremental" incremental_strategy="append"}}
select _load_seq, day, amount from {{new_rows (source "raw" "events")}} as n`,
  'models/days.sql': `{{config materialized="incremental" incremental_strategy="delete+insert" unique_key="day"}}
select day, count(*) as n, cast(sum(amount) as bigint) as amount
from {{source "raw" "events"}}
where day in {{touched_keys (source "raw" "events") key="day"}}
group by day`,
  'models/latest.sql': `{{config materialized="incremental" unique_key="day"}}
select day, max(_load_seq) as _load_seq, max(amount) as amount
from {{new_rows (source "raw" "events")}} as n
group by day`,
  'models/whole.sql':
    '{{config materialized="table"}}select _load_seq, amount from {{source "raw" "events"}}',
  'models/below.sql': '{{config materialized="table"}}select amount from {{ref "whole"}}',
}
const models = ['log', 'days', 'latest', 'whole', 'below'] as const

const noBadRow = `models:
${models.map((name) => `  - { name: ${name}, columns: [{ name: amount, data_tests: [{ accepted_values: { arguments: { values: [1, 2, 3, 4, 5, 6], quote: false } } }] }] }\n`).join('')}`

async function createProject(adapter: Parameters<typeof createTestProject>[0]) {
  const project = await createTestProject(adapter, { files })
  // Makes the file.
  expect((await project.assay('debug')).exitCode).toBe(0)
  await execute(
    project,
    'create schema raw',
    'create table raw.events (_load_seq bigint, day bigint, amount bigint)',
  )
  return project
}

/** Rows as `[sequence, day, amount]`. */
async function arrive(project: TestProject, rows: readonly (readonly [number, number, number])[]) {
  const values = rows.map((row) => `(${row.join(', ')})`)
  await execute(project, `insert into raw.events values ${values.join(', ')}`)
}

async function build(project: TestProject): Promise<void> {
  const built = await project.assay('build')
  expect(built.exitCode, built.stdout + built.stderr).toBe(0)
}

/** What each read of all models found, while it goes on; on DuckDB a build keeps every reader out. */
async function watch({ target }: TestProject, sql: string) {
  if (target.type === 'duckdb') return async () => new Set<string>()
  const { host, port, user, password, database } = target
  const client = new Client({ host, port, user, password, database })
  await client.connect()
  const seen = new Set<string>()
  const stop = new AbortController()
  const reading = (async () => {
    while (!stop.signal.aborted) {
      const { rows } = await client.query({ text: sql, rowMode: 'array' })
      seen.add(JSON.stringify(rows))
    }
    await client.end()
  })()
  return async () => {
    stop.abort()
    await reading
    return seen
  }
}

let program: Program
beforeAll(() => {
  program = createProgram()
})
afterAll(() => program.remove())

describe.each(testAdapters())('on $name', (adapter) => {
  test('a kill between the data and its state doubles and loses nothing', async () => {
    const project = await createProject(adapter)
    const { folder: cwd, env } = project
    let arrived = 0
    const ten = async () => {
      const from = arrived
      arrived += 10
      await arrive(
        project,
        Array.from({ length: 10 }, (_, index) => [from + index + 1, index, 1] as const),
      )
    }
    const counts = async () => {
      const sql = 'select count(*) as n, count(distinct _load_seq) as ids from {{ref "log"}}'
      return (await rowsOf(project, sql))[0]
    }
    const argv = ['build', '--select', 'log']
    const counted = async () => {
      const { statements } = await program.run(argv, { cwd, env, isCounting: true })
      const state = statements.findIndex((text) => /^insert into _assay\.node_runs/i.test(text))
      expect(state).toBeGreaterThan(0)
      const commit = statements.findIndex((text, at) => at > state && /^commit/i.test(text))
      return { state: state + 1, commit: commit + 1 }
    }
    await ten()
    await counted()
    await ten()
    const { state, commit } = await counted()
    expect(await counts()).toEqual({ n: 20, ids: 20 })
    const strikes: readonly Strike[] = [
      { at: state, when: 'before' },
      { at: commit, when: 'before' },
      { at: commit, when: 'sent' },
      { at: commit, when: 'sent', sentMs: 2 },
      { at: commit, when: 'after' },
    ]
    for (const strike of strikes) {
      const before = arrived
      await ten()
      const killed = await program.run(argv, { cwd, env, strike })
      expect(killed.signal, killed.output).toBe('SIGKILL')
      const found = await counts()
      expect([before, arrived]).toContain(found?.['n'])
      expect(found?.['ids']).toBe(found?.['n'])
      const again = await program.run([...argv, '--wait'], { cwd, env })
      expect(again.code, again.output).toBe(0)
      expect(await counts()).toEqual({ n: arrived, ids: arrived })
    }
  })

  test('a row later than any lookback is in every table', async () => {
    const project = await createProject(adapter)
    await arrive(project, [
      [1, 1, 1],
      [2, 400, 2],
    ])
    await build(project)
    await arrive(project, [
      [3, 401, 3],
      // More than a year late.
      [4, 1, 4],
      [5, 2, 5],
    ])
    await build(project)
    expect(await rowsOf(project, 'select * from {{ref "log"}} order by 1')).toEqual([
      { _load_seq: 1, day: 1, amount: 1 },
      { _load_seq: 2, day: 400, amount: 2 },
      { _load_seq: 3, day: 401, amount: 3 },
      { _load_seq: 4, day: 1, amount: 4 },
      { _load_seq: 5, day: 2, amount: 5 },
    ])
    expect(await rowsOf(project, 'select * from {{ref "days"}} order by 1')).toEqual([
      { day: 1, n: 2, amount: 5 },
      { day: 2, n: 1, amount: 5 },
      { day: 400, n: 1, amount: 2 },
      { day: 401, n: 1, amount: 3 },
    ])
    expect(await rowsOf(project, 'select day, _load_seq from {{ref "latest"}} order by 1')).toEqual(
      [
        { day: 1, _load_seq: 4 },
        { day: 2, _load_seq: 5 },
        { day: 400, _load_seq: 2 },
        { day: 401, _load_seq: 3 },
      ],
    )
  })

  test('a bad row is seen by nobody, during the build whose test fails and after it', async () => {
    const project = await createProject(adapter)
    await project.write({ 'models/schema.yml': noBadRow })
    const sums = models.map(
      (name) => `(select cast(sum(amount) as bigint) from ${name}) as ${name}`,
    )
    const sql = `select ${sums.join(', ')}`
    await arrive(project, [
      [1, 1, 1],
      [2, 2, 2],
    ])
    await build(project)
    const good = await execute(project, sql)
    expect(good).toEqual([{ log: 3, days: 3, latest: 3, whole: 3, below: 3 }])
    const stop = await watch(project, sql)
    await arrive(project, [[3, 3, 666]])
    for (let round = 0; round < 3; round += 1) {
      const failed = await project.assay('build')
      expect(failed.exitCode, failed.stdout).toBe(1)
      expect(await execute(project, sql)).toEqual(good)
    }
    const seen = await stop()
    expect([...seen]).toEqual(
      adapter.name === 'duckdb' ? [] : [JSON.stringify([models.map(() => '3')])],
    )
    await execute(project, 'update raw.events set amount = 3 where _load_seq = 3')
    await build(project)
    expect(await execute(project, sql)).toEqual([
      { log: 6, days: 6, latest: 6, whole: 6, below: 6 },
    ])
  })
})
