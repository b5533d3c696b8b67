/** Contract: all of a transaction or nothing, cancelling, timeouts, reading only. */
import { describe, expect, test } from 'vitest'
import { openAdapter } from '../../support/adapters.ts'
import type { Subject } from '../contract.ts'
import { freshSchema } from './sessions.ts'

/** Runs for minutes unless it is stopped. */
const endless = {
  duckdb:
    'select count(*) from range(10000000) as a, range(10000000) as b where (a.range + b.range) % 7 = 9',
  postgres: 'select pg_sleep(300)',
}

export function transactionContract(get: () => Subject): void {
  const tables = async (schema: string) => [
    ...(await get().adapter.readState([schema])).relations.keys(),
  ]

  describe('transactions', () => {
    test('commit what they did and give back what the work gave', async () => {
      const { adapter } = get()
      await freshSchema(adapter, 'commits')
      const given = await adapter.transaction({}, async (session) => {
        await session.execute('create table commits.t as select 1 as a')
        await session.execute('create view commits.v as select * from commits.t')
        return 'given'
      })
      expect(given).toBe('given')
      expect(await tables('commits')).toEqual(['commits.t', 'commits.v'])
    })

    test('roll back rows, tables, views and renames when the work throws', async () => {
      const { adapter } = get()
      await freshSchema(adapter, 'rolls')
      await adapter.session({}, (session) =>
        session.execute('create table rolls.t as select 1 as a'),
      )
      const failing = adapter.transaction({}, async (session) => {
        await session.execute('insert into rolls.t values (2)')
        await session.execute('create view rolls.v as select * from rolls.t')
        await session.execute('create table rolls.t2 as select * from rolls.t')
        await session.execute('drop view rolls.v')
        await session.execute('alter table rolls.t rename to t3')
        throw new RangeError('enough')
      })
      await expect(failing).rejects.toThrow(new RangeError('enough'))
      expect(await tables('rolls')).toEqual(['rolls.t'])
      const rows = await adapter.session({}, (session) => session.query('select a from rolls.t'))
      expect(rows).toEqual([{ a: 1 }])
    })

    test('roll back after an error of the database, and the connection stays of use', async () => {
      const { adapter } = get()
      await freshSchema(adapter, 'refused')
      const failing = adapter.transaction({}, async (session) => {
        await session.execute('create table refused.t as select 1 as a')
        await session.query("select cast('x' as integer) as a")
      })
      await expect(failing).rejects.toThrow(/x/)
      expect(await tables('refused')).toEqual([])
      for (let n = 0; n < 10; n += 1) {
        const rows = await adapter.transaction({}, (session) => session.query('select 1 as a'))
        expect(rows).toEqual([{ a: 1 }])
      }
    })

    test('inputs that do not exist, and views among them, do no harm', async () => {
      const { adapter } = get()
      await freshSchema(adapter, 'inputs')
      await adapter.session({}, async (session) => {
        await session.execute('create table inputs.t as select 1 as a')
        await session.execute('create view inputs.v as select * from inputs.t')
      })
      const inputs = ['t', 'v', 'absent'].map((identifier) => ({ schema: 'inputs', identifier }))
      const rows = await adapter.transaction({ inputs }, (session) =>
        session.query('select a from inputs.v'),
      )
      expect(rows).toEqual([{ a: 1 }])
    })

    test('read only refuses to write and reads', async () => {
      const { adapter } = get()
      await freshSchema(adapter, 'readonly')
      const rows = await adapter.readOnly({}, (session) => session.query('select 1 as a'))
      expect(rows).toEqual([{ a: 1 }])
      const writing = adapter.readOnly({}, (session) =>
        session.execute('create table readonly.t as select 1 as a'),
      )
      const error = await writing.catch((reason: unknown) => reason)
      expect(adapter.explainError(error).message).toMatch(/read-only/)
      expect(await tables('readonly')).toEqual([])
    })
  })

  describe('stopping', () => {
    test('an abort ends a long statement and rolls back', async () => {
      const { adapter, target } = get()
      await freshSchema(adapter, 'aborted')
      const controller = new AbortController()
      const running = adapter.transaction({ signal: controller.signal }, async (session) => {
        await session.execute('create table aborted.t as select 1 as a')
        setTimeout(() => controller.abort(), 200)
        await session.query(endless[target.type])
      })
      const error = await running.catch((reason: unknown) => reason)
      expect(adapter.explainError(error)).toEqual({ message: 'interrupted', retryable: false })
      expect(await tables('aborted')).toEqual([])
    })

    test('an abort before or between statements lets nothing happen', async () => {
      const { adapter } = get()
      await freshSchema(adapter, 'stopped')
      await expect(
        adapter.transaction({ signal: AbortSignal.abort() }, (session) =>
          session.execute('create table stopped.t as select 1 as a'),
        ),
      ).rejects.toThrow(/abort/i)
      const controller = new AbortController()
      const running = adapter.transaction({ signal: controller.signal }, async (session) => {
        await session.execute('create table stopped.u as select 1 as a')
        controller.abort()
      })
      await expect(running).rejects.toThrow(/abort/i)
      expect(await tables('stopped')).toEqual([])
    })

    test('the timeout of the target ends a statement', async () => {
      const { target } = get()
      const hasty = await openAdapter({ ...target, statementTimeoutMs: 1000 })
      try {
        const running = hasty.session({}, (session) => session.query(endless[target.type]))
        const error = await running.catch((reason: unknown) => reason)
        expect(hasty.explainError(error)).toMatchObject({
          message: 'the statement was stopped: it ran longer than the 1000 ms the target allows',
          retryable: false,
        })
        expect(await hasty.session({}, (session) => session.query('select 1 as a'))).toEqual([
          { a: 1 },
        ])
      } finally {
        await hasty.close()
      }
    })
  })
}
