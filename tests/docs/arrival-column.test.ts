/** What docs/incremental.md says of arrival columns on Postgres with several writers: which lose a row, which do not. */
import { Client } from 'pg'
import { describe, expect, test } from 'vitest'
import { type TestAdapter, testAdapters } from '../support/adapters.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'
import { execute, rowsOf } from '../promise/rows.ts'

const postgres = testAdapters().filter(({ name }) => name === 'postgres')

async function createProject(adapter: TestAdapter, column: string): Promise<TestProject> {
  const project = await createTestProject(adapter, {
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

async function build(project: TestProject): Promise<readonly unknown[]> {
  const built = await project.assay('build')
  expect(built.exitCode, built.stdout + built.stderr).toBe(0)
  const rows = await rowsOf(project, 'select id from {{ref "purchases"}} order by id')
  return rows.map(({ id }) => id)
}

/** 1 is committed; 2 takes its arrival value, 3 takes the next and is committed first; each time a build. */
async function slowWriter(project: TestProject, first?: string) {
  const [slow, fast] = [await connect(project), await connect(project)]
  await fast.query('insert into raw.purchases (id) values (1)')
  const seen = [await build(project)]
  await slow.query('begin')
  if (first !== undefined) await slow.query(first)
  await slow.query('insert into raw.purchases (id) values (2)')
  await fast.query('begin')
  if (first !== undefined) await fast.query("set local lock_timeout = '100ms'")
  const fasterIn = await (first === undefined
    ? Promise.resolve()
    : fast.query(first).then(() => undefined)
  ).then(
    () => true,
    () => false,
  )
  if (fasterIn) await fast.query('insert into raw.purchases (id) values (3)')
  await fast.query(fasterIn ? 'commit' : 'rollback')
  seen.push(await build(project))
  await slow.query('commit')
  if (!fasterIn) await fast.query('insert into raw.purchases (id) values (3)')
  seen.push(await build(project))
  await Promise.all([slow.end(), fast.end()])
  return seen
}

describe.each(postgres)('an arrival column with two writers on $name', (adapter) => {
  test('that is a sequence loses the row that is committed later', async () => {
    const project = await createProject(adapter, 'bigint generated always as identity')
    expect(await slowWriter(project)).toEqual([[1], [1, 3], [1, 3]])
  })

  test('that is an xid8 loses none: rows wait for the transactions that began before them', async () => {
    const project = await createProject(adapter, 'xid8 not null default pg_current_xact_id()')
    expect(await slowWriter(project)).toEqual([[1], [1], [1, 2, 3]])
  })

  test('that is a sequence, behind a lock held to the commit, loses none', async () => {
    const project = await createProject(adapter, 'bigint generated always as identity')
    const lock = 'lock table raw.purchases in share row exclusive mode'
    expect(await slowWriter(project, lock)).toEqual([[1], [1], [1, 2, 3]])
  })
})
