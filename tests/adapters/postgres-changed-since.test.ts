/** What others change in the catalogue while the rows of a table are made: the swap is tried again, and loses nothing of it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPostgresAdapter } from '../../src/adapters/postgres/adapter.ts'
import type { Adapter, Session } from '../../src/core/adapter.ts'
import type { SwapRequest } from '../../src/core/database/publish-requests.ts'
import { testAdapters } from '../support/adapters.ts'
import { noneLater, read, run } from './contract/publishing.ts'
import { freshSchema } from './contract/sessions.ts'

const testAdapter = testAdapters().find((each) => each.name === 'postgres')

describe.skipIf(testAdapter === undefined)('catalogue of postgres, changed by others', () => {
  let adapter: Adapter
  let others: Adapter

  beforeAll(async () => {
    const target = await testAdapter?.createTarget()
    if (target?.type !== 'postgres') throw new Error('there is no Postgres target')
    adapter = createPostgresAdapter(target)
    others = createPostgresAdapter(target)
  })
  afterAll(() => Promise.all([adapter.close(), others.close()]))

  const swap = async (session: Session, schema: string, name: string) => {
    const target = { schema, identifier: name }
    const candidate = { schema, identifier: `${name}__new` }
    await session.execute(adapter.dialect.createTableAs(candidate, 'select 2 as x, 2 as y'))
    const request: SwapRequest = { candidate, target, rebuiltLater: noneLater, method: 'rename' }
    await session.swapTable(request)
  }
  const withView = async (schema: string) => {
    await freshSchema(adapter, schema)
    await run(
      adapter,
      `create table ${schema}.t as select 1 as x, 1 as y`,
      `create view ${schema}.v as select x from ${schema}.t`,
    )
  }
  /** The rows are made, then `meanwhile` happens elsewhere, then the swap is tried. */
  const swapAfter = async (schema: string, ...meanwhile: readonly string[]) =>
    await adapter
      .transaction({}, async (session) => {
        await session.query('select 1')
        await run(others, ...meanwhile)
        await swap(session, schema, 't')
      })
      .then(
        () => 'published',
        (error: unknown) => adapter.explainError(error),
      )
  const tryAgain = (schema: string) => ({
    message: `"${schema}.t", or a view that reads it, was changed while the new rows were made`,
    hint: 'run it again',
    retryable: true,
  })

  test('a view that got another query keeps it', async () => {
    await withView('other_query')
    const changed = 'create or replace view other_query.v as select 7 as x'
    expect(await swapAfter('other_query', changed)).toBe('published')
    expect(await read(adapter, 'select * from other_query.v')).toEqual([{ x: 7 }])
  })

  test.each([
    ['was replaced', 'drop view "S".v; create view "S".v as select \'new\' as x'],
    [
      'was renamed, and another took the name',
      'alter view "S".v rename to old; create view "S".v as select \'new\' as x',
    ],
    ['is a table now', 'drop view "S".v; create table "S".v as select \'new\' as x'],
  ])('a view that %s is not touched', async (how, meanwhile) => {
    const schema = how.replaceAll(/\W/g, '_')
    await withView(schema)
    const statements = meanwhile.replaceAll('"S"', schema).split('; ')
    expect(await swapAfter(schema, ...statements)).toBe('published')
    expect(await read(adapter, `select * from ${schema}.v`)).toEqual([{ x: 'new' }])
    expect(await read(adapter, `select * from ${schema}.t`)).toEqual([{ x: 2, y: 2 }])
  })

  test('a view that went is no error, and one that came is moved over', async () => {
    await withView('came')
    expect(await swapAfter('came', 'drop view came.v')).toBe('published')
    expect(await swapAfter('came', 'create view came.w as select y from came.t')).toBe('published')
    expect(await read(adapter, 'select * from came.w')).toEqual([{ y: 2 }])
  })

  test('several at once are locked as they are now, and tried again where others have changed them', async () => {
    await withView('locked')
    const target = { schema: 'locked', identifier: 't' }
    const locking = adapter.transaction({}, async (session) => {
      await session.query('select 1')
      await run(others, 'drop view locked.v', 'create table locked.v as select 1 as x')
      await session.lockForSwap([], [target])
      await swap(session, 'locked', 't')
    })
    const fault = await locking.catch((error: unknown) => adapter.explainError(error))
    expect(fault).toEqual(tryAgain('locked'))
  })

  test('tables that one view reads are swapped at the same time', async () => {
    const schema = await freshSchema(adapter, 'star')
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    for (const name of names)
      await run(adapter, `create table star.${name} as select 0 as x, 0 as y`)
    const sums = names.map((name) => `(select sum(x) from star.${name}) as ${name}`)
    await run(adapter, `create view star.v as select ${sums.join(', ')}`)
    for (let turn = 0; turn < 3; turn += 1) {
      const swaps = names.map((name) =>
        adapter.transaction({}, async (session) => {
          await session.query('select 1')
          await swap(session, schema, name)
        }),
      )
      expect(
        (await Promise.allSettled(swaps)).filter((each) => each.status === 'rejected'),
      ).toEqual([])
    }
    expect(await read(adapter, 'select v.a, v.f::integer as f from star.v as v')).toEqual([
      { a: 2, f: 2 },
    ])
  })

  test('grants and comments given meanwhile are kept', async () => {
    await withView('given')
    const onTable = 'grant select on given.t to public'
    expect(await swapAfter('given', onTable)).toEqual(tryAgain('given'))
    expect(await swapAfter('given')).toBe('published')
    for (const given of [
      'grant select (y) on given.t to public',
      'grant select on given.v to public',
      "comment on column given.t.x is 'a number'",
    ]) {
      expect(await swapAfter('given', given)).toBe('published')
    }
    expect(
      await read(
        adapter,
        `select
  has_table_privilege('public', 'given.t', 'select') as t,
  has_table_privilege('public', 'given.v', 'select') as v,
  col_description('given.t'::regclass, 1) as x`,
      ),
    ).toEqual([{ t: true, v: true, x: 'a number' }])
  })

  test('what the transaction itself has changed is not taken for the work of others', async () => {
    await withView('own')
    await run(
      adapter,
      'create table own.u as select 1 as x, 1 as y',
      'create view own.w as select t.x, u.y, v.x as z from own.t as t, own.u as u, own.v as v',
      'create view own.whole as select t from own.t as t',
    )
    await adapter.transaction({}, async (session) => {
      await swap(session, 'own', 't')
      await swap(session, 'own', 'u')
      await session.execute('drop view own.whole')
      await session.execute("comment on view own.w is 'of both'")
      await swap(session, 'own', 't')
      await session.replaceView({ schema: 'own', identifier: 'v' }, "select 'two' as x")
    })
    expect(await read(adapter, 'select * from own.w')).toEqual([{ x: 2, y: 2, z: 'two' }])
  })
})
