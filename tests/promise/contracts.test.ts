/** Constraints of a contract through everything that happens to a table after its first build. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Adapter } from '../../src/core/adapter.ts'
import { openAdapter, testAdapters } from '../support/adapters.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'

const schemaText = (orders: string) => `models:
  - name: customers
    config: { contract: { enforced: true } }
    columns:
      - { name: id, data_type: integer, constraints: [{ type: primary_key }] }
  - name: orders
    config: { contract: { enforced: true } }
${orders}`

const full = `    constraints:
      - { type: check, name: fair, expression: "amount > 0" }
      - { type: unique, columns: [id, customer] }
    columns:
      - { name: id, data_type: integer, constraints: [{ type: primary_key }] }
      - name: customer
        data_type: integer
        constraints: [{ type: foreign_key, to: ref('customers'), to_columns: [id], warn_unsupported: false }]
      - { name: amount, data_type: integer, constraints: [{ type: not_null }] }
`
const less = `    columns:
      - { name: id, data_type: integer }
      - { name: customer, data_type: integer }
      - { name: amount, data_type: integer }
`
const table = (select: string) => `{{config materialized="table"}}\n${select}`

describe.each(testAdapters())('contracts on $name', (testAdapter) => {
  const isPostgres = testAdapter.name === 'postgres'
  let project: TestProject
  let held: Adapter | undefined

  const build = async (...argv: readonly string[]) => {
    const words = ['run', '--target', testAdapter.name, ...argv]
    const { exitCode, stdout, stderr } = await project.assay(...words)
    return { exitCode, said: `${stdout}${stderr}` }
  }
  const built = async (...argv: readonly string[]) => {
    const { exitCode, said } = await build('--quiet', ...argv)
    expect([exitCode, said]).toEqual([0, ''])
  }
  const ask = async (sql: string) => {
    const { target, folder } = project
    const path = join(folder, 'target', 'test.duckdb')
    held = await openAdapter(target.type === 'duckdb' ? { ...target, path } : target)
    const rows = await held.session({}, (session) => session.query(sql))
    await held.close()
    return rows
  }
  const catalogue = isPostgres
    ? "select conname::text as name, contype::text as kind from pg_constraint where conrelid = 'shop.orders'::regclass and contype <> 'n' order by 1"
    : "select constraint_type as kind from duckdb_constraints() where schema_name = 'shop' and table_name = 'orders' order by 1"
  const whole = isPostgres
    ? [
        { name: 'fair', kind: 'c' },
        { name: 'orders_customer_fkey', kind: 'f' },
        { name: 'orders_id_customer_key', kind: 'u' },
        { name: 'orders_pkey', kind: 'p' },
      ]
    : ['CHECK', 'NOT NULL', 'NOT NULL', 'PRIMARY KEY', 'UNIQUE'].map((kind) => ({ kind }))
  const identity = async () =>
    isPostgres ? await ask("select 'shop.orders'::regclass::oid::text as oid") : []

  beforeAll(async () => {
    project = await createTestProject(testAdapter, {
      files: {
        'assay.yml': `name: shop\ntarget: ${testAdapter.name}\n${testTargets}\nmodels: { +schema: shop }\n`,
        'models/customers.sql': table('select 1 as id'),
        'models/orders.sql': table('select 10 as id, 1 as customer, 5 as amount'),
        'models/schema.yml': schemaText(full),
      },
    })
    await built()
  })
  afterAll(() => held?.close())

  test('K8: a refill keeps the table, its constraints and the keys that point to others', async () => {
    const before = await identity()
    await project.write({
      'models/customers.sql': table('select 1 as id union all select 2'),
      'models/orders.sql': table('select 10 as id, 2 as customer, 6 as amount'),
    })
    await built()
    expect(await ask('select customer, amount from shop.orders')).toEqual([
      { customer: 2, amount: 6 },
    ])
    expect(await ask(catalogue)).toEqual(whole)
    expect(await identity()).toEqual(before)
  })

  test('K8: under --atomic too, where all of it is published at the end', async () => {
    await project.write({
      'models/orders.sql': table('select 11 as id, 2 as customer, 7 as amount'),
    })
    await built('--atomic')
    expect(await ask('select id from shop.orders')).toEqual([{ id: 11 }])
    expect(await ask(catalogue)).toEqual(whole)
  })

  test('K8: rows that break one leave the old table, whichever way they come', async () => {
    for (const flags of [[], ['--atomic']]) {
      await project.write({
        'models/orders.sql': table('select 12 as id, 2 as customer, -1 as amount'),
      })
      const { exitCode, said } = await build('--select', 'orders', ...flags)
      expect(exitCode).toBe(1)
      expect(said).toContain('error[constraint-violated]: expected rows that keep the constraints')
      expect(said).toContain('-1')
    }
    expect(await ask('select id from shop.orders')).toEqual([{ id: 11 }])
    expect(await ask(catalogue)).toEqual(whole)
  })

  // DuckDB has no foreign keys on tables that are replaced, and swaps keep nothing made by hand.
  const onPostgres = isPostgres ? test : () => undefined

  onPostgres(
    'K8: a foreign key that does not hold names the row, and the old table stays',
    async () => {
      await project.write({
        'models/orders.sql': table('select 12 as id, 9 as customer, 1 as amount'),
      })
      const { exitCode, said } = await build('--select', 'orders')
      expect(exitCode).toBe(1)
      expect(said).toContain(
        'foreign key "orders_customer_fkey" of "shop.orders" does not hold for the new rows: Key (customer)=(9) is not present in table "customers"',
      )
      expect(await ask('select id from shop.orders')).toEqual([{ id: 11 }])
    },
  )

  onPostgres('K8: a swap keeps what was added by hand, and the names', async () => {
    await ask('alter table shop.orders add constraint by_hand check (id > 0)')
    await project.write({
      'models/orders.sql':
        '{{config materialized="table" swap="rename"}}\nselect 12 as id, 2 as customer, 1 as amount',
    })
    const before = await identity()
    await built('--select', 'orders')
    expect(await identity()).not.toEqual(before)
    expect(await ask(catalogue)).toEqual([{ name: 'by_hand', kind: 'c' }, ...whole])
    await ask('alter table shop.orders drop constraint by_hand')
  })

  test('K8: what is taken out of the YAML goes from the table, and comes back with it', async () => {
    await project.write({
      'models/orders.sql': table('select 10 as id, 2 as customer, -5 as amount'),
      'models/schema.yml': schemaText(less),
    })
    await built('--changed')
    expect(await ask(catalogue)).toEqual([])
    expect(await ask('select amount from shop.orders')).toEqual([{ amount: -5 }])
    await project.write({
      'models/orders.sql': table('select 10 as id, 2 as customer, 5 as amount'),
      'models/schema.yml': schemaText(full),
    })
    await built('--changed')
    expect(await ask(catalogue)).toEqual(whole)
    await project.write({
      'models/schema.yml': schemaText(full).replace(
        /(orders\n.*)enforced: true/,
        '$1enforced: false',
      ),
    })
    const { exitCode, said } = await build('--changed', '--quiet')
    expect([exitCode, said]).toEqual([0, ''])
    expect(await ask(catalogue)).toEqual([])
  })

  test('K8: an incremental table keeps its constraints until a full refresh, and a warning says so', async () => {
    const schema = (constraints: string) => `models:
  - name: orders
    config: { contract: { enforced: true } }
    columns:
      - { name: id, data_type: integer, constraints: [${constraints}] }
`
    const model = (on: string) =>
      `{{config materialized="incremental" unique_key="id" on_schema_change="${on}"}}\nselect 7 as id`
    await project.write({
      'models/customers.sql': undefined,
      'models/orders.sql': model('fail'),
      'models/schema.yml': schema('{ type: check, expression: "id > 0" }'),
    })
    await built('--full-refresh')
    const checks = await ask(catalogue)
    await project.write({ 'models/schema.yml': schema('') })
    for (const turn of ['first', 'second']) {
      const { exitCode, said } = await build()
      expect([turn, exitCode]).toEqual([turn, 0])
      expect(said).toContain(
        'expected the constraints that are on the table of "orders", found that the constraints of its contract changed: its table keeps those it has until --full-refresh',
      )
    }
    expect(await ask(catalogue)).toEqual(checks)
    await built('--full-refresh')
    expect(await ask(catalogue)).toEqual([])
  })
})
