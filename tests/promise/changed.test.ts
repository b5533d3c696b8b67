/** `build --changed`: what is as it was is left alone, whatever is not is built, and when in doubt it is built. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { textCell } from '../../src/core/adapter.ts'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'
import { execute } from './rows.ts'

const files = {
  'assay.yml': `name: changed\ntarget: duckdb\n${testTargets}`,
  'models/sources.yml': `sources:
  - name: raw
    tables:
      - name: events
        config: { arrival_column: _load_seq }
      - name: plain
`,
  'seeds/prices.csv': 'item,price\na,1\nb,2\n',
  'models/stg_events.sql': 'select _load_seq, item from {{source "raw" "events"}}',
  'models/appended.sql': `{{config materialized="incremental" incremental_strategy="append" arrival_column="_load_seq"}}
select _load_seq, item from {{new_rows "stg_events"}} as n`,
  'models/totals.sql': `{{config materialized="table"}}
select item, count(*) as n from {{ref "appended"}} group by item`,
  'models/price_view.sql': 'select item, price from {{ref "prices"}}',
  'models/cheap.sql':
    '{{config materialized="ephemeral"}}\nselect item from {{ref "price_view"}} where price < 10',
  'models/priced.sql': '{{config materialized="table"}}\nselect item from {{ref "cheap"}}',
  'models/priced_reader.sql': '{{config materialized="table"}}\nselect item from {{ref "priced"}}',
  'models/tests.yml': `models:
  - name: appended
    columns: [{ name: _load_seq, data_tests: [unique] }]
  - name: price_view
    columns: [{ name: item, data_tests: [not_null] }]
  - name: priced
    columns: [{ name: item, data_tests: [not_null] }]
`,
} as const

const models = [
  'appended',
  'price_view',
  'priced',
  'priced_reader',
  'prices',
  'stg_events',
  'totals',
] as const

async function createProject(adapter: Parameters<typeof createTestProject>[0]) {
  const project = await createTestProject(adapter, { files })
  // Makes the file.
  expect((await project.assay('debug')).exitCode).toBe(0)
  await execute(
    project,
    'create schema raw',
    'create table raw.events (_load_seq bigint, item text)',
    `insert into raw.events values (1, 'a'), (2, 'b')`,
    'create table raw.plain (id integer)',
    'insert into raw.plain values (1)',
  )
  return project
}

type Statuses = Readonly<Record<string, string>>

/** By name, as run_results.json has them. */
async function lastStatuses({ folder }: TestProject): Promise<Statuses> {
  const text = await readFile(join(folder, 'target', 'run_results.json'), 'utf8')
  const parsed: {
    readonly results: readonly { readonly unique_id: string; readonly status: string }[]
  } = JSON.parse(text)
  return Object.fromEntries(
    parsed.results.map(({ unique_id, status }) => [unique_id.split('.')[2] ?? '', status]),
  )
}

async function build(project: TestProject, ...more: readonly string[]): Promise<Statuses> {
  const built = await project.assay('build', ...more)
  expect(built.exitCode, built.stdout + built.stderr).toBe(0)
  return await lastStatuses(project)
}

/** Names of models and seeds that were built, sorted; all others of them were reused, and every test was or passed. */
async function builtChanged(
  project: TestProject,
  ...more: readonly string[]
): Promise<readonly string[]> {
  const statuses = Object.entries(await build(project, '--changed', ...more))
  const found = new Set(statuses.map(([, status]) => status))
  expect([...found].filter((status) => !['success', 'no-op', 'pass'].includes(status))).toEqual([])
  return statuses.flatMap(([name, status]) => (status === 'success' ? [name] : [])).toSorted()
}

/** Why the last build of a node was, as the ledger has it. */
async function because(project: TestProject, model: string): Promise<string> {
  const [row] = await execute(
    project,
    `select because from _assay.node_runs where identifier = '${model}' order by fencing_token desc, finished_at desc limit 1`,
  )
  return row === undefined ? '' : textCell(row, 'because')
}

describe.each(testAdapters())('build --changed on $name', (adapter) => {
  test('P9: reuses everything when nothing changed, tests too, and says so', async () => {
    const project = await createProject(adapter)
    expect(await build(project)).toEqual({
      ...Object.fromEntries(models.map((name) => [name, 'success'])),
      not_null_price_view_item: 'pass',
      not_null_priced_item: 'pass',
      unique_appended__load_seq: 'pass',
    })
    const again = await project.assay('build', '--changed')
    expect(again.exitCode).toBe(0)
    expect(again.stdout).toContain('10 reused')
    expect(await lastStatuses(project)).toEqual({
      ...Object.fromEntries(models.map((name) => [name, 'no-op'])),
      not_null_price_view_item: 'no-op',
      not_null_priced_item: 'no-op',
      unique_appended__load_seq: 'no-op',
    })
    expect(await because(project, 'totals')).toBe(
      'its code, its config and what it reads are as they were',
    )
    expect(await builtChanged(project)).toEqual([])
  })

  test('takes formatting, comments and descriptions for no change', async () => {
    const project = await createProject(adapter)
    await build(project)
    await project.write({
      'models/totals.sql': `{{config materialized="table" tags=(list "x") meta=(dict owner="me")}}
-- how often
SELECT item,
  count(*) as n
FROM {{ref "appended"}} GROUP BY item`,
      'models/priced.sql':
        '{{!-- cheap ones --}}\n{{config materialized="table"}}\nselect item from {{ref "cheap"}} /* all */',
    })
    expect(await builtChanged(project)).toEqual([])
  })

  test('builds a model whose SQL changed, and its readers through views and ephemeral models', async () => {
    const project = await createProject(adapter)
    await build(project)
    await project.write({
      'models/priced_reader.sql': `${files['models/priced_reader.sql']} where 1 = 1`,
    })
    expect(await builtChanged(project)).toEqual(['priced_reader'])
    await project.write({ 'models/cheap.sql': files['models/cheap.sql'].replace('10', '2') })
    expect(await builtChanged(project)).toEqual(['priced', 'priced_reader'])
    await project.write({
      'models/price_view.sql': `${files['models/price_view.sql']} where price > 0`,
    })
    expect(await builtChanged(project)).toEqual(['price_view', 'priced', 'priced_reader'])
    expect(await because(project, 'price_view')).toBe(
      'its SQL or what it reads changed; since the last build: its SQL changed',
    )
    expect(await builtChanged(project)).toEqual([])
  })

  test('builds what a macro, a var or the environment changes, though its own file is as it was', async () => {
    const project = await createProject(adapter)
    const table = '{{config materialized="table"}}\n'
    const macro = (text: string) => `{{#macro "shown"}}${text}{{/macro}}`
    await project.write({
      'macros/shown.sql': macro('item'),
      'models/by_macro.sql': `${table}select {{shown}} as item from {{ref "prices"}}`,
      'models/by_var.sql': `${table}select '{{var "label" "x"}}' as label from {{ref "prices"}}`,
      'models/by_env.sql': `${table}select '{{env "LABEL" "x"}}' as label from {{ref "prices"}}`,
    })
    await build(project)
    expect(await builtChanged(project)).toEqual([])
    await project.write({ 'macros/shown.sql': macro('price') })
    expect(await builtChanged(project)).toEqual(['by_macro'])
    expect(await builtChanged(project, '--vars', '{label: y}')).toEqual(['by_var'])
    expect(await builtChanged(project)).toEqual(['by_var'])
    await project.write({ '.env': 'LABEL=y\n' })
    expect(await builtChanged(project)).toEqual(['by_env'])
    // Of a table that is named by hand nobody knows when it changes.
    await project.write({ 'macros/shown.sql': macro('(select min(id) from raw.plain)') })
    expect(await builtChanged(project)).toEqual(['by_macro'])
    expect(await builtChanged(project)).toEqual(['by_macro'])
  })

  test('builds what reads a seed whose file changed, or a column type, and nothing else', async () => {
    const project = await createProject(adapter)
    await build(project)
    await project.write({ 'seeds/prices.csv': 'item,price\na,1\nb,2\nc,3\n' })
    const onView = adapter.name === 'postgres' ? ['price_view'] : []
    expect(await builtChanged(project)).toEqual(
      [...onView, 'priced', 'priced_reader', 'prices'].toSorted(),
    )
    await project.write({
      'models/seeds.yml':
        'seeds:\n  - name: prices\n    config: { column_types: { price: bigint } }\n',
    })
    expect(await builtChanged(project)).toEqual(
      [...onView, 'priced', 'priced_reader', 'prices'].toSorted(),
    )
    expect(await builtChanged(project)).toEqual([])
  })

  test('builds a model whose config changed', async () => {
    const project = await createProject(adapter)
    await build(project)
    await project.write({
      'models/totals.sql': files['models/totals.sql'].replace(
        '"table"',
        '"table" unique_key="item"',
      ),
    })
    expect(await builtChanged(project)).toEqual(['totals'])
    expect(await because(project, 'totals')).toBe(
      'a table is rebuilt in every run; since the last build: its config changed: unique_key from not set to "item"',
    )
  })

  test('builds what reads new source rows, and stops where no row comes of them', async () => {
    const project = await createProject(adapter)
    await project.write({
      'models/stg_events.sql': `${files['models/stg_events.sql']} where item <> 'z'`,
    })
    await build(project)
    await execute(project, `insert into raw.events values (3, 'a')`)
    const onView = adapter.name === 'postgres' ? ['stg_events'] : []
    expect(await builtChanged(project)).toEqual(['appended', ...onView, 'totals'])
    await execute(project, `insert into raw.events values (4, 'z')`)
    expect(await builtChanged(project)).toEqual(['appended', ...onView])
    expect(await builtChanged(project)).toEqual([])
  })

  test('stops at a seed that is rebuilt with the same rows', async () => {
    const project = await createProject(adapter)
    await build(project)
    await build(project, '--select', 'prices')
    expect(await builtChanged(project)).toEqual([])
    // A copy by hand: DuckDB cannot tell it from the original, Postgres can, and takes the view along.
    await execute(
      project,
      'create table copied as select * from prices',
      `drop table prices ${adapter.name === 'postgres' ? 'cascade' : ''}`,
      'alter table copied rename to prices',
    )
    const rebuilt = adapter.name === 'postgres' ? ['price_view', 'prices'] : []
    expect(await builtChanged(project)).toEqual(rebuilt)
  })

  test('always builds what reads a source whose rows leave no trace, a clock, or a table named by hand', async () => {
    const project = await createProject(adapter)
    await project.write({
      'models/plainly.sql':
        '{{config materialized="table"}}\nselect id from {{source "raw" "plain"}}',
      'models/clocked.sql': '{{config materialized="table"}}\nselect now() as made',
      'models/stamped.sql':
        '{{config materialized="table"}}\nselect \'{{run_started_at}}\' as made',
      'models/by_hand.sql': '{{config materialized="table"}}\nselect id from raw.plain',
      'models/after_clock.sql':
        '{{config materialized="table"}}\nselect made from {{ref "clocked"}}',
    })
    await build(project)
    const always = ['after_clock', 'by_hand', 'clocked', 'plainly', 'stamped']
    expect(await builtChanged(project)).toEqual(always)
    expect(await builtChanged(project)).toEqual(always)
    const reasons = []
    for (const name of always) reasons.push(await because(project, name))
    const every = 'a table is rebuilt in every run; since the last build'
    expect(reasons).toEqual([
      `${every}: "${project.target.schema}.clocked" changed`,
      `${every}: whether "raw.plain" changed is not known`,
      `${every}: now() gives something else each time`,
      `${every}: whether "raw.plain" changed is not known`,
      `${every}: run_started_at or invocation_id gives something else each time`,
    ])
  })

  test('builds a table that was dropped, replaced or filled by hand', async () => {
    const project = await createProject(adapter)
    await build(project)
    await execute(project, 'drop table totals')
    expect(await builtChanged(project)).toEqual(['totals'])
    await execute(project, 'drop table priced', 'create table priced (item text)')
    expect(await builtChanged(project)).toEqual(['priced', 'priced_reader'])
    await execute(project, 'drop view price_view')
    expect(await builtChanged(project)).toEqual(['price_view'])
    // Postgres tells a table by its identity, DuckDB by its count of rows.
    await execute(project, `insert into totals values ('x', 1)`)
    expect(await builtChanged(project)).toEqual(adapter.name === 'duckdb' ? ['totals'] : [])
  })

  test('asks a test that is new or was changed, and a failure of it is an error of the node', async () => {
    const project = await createProject(adapter)
    await build(project)
    const tests = `models:
  - name: priced
    columns:
      - name: item
        data_tests: [not_null, unique, { accepted_values: { arguments: { values: [a] } } }]
`
    await project.write({ 'models/tests.yml': tests })
    const failed = await project.assay('build', '--changed')
    expect(failed.exitCode).toBe(1)
    const statuses = await lastStatuses(project)
    expect(statuses).toEqual({
      appended: 'no-op',
      price_view: 'no-op',
      prices: 'no-op',
      stg_events: 'no-op',
      totals: 'no-op',
      accepted_values_priced_item__a: 'fail',
      not_null_priced_item: 'no-op',
      unique_priced_item: 'pass',
      priced: 'error',
      priced_reader: 'skipped',
    })
    expect(failed.stdout).toContain(
      'hint: the rows are those that were published before, and they fail it: mend the data or the test, then build again',
    )
    expect(failed.stdout).not.toContain('hint: not published')
    // It goes on failing, and what passed is not asked again.
    expect((await project.assay('build', '--changed')).exitCode).toBe(1)
    await project.write({ 'models/tests.yml': tests.replace('[a]', '[a, b]') })
    expect(await builtChanged(project)).toEqual([])
    expect(await lastStatuses(project)).toMatchObject({
      accepted_values_priced_item__a__b: 'pass',
      // It passed, but in what was rolled back.
      unique_priced_item: 'pass',
    })
    expect(await builtChanged(project)).toEqual([])
    expect(await lastStatuses(project)).toMatchObject({
      accepted_values_priced_item__a__b: 'no-op',
      unique_priced_item: 'no-op',
    })
  })

  test('--full-refresh builds all of it, and --atomic reuses as well', async () => {
    const project = await createProject(adapter)
    await build(project)
    expect(await builtChanged(project, '--full-refresh')).toEqual(models)
    expect(await builtChanged(project, '--atomic')).toEqual([])
    await project.write({ 'seeds/prices.csv': 'item,price\na,1\nd,4\n' })
    await execute(project, `insert into raw.events values (3, 'c')`)
    const built = await builtChanged(project, '--atomic')
    expect(built.filter((name) => !['price_view', 'stg_events'].includes(name))).toEqual([
      'appended',
      'priced',
      'priced_reader',
      'prices',
      'totals',
    ])
    expect(await execute(project, 'select item from priced_reader order by item')).toEqual([
      { item: 'a' },
      { item: 'd' },
    ])
    expect(await builtChanged(project, '--atomic')).toEqual([])
    expect(await builtChanged(project)).toEqual([])
  })

  test('an upgrade of the canonicaliser rebuilds nothing', async () => {
    const project = await createProject(adapter)
    await build(project)
    await execute(
      project,
      `update _assay.node_runs set components = regexp_replace(regexp_replace(components, '"canonicaliser":[0-9]+', '"canonicaliser":0'), '"code":"[0-9a-f]+"', '"code":"0"')`,
    )
    expect(await builtChanged(project)).toEqual([])
    await project.write({ 'models/totals.sql': `${files['models/totals.sql']}\n` })
    expect(await builtChanged(project)).toEqual([])
    await project.write({
      'models/totals.sql': files['models/totals.sql'].replace('select item', 'select  item'),
    })
    expect(await builtChanged(project)).toEqual(['totals'])
    expect(await because(project, 'totals')).toBe(
      'a table is rebuilt in every run; since the last build: its SQL changed, and since assay was upgraded in between, it may be the formatting only',
    )
    expect(await builtChanged(project)).toEqual([])
  })
})
