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
    expect(await swapAfter('other_query', changed)).toEqual(tryAgain('other_query'))
    expect(await read(adapter, 'select * from other_query.v')).toEqual([{ x: 7 }])
    expect(await swapAfter('other_query')).toBe('published')
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
    expect(await swapAfter(schema, ...statements)).toEqual(tryAgain(schema))
    expect(await swapAfter(schema)).toBe('published')
    expect(await read(adapter, `select * from ${schema}.v`)).toEqual([{ x: 'new' }])
    expect(await read(adapter, `select * from ${schema}.t`)).toEqual([{ x: 2, y: 2 }])
  })

  test('a view that went is no error, and one that came is moved over', async () => {
    await withView('came')
    expect(await swapAfter('came', 'drop view came.v')).toEqual(tryAgain('came'))
    expect(await swapAfter('came', 'create view came.w as select y from came.t')).toEqual(
      tryAgain('came'),
    )
    expect(await swapAfter('came')).toBe('published')
    expect(await read(adapter, 'select * from came.w')).toEqual([{ y: 2 }])
  })

  test('locks of several are asked for by names that are gone', async () => {
    await withView('locked')
    const target = { schema: 'locked', identifier: 't' }
    const locking = adapter.transaction({}, async (session) => {
      await session.query('select 1')
      await run(others, 'drop view locked.v', 'create table locked.v as select 1 as x')
      await session.lockForSwap([], [target])
    })
    const fault = await locking.catch((error: unknown) => adapter.explainError(error))
    expect(fault).toEqual(tryAgain('locked'))
  })

  test('grants and comments given meanwhile are kept', async () => {
    await withView('given')
    for (const given of [
      'grant select on given.t to public',
      'grant select (y) on given.t to public',
      'grant select on given.v to public',
      "comment on column given.t.x is 'a number'",
    ]) {
      expect(await swapAfter('given', given)).toEqual(tryAgain('given'))
      expect(await swapAfter('given')).toBe('published')
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
