/** Contract: statements, the catalogue, and appending text. */
import { describe, expect, test } from 'vitest'
import type { Adapter } from '../../../src/core/adapter.ts'
import type { Column } from '../../../src/core/relation.ts'
import type { Subject } from '../contract.ts'

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

    test('takes more than is handed over at once, and all or none of it', async () => {
      const { adapter, relation } = await make('append_more')
      const text = 'x'.repeat(1000)
      const rows = Array.from({ length: 20_000 }, (_, index) => [String(index), text, null])
      const append = async (those: readonly (readonly (string | null)[])[]) =>
        await adapter.transaction({}, (session) =>
          session.appendText(relation, columns, rowsOf(those)),
        )
      const broken = append([...rows, ['abc', text, null]])
      expect(adapter.explainError(await broken.catch((e: unknown) => e)).message).toMatch(
        /"abc"|'abc'/,
      )
      expect(await append(rows)).toBe(20_000)
      const [found] = await adapter.session({}, (session) =>
        session.query(
          'select cast(count(*) as integer) as n, cast(sum(id) as bigint) as total, cast(sum(length("te""xt")) as bigint) as characters from append_more.t',
        ),
      )
      expect(found).toEqual({ n: 20_000, total: 199_990_000, characters: 20_000_000 })
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

    test('takes long cells, and half a character as one that cannot be read', async () => {
      const { adapter, relation } = await make('append_long')
      const long = '"é\\'.repeat(400_000)
      const rows = [long, 'x\ud83d', long, '\ude00', '\\ud83d', ''].map((cell, index) => [
        String(index),
        cell,
        null,
      ])
      const count = await adapter.transaction({}, (session) =>
        session.appendText(relation, columns, rowsOf(rows)),
      )
      expect(count).toBe(6)
      const table = await adapter.session({}, (session) =>
        session.queryTable('select "te""xt" from append_long.t order by id'),
      )
      expect(table.rows).toEqual([[long], ['x\ufffd'], [long], ['\ufffd'], ['\\ud83d'], ['']])
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
          duckdb: `column "id" (integer): could not convert string 'abc' to integer`,
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
