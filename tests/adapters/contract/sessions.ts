/** Contract: statements, the catalogue, and appending text. */
import { describe, expect, test } from 'vitest'
import type { Adapter, Session } from '../../../src/core/adapter.ts'
import type { Column } from '../../../src/core/relation.ts'
import type { Subject } from '../contract.ts'
import { run } from './publishing.ts'

async function* rowsOf(
  rows: Iterable<readonly (string | null)[]>,
): AsyncGenerator<readonly (string | null)[]> {
  yield* rows
}

/** An empty schema of its own. */
export async function freshSchema(adapter: Adapter, schema: string): Promise<string> {
  await adapter.session({}, (session) => session.execute(adapter.dialect.createSchema(schema)))
  return schema
}

export function sessionContract(get: () => Subject): void {
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

  describe('statements', () => {
    test('say how many rows they touched', async () => {
      const { adapter } = get()
      await freshSchema(adapter, 'counts')
      await adapter.session({}, async (session) => {
        const count = async (sql: string) => (await session.execute(sql)).rowsAffected
        expect(await count('create table counts.t as select 1 as a union all select 2')).toBe(2)
        expect(await count('insert into counts.t values (3), (4), (5)')).toBe(3)
        expect(await count('update counts.t set a = 9 where a > 3')).toBe(2)
        expect(await count('delete from counts.t where a = 9')).toBe(2)
        expect(await count('create view counts.v as select * from counts.t')).toBe(undefined)
      })
    })

    test('of one session wait for each other', async () => {
      const { adapter } = get()
      const counts = await adapter.session({}, (session) =>
        Promise.all(
          [1000, 2000, 3000].map((n) =>
            session.query(
              `with recursive r(n) as (select 1 union all select n + 1 from r where n < ${n}) select cast(count(*) as integer) as n from r`,
            ),
          ),
        ),
      )
      expect(counts).toEqual([[{ n: 1000 }], [{ n: 2000 }], [{ n: 3000 }]])
    })

    test('sessions beyond the connections wait their turn', async () => {
      const { adapter } = get()
      const sessions = Array.from({ length: 40 }, (_, n) =>
        adapter.session({}, (session) => session.query(`select ${n} as n`)),
      )
      const rows = await Promise.all(sessions)
      expect(rows.map(([row]) => row?.['n'])).toEqual(Array.from({ length: 40 }, (_, n) => n))
    })
  })

  describe('the catalogue', () => {
    test('names schemas, tables and views with their columns', async () => {
      const { adapter, target } = get()
      await freshSchema(adapter, 'catalogue')
      await freshSchema(adapter, 'bare')
      await adapter.session({}, async (session) => {
        await session.execute(
          'create table catalogue."A b" (id integer, "Na""me" decimal(10,2), seen timestamp)',
        )
        await session.execute('create view catalogue.v as select id from catalogue."A b"')
      })
      const state = await adapter.readState(['catalogue', 'bare', 'absent'])
      expect([...state.schemas].toSorted()).toEqual(['bare', 'catalogue'])
      const types = {
        duckdb: ['INTEGER', 'DECIMAL(10,2)', 'TIMESTAMP'],
        postgres: ['integer', 'numeric(10,2)', 'timestamp without time zone'],
      }[target.type]
      const table = {
        relation: { schema: 'catalogue', identifier: 'A b' },
        kind: 'table',
        columns: ['id', 'Na"me', 'seen'].map((name, index) => ({ name, dataType: types[index] })),
      }
      const view = {
        relation: { schema: 'catalogue', identifier: 'v' },
        kind: 'view',
        columns: [{ name: 'id', dataType: types[0] }],
      }
      expect(Object.fromEntries(state.relations)).toEqual({
        'catalogue.A b': table,
        'catalogue.v': view,
      })
      await adapter.session({}, async (session) => {
        expect(await session.describe(table.relation)).toEqual(table)
        expect(await session.describe(view.relation)).toEqual(view)
        expect(await session.describe({ schema: 'catalogue', identifier: 'nope' })).toBe(undefined)
        expect(await session.describe({ schema: 'absent', identifier: 'nope' })).toBe(undefined)
      })
      expect(await adapter.readState([])).toEqual({ schemas: new Set(), relations: new Map() })
    })

    test('describes what the transaction made and nobody else sees', async () => {
      const { adapter } = get()
      await freshSchema(adapter, 'unseen')
      const relation = { schema: 'unseen', identifier: 't' }
      await adapter.transaction({}, async (session) => {
        await session.execute('create table unseen.t as select 1 as a')
        expect((await session.describe(relation))?.columns.map((c) => c.name)).toEqual(['a'])
        expect((await adapter.readState(['unseen'])).relations.size).toBe(0)
      })
    })
  })

  describe('appending text', () => {
    const columns: readonly Column[] = [
      { name: 'id', dataType: 'integer' },
      { name: 'te"xt', dataType: 'varchar' },
      { name: 'seen', dataType: 'timestamp' },
    ]
    const make = async (schema: string) => {
      const { adapter } = get()
      await freshSchema(adapter, schema)
      const relation = { schema, identifier: 't' }
      await adapter.session({}, (session) =>
        session.execute(adapter.dialect.createTable(relation, columns)),
      )
      return { adapter, relation }
    }

    test('keeps quotes, lines, escapes, letters, empty text and NULL apart', async () => {
      const { adapter, relation } = await make('append_text')
      const cells = [
        '',
        'NULL',
        '\\N',
        '\\.',
        'a,b',
        'q"q',
        "o'k",
        'l\nm\r\nn',
        't\tt',
        '\\',
        '{}',
        'é 🦆',
        null,
      ]
      const count = await adapter.transaction({}, (session) =>
        session.appendText(
          relation,
          columns,
          rowsOf(
            cells.map((cell, index) => [String(index), cell, index === 3 ? null : '2026-01-01']),
          ),
        ),
      )
      expect(count).toBe(cells.length)
      const table = await adapter.session({}, (session) =>
        session.queryTable('select "te""xt", seen is null from append_text.t order by id'),
      )
      expect(table.rows).toEqual(cells.map((cell, index) => [cell, index === 3]))
    })

    test('takes 50,000 rows and some columns only', async () => {
      const { adapter, relation } = await make('append_many')
      const numbers = Array.from({ length: 50_000 }, (_, index) => [String(index)])
      const [first] = columns
      if (first === undefined) throw new Error('there is no first column')
      const count = await adapter.transaction({}, (session) =>
        session.appendText(relation, [first], rowsOf(numbers)),
      )
      expect(count).toBe(50_000)
      const rows = await adapter.session({}, (session) =>
        session.query(
          'select cast(count(*) as integer) as n, cast(sum(id) as bigint) as total, count("te""xt") as texts from append_many.t',
        ),
      )
      expect(rows).toEqual([{ n: 50_000, total: 1_249_975_000, texts: 0 }])
    })

    test('nothing is nothing', async () => {
      const { adapter, relation } = await make('append_none')
      const count = await adapter.transaction({}, (session) =>
        session.appendText(relation, columns, rowsOf([])),
      )
      expect(count).toBe(0)
    })

    test('names the column and the value that does not fit', async () => {
      const { adapter, relation, target } = { ...(await make('append_bad')), target: get().target }
      const rows = [
        ['1', 'x', null],
        ['abc', 'y', null],
      ]
      const append = adapter.transaction({}, (session) =>
        session.appendText(relation, columns, rowsOf(rows)),
      )
      const error = await append.catch((reason: unknown) => reason)
      expect(adapter.explainError(error).message).toBe(
        {
          duckdb: `column "id" (integer): could not convert string 'abc' to INT32`,
          postgres: 'column "id" (integer): invalid input syntax for type integer: "abc"',
        }[target.type],
      )
      const left = await adapter.session({}, (session) =>
        session.query('select cast(count(*) as integer) as n from append_bad.t'),
      )
      expect(left).toEqual([{ n: 0 }])
    })

    test('passes on what goes wrong where the rows come from', async () => {
      const { adapter, relation } = await make('append_broken')
      const broken = async function* () {
        yield ['1', 'x', null]
        throw new RangeError('line 2 is broken')
      }
      const append = adapter.transaction({}, (session) =>
        session.appendText(relation, columns, broken()),
      )
      await expect(append).rejects.toThrow(new RangeError('line 2 is broken'))
      const left = await adapter.session({}, (session) =>
        session.query('select cast(count(*) as integer) as n from append_broken.t'),
      )
      expect(left).toEqual([{ n: 0 }])
    })
  })
}
