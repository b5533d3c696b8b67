/** Microbatch keeps the promise: what is missing is built by the next run, readers follow by keys, --atomic, --changed, --empty, --sample. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { textCell } from '../../src/core/adapter.ts'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'
import { execute, rowsOf } from './rows.ts'

const header = 'id,happened_at,amount\n'
const events = [
  '1,2026-01-01 10:00:00,10',
  '2,2026-01-02 10:00:00,20',
  '3,2026-01-03 10:00:00,30',
  '4,2026-01-04 10:00:00,40',
]

const files = {
  'assay.yml': `name: batches
target: duckdb
${testTargets}seeds:
  +column_types: { happened_at: timestamp }
  batches: { events: { +event_time: happened_at } }
`,
  'seeds/events.csv': `${header}${events.join('\n')}\n`,
  // A division by zero is an error on Postgres only: a cast is one on both.
  'models/daily.sql': `{{config materialized="incremental" incremental_strategy="microbatch" event_time="day" begin="2026-01-01" batch_size="day"}}
select cast(happened_at as date) as day, sum(amount) as amount,
  max(cast(replace(cast(amount as varchar(20)), '13', 'x') as integer)) as checked
from {{ref "events"}} group by 1`,
  'models/days_below.sql': `{{config materialized="incremental" incremental_strategy="delete+insert" unique_key="day"}}
select day, amount from {{ref "daily"}}
where day in {{touched_keys "daily" key="day"}}`,
}

const clock = (day: number) => `2026-01-0${day}T12:00:00Z`

async function daily(project: TestProject, model = 'daily'): Promise<string> {
  const rows = await rowsOf(
    project,
    `select cast(day as varchar(10)) as day, cast(amount as varchar(20)) as amount from ${model} order by day`,
  )
  return rows.map((row) => `${textCell(row, 'day').slice(-2)}:${textCell(row, 'amount')}`).join(' ')
}

async function create(adapter: ReturnType<typeof testAdapters>[number]): Promise<TestProject> {
  const project = await createTestProject(adapter, { files })
  project.setClock(clock(4))
  return project
}

const withEvents = (...rows: readonly string[]) => ({
  'seeds/events.csv': `${header}${[...events, ...rows].join('\n')}\n`,
})

interface Results {
  readonly results: readonly {
    readonly unique_id: string
    readonly status: string
    readonly batch_results: { readonly successful: unknown; readonly failed: unknown } | null
  }[]
}

function resultOf(project: TestProject, model: string) {
  const text = readFileSync(join(project.folder, 'target/run_results.json'), 'utf8')
  const { results }: Results = JSON.parse(text)
  return results.find(({ unique_id }) => unique_id === `model.batches.${model}`)
}

/** The days that the last run has built of `daily`. */
function startsOf(project: TestProject): unknown {
  const built = resultOf(project, 'daily')?.batch_results?.successful
  return Array.isArray(built) ? built.map((pair) => String(pair).slice(8, 10)) : built
}

describe.each(testAdapters())('microbatch on $name', (adapter) => {
  test('E1, E6: rows that a batch gives outside of its span are counted and warned of, not dropped in silence', async () => {
    const project = await create(adapter)
    const hours = { 1: 'interval 2 hours', 2: "interval '2 hours'" }[
      adapter.name === 'duckdb' ? 1 : 2
    ]
    // Two events so late that their local day is the next.
    await project.write({
      ...withEvents(
        '5,2026-01-02 23:15:00,5',
        '6,2026-01-03 22:30:00,6',
        '7,2026-01-03 23:30:00,7',
      ),
      'models/daily.sql': undefined,
      'models/days_below.sql': undefined,
      'models/local_days.sql': `{{config materialized="incremental" incremental_strategy="microbatch" event_time="day" begin="2026-01-01" batch_size="day"}}
select cast(happened_at + ${hours} as date) as day, sum(amount) as amount from {{ref "events"}} group by 1`,
    })
    const built = await project.assay('build')
    expect(built.exitCode).toBe(0)
    expect(built.stdout).toMatch(
      /ok +\S*local_days +incremental +4 rows .* rows outside of the batch: 2\n/,
    )
    expect(built.stderr + built.stdout).toContain(
      'warning[rows-outside-batch]: expected each batch of "local_days" to give rows of its own span, found 2 rows outside of the batch, first in 2026-01-02: they are not inserted',
    )
    expect(built.stderr + built.stdout).toContain('--> models/local_days.sql:1:')
    expect(await daily(project, 'local_days')).toBe('01:10 02:20 03:30 04:40')
    const text = readFileSync(join(project.folder, 'target/run_results.json'), 'utf8')
    expect(JSON.parse(text)).toMatchObject({
      results: [{}, { adapter_response: { rows_affected: 4, rows_outside_batch: 2 } }],
    })
    // Strictly it is a failure.
    expect((await project.assay('run', '--warn-error')).exitCode).toBe(1)
    // Batches without such a row say nothing, and take no row away.
    const window = ['--event-time-start', '2026-01-04', '--event-time-end', '2026-01-05']
    const last = await project.assay('run', ...window)
    expect([last.exitCode, (last.stdout + last.stderr).includes('outside')]).toEqual([0, false])
  })

  test('E8, E10, E12: a failed batch is missing until the next run, which builds it without being asked', async () => {
    const project = await create(adapter)
    await project.write(withEvents('5,2026-01-02 11:00:00,13'))
    expect((await project.assay('build')).exitCode).toBe(1)
    expect(await daily(project)).toBe('01:10 03:30 04:40')
    expect(resultOf(project, 'daily')).toMatchObject({
      status: 'partial success',
      batch_results: {
        successful: [
          ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'],
          ['2026-01-03T00:00:00.000Z', '2026-01-04T00:00:00.000Z'],
          ['2026-01-04T00:00:00.000Z', '2026-01-05T00:00:00.000Z'],
        ],
        failed: [['2026-01-02T00:00:00.000Z', '2026-01-03T00:00:00.000Z']],
      },
    })
    expect(resultOf(project, 'days_below')?.status).toBe('skipped')
    const compiled = readdirSync(join(project.folder, 'target/compiled/batches/models/daily'))
    expect(compiled.toSorted()).toEqual([
      'daily_2026-01-01.sql',
      'daily_2026-01-02.sql',
      'daily_2026-01-03.sql',
      'daily_2026-01-04.sql',
    ])
    await project.write(withEvents())
    project.setClock('2026-01-09T12:00:00Z')
    expect((await project.assay('build', '--changed')).exitCode).toBe(0)
    expect(await daily(project)).toBe('01:10 02:20 03:30 04:40')
    // The fourth was built at noon of its day.
    expect(startsOf(project)).toEqual(['02', '04', '05', '06', '07', '08', '09'])
  })

  test('a batch that was built once and then failed is missing until it is built again', async () => {
    const project = await create(adapter)
    expect((await project.assay('build')).exitCode).toBe(0)
    project.setClock('2026-01-09T12:00:00Z')
    expect((await project.assay('build')).exitCode).toBe(0)
    const range = ['--event-time-start', '2026-01-01', '--event-time-end', '2026-01-04']
    // The first and the last day of the range have changed too: they are built, the day between is not.
    const more = ['6,2026-01-01 11:00:00,1', '7,2026-01-03 11:00:00,1']
    await project.write(withEvents('5,2026-01-02 11:00:00,13', ...more))
    expect((await project.assay('build', ...range)).exitCode).toBe(1)
    expect(resultOf(project, 'daily')?.status).toBe('partial success')
    const failed = await project.assay('status')
    expect(failed.exitCode).toBe(1)
    expect(failed.stdout).toContain(
      'not built: batches from 2026-01-02T00:00:00.000Z to 2026-01-03T00:00:00.000Z',
    )
    await project.write(withEvents('5,2026-01-02 11:00:00,3', ...more))
    const ran = await project.assay('build')
    expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
    expect(startsOf(project)).toEqual(['02', '08', '09'])
    expect(await daily(project)).toBe('01:11 02:23 03:31 04:40')
    expect((await project.assay('status')).stdout).not.toContain('not built')
    expect((await project.assay('build')).exitCode).toBe(0)
    expect(startsOf(project)).toEqual(['08', '09'])
  })

  test('batches that were skipped behind a first one that failed are missing too', async () => {
    const project = await create(adapter)
    project.setClock('2026-01-09T12:00:00Z')
    expect((await project.assay('build')).exitCode).toBe(0)
    await project.write(withEvents('5,2026-01-01 11:00:00,13', '6,2026-01-02 11:00:00,1'))
    const range = ['--event-time-start', '2026-01-01', '--event-time-end', '2026-01-04']
    expect((await project.assay('build', ...range)).exitCode).toBe(1)
    await project.write(withEvents('5,2026-01-01 11:00:00,3', '6,2026-01-02 11:00:00,1'))
    expect((await project.assay('build', '--changed')).exitCode).toBe(0)
    expect(startsOf(project)).toEqual(['01', '02', '03', '08', '09'])
    expect(await daily(project)).toBe('01:13 02:21 03:30 04:40')
  })

  test('a batch that was built before its end is built again by a run after it, one of the future too', async () => {
    const project = await create(adapter)
    expect((await project.assay('build')).exitCode).toBe(0)
    const range = ['--event-time-start', '2026-01-05', '--event-time-end', '2026-01-07']
    expect((await project.assay('build', ...range)).exitCode).toBe(0)
    await project.write(withEvents('5,2026-01-04 20:00:00,1', '6,2026-01-05 20:00:00,2'))
    project.setClock('2026-01-09T12:00:00Z')
    expect((await project.assay('build')).exitCode).toBe(0)
    expect(startsOf(project)).toEqual(['04', '05', '06', '07', '08', '09'])
    expect(await daily(project)).toBe('01:10 02:20 03:30 04:41 05:2')
    expect((await project.assay('build')).exitCode).toBe(0)
    expect(startsOf(project)).toEqual(['08', '09'])
    expect((await project.assay('build', '--changed')).stdout).toContain('reused')
  })

  test('a failing data test rolls back the last batch, which is missing then; those before it stay published', async () => {
    const project = await create(adapter)
    expect((await project.assay('build')).exitCode).toBe(0)
    await project.write({
      ...withEvents('5,2026-01-03 11:00:00,1', '6,2026-01-04 11:00:00,1'),
      'tests/no_41.sql': 'select * from {{ref "daily"}} where amount = 41',
    })
    const ran = await project.assay('build')
    expect(ran.exitCode).toBe(1)
    expect(ran.stdout + ran.stderr).toContain('this batch is rolled back')
    expect(ran.stdout + ran.stderr).not.toContain('what was there before is still in place')
    expect(await daily(project)).toBe('01:10 02:20 03:31 04:40')
    expect((await project.assay('status')).exitCode).toBe(1)
    await project.write({ 'tests/no_41.sql': 'select * from {{ref "daily"}} where amount = 42' })
    project.setClock('2026-01-09T12:00:00Z')
    expect((await project.assay('build')).exitCode).toBe(0)
    expect(startsOf(project)).toEqual(['04', '05', '06', '07', '08', '09'])
    expect(await daily(project)).toBe('01:10 02:20 03:31 04:41')
  })

  test('E6: without its first batch nothing is built, and the table is not there', async () => {
    const project = await create(adapter)
    await project.write(withEvents('5,2026-01-01 11:00:00,13'))
    const ran = await project.assay('run', '--select', 'daily')
    const built = await project.assay('seed')
    expect([ran.exitCode, built.exitCode]).toEqual([1, 0])
    const again = await project.assay('run', '--select', 'daily')
    expect(again.exitCode).toBe(1)
    expect(again.stdout).toMatch(
      /batch 1 of 4 {2}2026-01-01 {2}error[\s\S]*batch 4 of 4 {2}2026-01-04 {2}skipped/,
    )
    expect(resultOf(project, 'daily')).toMatchObject({ status: 'error' })
  })

  test('E11: retry builds the failed batches and nothing else, later too', async () => {
    const project = await create(adapter)
    await project.write(withEvents('5,2026-01-02 11:00:00,13'))
    expect((await project.assay('build')).exitCode).toBe(1)
    // What it retries is the build: the results of the seed lie in a folder of their own.
    await project.write(withEvents())
    expect((await project.assay('seed', '--target-path', 'elsewhere')).exitCode).toBe(0)
    project.setClock('2026-01-09T12:00:00Z')
    const ran = await project.assay('retry')
    expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
    expect(resultOf(project, 'daily')?.batch_results).toEqual({
      successful: [['2026-01-02T00:00:00.000Z', '2026-01-03T00:00:00.000Z']],
      failed: [],
    })
    expect(await daily(project)).toBe('01:10 02:20 03:30 04:40')
  })

  test('a reader by touched_keys sees the keys of rows that a batch took and brought', async () => {
    const project = await create(adapter)
    expect((await project.assay('build')).exitCode).toBe(0)
    await project.write({
      'seeds/events.csv': `${header}${[...events.slice(0, 2), '9,2026-01-03 09:00:00,7'].join('\n')}\n`,
    })
    const ran = await project.assay('build')
    expect(ran.exitCode, ran.stdout).toBe(0)
    expect(await daily(project)).toBe('01:10 02:20 03:7')
    expect(await daily(project, 'days_below')).toBe('01:10 02:20 03:7')
    const below = await project.assay('explain', 'days_below')
    expect(below.stdout).toContain('it is incremental and its table exists')
  })

  test('--atomic builds all batches in the one transaction; a full refresh of a table is one too', async () => {
    const project = await create(adapter)
    expect((await project.assay('build', '--atomic')).exitCode).toBe(0)
    expect(await daily(project)).toBe('01:10 02:20 03:30 04:40')
    await project.write(withEvents('5,2026-01-03 11:00:00,13', '6,2026-01-04 11:00:00,1'))
    expect((await project.assay('build', '--atomic')).exitCode).toBe(1)
    expect(await daily(project)).toBe('01:10 02:20 03:30 04:40')
    expect((await project.assay('run', '--full-refresh', '--select', 'daily')).exitCode).toBe(0)
    await project.assay('seed')
    expect((await project.assay('run', '--full-refresh', '--select', 'daily')).exitCode).toBe(1)
    expect(await daily(project)).toBe('01:10 02:20 03:30 04:40')
    await project.write(withEvents('6,2026-01-04 11:00:00,1'))
    expect((await project.assay('build', '--atomic')).exitCode).toBe(0)
    expect(await daily(project)).toBe('01:10 02:20 03:30 04:41')
    expect(await daily(project, 'days_below')).toBe('01:10 02:20 03:30 04:41')
  })

  test('the ledger keeps each batch once, and what is forgotten is not missing', async () => {
    const project = await create(adapter)
    await project.write({
      'assay.yml': `${files['assay.yml']}retention: { runs: 0s, changes: 0s }\n`,
    })
    for (const more of [[], [], ['--full-refresh'], []]) {
      expect((await project.assay('build', '--exclude', 'days_below', ...more)).exitCode).toBe(0)
      // Retention is done once a day, of what is old by the clock of the test: as if the day was over.
      await execute(
        project,
        `delete from _assay.runs where phase = 'pruned'`,
        `update _assay.batches set recorded_at = timestamp '2025-01-01 00:00:00'`,
      )
    }
    const again = await project.assay('build', '--select', 'daily')
    expect(again.stdout).toContain('batch 2 of 2')
    const [counts = {}] = await execute(
      project,
      'select count(*) as n, count(distinct window_start) as days, count(distinct epoch) as epochs from _assay.batches',
    )
    expect(Object.values(counts).map(Number)).toEqual([4, 4, 1])
  })

  test('--empty takes no rows away; --sample builds the batches of the sample; --changed leaves what is whole', async () => {
    const project = await create(adapter)
    expect((await project.assay('build')).exitCode).toBe(0)
    expect((await project.assay('build', '--changed')).stdout).toContain('reused')
    expect((await project.assay('build', '--empty')).exitCode).toBe(0)
    expect(await daily(project)).toBe('01:10 02:20 03:30 04:40')
    await project.write(withEvents('5,2026-01-01 11:00:00,1'))
    const sampled = await project.assay('build', '--sample', '{start: 2026-01-01, end: 2026-01-02}')
    expect(sampled.exitCode, sampled.stdout).toBe(0)
    expect(await daily(project)).toBe('01:11 02:20 03:30 04:40')
    const other = await create(adapter)
    expect((await other.assay('build', '--empty')).exitCode).toBe(0)
    expect(await daily(other)).toBe('')
    expect((await other.assay('build')).exitCode).toBe(0)
    expect(await daily(other)).toBe('01:10 02:20 03:30 04:40')
  })
})
