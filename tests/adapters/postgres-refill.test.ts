/** Rows put in place on Postgres: the table stays the same, readers never wait, and the rows are exactly the new ones. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPostgresAdapter } from '../../src/adapters/postgres/adapter.ts'
import type { Adapter } from '../../src/core/adapter.ts'
import type { SwapRequest } from '../../src/core/database/publish-requests.ts'
import type { Relation } from '../../src/core/relation.ts'
import { testAdapters } from '../support/adapters.ts'
import { names, publish, read, run } from './contract/publishing.ts'
import { freshSchema } from './contract/sessions.ts'

const testAdapter = testAdapters().find((each) => each.name === 'postgres')

describe.skipIf(testAdapter === undefined)('refilling on postgres', () => {
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
  const texts = async (name: string) =>
    (await read(adapter, `select whole_row::text as x from ${name} as whole_row order by 1`)).map(
      ({ x }) => x,
    )

  /** Tells the ways apart. */
  const wayOf = (statements: readonly string[]): string => {
    if (statements.some((sql) => sql.startsWith('update '))) return 'difference'
    return statements.some((sql) => sql.startsWith('delete from ')) ? 'delete and insert' : 'swap'
  }

  describe('gives exactly the new rows', () => {
    const values = (rows: readonly string[]) =>
      rows.length === 0
        ? `select null::integer as k, null::text as v where false`
        : `select * from (values ${rows.join(', ')}) as r (k, v)`

    test.each([
      ['nothing changed', ['(1, $$a$$)', '(2, $$b$$)'], ['(1, $$a$$)', '(2, $$b$$)'], 'difference'],
      [
        'changed, new and gone',
        [
          '(1, $$a$$)',
          '(2, $$b$$)',
          '(3, $$c$$)',
          '(4, $$d$$)',
          '(5, $$e$$)',
          '(6, $$f$$)',
          '(7, null)',
        ],
        [
          '(1, $$a$$)',
          '(2, $$B$$)',
          '(3, $$c$$)',
          '(4, $$d$$)',
          '(5, $$e$$)',
          '(8, $$f$$)',
          '(7, null)',
        ],
        'delete and insert',
      ],
      [
        'a value to NULL among many',
        ['(1, $$a$$)', '(2, $$b$$)', '(3, $$c$$)', '(4, $$d$$)', '(5, $$e$$)'],
        ['(1, $$a$$)', '(2, null)', '(3, $$c$$)', '(4, $$d$$)', '(5, $$e$$)'],
        'difference',
      ],
      [
        'most rows are others',
        ['(1, $$a$$)', '(2, $$b$$)'],
        ['(1, $$x$$)', '(3, $$y$$)'],
        'delete and insert',
      ],
      [
        'doubles here',
        ['(1, $$a$$)', '(2, $$b$$)'],
        ['(1, $$a$$)', '(1, $$a$$)', '(2, $$b$$)'],
        'delete and insert',
      ],
      [
        'doubles there',
        ['(1, $$a$$)', '(1, $$a$$)', '(2, $$b$$)'],
        ['(1, $$a$$)', '(2, $$b$$)'],
        'delete and insert',
      ],
      [
        'doubles on both sides',
        ['(1, $$a$$)', '(1, $$b$$)', '(2, $$c$$)'],
        ['(1, $$a$$)', '(1, $$a$$)', '(2, $$c$$)'],
        'delete and insert',
      ],
      [
        'NULL keys',
        ['(null::integer, $$a$$)', '(2, $$b$$)'],
        ['(null::integer, $$a$$)', '(2, $$b$$)'],
        'delete and insert',
      ],
      ['all gone', ['(1, $$a$$)'], [], 'delete and insert'],
      ['the first rows', [], ['(1, $$a$$)', '(1, $$a$$)'], 'delete and insert'],
      ['none, again', [], [], 'difference'],
    ])('%s', async (_, before, after, way) => {
      const relation = await table('exact')
      await run(
        adapter,
        'drop table if exists exact.t',
        `create table exact.t as ${values(before)}`,
      )
      const was = await oid('exact.t')
      const statements = await publish(adapter, relation, { select: values(after), key: ['k'] })
      const expected = await read(
        adapter,
        `select r::text as x from (${values(after)}) as r order by 1`,
      )
      expect(await texts('exact.t')).toEqual(expected.map(({ x }) => x))
      expect([wayOf(statements), await oid('exact.t')]).toEqual([way, was])
      expect(await names(adapter, 'exact')).toEqual(['table t'])
      await publish(adapter, relation, { select: values(after) })
      expect(await texts('exact.t')).toEqual(expected.map(({ x }) => x))
    })

    test('whatever the histories: by difference as anew', async () => {
      const relation = await table('histories')
      let seed = 7
      const random = (below: number) => {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
        return seed % below
      }
      const some = () =>
        Array.from(
          { length: random(12) },
          () => `(${random(9) === 0 ? 'null::integer' : random(30)}, ${random(3)}::text)`,
        )
      await run(adapter, `create table histories.t as ${values([])}`)
      const ways = new Set<string>()
      for (let turn = 0; turn < 60; turn += 1) {
        const fixed = Array.from(
          { length: 40 },
          (_, place) => `(${100 + place}, ${random(20) === 0 ? 1 : 0}::text)`,
        )
        const select = values([...fixed, ...some()])
        ways.add(wayOf(await publish(adapter, relation, { select, key: ['k'] })))
        const expected = await read(adapter, `select r::text as x from (${select}) as r order by 1`)
        expect(await texts('histories.t')).toEqual(expected.map(({ x }) => x))
      }
      expect([...ways].toSorted()).toEqual(['delete and insert', 'difference'])
    })

    test('of types without an equality, and where equal is not the same', async () => {
      const relation = await table('odd_types')
      const select = (
        n: string,
        x: number,
      ) => `select i as k, ${n}::numeric as n, '{"a": ${x}}'::json as j,
  '<a>${x}</a>'::xml as x, point(${x}, 1) as p, array[point(1, ${x})] as ps, '-0'::double precision * ${x} as z
from generate_series(1, 20) as i`
      await publish(adapter, relation, { select: select('1.0', 1) })
      const changed = `select * from (${select('1.0', 1)}) as a where k > 1 union all select * from (${select('1.00', 2)}) as b where k = 1`
      const statements = await publish(adapter, relation, {
        select: changed,
        key: ['k'],
      })
      expect(wayOf(statements)).toBe('difference')
      const expected = await read(adapter, `select r::text as x from (${changed}) as r order by 1`)
      expect(await texts('odd_types.t')).toEqual(expected.map(({ x }) => x))
      expect((await texts('odd_types.t'))[0]).toContain('1.00')
    })

    test('by a key of several columns whose names need quotes, or of a type that cannot be joined by', async () => {
      const relation = { schema: await freshSchema(adapter, 'Odd "key"'), identifier: 'T"t' }
      const select = (v: number) =>
        `select i % 5 as "a ""b", i / 5 as "o", ${v} + i % 2 as "T""t", '{}'::json as n from generate_series(0, 24) as i`
      await publish(adapter, relation, { select: select(1) })
      const other = `select "a ""b", "o", case when "o" = 2 and "a ""b" = 1 then 9 else "T""t" end as "T""t", n from (${select(1)}) as x`
      const statements = await publish(adapter, relation, { select: other, key: ['a "b', 'o'] })
      expect(wayOf(statements)).toBe('difference')
      const count = `select count(*)::integer as n from "Odd ""key"""."T""t" where "T""t" = 9`
      expect(await read(adapter, count)).toEqual([{ n: 1 }])
      const byJson = await publish(adapter, relation, { select: select(3), key: ['n'] })
      expect(wayOf(byJson)).toBe('swap')
      expect(await read(adapter, count)).toEqual([{ n: 0 }])
    })
  })

  test('the same table stays, with all that belongs to it', async () => {
    const relation = await table('same')
    await run(
      adapter,
      `create unlogged table same.t (id integer constraint t_key primary key, v text default 'x', n integer constraint positive check (n > 0))
with (fillfactor = 70)`,
      'alter table same.t alter v set storage external',
      `insert into same.t select i, 'v' || i, i from generate_series(1, 20) as i`,
      'create index t_v on same.t (v)',
      'create view same.v as select id, v from same.t',
      'create materialized view same.m as select count(*) as n from same.v',
      'grant select on same.t to refill_reader',
      `comment on table same.t is 'about t'`,
      `comment on column same.t.v is 'about v'`,
      `comment on index same.t_v is 'about the index'`,
      `comment on constraint positive on same.t is 'about the check'`,
    )
    const facts = `select c.oid::integer as oid, c.relname::text as name, c.relfilenode::integer as file, c.relpersistence::text as persistence,
  c.relacl::text as grants, c.reloptions::text as options, c.relowner::integer as owner, obj_description(c.oid) as about, col_description(c.oid, 2) as about_v,
  (select attstorage::text from pg_attribute where attrelid = c.oid and attname = 'v') as storage,
  (select string_agg(k.conname || pg_get_constraintdef(k.oid) || coalesce(obj_description(k.oid), ''), ';' order by k.conname)
   from pg_constraint as k where k.conrelid = c.oid) as constraints
from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where n.nspname = 'same' order by c.oid`
    const before = await read(adapter, facts)
    const changed = (v: string, to: number) =>
      `select i as id, case when i < ${to} then '${v}' else 'v' end || i as v, i as n from generate_series(1, 20) as i`
    expect(wayOf(await publish(adapter, relation, { select: changed('w', 3), key: ['id'] }))).toBe(
      'difference',
    )
    expect(wayOf(await publish(adapter, relation, { select: changed('x', 99), key: ['id'] }))).toBe(
      'delete and insert',
    )
    expect(wayOf(await publish(adapter, relation, { select: changed('y', 5) }))).toBe(
      'delete and insert',
    )
    expect(await read(adapter, facts)).toEqual(before)
    expect(before.length).toBe(5)
    expect(await read(adapter, 'select v from same.v where id in (1, 9) order by id')).toEqual([
      { v: 'y1' },
      { v: 'v9' },
    ])
  })

  describe('readers', () => {
    test.each([
      ['by difference', ['a']],
      ['anew', undefined],
    ] as const)(
      'with an old snapshot see all old rows, %s: nothing is truncated',
      async (_, key) => {
        const relation = await table('snapshots')
        await publish(adapter, relation, { select: 'select generate_series(1, 100) as a' })
        const request: Partial<SwapRequest> = key === undefined ? {} : { key }
        const [old, blocked] = await adapter.readOnly({}, async (session) => {
          await session.query('select 1 as snapshot')
          await publish(adapter, relation, {
            select: 'select generate_series(50, 149) as a',
            ...request,
          })
          const count = 'select count(*)::integer as n, min(a) as low from snapshots.t'
          return [await session.query(count), await read(adapter, count)]
        })
        expect(old).toEqual([{ n: 100, low: 1 }])
        expect(blocked).toEqual([{ n: 100, low: 50 }])
        await run(adapter, 'drop table snapshots.t')
      },
    )

    test('that hold the table do not keep the new rows away', async () => {
      const relation = await table('held')
      await publish(adapter, relation, { select: 'select 1 as a' })
      await adapter.transaction({}, async (session) => {
        await session.query('select * from held.t')
        await publish(adapter, relation, { select: 'select 2 as a' })
      })
      expect(await read(adapter, 'select a from held.t')).toEqual([{ a: 2 }])
    })
  })

  test('two writers of the same rows: the second is told to try again', async () => {
    const relation = await table('writers')
    await publish(adapter, relation, { select: 'select 1 as a' })
    const failing = adapter.transaction({}, async (session) => {
      await session.query('select 1 as snapshot')
      await publish(adapter, relation, { select: 'select 2 as a' })
      const candidate = { schema: 'writers', identifier: 'other' }
      await session.execute('create table writers.other as select 3 as a')
      await session.swapTable({ candidate, target: relation, rebuiltLater: new Set() })
    })
    const error = await failing.catch((reason: unknown) => reason)
    expect(adapter.explainError(error)).toMatchObject({ sqlState: '40001', retryable: true })
    expect(await read(adapter, 'select a from writers.t')).toEqual([{ a: 2 }])
  })

  test.each(['rename', undefined] as const)(
    'a table that another put in its place meanwhile is a reason to try again (%s)',
    async (method) => {
      const relation = await table('replaced')
      await run(
        adapter,
        'drop table if exists replaced.t',
        'create table replaced.t as select 1 as a',
      )
      const failing = adapter.transaction({}, async (session) => {
        await session.query('select 1 as snapshot')
        if (method === 'rename')
          await publish(adapter, relation, { select: 'select 2 as a', method })
        else await run(adapter, 'truncate replaced.t', 'insert into replaced.t values (2)')
        const candidate = { schema: 'replaced', identifier: 'other' }
        await session.execute('create table replaced.other as select 3 as a')
        await session.swapTable({ candidate, target: relation, rebuiltLater: new Set() })
      })
      const error = await failing.catch((reason: unknown) => reason)
      expect(adapter.explainError(error)).toEqual({
        message: '"replaced.t" was replaced while its new rows were made',
        hint: 'run it again',
        retryable: true,
      })
      expect(await read(adapter, 'select a from replaced.t')).toEqual([{ a: 2 }])
    },
  )
})
