/** Grants of a config on Postgres, looked at by logging in as the roles. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPostgresAdapter } from '../../src/adapters/postgres/adapter.ts'
import type { Adapter } from '../../src/core/adapter.ts'
import type { PostgresTarget } from '../../src/core/target.ts'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'
import { read, run } from './contract/publishing.ts'

const testAdapter = testAdapters().find((each) => each.name === 'postgres')
const roles = ['grants_ann', 'grants bob', 'grants_cy'] as const
type Role = (typeof roles)[number]

describe.skipIf(testAdapter === undefined)('grants on postgres', () => {
  let admin: Adapter
  let project: TestProject
  let target: PostgresTarget

  const config = (models: string) =>
    project.write({
      'models/schema.yml': `models:
  - name: orders
    config: { grants: ${models} }
`,
    })
  const build = async (...argv: readonly string[]) => {
    const ran = await project.assay('build', '--target', 'postgres', '--quiet', ...argv)
    expect([ran.exitCode, ran.stdout, ran.stderr]).toEqual([0, '', ''])
  }
  /** What each role may read, and whether it may insert. */
  const seen = async (relation: string): Promise<Readonly<Record<string, string>>> => {
    const found: Record<string, string> = {}
    for (const role of roles) {
      const reader = createPostgresAdapter({ ...target, user: role, password: 'secret' })
      const may = async (sql: string) =>
        await run(reader, sql).then(
          () => true,
          () => false,
        )
      const reads = await may(`select * from shop."${relation}"`)
      const writes = await may(`explain insert into shop."${relation}" (id) values (1)`)
      found[role] = [reads ? 'reads' : '', writes ? 'writes' : ''].join(' ').trim()
      await reader.close()
    }
    return found
  }

  beforeAll(async () => {
    if (testAdapter === undefined) throw new Error('there is no Postgres target')
    project = await createTestProject(testAdapter, {
      files: {
        'assay.yml': `name: shop
target: postgres
${testTargets}
models:
  +schema: shop
  +grants: { select: [grants_ann] }
seeds:
  +schema: shop
  +grants: { select: ['grants bob'] }
snapshots:
  +schema: shop
  +grants: { select: ['grants bob'] }
`,
        'seeds/raw.csv': 'id\n1\n',
        'models/orders.sql': '{{config materialized="table"}}\nselect id from {{ref "raw"}}',
        'models/shown.sql': 'select id from {{ref "orders"}}',
        'models/shown.yml':
          'models:\n  - { name: shown, config: { grants: { +select: grants bob } } }\n',
        'models/log.sql': '{{config materialized="incremental"}}\nselect id from {{ref "orders"}}',
        'models/snap.yml':
          'snapshots:\n  - { name: history, relation: ref("raw"), config: { unique_key: id, strategy: check, check_cols: all } }\n',
      },
    })
    if (project.target.type !== 'postgres') throw new Error('there is no Postgres target')
    target = project.target
    admin = createPostgresAdapter(target)
    for (const role of roles) {
      await run(
        admin,
        `do $$ begin create role "${role satisfies Role}" login password 'secret'; exception when duplicate_object or unique_violation then null; end $$`,
      )
    }
    await run(admin, 'create schema shop')
    for (const role of roles) await run(admin, `grant usage on schema shop to "${role}"`)
  })
  afterAll(() => admin.close())

  test('K14: views, tables, incremental models, seeds and snapshots get what the merged config says', async () => {
    await build()
    expect(await seen('orders')).toEqual({ grants_ann: 'reads', 'grants bob': '', grants_cy: '' })
    expect(await seen('shown')).toEqual({
      grants_ann: 'reads',
      'grants bob': 'reads',
      grants_cy: '',
    })
    expect(await seen('log')).toEqual({ grants_ann: 'reads', 'grants bob': '', grants_cy: '' })
    const bob = { grants_ann: '', 'grants bob': 'reads', grants_cy: '' }
    expect(await seen('raw')).toEqual(bob)
    expect(await seen('history')).toEqual(bob)
  })

  test('K14: missing ones are granted and extra ones revoked, through refills and swaps; what is not named stays', async () => {
    await run(admin, 'grant insert on shop.orders to grants_ann')
    await config('{ select: [grants_cy] }')
    await build()
    expect(await seen('orders')).toEqual({
      grants_ann: 'writes',
      'grants bob': '',
      grants_cy: 'reads',
    })
    await config('{ select: [grants_cy, "grants bob"], insert: grants_cy }')
    await project.write({
      'models/orders.sql':
        '{{config materialized="table"}}\nselect id, 1 as other from {{ref "raw"}}',
    })
    await build()
    expect(await seen('orders')).toEqual({
      grants_ann: '',
      'grants bob': 'reads',
      grants_cy: 'reads writes',
    })
    await config('{ select: [], insert: [] }')
    await build()
    expect(await seen('orders')).toEqual({ grants_ann: '', 'grants bob': '', grants_cy: '' })
  })

  test('K14: only what the role of the target granted is revoked', async () => {
    await run(admin, 'grant select on shop.orders to grants_ann with grant option')
    const ann = createPostgresAdapter({ ...target, user: 'grants_ann', password: 'secret' })
    await run(ann, 'grant select on shop.orders to grants_cy')
    await ann.close()
    await config('{ select: [grants_ann, "grants bob"] }')
    await build()
    await build()
    expect(await seen('orders')).toEqual({
      grants_ann: 'reads',
      'grants bob': 'reads',
      grants_cy: 'reads',
    })
  })

  test('K14: nothing is executed where nothing differs', async () => {
    const ran = await project.assay('run', '--target', 'postgres', '--quiet', '--select', 'orders')
    expect(ran.exitCode).toBe(0)
    const acl =
      "select relacl::text as acl, xmin::text as version from pg_class where relname = 'orders' and relkind = 'r'"
    const before = await read(admin, acl)
    await build('--select', 'orders')
    const after = await read(admin, acl)
    expect(after.map(({ acl: each }) => each)).toEqual(before.map(({ acl: each }) => each))
  })

  test('K14: a role that is not there is named with its node and place, and the old table stays as it was; with --atomic too', async () => {
    const state = `select o.*, c.relacl::text as acl from shop.orders as o, pg_class as c where c.oid = 'shop.orders'::regclass`
    const before = await read(admin, state)
    expect(before).toHaveLength(1)
    await config('{ select: [grants_ann, "grants bob", nobody_of_that_name] }')
    await project.write({
      'models/orders.sql':
        '{{config materialized="table"}}\nselect id, 7 as other, 8 as more from {{ref "raw"}}',
    })
    for (const flags of [[], ['--atomic']]) {
      const argv = ['build', '--target', 'postgres', '--select', 'orders', ...flags]
      const ran = await project.assay(...argv)
      expect(ran.exitCode).toBe(1)
      expect(ran.stdout).toContain(
        `error[grant-failed]: expected a role "nobody_of_that_name" for the grants of "orders", found none of that name
  --> models/schema.yml:3:15
   |
 3 |     config: { grants: { select: [grants_ann, "grants bob", nobody_of_that_name] } }
   |               ~~~~~~
   = hint: create role "nobody_of_that_name", or correct "grants"
`,
      )
      expect(ran.stdout).toContain(
        'not published, what was there before stays in place: shop.orders\n',
      )
      expect(await read(admin, state)).toEqual(before)
    }
    expect(await seen('orders')).toMatchObject({ 'grants bob': 'reads' })
  })
})
