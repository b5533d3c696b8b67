/** Contract: rows read as text as they are needed, and what tells one table from another of its name. */
import { describe, expect, test } from 'vitest'
import type { Adapter, Session } from '../../../src/core/adapter.ts'
import type { Relation } from '../../../src/core/relation.ts'
import type { Subject } from '../contract.ts'
import { run } from './publishing.ts'
import { freshSchema } from './sessions.ts'

export function readingContract(get: () => Subject): void {
  describe('reading as text', () => {
    const gather = async (adapter: Adapter, sql: string) =>
      await adapter.transaction({}, async (session) => {
        const rows: (readonly (string | null)[])[] = []
        for await (const row of session.readText(sql)) rows.push(row)
        return rows
      })

    test('gives cells that the database casts back without loss, NULL apart from a text', async () => {
      const { adapter } = get()
      const sql = `select cast(1 as bigint) as a, cast(12345678901234567890.50 as decimal(30,2)) as b, true as c,
  cast(null as text) as d, '' as e, 'NULL' as f, '\\N' as g, 'tab	line
end' as h, 0.1::double precision as i, date '2024-02-29' as j, timestamp '2024-02-29 01:02:03.000004' as k`
      const [row] = await gather(adapter, sql)
      expect(row?.slice(1, 2).concat(row.slice(3))).toEqual([
        '12345678901234567890.50',
        null,
        '',
        'NULL',
        '\\N',
        'tab\tline\nend',
        '0.1',
        '2024-02-29',
        '2024-02-29 01:02:03.000004',
      ])
      expect(row?.[0]).toBe('1')
      expect(['t', 'true']).toContain(row?.[2])
    })

    test('gives every row, in order, also none', async () => {
      const { adapter } = get()
      const rows = await gather(
        adapter,
        'with recursive r(n) as (select 1 union all select n + 1 from r where n < 2500) select n from r order by n',
      )
      expect(rows.map(([n]) => Number(n))).toEqual(Array.from({ length: 2500 }, (_, n) => n + 1))
      expect(await gather(adapter, 'select 1 as a where false')).toEqual([])
    })

    test.each(['transaction', 'session'] as const)(
      'ended early leaves the %s usable',
      async (kind) => {
        const { adapter } = get()
        const work = async (session: Session) => {
          const first: unknown[] = []
          for await (const row of session.readText('select * from range_of_many')) {
            first.push(row)
            if (first.length === 3) break
          }
          return [first, await session.query('select 1 as a')]
        }
        await run(
          adapter,
          'drop view if exists range_of_many',
          'create view range_of_many as select * from generate_series(1, 100000) as r(n)',
        )
        const found = kind === 'session' ? adapter.session({}, work) : adapter.transaction({}, work)
        expect(await found).toEqual([[['1'], ['2'], ['3']], [{ a: 1 }]])
      },
    )

    test('of a query that fails says so where it begins', async () => {
      const { adapter } = get()
      await expect(gather(adapter, 'select nope_nope')).rejects.toThrow(/nope_nope/)
    })
  })

  describe('the identity of a table', () => {
    test('stays while it stays, and is none where there is no table', async () => {
      const { adapter } = get()
      const schema = await freshSchema(adapter, 'identity')
      const t = { schema, identifier: 't' }
      await run(
        adapter,
        'create table identity.t as select 1 as a',
        'create view identity.v as select 1 as a',
      )
      const of = (identifier: string) =>
        adapter.session({}, (session) => session.identify({ schema, identifier }))
      const first = await of('t')
      expect(first).toMatch(/./)
      expect(await of('t')).toBe(first)
      expect([await of('v'), await of('nowhere')]).toEqual([undefined, undefined])
      await run(
        adapter,
        'drop table identity.t',
        'create table identity.t as select 2 as a union all select 3',
      )
      expect(await of('t')).not.toBe(first)
      const inside = await adapter.transaction({}, (session) => session.identify(t))
      expect(inside).toBe(await of('t'))
    })
  })

  describe('a transaction that asks twice', () => {
    test('is told what it has done in between', async () => {
      const { adapter } = get()
      const schema = await freshSchema(adapter, 'asked_twice')
      const [t, u, v] = ['t', 'u', 'v'].map((identifier) => ({ schema, identifier }))
      if (t === undefined || u === undefined || v === undefined) throw new Error('three names')
      await run(adapter, `create table ${schema}.t as select 1 as a`)
      await adapter.transaction({}, async (session) => {
        const columnsOf = async (relation: Relation) => {
          const state = await session.describe(relation)
          return state && [state.kind, ...state.columns.map(({ name }) => name)]
        }
        const told = async () => [await columnsOf(t), await columnsOf(u), await columnsOf(v)]
        const before = await session.identify(t)
        expect(await told()).toEqual([['table', 'a'], undefined, undefined])
        await session.execute(`create table ${schema}.u as select 1 as b`)
        expect(await told()).toEqual([['table', 'a'], ['table', 'b'], undefined])
        expect(await session.identify(t)).toBe(before)
        await session.execute(`create view ${schema}.v as select b as c from ${schema}.u`)
        await session.execute(`alter table ${schema}.t add column d integer`)
        expect(await told()).toEqual([
          ['table', 'a', 'd'],
          ['table', 'b'],
          ['view', 'c'],
        ])
        await session.query(
          `with one as (select 5 as n) insert into ${schema}.t select n, n from one`,
        )
        const after = await session.identify(t)
        await session.execute(`drop view ${schema}.v`)
        await session.execute(`alter table ${schema}.u rename to v`)
        expect(await told()).toEqual([['table', 'a', 'd'], undefined, ['table', 'b']])
        await session.appendText(
          v,
          [{ name: 'b', dataType: 'integer' }],
          (async function* () {
            yield ['7']
          })(),
        )
        expect(await session.query(`select b from ${schema}.v order by b`)).toEqual([
          { b: 1 },
          { b: 7 },
        ])
        expect(await session.identify(t)).toBe(after)
        await session.execute(`drop table ${schema}.v`)
        expect(await told()).toEqual([['table', 'a', 'd'], undefined, undefined])
      })
      const found = await adapter.session({}, (session) => session.describe(t))
      expect(found?.columns.map(({ name }) => name)).toEqual(['a', 'd'])
    })
  })
}
