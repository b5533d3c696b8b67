/** What docs/incremental.md says of arrival columns on Postgres with several writers: which lose a row, which do not. */
import { Client } from 'pg'
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'
import { until } from '../support/until.ts'
import { execute, rowsOf } from '../promise/rows.ts'

const postgres = testAdapters().find(({ name }) => name === 'postgres')

async function createProject(column: string): Promise<TestProject> {
  if (postgres === undefined) throw new Error('there is no Postgres')
  const project = await createTestProject(postgres, {
    files: {
      'assay.yml': `name: arrivals\n${testTargets}`,
      'models/sources.yml': `sources:
  - name: raw
    tables: [{ name: purchases, config: { arrival_column: arrived } }]
`,
      'models/purchases.sql': `{{config materialized="incremental"}}
select id from {{new_rows (source "raw" "purchases")}} as new_purchases`,
    },
  })
  await execute(
    project,
    'create schema raw',
    'create table raw.purchases (id integer)',
    `alter table raw.purchases add column arrived ${column}`,
  )
  return project
}

async function connect({ target }: TestProject): Promise<Client> {
  if (target.type !== 'postgres') throw new Error('only for Postgres')
  const { host, port, user, password, database } = target
  const client = new Client({ host, port, user, password, database })
  await client.connect()
  return client
}

async function build(
  project: TestProject,
  ...more: readonly string[]
): Promise<readonly unknown[]> {
  const built = await project.assay('build', ...more)
  expect(built.exitCode, built.stdout + built.stderr).toBe(0)
  const rows = await rowsOf(project, 'select id from {{ref "purchases"}} order by id')
  return rows.map(({ id }) => id)
}

const lock = 'lock table raw.purchases in share row exclusive mode'

/** Transactions of anybody on the server keep rows with an xid8 waiting: those of other tests, too. */
async function buildUntil(project: TestProject, count: number) {
  return await until(`${count} rows`, async () => {
    const ids = await build(project)
    return ids.length >= count && ids
  })
}

interface Writers {
  readonly isLocked: boolean
  /** Others of the server may keep them. */
  readonly mayWait: boolean
}

/** 1 is committed. 2 takes its arrival value, and 3 the next one; 3 is committed first. A build after each commit. */
async function slowWriter(project: TestProject, { isLocked, mayWait }: Writers) {
  const [slow, fast] = [await connect(project), await connect(project)]
  await fast.query('insert into raw.purchases (id) values (1)')
  const buildAll = (count: number) => (mayWait ? buildUntil(project, count) : build(project))
  const seen = [await buildAll(1)]
  await slow.query('begin')
  if (isLocked) await slow.query(lock)
  await slow.query('insert into raw.purchases (id) values (2)')
  // Behind the lock it waits for the slow one.
  const later = (async () => {
    await fast.query('begin')
    if (isLocked) await fast.query(lock)
    await fast.query('insert into raw.purchases (id) values (3)')
    await fast.query('commit')
  })()
  if (!isLocked) await later
  seen.push(await build(project))
  await slow.query('commit')
  await later
  seen.push(await buildAll(3))
  await Promise.all([slow.end(), fast.end()])
  return seen
}

describe.skipIf(postgres === undefined)('an arrival column with two writers on postgres', () => {
  test('that is a sequence loses the row that is committed later', async () => {
    const project = await createProject('bigint generated always as identity')
    expect(await slowWriter(project, { isLocked: false, mayWait: false })).toEqual([
      [1],
      [1, 3],
      [1, 3],
    ])
  })

  test('that is an xid8 loses none: rows wait for the transactions that began before them', async () => {
    const project = await createProject('xid8 not null default pg_current_xact_id()')
    expect(await slowWriter(project, { isLocked: false, mayWait: true })).toEqual([
      [1],
      [1],
      [1, 2, 3],
    ])
  })

  test('that is a sequence, behind a lock held to the commit, loses none', async () => {
    const project = await createProject('bigint generated always as identity')
    expect(await slowWriter(project, { isLocked: true, mayWait: false })).toEqual([
      [1],
      [1],
      [1, 2, 3],
    ])
  })

  test('that is an xid8 of another cluster is set anew, and read by a full refresh', async () => {
    const project = await createProject('xid8 not null default pg_current_xact_id()')
    const foreign = "'123456789012'::xid8"
    await execute(project, `insert into raw.purchases values (1, ${foreign}), (2, ${foreign})`)
    expect(await build(project)).toEqual([])
    await execute(project, 'update raw.purchases set arrived = pg_current_xact_id()')
    await build(project, '--full-refresh')
    expect(await buildUntil(project, 2)).toEqual([1, 2])
  })
})
