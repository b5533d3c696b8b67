/** What dbt's commands are expected to do, each on every database: parse, compile, run, build, seed, test, debug. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'

const shop = {
  'assay.yml': `name: shop\n${testTargets}`,
  'seeds/raw_orders.csv': 'id,customer_id,amount\n1,1,10\n2,1,20\n3,2,30\n',
  'seeds/raw_customers.csv': 'id\n1\n2\n',
  'models/customers.sql': '{{config materialized="table"}}select id from {{ref "raw_customers"}}',
  'models/orders.sql':
    '{{config materialized="incremental" unique_key="id"}}select id, customer_id, amount from {{ref "raw_orders"}}',
  'models/totals.sql':
    'select customer_id, sum(amount) as total from {{ref "orders"}} group by customer_id',
  'models/report.sql':
    '{{config materialized="table"}}select t.* from {{ref "totals"}} as t join {{ref "customers"}} as c on c.id = t.customer_id',
  'models/shop.yml': `models:
  - name: customers
    columns: [{ name: id, data_tests: [unique, not_null] }]
  - name: orders
    columns:
      - name: id
        data_tests: [unique, not_null]
      - name: customer_id
        data_tests:
          - relationships: { arguments: { to: ref('customers'), field: id } }
`,
}

interface RunResults {
  readonly args: { readonly which: string }
  readonly results: readonly {
    readonly unique_id: string
    readonly status: string
    readonly thread_id: string
  }[]
}

function resultsOf(project: TestProject): RunResults {
  const results: RunResults = JSON.parse(
    readFileSync(join(project.folder, 'target', 'run_results.json'), 'utf8'),
  )
  return results
}

/** `status name`, sorted by name, without the hashes of tests. */
function statuses(project: TestProject): readonly string[] {
  return resultsOf(project)
    .results.map(({ unique_id, status }) => `${unique_id.split('.').slice(2, 3).join()}: ${status}`)
    .toSorted()
}

async function rowsOf(project: TestProject, sql: string): Promise<unknown> {
  const shown = await project.assay('show', '--inline', sql, '--output', 'json', '--limit', '-1')
  expect(shown.exitCode, shown.stderr).toBe(0)
  const { show }: { readonly show: unknown } = JSON.parse(shown.stdout)
  return show
}

describe.each(testAdapters())('commands on $name', (adapter) => {
  const shopWith = (files: Readonly<Record<string, string>> = {}) =>
    createTestProject(adapter, { files: { ...shop, ...files } })

  test('L1, L30: parse needs no database, writes the manifest and finds cycles', async () => {
    const project = await shopWith()
    expect((await project.assay('parse')).exitCode).toBe(0)
    const manifest: { readonly nodes: Readonly<Record<string, unknown>> } = JSON.parse(
      readFileSync(join(project.folder, 'target', 'manifest.json'), 'utf8'),
    )
    expect(Object.keys(manifest.nodes)).toContain('model.shop.report')
    await project.write({ 'models/customers.sql': 'select * from {{ref "report"}}' })
    const cyclic = await project.assay('parse')
    expect([cyclic.exitCode, cyclic.stderr.split('\n')[0]]).toEqual([
      2,
      'error[dependency-cycle]: expected no node to depend on itself, found customers -> report -> customers',
    ])
  })

  test('L2, C13: compile writes the SELECT alone and runs nothing; a node at fault makes it 2', async () => {
    const project = await shopWith()
    expect((await project.assay('compile', '--select', 'totals')).stdout).toContain(
      'group by customer_id',
    )
    const file = join(project.folder, 'target', 'compiled', 'shop', 'models', 'totals.sql')
    expect(readFileSync(file, 'utf8')).not.toContain('create')
    const inline = await project.assay('compile', '--inline', 'select * from {{ref "totals"}}')
    expect(inline.stdout).toMatch(/^select \* from ".*"\."totals"\n$/)
    await project.write({ 'models/bad.sql': '{{raise "no such day"}}' })
    expect((await project.assay('compile', '--select', 'bad')).exitCode).toBe(2)
  })

  test('L3, L7, L20: seed, run and test each do their kind; nothing selected is fine', async () => {
    const project = await shopWith()
    expect((await project.assay('seed')).exitCode).toBe(0)
    expect(statuses(project)).toEqual(['raw_customers: success', 'raw_orders: success'])
    expect((await project.assay('run')).exitCode).toBe(0)
    expect(statuses(project)).toEqual([
      'customers: success',
      'orders: success',
      'report: success',
      'totals: success',
    ])
    expect((await project.assay('test')).exitCode).toBe(0)
    expect(new Set(resultsOf(project).results.map(({ status }) => status))).toEqual(
      new Set(['pass']),
    )
    expect(resultsOf(project).results).toHaveLength(5)
    const nothing = await project.assay('run', '--select', 'nope')
    expect([nothing.exitCode, resultsOf(project).results]).toEqual([0, []])
  })

  test('L3, L5: what fails skips all that is downstream, and the rest goes on', async () => {
    const project = await shopWith({
      'models/totals.sql': 'select nowhere from {{ref "orders"}}',
    })
    expect((await project.assay('build')).exitCode).toBe(1)
    const found = statuses(project).filter((line) => !line.endsWith(': pass'))
    expect(found).toEqual([
      'customers: success',
      'orders: success',
      'raw_customers: success',
      'raw_orders: success',
      'report: skipped',
      'totals: error',
    ])
  })

  test('L5: a failing test skips the children and not its siblings; a warning and a test of a skipped parent skip nothing more', async () => {
    const project = await shopWith({
      'seeds/raw_customers.csv': 'id\n1\n1\n2\n',
      'models/beside.sql': 'select 1 as id union all select 2',
      'models/more.yml': `models:
  - name: totals
    columns:
      - { name: total, data_tests: [accepted_values: { arguments: { values: [1] }, config: { severity: warn } }] }
  - name: report
    columns:
      - name: customer_id
        data_tests:
          - not_null
          - relationships: { name: report_beside, arguments: { to: ref('beside'), field: id } }
`,
    })
    expect((await project.assay('build')).exitCode).toBe(1)
    expect(statuses(project)).toEqual([
      'accepted_values_totals_total__1: warn',
      'beside: success',
      'customers: error',
      'not_null_customers_id: pass',
      'not_null_orders_id: pass',
      'not_null_report_customer_id: skipped',
      'orders: success',
      'raw_customers: success',
      'raw_orders: success',
      'relationships_orders_customer_id__id__ref_customers_: skipped',
      'report: skipped',
      'report_beside: skipped',
      'totals: success',
      'unique_customers_id: fail',
      'unique_orders_id: pass',
    ])
    await project.write({ 'seeds/raw_customers.csv': 'id\n1\n2\n' })
    expect((await project.assay('build')).exitCode).toBe(0)
    const found = statuses(project).filter((line) => !line.endsWith(': pass'))
    expect(found).toEqual([
      'accepted_values_totals_total__1: warn',
      'beside: success',
      'customers: success',
      'orders: success',
      'raw_customers: success',
      'raw_orders: success',
      'report: success',
      'totals: success',
    ])
  })

  test('B4: an environment variable is a text, in SQL and in YAML; without a value it is an error of parse', async () => {
    const project = await shopWith({
      '.env': 'SHOP_NUMBER=7\n',
      'models/of_env.sql': `select '{{type_of (env "SHOP_NUMBER")}} {{env "SHOP_NUMBER"}} {{env "SHOP_NO" "none"}}' as said`,
      'models/of_env.yml': `models: [{ name: of_env, description: "{{env 'SHOP_NUMBER'}}" }]\n`,
    })
    expect((await project.assay('run', '--select', 'of_env')).exitCode).toBe(0)
    expect(await rowsOf(project, 'select said from {{ref "of_env"}}')).toEqual([
      { said: 'text 7 none' },
    ])
    const listed = await project.assay(
      'ls',
      '--select',
      'of_env',
      '--output',
      'json',
      '--output-keys',
      'description',
    )
    expect(listed.stdout).toBe('{"description":"7"}\n')
    await project.write({ '.env': '\n' })
    const failed = await project.assay('parse')
    expect([failed.exitCode, failed.stderr.match(/error\[[\w-]+\]/g)]).toEqual([
      2,
      ['error[missing-env]', 'error[missing-env]', 'error[missing-env]'],
    ])
  })

  test('L4, L6: a test of two models runs when both are there, and holds back what reads both', async () => {
    const project = await shopWith({
      'seeds/raw_orders.csv': 'id,customer_id,amount\n1,9,10\n',
      'models/reads_customers.sql': 'select * from {{ref "customers"}}',
    })
    expect((await project.assay('build')).exitCode).toBe(1)
    const found = statuses(project).filter((line) => !line.endsWith(': pass'))
    expect(found).toEqual([
      'customers: success',
      'orders: error',
      'raw_customers: success',
      'raw_orders: success',
      'reads_customers: success',
      'relationships_orders_customer_id__id__ref_customers_: fail',
      'report: skipped',
      'totals: skipped',
    ])
  })

  test('L16, L18: --full-refresh rebuilds what is incremental; --threads says how many at once', async () => {
    const project = await shopWith()
    await project.assay('build')
    await project.write({ 'seeds/raw_orders.csv': 'id,customer_id,amount\n4,2,40\n' })
    await project.assay('build', '--threads', '1')
    const ids = 'select id from {{ref "orders"}} order by id'
    expect(await rowsOf(project, ids)).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }])
    const threads = new Set(resultsOf(project).results.map(({ thread_id }) => thread_id))
    expect(threads.size).toBe(1)
    expect((await project.assay('run', '--full-refresh')).exitCode).toBe(0)
    expect(await rowsOf(project, ids)).toEqual([{ id: 4 }])
    for (const words of ['seed', 'compile', 'show --select orders', 'build', 'retry'] as const) {
      const taken = await project.assay(...words.split(' '), '--full-refresh')
      expect([words, taken.exitCode]).toEqual([words, 0])
    }
    for (const command of ['snapshot', 'test'] as const) {
      const refused = await project.assay(command, '--full-refresh')
      expect([refused.exitCode, refused.stderr.split('\n')[0]]).toEqual([
        2,
        `error: expected a flag of "assay ${command}", found "--full-refresh"`,
      ])
    }
    const wrong = await project.assay('build', '--threads', '0')
    expect([wrong.exitCode, wrong.stderr]).toEqual([
      2,
      'error: expected a whole number from 1 for --threads, found "0"\n',
    ])
  })

  test('B10, L30: debug says each check; a target without a database is 1', async () => {
    const project = await shopWith()
    const fine = await project.assay('debug')
    expect([fine.exitCode, fine.stdout.trimEnd().split('\n').at(-1)]).toEqual([
      0,
      'all 5 checks passed',
    ])
    await project.write({
      'assay.yml': `name: shop
targets:
  duckdb: { type: duckdb, path: seeds }
  postgres: { type: postgres, host: 127.0.0.1, port: 1, user: me, database: none }
`,
    })
    const broken = await project.assay('debug')
    expect([broken.exitCode, broken.stdout.trimEnd().split('\n').at(-1)]).toEqual([
      1,
      '1 of 3 checks failed',
    ])
    await project.write({ 'assay.yml': 'name: shop\n' })
    expect((await project.assay('debug')).exitCode).toBe(1)
  })

  test('L30, A23: clean takes what runs wrote and leaves the database', async () => {
    const project = await shopWith()
    await project.assay('build')
    expect((await project.assay('clean')).exitCode).toBe(0)
    expect(existsSync(join(project.folder, 'target', 'manifest.json'))).toBe(false)
    expect(await rowsOf(project, 'select count(*) as n from {{ref "orders"}}')).toEqual([{ n: 3 }])
  })

  test('C6: is_incremental is true for an incremental model whose table is there, without a full refresh', async () => {
    const asks = (materialized: string) =>
      `{{config materialized="${materialized}"}}select {{#if (is_incremental)}}1{{else}}0{{/if}} as answer`
    const project = await createTestProject(adapter, {
      files: { 'assay.yml': `name: shop\n${testTargets}`, 'models/a.sql': asks('view') },
    })
    const answers = 'select count(*) as n, sum(answer) as incremental from {{ref "a"}}'
    const after = async (...words: readonly string[]) => {
      const done = await project.assay('run', ...words)
      expect(done.exitCode, done.stdout).toBe(0)
      return await rowsOf(project, answers)
    }
    const numbers = (rows: unknown) => JSON.stringify(rows).replaceAll('"', '')
    expect(numbers(await after())).toBe('[{n:1,incremental:0}]')
    await project.write({ 'models/a.sql': asks('incremental') })
    const first = await after()
    const second = await after()
    const refreshed = await after('--full-refresh')
    expect([first, second, refreshed].map(numbers)).toEqual([
      '[{n:1,incremental:0}]',
      '[{n:2,incremental:1}]',
      '[{n:1,incremental:0}]',
    ])
    const config = (value: boolean) =>
      asks('incremental').replace('materialized', `full_refresh=${value} materialized`)
    await project.write({ 'models/a.sql': config(true) })
    const always = await after()
    await project.write({ 'models/a.sql': config(false) })
    const never = await after('--full-refresh')
    expect([always, never].map(numbers)).toEqual(['[{n:1,incremental:0}]', '[{n:2,incremental:1}]'])
    await project.write({ 'models/a.sql': asks('table') })
    expect(numbers(await after())).toBe('[{n:1,incremental:0}]')
  })
})
