/** Where Postgres tables cannot be refilled in place: a new one takes over, or the reason is given. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPostgresAdapter } from '../../src/adapters/postgres/adapter.ts'
import type { Adapter } from '../../src/core/adapter.ts'
import { DependentError } from '../../src/core/database/database-errors.ts'
import type { Relation } from '../../src/core/relation.ts'
import { testAdapters } from '../support/adapters.ts'
import { publish, read, run } from './contract/publishing.ts'
import { freshSchema } from './contract/sessions.ts'

const testAdapter = testAdapters().find((each) => each.name === 'postgres')

describe.skipIf(testAdapter === undefined)('refilling on postgres, at its limits', () => {
  let adapter: Adapter

  beforeAll(async () => {
    const made = await testAdapter?.createTarget()
    if (made?.type !== 'postgres') throw new Error('there is no Postgres target')
    adapter = createPostgresAdapter(made)
    await run(
      adapter,
      `do $$ begin create role refill_reader; exception when duplicate_object or unique_violation then null; end $$`,
    )
  })
  afterAll(() => adapter.close())

  const table = async (schema: string): Promise<Relation> => ({
    schema: await freshSchema(adapter, schema),
    identifier: 't',
  })
  const oid = async (name: string) =>
    (await read(adapter, `select '${name}'::regclass::oid::integer as oid`))[0]?.['oid']
  /** Tells the ways apart. */
  const wayOf = (statements: readonly string[]): string => {
    if (statements.some((sql) => sql.startsWith('update '))) return 'difference'
    return statements.some((sql) => sql.startsWith('delete from ')) ? 'delete and insert' : 'swap'
  }

  describe('a new table takes its place', () => {
    const swapped: readonly (readonly [string, string, string])[] = [
      ['other columns', 'select 1', `select 1 as a, 2 as b, 3 as c`],
      ['another order', 'select 1', `select 2 as b, 1 as a`],
      ['another type', 'select 1', `select 1::bigint as a, 2 as b`],
      [
        'a trigger, which is not fired',
        'create trigger tr before insert or delete on swapped.t for each row execute function swapped.f()',
        `select 1 as a, 2 as b`,
      ],
      [
        'a rule, which is not run',
        'create rule ru as on delete to swapped.t do instead nothing',
        `select 1 as a, 2 as b`,
      ],
    ]
    test.each(swapped)('for %s', async (_, hang, select) => {
      const relation = await table('swapped')
      await run(
        adapter,
        'drop table if exists swapped.t',
        `create or replace function swapped.f() returns trigger language plpgsql as $$ begin raise exception 'fired'; end $$`,
        'create table swapped.t as select 7 as a, 8 as b',
        hang,
      )
      const was = await oid('swapped.t')
      const things = `select (select string_agg(tgname, ',') from pg_trigger where tgrelid = 'swapped.t'::regclass) as triggers,
  (select string_agg(pg_get_ruledef(oid), ',') from pg_rewrite where ev_class = 'swapped.t'::regclass) as rules`
      const before = await read(adapter, things)
      expect(
        wayOf(await publish(adapter, relation, { select, key: ['a'], method: 'refill' })),
      ).toBe('swap')
      expect(await oid('swapped.t')).not.toBe(was)
      expect(await read(adapter, 'select a::integer as a from swapped.t')).toEqual([{ a: 1 }])
      expect(await read(adapter, things)).toEqual(before)
    })

    test('where the way through would break a constraint that the new rows keep', async () => {
      const relation = await table('turning')
      await run(
        adapter,
        'create table turning.t (k integer primary key, place integer constraint t_place unique)',
        'insert into turning.t select i, i from generate_series(1, 20) as i',
        `comment on constraint t_place on turning.t is 'each place once'`,
        `create index t_both on turning.t (k, place)`,
        `comment on index turning.t_both is 'it''s both'`,
      )
      const select = `select i as k, case i when 1 then 2 when 2 then 1 else i end as place from generate_series(1, 20) as i`
      expect(wayOf(await publish(adapter, relation, { select, key: ['k'] }))).toBe('swap')
      expect(await read(adapter, 'select place from turning.t where k = 1')).toEqual([{ place: 2 }])
      expect(
        await read(
          adapter,
          `select obj_description(k.oid) as one, obj_description('turning.t_both'::regclass) as two
from pg_constraint as k where k.conname = 't_place'`,
        ),
      ).toEqual([{ one: 'each place once', two: `it's both` }])
    })

    test('where nothing hangs on a large table', async () => {
      const relation = await table('large')
      const select = `select i as k, repeat('x', 1000) as v from generate_series(1, 40000) as i`
      await publish(adapter, relation, { select })
      expect(wayOf(await publish(adapter, relation, { select, key: ['k'] }))).toBe('swap')
      await run(adapter, 'create view large.v as select k from large.t')
      expect(wayOf(await publish(adapter, relation, { select, key: ['k'] }))).toBe('difference')
    })
  })

  describe('keys of other tables that point to it', () => {
    const parent = async (schema: string) => {
      const relation = await table(schema)
      await run(
        adapter,
        `create table ${schema}.t (id integer primary key, v text)`,
        `insert into ${schema}.t select i, 'old' from generate_series(1, 5) as i`,
        `create table ${schema}.child (t_id integer constraint child_fk references ${schema}.t)`,
        `insert into ${schema}.child values (3)`,
      )
      return relation
    }

    test('stay, and rows come, go and change', async () => {
      const relation = await parent('parent')
      const select = `select i as id, 'new'::text as v from generate_series(3, 8) as i`
      expect(wayOf(await publish(adapter, relation, { select, key: ['id'] }))).toBe('difference')
      expect(
        await read(adapter, 'select min(id) as low, max(id) as high, min(v) as v from parent.t'),
      ).toEqual([{ low: 3, high: 8, v: 'new' }])
    })

    test('keep a row that they need', async () => {
      const relation = await parent('needed')
      const select = `select i as id, 'new'::text as v from generate_series(4, 8) as i`
      const error = await publish(adapter, relation, { select, key: ['id'] }).catch(
        (reason: unknown) => reason,
      )
      expect(error).toEqual(
        new DependentError(
          '"needed.t" cannot take its new rows while keys of other tables point to it: Key (id)=(3) is still referenced from table "child"',
          'drop the key, and test the relationship with `relationships` instead',
        ),
      )
    })
  })

  test('policies of row security stay where they do not bind the one who builds', async () => {
    const relation = await table('policies')
    await run(
      adapter,
      'create table policies.t (a integer)',
      'alter table policies.t enable row level security',
      'create policy p on policies.t using (a > 1)',
    )
    expect(wayOf(await publish(adapter, relation, { select: 'select 1 as a' }))).toBe(
      'delete and insert',
    )
    expect(
      await read(
        adapter,
        `select polname::text as p from pg_policy where polrelid = 'policies.t'::regclass`,
      ),
    ).toEqual([{ p: 'p' }])
  })
})
