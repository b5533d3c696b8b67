/** Contract: a candidate takes its place under the name, whatever was there and whatever reads it. */
import { describe, expect, test } from 'vitest'
import type { Adapter } from '../../../src/core/adapter.ts'
import { DependentError } from '../../../src/core/database/database-errors.ts'
import type { SwapRequest } from '../../../src/core/database/publish-requests.ts'
import type { Relation } from '../../../src/core/relation.ts'
import type { Subject } from '../contract.ts'
import { freshSchema } from './sessions.ts'

export const noneLater: ReadonlySet<string> = new Set()

/** Builds `select` beside the target and swaps it in. */
export async function publish(
  adapter: Adapter,
  target: Relation,
  { select, ...how }: { readonly select: string } & Partial<SwapRequest>,
): Promise<readonly string[]> {
  const candidate = { schema: target.schema, identifier: `${target.identifier}__new` }
  return await adapter.transaction({}, async (session) => {
    await session.execute(adapter.dialect.createTableAs(candidate, select))
    return await session.swapTable({ rebuiltLater: noneLater, ...how, candidate, target })
  })
}

export async function run(adapter: Adapter, ...statements: readonly string[]): Promise<void> {
  await adapter.session({}, async (session) => {
    for (const statement of statements) await session.execute(statement)
  })
}

export async function read(adapter: Adapter, sql: string) {
  return await adapter.session({}, (session) => session.query(sql))
}

export async function names(adapter: Adapter, schema: string): Promise<readonly string[]> {
  const { relations } = await adapter.readState([schema])
  return [...relations.values()]
    .map(({ kind, relation }) => `${kind} ${relation.identifier}`)
    .toSorted()
}

export function publishingContract(get: () => Subject): void {
  describe('publishing a table', () => {
    test('for the first time, and again', async () => {
      const { adapter } = get()
      const target = { schema: await freshSchema(adapter, 'swap'), identifier: 't' }
      await publish(adapter, target, { select: 'select 1 as a' })
      expect(await read(adapter, 'select * from swap.t')).toEqual([{ a: 1 }])
      const statements = await publish(adapter, target, { select: "select 2 as b, 'x' as c" })
      expect(await read(adapter, 'select * from swap.t')).toEqual([{ b: 2, c: 'x' }])
      expect(await names(adapter, 'swap')).toEqual(['table t'])
      expect(statements.length).toBeGreaterThan(1)
    })

    test.each([
      ['a key', { key: ['a'] }],
      ['a key that is not one', { key: ['b'] }],
      ['a new table', { method: 'rename' }],
      ['new rows in the old table', { method: 'refill' }],
    ] as const)(
      'with %s: the rows are the new ones, doubles and NULLs included',
      async (_, how) => {
        const { adapter } = get()
        const target = { schema: await freshSchema(adapter, 'ways'), identifier: 't' }
        const rows = [
          'select 1 as a, 1 as b union all select 2, 1 union all select 3, 2 union all select null, 2',
          'select 1 as a, 1 as b union all select 1, 1 union all select 3, 3 union all select null, 2',
          'select 3 as a, 3 as b union all select 4, 4 union all select 5, null union all select 6, 6',
          'select 3 as a, 3 as b union all select 4, 9 union all select 5, null union all select 6, 6',
        ]
        for (const select of rows) {
          await publish(adapter, target, { select, ...how })
          const order = 'order by a, b'
          expect(await read(adapter, `select a, b from ways.t ${order}`)).toEqual(
            await read(adapter, `select a, b from (${select}) as expected ${order}`),
          )
          expect(await names(adapter, 'ways')).toEqual(['table t'])
        }
        await run(adapter, 'drop table ways.t')
      },
    )

    test('several at once, their locks taken first', async () => {
      const { adapter } = get()
      const schema = await freshSchema(adapter, 'at_once')
      const targets = ['c', 'a', 'b'].map((identifier) => ({ schema, identifier }))
      for (const target of targets) await publish(adapter, target, { select: 'select 1 as x' })
      await run(
        adapter,
        'create view at_once.v as select a.x, b.x as y from at_once.a as a, at_once.b as b',
      )
      await adapter.transaction({}, async (session) => {
        for (const target of targets) {
          const candidate = { schema, identifier: `${target.identifier}__new` }
          await session.execute(adapter.dialect.createTableAs(candidate, 'select 2 as x'))
        }
        const view = { schema, identifier: 'v' }
        const swaps = targets.map((target) => {
          const candidate = { schema, identifier: `${target.identifier}__new` }
          return { candidate, target, rebuiltLater: noneLater, method: 'rename' } as const
        })
        await session.lockForSwap(swaps, [view, { schema, identifier: 'not_there' }])
        await session.lockForSwap([], [])
        for (const swap of swaps) await session.swapTable(swap)
        await session.replaceView(view, 'select a.x, 5 as z from at_once.a as a')
      })
      expect(await read(adapter, 'select * from at_once.v')).toEqual([{ x: 2, z: 5 }])
      expect(await names(adapter, 'at_once')).toEqual(['table a', 'table b', 'table c', 'view v'])
    })

    test('is undone by a rollback', async () => {
      const { adapter } = get()
      const target = { schema: await freshSchema(adapter, 'undone'), identifier: 't' }
      const candidate = { schema: 'undone', identifier: 't__new' }
      await publish(adapter, target, { select: 'select 1 as a' })
      const failing = adapter.transaction({}, async (session) => {
        await session.execute(adapter.dialect.createTableAs(candidate, 'select 2 as a'))
        await session.swapTable({ candidate, target, rebuiltLater: noneLater })
        throw new RangeError('no')
      })
      await expect(failing).rejects.toThrow(new RangeError('no'))
      expect(await read(adapter, 'select * from undone.t')).toEqual([{ a: 1 }])
      expect(await names(adapter, 'undone')).toEqual(['table t'])
    })

    test('under names that need quotes', async () => {
      const { adapter } = get()
      const target = { schema: await freshSchema(adapter, 'Odd "schema"'), identifier: 'Ta"ble é' }
      await publish(adapter, target, { select: 'select 1 as a' })
      await run(
        adapter,
        `create view "Odd ""schema"""."v w" as select a from "Odd ""schema"""."Ta""ble é"`,
      )
      await publish(adapter, target, { select: 'select 2 as a' })
      expect(await read(adapter, 'select a from "Odd ""schema"""."v w"')).toEqual([{ a: 2 }])
      expect(await names(adapter, 'Odd "schema"')).toEqual(['table Ta"ble é', 'view v w'])
    })

    test('from a candidate in another schema', async () => {
      const { adapter } = get()
      const candidate = { schema: await freshSchema(adapter, 'beside'), identifier: 'c' }
      const target = { schema: await freshSchema(adapter, 'across'), identifier: 't' }
      await publish(adapter, target, { select: 'select 1 as a' })
      await adapter.transaction({}, async (session) => {
        await session.execute(adapter.dialect.createTableAs(candidate, 'select 2 as a'))
        await session.swapTable({ candidate, target, rebuiltLater: noneLater })
      })
      expect(await read(adapter, 'select a from across.t')).toEqual([{ a: 2 }])
      expect(await names(adapter, 'beside')).toEqual([])
    })

    test('over a view', async () => {
      const { adapter } = get()
      const target = { schema: await freshSchema(adapter, 'over_view'), identifier: 't' }
      await run(
        adapter,
        'create view over_view.t as select 1 as a',
        'create view over_view.reader as select a from over_view.t',
      )
      await publish(adapter, target, { select: 'select 2 as a' })
      expect(await read(adapter, 'select * from over_view.reader')).toEqual([{ a: 2 }])
      expect(await names(adapter, 'over_view')).toEqual(['table t', 'view reader'])
    })
  })

  describe('publishing a view', () => {
    test('for the first time, and again with other columns', async () => {
      const { adapter } = get()
      const relation = { schema: await freshSchema(adapter, 'views'), identifier: 'v' }
      const replace = (select: string) =>
        adapter.transaction({}, (session) => session.replaceView(relation, select))
      await replace('select 1 as a')
      await replace('select 2 as a, 3 as b')
      expect(await read(adapter, 'select * from views.v')).toEqual([{ a: 2, b: 3 }])
      await replace("select 'x' as b")
      expect(await read(adapter, 'select * from views.v')).toEqual([{ b: 'x' }])
      expect(await names(adapter, 'views')).toEqual(['view v'])
    })

    test('over a table', async () => {
      const { adapter } = get()
      const relation = { schema: await freshSchema(adapter, 'over_table'), identifier: 't' }
      await run(
        adapter,
        'create table over_table.t as select 1 as a',
        'create view over_table.reader as select a from over_table.t',
      )
      await adapter.transaction({}, (session) => session.replaceView(relation, 'select 2 as a'))
      expect(await read(adapter, 'select * from over_table.reader')).toEqual([{ a: 2 }])
      expect(await names(adapter, 'over_table')).toEqual(['view reader', 'view t'])
    })

    test('that does not hold leaves the old one', async () => {
      const { adapter } = get()
      const relation = { schema: await freshSchema(adapter, 'bad_view'), identifier: 'v' }
      await run(adapter, 'create view bad_view.v as select 1 as a')
      const failing = adapter.transaction({}, (session) =>
        session.replaceView(relation, 'select nope from bad_view.v'),
      )
      await expect(failing).rejects.toThrow(/nope/)
      expect(await read(adapter, 'select * from bad_view.v')).toEqual([{ a: 1 }])
    })
  })

  describe('a view of someone else', () => {
    const start = async (schema: string) => {
      const { adapter } = get()
      const target = { schema: await freshSchema(adapter, schema), identifier: 't' }
      await publish(adapter, target, { select: 'select 1 as a, 10 as b' })
      await run(
        adapter,
        `create view ${schema}.reader as select a from ${schema}.t`,
        `create view ${schema}.top as select a + 1 as c from ${schema}.reader`,
      )
      return { adapter, target }
    }

    test('reads the new table, also when columns come, go and move', async () => {
      const { adapter, target } = await start('follow')
      await publish(adapter, target, { select: "select 'new' as z, 2 as a" })
      expect(await read(adapter, 'select * from follow.reader')).toEqual([{ a: 2 }])
      expect(await read(adapter, 'select * from follow.top')).toEqual([{ c: 3 }])
      expect(await names(adapter, 'follow')).toEqual(['table t', 'view reader', 'view top'])
    })

    test('follows a column of another type', async () => {
      const { adapter, target } = await start('retype')
      await publish(adapter, target, { select: 'select cast(2.5 as decimal(10,2)) as a' })
      expect(await read(adapter, 'select * from retype.top')).toEqual([{ c: '3.50' }])
      expect(await names(adapter, 'retype')).toEqual(['table t', 'view reader', 'view top'])
    })

    test('that will be made again later may wait', async () => {
      const { adapter, target } = await start('later')
      await publish(adapter, target, {
        select: 'select 7 as z',
        rebuiltLater: new Set(['later.reader', 'later.top']),
      })
      expect(await read(adapter, 'select * from later.t')).toEqual([{ z: 7 }])
      await adapter.transaction({}, async (session) => {
        await session.replaceView(
          { schema: 'later', identifier: 'reader' },
          'select z from later.t',
          new Set(['later.top']),
        )
        await session.replaceView(
          { schema: 'later', identifier: 'top' },
          'select z as c from later.reader',
        )
      })
      expect(await read(adapter, 'select * from later.top')).toEqual([{ c: 7 }])
      await adapter.dropDetached(['later'])
      expect(await names(adapter, 'later')).toEqual(['table t', 'view reader', 'view top'])
    })

    test('that loses a column is the reason for a refusal where views are bound to the table', async () => {
      const { adapter, target } = await start('loses')
      const publishing = publish(adapter, target, { select: 'select 7 as z' })
      if (adapter.dialect.supportsViewsBoundByName) {
        await publishing
        return
      }
      const error = await publishing.catch((reason: unknown) => reason)
      expect(error).toEqual(
        new DependentError(
          'view "loses.reader" reads column "a" of "loses.t", which goes away',
          'select "reader" too if the project makes it, or change it first',
        ),
      )
      expect(await read(adapter, 'select * from loses.top')).toEqual([{ c: 2 }])
      expect(await names(adapter, 'loses')).toEqual(['table t', 'view reader', 'view top'])
    })
  })
}
