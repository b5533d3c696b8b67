/** Swaps on Postgres while readers read all the time: none of them ever gets an error, and none waits for long. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPostgresAdapter } from '../../src/adapters/postgres/adapter.ts'
import type { Adapter, Session } from '../../src/core/adapter.ts'
import type { SwapRequest } from '../../src/core/database/publish-requests.ts'
import type { Relation } from '../../src/core/relation.ts'
import type { PostgresTarget } from '../../src/core/target.ts'
import { invoke } from '../../src/cli/invoke.ts'
import { testAdapters } from '../support/adapters.ts'
import { createSignal } from '../support/signal.ts'
import { createTestProject, testTargets } from '../support/test-project.ts'
import { Waits } from '../support/waits.ts'
import { noneLater, publish, read, run } from './contract/publishing.ts'
import { freshSchema } from './contract/sessions.ts'

function renamed(target: Relation): SwapRequest {
  const candidate = { ...target, identifier: `${target.identifier}__new` }
  return { candidate, target, rebuiltLater: noneLater, method: 'rename' }
}

const testAdapter = testAdapters().find((each) => each.name === 'postgres')
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

describe.skipIf(testAdapter === undefined)('locks on postgres', () => {
  let adapter: Adapter
  let readers: Adapter
  let target: PostgresTarget

  beforeAll(async () => {
    const made = await testAdapter?.createTarget()
    if (made?.type !== 'postgres') throw new Error('there is no Postgres target')
    target = made
    adapter = createPostgresAdapter({ ...target, swapTimeoutMs: 30_000 })
    readers = createPostgresAdapter({ ...target, threads: 20 })
  })
  afterAll(() => Promise.all([adapter.close(), readers.close()]))

  const withViews = async (schema: string) => {
    await freshSchema(adapter, schema)
    await run(
      adapter,
      `create table ${schema}.a as select generate_series(1, 50) as x`,
      `create table ${schema}.b as select generate_series(1, 50) as x`,
      `create view ${schema}.low as select x from ${schema}.a`,
      `create view ${schema}.both as select low.x, b.x as y from ${schema}.low as low join ${schema}.b as b using (x)`,
      `create view ${schema}.top as select count(*)::integer as n from ${schema}.both`,
    )
    return ['a', 'b'].map((identifier) => ({ schema, identifier }))
  }

  /**
   * Statements that stand alone without a pause, and transactions that keep the locks of the first statement while the
   * second waits, in both orders.
   */
  const readAllTheTime = (schema: string) => {
    const state = { isOn: true, reads: 0, waits: new Waits(), errors: new Array<unknown>() }
    const read = async (session: Session, names: readonly string[]) => {
      for (const name of names) {
        await state.waits.measure(
          () => session.query(`select count(*) from ${schema}."${name}"`),
          () => session.query('select 1'),
        )
        if (names.length > 1) await pause(3)
      }
    }
    const alone = [['top'], ['a'], ['low'], ['both']]
    const together = [
      ['top', 'a'],
      ['a', 'top'],
      ['b', 'low'],
    ]
    const loops = [...alone, ...together].map(async (names) => {
      while (state.isOn) {
        const work = (session: Session) => read(session, names)
        const reading =
          names.length === 1 ? readers.session({}, work) : readers.transaction({}, work)
        await reading.catch((error: unknown) => state.errors.push(readers.explainError(error)))
        state.reads += 1
        await pause(names.length === 1 ? 0 : 10 + Math.random() * 40)
      }
    })
    return {
      state,
      stop: async () => {
        state.isOn = false
        await Promise.all(loops)
      },
    }
  }

  test('the server of the tests looks for deadlocks soon', async () => {
    expect(await read(adapter, 'show deadlock_timeout')).toEqual([{ deadlock_timeout: '200ms' }])
  })

  test('readers of views and tables, in any order, never get an error from swaps', async () => {
    const [a, b] = await withViews('crossing')
    if (a === undefined || b === undefined) throw new Error('there are two tables')
    const reading = readAllTheTime('crossing')
    for (let turn = 0; turn < 12; turn += 1) {
      const select = `select generate_series(1, ${50 + turn})${turn % 2 === 0 ? '' : '::bigint'} as x`
      await publish(adapter, turn % 3 === 0 ? b : a, { select, method: 'rename' })
    }
    await reading.stop()
    expect(reading.state.errors).toEqual([])
    expect(reading.state.reads).toBeGreaterThan(20)
    expect(reading.state.waits.longestMs).toBeLessThan(1500)
  })

  test('nor from several swaps in one transaction, locked at once', async () => {
    const targets = await withViews('together')
    const reading = readAllTheTime('together')
    for (let turn = 0; turn < 6; turn += 1) {
      await adapter.transaction({}, async (session) => {
        for (const { schema, identifier } of targets) {
          const sql = `select generate_series(1, ${50 + turn}) as x`
          const candidate = { schema, identifier: `${identifier}__new` }
          await session.execute(adapter.dialect.createTableAs(candidate, sql))
        }
        const swaps = targets.map((relation) => renamed(relation))
        await session.lockForSwap(swaps, [{ schema: 'together', identifier: 'top' }])
        for (const relation of targets) {
          await session.swapTable(renamed(relation))
        }
        await session.replaceView(
          { schema: 'together', identifier: 'top' },
          `select count(*)::integer as n, ${turn} as turn from together."both"`,
        )
      })
    }
    await reading.stop()
    expect(reading.state.errors).toEqual([])
    expect(reading.state.reads).toBeGreaterThan(10)
    expect(await read(adapter, 'select n, turn from together.top')).toEqual([{ n: 55, turn: 5 }])
  })

  test('locks that are not to be had in time are given back, and the message says what to do', async () => {
    const targets = await withViews('stuck_many')
    const hasty = createPostgresAdapter({ ...target, swapTimeoutMs: 300 })
    const released = createSignal()
    const isHeld = createSignal()
    const holder = readers.transaction({}, async (session) => {
      await session.query('select count(*) from stuck_many.b')
      isHeld.give()
      await released.given
    })
    await isHeld.given
    const failing = hasty.transaction({}, (session) =>
      session.lockForSwap(
        targets.map((target) => renamed(target)),
        [],
      ),
    )
    const free = (async () => {
      const waits = new Waits()
      for (let turn = 0; turn < 40; turn += 1) {
        await waits.measure(
          () => read(readers, 'select count(*) from stuck_many.top'),
          () => read(readers, 'select 1'),
        )
      }
      return waits.longestMs
    })()
    const error = await failing.catch((reason: unknown) => reason)
    expect(hasty.explainError(error)).toMatchObject({
      message: 'no exclusive lock within 300 ms: others read the table without a pause',
      hint: 'end long transactions that read it (pg_stat_activity), or raise `swap_timeout:` of the target',
      sqlState: '55P03',
    })
    expect(await free).toBeLessThan(500)
    released.give()
    await holder
    await hasty.close()
  })

  test('a lock that comes late is taken again and again, and the work before it is kept', async () => {
    const [a] = await withViews('late')
    if (a === undefined) throw new Error('there is a table')
    const isHeld = createSignal()
    let isOver = false
    const holder = readers.transaction({}, async (session) => {
      await session.query('select count(*) from late.top')
      isHeld.give()
      await pause(900)
      isOver = true
    })
    await isHeld.given
    await adapter.transaction({}, async (session) => {
      await session.execute('create table late.a__new as select 7 as x')
      await session.execute('create table late.before_it as select 1 as kept')
      const candidate = { schema: 'late', identifier: 'a__new' }
      await session.swapTable({ candidate, target: a, rebuiltLater: noneLater, method: 'rename' })
    })
    expect(isOver).toBe(true)
    await holder
    expect(await read(adapter, 'select x, kept from late.low, late.before_it')).toEqual([
      { x: 7, kept: 1 },
    ])
  })

  test('a run that waits for the lock of a stranger says whose it is', async () => {
    if (testAdapter === undefined) throw new Error('there is no Postgres target')
    const project = await createTestProject(testAdapter, {
      files: {
        'assay.yml': `name: waits\ntarget: postgres\n${testTargets}`,
        'sources.yml': 'sources: [{ name: erp, tables: [{ name: orders }] }]',
        'models/copied.sql':
          '{{config materialized="table"}}\nselect id from {{source "erp" "orders"}}',
      },
    })
    if (project.target.type !== 'postgres') throw new Error('there is no Postgres target')
    const stranger = createPostgresAdapter(project.target)
    await run(stranger, 'create schema erp', 'create table erp.orders as select 1 as id')
    const [locked, told, freed] = [createSignal(), createSignal(), createSignal()]
    const holding = stranger.transaction({}, async (session) => {
      await session.execute("set local application_name = 'month end'")
      await session.execute('lock table erp.orders in access exclusive mode')
      locked.give()
      await freed.given
    })
    await locked.given
    const messages: string[] = []
    const running = invoke(['run'], '0.0.0-test', {
      cwd: project.folder,
      env: project.env,
      onEvent: (event) => {
        if (event.type !== 'log') return
        messages.push(event.message)
        told.give()
      },
    })
    await Promise.race([told.given, running])
    freed.give()
    await holding
    const { exitCode, stdout } = await running
    expect(exitCode, stdout).toBe(0)
    expect(messages).toEqual([
      expect.stringMatching(
        /^waiting for a lock on erp\.orders that another session holds: "month end", user \w+, process \d+ of the server$/,
      ),
    ])
    expect(stdout).toContain(`${messages[0]}\n`)
    await stranger.close()
  })
})
