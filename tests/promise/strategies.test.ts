/** insert_overwrite and a strategy of the project's own keep the promise: cursors, change feeds, --atomic, --changed, --backfill. */
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'
import { execute, rowsOf } from './rows.ts'

const upsert = (
  extra: string,
) => `{{#macro "get_incremental_upsert_sql" "target_relation" "temp_relation" "dest_columns"}}
delete from {{target_relation}} where user_id in (select user_id from {{temp_relation}})${extra};
insert into {{target_relation}} ({{#each dest_columns}}{{#unless @first}}, {{/unless}}{{this.quoted}}{{/each}})
select {{#each dest_columns}}{{#unless @first}}, {{/unless}}{{this.quoted}}{{/each}} from {{temp_relation}}
{{/macro}}
`

const files = {
  'assay.yml': `name: strategies\ntarget: duckdb\n${testTargets}`,
  'models/sources.yml': `sources:
  - name: raw
    tables:
      - name: events
        config: { arrival_column: _load_seq }
`,
  'macros/upsert.sql': upsert(''),
  'models/users.sql': `{{config materialized="incremental" incremental_strategy="upsert"}}
select user_id, min(day) as first_day, sum(amount) as total
from {{source "raw" "events"}}
where user_id in {{touched_keys (source "raw" "events") key="user_id"}}
group by user_id`,
  'models/days.sql': `{{config materialized="incremental" incremental_strategy="insert_overwrite" partition_by="day"}}
select day, count(distinct user_id) as users, sum(amount) as total
from {{source "raw" "events"}}
where day in {{touched_keys (source "raw" "events") key="day"}}
group by day
having sum(amount) > 0`,
  // Partitions wider than the rows, by an expression, below a table that overwrites partitions itself.
  'models/weeks.sql': `{{config materialized="incremental" incremental_strategy="insert_overwrite" partition_by=(list "day - day % 7")}}
select day, total
from {{ref "days"}}
where day - day % 7 in (select day - day % 7 from {{touched_keys "days" key="day"}} as touched)`,
  // Below a strategy that cannot say which keys it touches.
  'models/cohorts.sql': `{{config materialized="incremental" incremental_strategy="delete+insert" unique_key="first_day"}}
select first_day, count(*) as users, sum(total) as total
from {{ref "users"}}
where first_day in {{touched_keys "users" key="first_day"}}
group by first_day`,
  'models/schema.yml': `models:
  - name: days
    columns: [{ name: total, data_tests: [{ accepted_range: { arguments: { max_value: 900 } } }] }]
`,
}
const models = ['users', 'days', 'weeks', 'cohorts'] as const

let sequence = 0

/** Rows as `user day amount`, in the order of arrival. */
async function arrive(
  project: TestProject,
  ...rows: readonly (readonly [string, number, number])[]
): Promise<void> {
  const values = rows.map(([user, day, amount]) => {
    sequence += 1
    return `(${sequence}, '${user}', ${day}, ${amount})`
  })
  await execute(project, `insert into raw.events values ${values.join(', ')}`)
}

/** All rows of all models, with the model in front. */
async function tables(project: TestProject): Promise<readonly string[]> {
  const columns = { users: 'first_day', days: 'users', weeks: '0', cohorts: 'users' } as const
  const keys = { users: 'user_id', days: 'day', weeks: 'day', cohorts: 'first_day' } as const
  const texts = models.map(
    (model) =>
      `select concat_ws(' ', '${model}', ${keys[model]}, ${columns[model]}, total) as text from {{ref "${model}"}}`,
  )
  const rows = await rowsOf(project, texts.join(' union all '))
  return rows.map(({ text }) => JSON.stringify(text)).toSorted()
}

async function build(project: TestProject, ...more: readonly string[]): Promise<string> {
  const built = await project.assay('build', ...more)
  expect(built.exitCode, built.stdout + built.stderr).toBe(0)
  return built.stdout
}

/** What is there is what a full refresh gives. */
async function expectWhole(project: TestProject): Promise<void> {
  const before = await tables(project)
  await build(project, '--full-refresh')
  expect(before).toEqual(await tables(project))
}

async function createProject(adapter: Parameters<typeof createTestProject>[0]) {
  const project = await createTestProject(adapter, { files })
  // Makes the file.
  expect((await project.assay('debug')).exitCode).toBe(0)
  await execute(
    project,
    'create schema raw',
    'create table raw.events (_load_seq bigint, user_id text, day integer, amount integer)',
  )
  await arrive(project, ['a', 5, 10], ['b', 6, 20], ['a', 7, 5], ['c', 8, 1])
  await build(project)
  return project
}

describe.each(testAdapters())('strategies on $name', (adapter) => {
  test('D13 D14: late rows and partitions that are gone end as a full refresh would, --atomic too', async () => {
    const project = await createProject(adapter)
    // Late; a day whose sum becomes nothing, so that its partition goes; a group that moves.
    await arrive(project, ['a', 1, 50], ['c', 8, -1], ['b', 6, 3])
    await build(project)
    await build(project)
    await expectWhole(project)
    await arrive(project, ['d', 6, 7], ['a', 15, 7], ['b', 6, -30])
    await build(project, '--atomic')
    await expectWhole(project)
  })

  test('D13: a failing test leaves the partitions and the cursor where they were', async () => {
    const project = await createProject(adapter)
    const before = await tables(project)
    await arrive(project, ['a', 5, 5000])
    const failed = await project.assay('build')
    expect(failed.exitCode).toBe(1)
    const ofDays = (rows: readonly string[]) => rows.filter((row) => /^"(?:days|weeks) /.test(row))
    expect(ofDays(await tables(project))).toEqual(ofDays(before))
    await arrive(project, ['a', 5, -4500])
    await build(project)
    await expectWhole(project)
  })

  test('D13: --backfill rebuilds rows of partitions, and what follows them sees it', async () => {
    const project = await createProject(adapter)
    await execute(project, 'update raw.events set amount = amount + 100 where day = 5')
    await build(project, '--select', 'days', '--backfill', 'day = 5')
    await build(project, '--select', 'weeks')
    const rows = await rowsOf(project, 'select day, total from {{ref "weeks"}} order by day')
    expect(rows.map(({ day, total }) => [day, Number(total)])).toEqual([
      [5, 110],
      [6, 20],
      [7, 5],
      [8, 1],
    ])
  })

  test('D14: --changed knows the macro of a strategy, and what follows one is rebuilt whole', async () => {
    const project = await createProject(adapter)
    const again = await build(project, '--changed')
    expect(again).toMatch(/reused\s+\S*users/)
    await project.write({ 'macros/upsert.sql': upsert(" and user_id <> 'nobody'") })
    const changed = await build(project, '--changed')
    expect(changed).toMatch(/ok\s+\S*users/)
    expect(changed).toMatch(/reused\s+\S*days/)
    const explained = await project.assay('explain', 'cohorts')
    expect(explained.stdout).toContain('full refresh: "users" was rebuilt since (a new epoch)')
    await expectWhole(project)
  })

  test('D21: a column that comes changes what reads it, even with a batch of no rows', async () => {
    const project = await createProject(adapter)
    await project.write({
      'models/widened.sql': `{{config materialized="incremental" incremental_strategy="append" on_schema_change="append_new_columns"}}
select _load_seq, day from {{source "raw" "events"}} where {{#if (is_incremental)}}false{{else}}true{{/if}}`,
      'models/reader.sql': '{{config materialized="table"}}\nselect * from {{ref "widened"}}',
    })
    await build(project, '--select', 'widened', 'reader')
    await project.write({
      'models/widened.sql': `{{config materialized="incremental" incremental_strategy="append" on_schema_change="append_new_columns"}}
select day, _load_seq, user_id from {{source "raw" "events"}} where {{#if (is_incremental)}}false{{else}}true{{/if}}`,
    })
    const changed = await build(project, '--changed', '--select', 'widened', 'reader')
    expect(changed).toMatch(/ok\s+\S*reader/)
    const [row] = await rowsOf(project, 'select * from {{ref "reader"}}')
    expect(Object.keys(row ?? {})).toEqual(['_load_seq', 'day', 'user_id'])
  })
})
