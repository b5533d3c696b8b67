/** Leases on Postgres: who lives, who can be ended, and what a lost connection leaves open. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPostgresAdapter } from '../../src/adapters/postgres/adapter.ts'
import type { Adapter, Holder } from '../../src/core/adapter.ts'
import { CommitUnknownError } from '../../src/core/database/database-errors.ts'
import type { PostgresTarget } from '../../src/core/target.ts'
import { testAdapters } from '../support/adapters.ts'
import { until } from '../support/until.ts'
import { read, run } from './contract/publishing.ts'
import { freshSchema } from './contract/sessions.ts'
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy.ts'

const testAdapter = testAdapters().find((each) => each.name === 'postgres')
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

describe.skipIf(testAdapter === undefined)('liveness on postgres', () => {
  let adapter: Adapter
  let target: PostgresTarget

  beforeAll(async () => {
    const made = await testAdapter?.createTarget()
    if (made?.type !== 'postgres') throw new Error('there is no Postgres target')
    target = made
    adapter = createPostgresAdapter(target)
    await run(
      adapter,
      `do $$ begin create role nobody_much; exception when duplicate_object or unique_violation then null; end $$`,
    )
  })
  afterAll(() => adapter.close())

  const asks = (who: Adapter, holder: Holder) =>
    who.transaction({}, (session) => who.isAlive(session, holder))
  const backends = async (sessionName: string) =>
    (
      await read(
        adapter,
        `select count(*)::integer as n from pg_stat_activity where application_name = '${sessionName}'`,
      )
    )[0]?.['n']

  describe('a holder', () => {
    test('is seen by others, whatever their role, until it releases', async () => {
      const holder = createPostgresAdapter(target)
      const weak = createPostgresAdapter({ ...target, role: 'nobody_much' })
      expect(holder.sessionName).toMatch(/^assay\/[0-9a-f-]{36}$/)
      expect(holder.sessionName).not.toBe(weak.sessionName)
      const shown = await holder.showAlive('r1')
      const who = { runId: 'r1', sessionName: holder.sessionName }
      expect([await asks(adapter, who), await asks(weak, who)]).toEqual([true, true])
      await shown.release()
      expect([await asks(adapter, who), await asks(weak, who)]).toEqual([false, false])
      expect(await backends(holder.sessionName)).toBe(0)
      await Promise.all([holder.close(), weak.close()])
    })

    test('two who ask at once get the same answer', async () => {
      const gone = { runId: 'r-gone', sessionName: 'assay/gone' }
      const answers = await adapter.transaction({}, async (one) => {
        const first = await adapter.isAlive(one, gone)
        return [first, await asks(adapter, gone), await adapter.isAlive(one, gone)]
      })
      expect(answers).toEqual([false, false, false])
    })

    test('whose connection was lost is gone, and its next heartbeat brings it back', async () => {
      const holder = createPostgresAdapter(target)
      const shown = await holder.showAlive('r2')
      const who = { runId: 'r2', sessionName: holder.sessionName }
      for (const isNoticed of [true, false]) {
        await adapter.transaction({}, (session) => adapter.endHolder(session, who))
        if (isNoticed) await pause(100)
        expect(await asks(adapter, who)).toBe(false)
        await shown.run('select 1', [])
        expect(await asks(adapter, who)).toBe(true)
      }
      await shown.release()
      await holder.close()
    })

    test('that released itself does not come back by a late heartbeat', async () => {
      const holder = createPostgresAdapter(target)
      const shown = await holder.showAlive('r5')
      const released = shown.release()
      await shown.run('select pg_sleep(10)', [])
      await released
      expect(await asks(adapter, { runId: 'r5', sessionName: holder.sessionName })).toBe(false)
      expect(await backends(holder.sessionName)).toBe(0)
      await holder.close()
    })

    test('that cannot come back says so, and may try again', async () => {
      const proxy = await startCuttingProxy(target.port)
      const holder = createPostgresAdapter({ ...target, port: proxy.port })
      const shown = await holder.showAlive('r3')
      await proxy.close()
      await pause(50)
      await expect(shown.run('select 1', [])).rejects.toThrow('nothing listens there')
      await expect(shown.run('select 1', [])).rejects.toThrow('nothing listens there')
      await shown.release()
      await holder.close()
    })

    test('is not ended for being idle', async () => {
      const database = `"${target.database}"`
      // Long enough for a busy machine to connect in.
      await run(adapter, `alter database ${database} set idle_session_timeout = '3s'`)
      const holder = createPostgresAdapter(target)
      try {
        const shown = await holder.showAlive('r4')
        await pause(4000)
        expect(await asks(adapter, { runId: 'r4', sessionName: holder.sessionName })).toBe(true)
        await shown.release()
      } finally {
        await holder.close()
        await run(adapter, `alter database ${database} reset idle_session_timeout`)
      }
    })
  })

  describe('ending a holder', () => {
    const stuck = async (schema: string) => {
      await freshSchema(adapter, schema)
      await run(adapter, `create table ${schema}.t (a integer)`)
      const holder = createPostgresAdapter(target)
      let release = () => {}
      const released = new Promise<void>((resolve) => {
        release = resolve
      })
      let locked = () => {}
      const isLocked = new Promise<void>((resolve) => {
        locked = resolve
      })
      const end = holder
        .transaction({}, async (session) => {
          await session.execute(`lock table ${schema}.t`)
          locked()
          await released
        })
        .then(
          () => 'committed',
          (error: unknown) => holder.explainError(error),
        )
      await isLocked
      return { holder, release, end, who: { runId: 'r', sessionName: holder.sessionName } }
    }

    test('frees its locks at once, and it learns why', async () => {
      const { holder, release, end, who } = await stuck('ended')
      await adapter.transaction({}, async (session) => {
        await adapter.endHolder(session, who)
        await session.execute(`set local lock_timeout = '1ms'; lock table ended.t`)
      })
      // What the server said at the end has come by then.
      await until('the connection to be gone', async () => (await backends(who.sessionName)) === 0)
      release()
      expect(await end).toEqual({
        message: `the connection to ${target.host}:${target.port} was lost: terminating connection due to administrator command`,
        hint: 'check the server and the network, then run it again',
        retryable: false,
      })
      await holder.close()
    })

    test('without the right to is no error, and nothing is undone', async () => {
      const { holder, release, end, who } = await stuck('kept')
      const weak = createPostgresAdapter({ ...target, role: 'nobody_much' })
      const rows = await weak.transaction({}, async (session) => {
        await session.execute('create temp table before_it as select 1 as a')
        await weak.endHolder(session, who)
        return await session.query('select a from before_it')
      })
      expect(rows).toEqual([{ a: 1 }])
      release()
      expect(await end).toBe('committed')
      await Promise.all([holder.close(), weak.close()])
    })

    test('never ends the one who asks', async () => {
      const rows = await adapter.transaction({}, async (session) => {
        await adapter.endHolder(session, { runId: 'r', sessionName: adapter.sessionName })
        return await session.query('select 1 as a')
      })
      expect(rows).toEqual([{ a: 1 }])
    })
  })

  describe('a connection lost', () => {
    let proxy: CuttingProxy
    let far: Adapter
    beforeAll(async () => {
      proxy = await startCuttingProxy(target.port)
      far = createPostgresAdapter({ ...target, port: proxy.port })
      await freshSchema(adapter, 'lost')
      await run(adapter, 'create table lost.t (a integer)')
    })
    afterAll(async () => {
      await far.close()
      await proxy.close()
    })

    const insert = (value: number) =>
      far
        .transaction({}, (session) => session.execute(`insert into lost.t values (${value})`))
        .catch((reason: unknown) => reason)
    const holds = async (value: number) =>
      (await read(adapter, `select 1 as a from lost.t where a = ${value}`)).length === 1

    test.each([
      ['before', 1, false],
      ['after', 2, true],
    ] as const)(
      '%s the server got the COMMIT leaves open whether it holds',
      async (when, value, isThere) => {
        proxy.set({ at: 'commit', when })
        const error = await insert(value)
        expect(error).toEqual(
          new CommitUnknownError(
            'the connection was lost while the transaction was being committed: whether its changes hold is not known',
          ),
        )
        expect(error).toMatchObject({ cause: { name: 'PostgresError' } })
        expect(far.explainError(error)).toEqual({
          message:
            'the connection was lost while the transaction was being committed: whether its changes hold is not known',
          hint: 'look for the rows of this run in _assay.node_runs, or run it again',
          retryable: false,
        })
        expect(await holds(value)).toBe(isThere)
        expect(await insert(value + 10)).toEqual({ rowsAffected: 1 })
      },
    )

    test('in a statement before it undoes everything, and says so', async () => {
      proxy.set({ at: 'insert into lost.t values (5)', when: 'after' })
      const error = await insert(5)
      expect(error).not.toBeInstanceOf(CommitUnknownError)
      expect(far.explainError(error)).toEqual({
        message: `the connection to ${target.host}:${proxy.port} was lost: Connection terminated unexpectedly`,
        hint: 'check the server and the network, then run it again',
        retryable: false,
      })
      await pause(50)
      expect(await holds(5)).toBe(false)
      expect(await insert(15)).toEqual({ rowsAffected: 1 })
    })

    test('at the end of reading only leaves nothing open', async () => {
      proxy.set({ at: 'commit', when: 'after' })
      const failing = far.readOnly({}, (session) => session.query('select 1'))
      const error = await failing.catch((reason: unknown) => reason)
      expect(error).not.toBeInstanceOf(CommitUnknownError)
      expect(error).toBeInstanceOf(Error)
    })

    test('by the server says why', async () => {
      const killed = adapter.session({}, (session) =>
        session.query('select pg_terminate_backend(pg_backend_pid())'),
      )
      const error = await killed.catch((reason: unknown) => reason)
      expect(adapter.explainError(error)).toEqual({
        message: `the connection to ${target.host}:${target.port} was lost: terminating connection due to administrator command`,
        hint: 'check the server and the network, then run it again',
        sqlState: '57P01',
        retryable: false,
      })
    })
  })
})
