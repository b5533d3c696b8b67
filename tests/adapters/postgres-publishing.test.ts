/** Swapping on Postgres: what belongs to the table, and what is bound to it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPostgresAdapter } from '../../src/adapters/postgres/adapter.ts'
import type { Adapter } from '../../src/core/adapter.ts'
import { DependentError } from '../../src/core/database/database-errors.ts'
import { testAdapters } from '../support/adapters.ts'
import { names, noneLater, publish, read, run } from './contract/publishing.ts'
import { freshSchema } from './contract/sessions.ts'

const testAdapter = testAdapters().find((each) => each.name === 'postgres')

describe.skipIf(testAdapter === undefined)('publishing on postgres', () => {
  let adapter: Adapter

  beforeAll(async () => {
    const made = await testAdapter?.createTarget()
    if (made?.type !== 'postgres') throw new Error('there is no Postgres target')
    adapter = createPostgresAdapter(made)
    await run(
      adapter,
      `do $$ begin create role analyst; exception when duplicate_object or unique_violation then null; end $$`,
      `do $$ begin create role keeper; exception when duplicate_object or unique_violation then null; end $$`,
    )
  })
  afterAll(() => adapter.close())

  const table = async (schema: string) => ({
    schema: await freshSchema(adapter, schema),
    identifier: 't',
  })

  describe('what belongs to a table', () => {
    test('grants, column grants, owner and comments carry over', async () => {
      const relation = await table('belongs')
      await publish(adapter, relation, { select: 'select 1 as a, 2 as b, 3 as c' })
      await run(
        adapter,
        'grant select on belongs.t to analyst with grant option',
        'grant update (a), select (c) on belongs.t to public',
        'revoke delete on belongs.t from current_user',
        `comment on table belongs.t is 'it''s the table'`,
        `comment on column belongs.t.a is 'the \\ a'`,
        `comment on column belongs.t.c is 'goes away'`,
        'alter table belongs.t owner to keeper',
      )
      const belongings = `select
  (select array_agg(item::text order by item::text) from unnest(relacl) as item) as grants,
  pg_get_userbyid(relowner) as owner,
  obj_description(c.oid, 'pg_class') as about,
  (select attacl::text from pg_attribute where attrelid = c.oid and attname = 'a') as of_a,
  col_description(c.oid, 1) as about_a
from pg_class as c where oid = 'belongs.t'::regclass`
      const before = await read(adapter, belongings)
      expect(before).toMatchObject([
        { owner: 'keeper', about: "it's the table", about_a: 'the \\ a' },
      ])
      await publish(adapter, relation, { select: "select 'x' as a, 2 as z" })
      expect(await read(adapter, belongings)).toEqual(before)
    })

    test('grants that a default would give, but the old table has not, are taken away', async () => {
      const relation = await table('defaults')
      await publish(adapter, relation, { select: 'select 1 as a' })
      await run(
        adapter,
        'alter default privileges in schema defaults grant select on tables to public',
      )
      await publish(adapter, relation, { select: 'select 2 as a' })
      expect(
        await read(adapter, `select has_table_privilege('analyst', 'defaults.t', 'select') as may`),
      ).toEqual([{ may: false }])
    })

    test('a comment of the new table is newer', async () => {
      const relation = await table('commented')
      const candidate = { schema: 'commented', identifier: 't__new' }
      await publish(adapter, relation, { select: 'select 1 as a' })
      await run(adapter, `comment on table commented.t is 'old'`)
      await adapter.transaction({}, async (session) => {
        await session.execute(adapter.dialect.createTableAs(candidate, 'select 2 as a'))
        await session.execute(`comment on table commented.t__new is 'new'`)
        await session.swapTable({ candidate, target: relation, rebuiltLater: noneLater })
      })
      expect(
        await read(adapter, `select obj_description('commented.t'::regclass, 'pg_class') as about`),
      ).toEqual([{ about: 'new' }])
    })
  })

  describe('dependents', () => {
    const viewFacts = (schema: string) => `select
  c.relname::text as name,
  c.oid::integer as oid,
  c.reloptions::text as options,
  pg_get_userbyid(c.relowner) as owner,
  c.relacl::text as grants,
  obj_description(c.oid, 'pg_class') as about
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
where n.nspname = '${schema}' and c.relkind in ('v', 'm')
order by 1`

    test('a repointed view stays the same object with its options, owner and grants', async () => {
      const relation = await table('repointed')
      await publish(adapter, relation, { select: 'select 1 as a, 2 as b' })
      await run(
        adapter,
        'create view repointed.v with (security_barrier = true) as select a from repointed.t where b > 0 with local check option',
        'grant select on repointed.v to analyst',
        `comment on view repointed.v is 'about v'`,
        'alter view repointed.v owner to keeper',
        'grant select on repointed.t to keeper',
        'grant all on schema repointed to keeper',
      )
      const before = await read(adapter, viewFacts('repointed'))
      await publish(adapter, relation, { select: 'select 5 as a, 6 as b, 7 as c' })
      expect(await read(adapter, viewFacts('repointed'))).toEqual(before)
      expect(await read(adapter, 'select a from repointed.v')).toEqual([{ a: 5 }])
    })

    test('a tree is made again with all that belongs to it when a type changes', async () => {
      const relation = await table('tree')
      await publish(adapter, relation, { select: 'select 1 as a, 2 as b' })
      await run(
        adapter,
        'create view tree.low with (security_barrier = true) as select a, b from tree.t',
        'create materialized view tree.mat as select a, count(*) as n from tree.low group by a',
        'create unique index mat_a on tree.mat (a)',
        'create view tree.high as select m.n, t.b from tree.mat as m join tree.t as t using (a)',
        'create materialized view tree.empty as select b from tree.t with no data',
        'grant select on tree.low, tree.mat to analyst',
        'grant select (n) on tree.high to analyst',
        `comment on materialized view tree.mat is 'about mat'`,
        `comment on column tree.high.n is 'about n'`,
        'alter materialized view tree.mat owner to keeper',
      )
      const facts = async () =>
        (await read(adapter, viewFacts('tree'))).map((view) => ({ ...view, oid: 'another' }))
      const before = await facts()
      await publish(adapter, relation, { select: `select 'x'::text as a, 2.5 as b` })
      expect(await facts()).toEqual(before)
      expect(await read(adapter, 'select * from tree.high')).toEqual([{ n: 1, b: '2.5' }])
      expect(
        await read(
          adapter,
          `select indexname::text as name, (select relispopulated from pg_class where oid = 'tree.empty'::regclass) as filled,
  col_description('tree.high'::regclass, 1) as about, has_column_privilege('analyst', 'tree.high', 'n', 'select') as may
from pg_indexes where schemaname = 'tree'`,
        ),
      ).toEqual([{ name: 'mat_a', filled: false, about: 'about n', may: true }])
      expect(await names(adapter, 'tree')).toEqual([
        'materialized view empty',
        'materialized view mat',
        'table t',
        'view high',
        'view low',
      ])
    })

    test('a view that returns whole rows is made again', async () => {
      const relation = await table('whole')
      await publish(adapter, relation, { select: 'select 1 as a' })
      await run(adapter, 'create view whole.v as select t as row_value from whole.t as t')
      await publish(adapter, relation, { select: 'select 2 as a, 3 as b' })
      expect(await read(adapter, 'select row_value::text as r from whole.v')).toEqual([
        { r: '(2,3)' },
      ])
    })

    test('a view that cannot take the new type is the reason, and all stays', async () => {
      const relation = await table('cannot')
      await publish(adapter, relation, { select: 'select 1 as a' })
      await run(adapter, 'create view cannot.v as select a + 1 as b from cannot.t')
      const error = await publish(adapter, relation, { select: 'select now() as a' }).catch(
        (reason: unknown) => reason,
      )
      expect(error).toEqual(
        new DependentError(
          'view "cannot.v" cannot follow the new "cannot.t": operator does not exist: timestamp with time zone + integer',
          'select "v" too if the project makes it, or change it first',
        ),
      )
      expect(await read(adapter, 'select b from cannot.v')).toEqual([{ b: 2 }])
    })

    test('a foreign key of another table is the reason', async () => {
      const relation = await table('keyed')
      await run(
        adapter,
        'create table keyed.t (id integer primary key)',
        'create table keyed.child (t_id integer constraint child_fk references keyed.t)',
      )
      const error = await publish(adapter, relation, { select: 'select 1 as id' }).catch(
        (reason: unknown) => reason,
      )
      expect(error).toEqual(
        new DependentError(
          '"keyed.t" cannot be replaced: foreign key "child_fk" of table "keyed.child" points to it',
          'drop the key, and test the relationship with `relationships` instead',
        ),
      )
      expect(await names(adapter, 'keyed')).toEqual(['table child', 'table t'])
    })

    test('row security is never lost in silence', async () => {
      const relation = await table('secured')
      await run(
        adapter,
        'create table secured.t (a integer)',
        'alter table secured.t enable row level security',
      )
      await expect(
        publish(adapter, relation, { select: 'select 1 as a', method: 'rename' }),
      ).rejects.toThrow(
        '"secured.t" has row security policies, and a new table would be open without them',
      )
    })

    test('a function that reads the rows by type is named', async () => {
      const relation = await table('func')
      await run(
        adapter,
        'create table func.t (a integer)',
        'create function func.first(func.t) returns integer language sql as $$ select $1.a $$',
      )
      await expect(
        publish(adapter, relation, { select: 'select 1 as a', method: 'rename' }),
      ).rejects.toThrow(
        '"func.t" cannot be replaced: function func.first(func.t) depends on type func.t',
      )
    })

    test('messages name the published table, not what it is called for a moment', async () => {
      const relation = await table('prom')
      await run(
        adapter,
        'create table prom.t (a integer)',
        'create view prom.v as select a from prom.t',
        'create function prom.first(prom.t) returns integer language sql as $$ select $1.a $$',
      )
      const error = await publish(adapter, relation, {
        select: 'select 1 as a',
        method: 'rename',
      }).catch((reason: unknown) => reason)
      expect(error).toEqual(
        new DependentError(
          '"prom.t" cannot be replaced: function prom.first(prom.t) depends on type prom.t',
          'drop what depends on it, or make it read a view above it',
        ),
      )
    })

    test('what was left behind for a view that never came stays until it is made again', async () => {
      const relation = await table('left')
      await publish(adapter, relation, { select: 'select 1 as a' })
      await run(
        adapter,
        'create view left.v as select a from left.t'.replaceAll('left.', '"left".'),
      )
      await publish(adapter, relation, {
        select: 'select 2 as z',
        rebuiltLater: new Set(['left.v']),
      })
      await adapter.dropDetached(['left'])
      expect(await read(adapter, 'select a from "left".v')).toEqual([{ a: 1 }])
      const kept = (await names(adapter, 'left')).map((name) => name.replace(/\d+$/, 'N'))
      expect(kept).toEqual(['table t', 'table t__assay_old_N', 'view v'])
    })

    test('a long name is cut by bytes for what is left behind', async () => {
      const schema = await freshSchema(adapter, 'long')
      const relation = { schema, identifier: `${'é'.repeat(28)}abc` }
      const name = adapter.dialect.relation(relation)
      const candidate = { schema, identifier: 'c' }
      await run(
        adapter,
        `create table ${name} as select 1 as a`,
        `create view long.v as select a from ${name}`,
      )
      await adapter.transaction({}, async (session) => {
        await session.execute('create table long.c as select 2 as z')
        await session.swapTable({ candidate, target: relation, rebuiltLater: new Set(['long.v']) })
      })
      expect((await names(adapter, 'long')).length).toBe(3)
      await run(adapter, 'drop view long.v')
      await adapter.dropDetached(['long'])
      expect(await names(adapter, 'long')).toEqual([`table ${relation.identifier}`])
    })
  })
})
