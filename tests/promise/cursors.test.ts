/** Cursors: a model that reads new rows or touched keys is always what a full refresh would give, however late its data is. */
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'
import { execute, rowsOf } from './rows.ts'

const files = {
  'assay.yml': `name: cursors\ntarget: duckdb\n${testTargets}vars: { most: 100 }\n`,
  'models/sources.yml': `sources:
  - name: raw
    tables:
      - name: events
        config: { arrival_column: _load_seq }
`,
  'models/stg_events.sql':
    'select _load_seq, id, user_id, day, amount\nfrom {{source "raw" "events"}}\nwhere amount > 0',
  'models/appended.sql': `{{config materialized="incremental" incremental_strategy="append" arrival_column="_load_seq"}}
select _load_seq, id, user_id, day, amount from {{new_rows "stg_events"}} as n`,
  'models/added_up.sql': `{{config materialized="incremental" unique_key="day"}}
{{#if (is_incremental)}}
select coalesce(t.day, n.day) as day, coalesce(t.total, 0) + n.total as total
from (select day, sum(amount) as total from {{new_rows "appended"}} as fresh group by day) as n
left join {{this}} as t on t.day = n.day
{{else}}
select day, sum(amount) as total from {{new_rows "appended"}} as fresh group by day
{{/if}}`,
  'models/users.sql': `{{config materialized="incremental" incremental_strategy="delete+insert" unique_key="user_id"}}
select user_id, min(day) as first_day, max(amount) as most, count(distinct day) as days
from {{ref "stg_events"}}
where user_id in {{touched_keys "stg_events" key="user_id"}}
group by user_id`,
  'models/cohorts.sql': `{{config materialized="incremental" incremental_strategy="delete+insert" unique_key="first_day"}}
select first_day, count(*) as users, max(most) as most
from {{ref "users"}}
where first_day in {{touched_keys "users" key="first_day"}}
group by first_day
having max(most) <= {{var "most"}}`,
  'models/merged_cohorts.sql': `{{config materialized="incremental" unique_key="first_day"}}
select first_day, count(*) as users
from {{ref "users"}}
where first_day in {{touched_keys "users" key="first_day"}}
group by first_day`,
  'models/schema.yml': `models:
  - name: appended
    columns: [{ name: id, data_tests: [unique, not_null] }]
  - name: cohorts
    columns: [{ name: users, data_tests: [not_null] }]
`,
}
const models = ['appended', 'added_up', 'users', 'cohorts', 'merged_cohorts'] as const

async function createProject(adapter: Parameters<typeof createTestProject>[0]) {
  const project = await createTestProject(adapter, { files })
  // Makes the file.
  expect((await project.assay('debug')).exitCode).toBe(0)
  await execute(
    project,
    'create schema raw',
    'create table raw.events (_load_seq bigint, id integer, user_id text, day integer, amount integer)',
  )
  return project
}

let sequence = 0

/** Rows as `user day amount`, in the order of arrival. */
async function arrive(
  project: TestProject,
  ...rows: readonly (readonly [string, number, number])[]
) {
  const values = rows.map(([user, day, amount]) => {
    sequence += 1
    return `(${sequence}, ${sequence}, '${user}', ${day}, ${amount})`
  })
  await execute(project, `insert into raw.events values ${values.join(', ')}`)
}

async function build(project: TestProject, ...more: readonly string[]): Promise<string> {
  const built = await project.assay('build', ...more)
  expect(built.exitCode, built.stdout + built.stderr).toBe(0)
  return built.stdout
}

async function tables(project: TestProject) {
  const entries = []
  for (const model of models) {
    const rows = await rowsOf(project, `select * from {{ref "${model}"}}`)
    entries.push([
      model,
      rows.map((row) => JSON.stringify(Object.values(row).map(String))).toSorted(),
    ] as const)
  }
  return Object.fromEntries(entries)
}

/** What is there is what a full refresh gives. */
async function expectWhole(project: TestProject): Promise<void> {
  const before = await tables(project)
  await build(project, '--full-refresh')
  expect(before).toEqual(await tables(project))
}

async function actions(project: TestProject): Promise<Readonly<Record<string, string>>> {
  const planned = await project.assay('plan', '--output', 'json', '--resource-type', 'model')
  expect(planned.exitCode, planned.stderr).toBe(0)
  const parsed: {
    readonly nodes: readonly {
      readonly name: string
      readonly action: string
      readonly because: string
    }[]
  } = JSON.parse(planned.stdout)
  return Object.fromEntries(
    parsed.nodes.map(({ name, action, because }) => [name, `${action}: ${because}`]),
  )
}

describe.each(testAdapters())('cursors on $name', (adapter) => {
  test('late rows, rows of old groups and empty batches end as a full refresh would', async () => {
    const project = await createProject(adapter)
    await arrive(project, ['a', 5, 10], ['b', 6, 20], ['a', 7, 5])
    await build(project)
    // Late: earlier days, a group that moves, a row that the filter drops.
    await arrive(project, ['a', 1, 50], ['c', 5, 1], ['b', 6, -3])
    await build(project)
    await build(project)
    await arrive(project, ['b', 1, 99])
    await build(project)
    await expectWhole(project)
    await arrive(project, ['b', 0, 7], ['d', 0, 7])
    await build(project)
    await expectWhole(project)
  })

  test('a batch that is rolled back leaves the cursor where it was', async () => {
    const project = await createProject(adapter)
    await arrive(project, ['a', 5, 10])
    await build(project)
    await arrive(project, ['b', 5, 20])
    await execute(
      project,
      `insert into raw.events values (${sequence + 1}, ${sequence}, 'b', 5, 1)`,
    )
    const failed = await project.assay('build')
    expect(failed.exitCode).toBe(1)
    await execute(project, `delete from raw.events where _load_seq = ${sequence + 1}`)
    await build(project)
    await expectWhole(project)
  })

  test('says in plan why a batch is not enough', async () => {
    const project = await createProject(adapter)
    await arrive(project, ['a', 5, 10], ['b', 6, 20])
    await build(project)
    expect(await actions(project)).toMatchInlineSnapshot(`
      {
        "added_up": "merge: it is incremental and its table exists",
        "appended": "append: it is incremental and its table exists",
        "cohorts": "delete+insert: it is incremental and its table exists",
        "merged_cohorts": "merge: it is incremental and its table exists",
        "stg_events": "view unchanged: its SQL and the columns it reads are as before",
        "users": "delete+insert: it is incremental and its table exists",
      }
    `)
    await build(project, '--full-refresh', '--select', 'appended')
    expect(await actions(project)).toMatchInlineSnapshot(`
      {
        "added_up": "replace table: full refresh: "appended" was rebuilt since (a new epoch)",
        "appended": "append: it is incremental and its table exists",
        "cohorts": "delete+insert: it is incremental and its table exists",
        "merged_cohorts": "merge: it is incremental and its table exists",
        "stg_events": "view unchanged: its SQL and the columns it reads are as before",
        "users": "delete+insert: it is incremental and its table exists",
      }
    `)
    await build(project)
    await execute(project, 'drop schema _assay cascade')
    expect(await actions(project)).toMatchInlineSnapshot(`
      {
        "added_up": "replace table: full refresh: the ledger has no record of the table",
        "appended": "replace table: full refresh: the ledger has no record of the table",
        "cohorts": "replace table: full refresh: the ledger has no record of the table",
        "merged_cohorts": "replace table: full refresh: the ledger has no record of the table",
        "stg_events": "replace view: not built by assay before",
        "users": "replace table: full refresh: the ledger has no record of the table",
      }
    `)
    await arrive(project, ['a', 5, 1])
    await build(project)
    await expectWhole(project)
  })

  test('an upstream that goes back, a table changed by hand and a NULL arrival are seen', async () => {
    const project = await createProject(adapter)
    await arrive(project, ['a', 5, 10], ['b', 6, 20])
    await build(project)
    await execute(project, `delete from raw.events where _load_seq = ${sequence}`)
    expect((await actions(project))['appended']).toMatchInlineSnapshot(
      `"replace table: full refresh: "stg_events" ends before what was read of it: it was restored or rewritten"`,
    )
    await build(project)
    await expectWhole(project)
    await execute(
      project,
      'create table copied as select * from appended',
      'drop table appended',
      'alter table copied rename to appended',
    )
    if (adapter.name === 'duckdb') await execute(project, 'delete from appended')
    expect((await actions(project))['appended']).toMatchInlineSnapshot(
      `"replace table: full refresh: the table is not the one that assay published: it was restored or changed by hand"`,
    )
    await build(project)
    await expectWhole(project)
    await execute(project, `insert into raw.events values (null, 99, 'z', 1, 1)`)
    const failed = await project.assay('run', '--select', 'appended')
    expect(failed.exitCode).toBe(1)
    expect(failed.stdout).toMatch(/null-arrival/)
  })

  test('a change of the code is said in plan and build until a full refresh', async () => {
    const project = await createProject(adapter)
    await arrive(project, ['a', 5, 10], ['b', 6, 20])
    await build(project)
    await project.write({
      'models/appended.sql': files['models/appended.sql'].replace(
        ' amount from',
        ' amount + 0 as amount from',
      ),
    })
    expect((await actions(project))['appended']).toMatchInlineSnapshot(
      `"append: it is incremental and its table exists; its SQL changed: rows that are there keep their old meaning until --full-refresh"`,
    )
    const built = await project.assay('build')
    expect(built.exitCode, built.stdout).toBe(0)
    expect(`${built.stdout}${built.stderr}`).toContain('warning[code-changed]')
    const again = await project.assay('build')
    expect(`${again.stdout}${again.stderr}`).toContain('warning[code-changed]')
    await build(project, '--full-refresh')
    expect((await actions(project))['appended']).toBe(
      'append: it is incremental and its table exists',
    )
    // Formatting is no change.
    await project.write({
      'models/appended.sql': files['models/appended.sql'].replace(
        ' amount from',
        ' /* all */ amount\n+ 0 as amount\nfrom',
      ),
    })
    expect((await actions(project))['appended']).toBe(
      'append: it is incremental and its table exists',
    )
  })

  test('a backfill rebuilds the rows it names and leaves the cursors', async () => {
    const project = await createProject(adapter)
    await arrive(project, ['a', 5, 10], ['b', 6, 20])
    await build(project)
    await execute(
      project,
      'update appended set amount = 0 where day = 5',
      'update users set most = 0',
    )
    await arrive(project, ['a', 5, 3])
    await build(project, '--select', 'appended', '--backfill', 'day = 5')
    expect(
      await rowsOf(project, 'select id, amount from {{ref "appended"}} where day = 5'),
    ).toHaveLength(1)
    await build(project, '--select', 'users', '--backfill', `user_id in ('a', 'b')`)
    await build(project)
    await expectWhole(project)
  })

  test('a backfill by a value that changes is refused, and nothing is lost', async () => {
    const project = await createProject(adapter)
    await arrive(project, ['a', 5, 10], ['a', 6, 10], ['b', 6, 20])
    await build(project)
    const before = await tables(project)
    await project.write({
      'models/users.sql': files['models/users.sql'].replace(
        'count(distinct day)',
        '1 + count(distinct day)',
      ),
    })
    for (const condition of ['days = 2', 'days = 1']) {
      const refused = await project.assay('build', '--select', 'users', '--backfill', condition)
      expect(refused.exitCode, refused.stdout).toBe(1)
      expect(refused.stdout).toContain('error[backfill-mismatch]')
    }
    expect(await tables(project)).toEqual(before)
  })

  test('--atomic reads what the same transaction has written', async () => {
    const project = await createProject(adapter)
    await arrive(project, ['a', 5, 10], ['b', 6, 20])
    await build(project, '--atomic')
    await arrive(project, ['a', 4, 1], ['c', 6, 2])
    await build(project, '--atomic')
    await arrive(project, ['c', 4, 1])
    await build(project)
    await expectWhole(project)
  })
})
