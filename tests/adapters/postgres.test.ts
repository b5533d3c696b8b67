/** What only Postgres has: locks that readers feel, tokens, roles, a server that may refuse. */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { createPostgresAdapter } from '../../src/adapters/postgres/adapter.ts'
import type { Adapter } from '../../src/core/adapter.ts'
import { ConnectionError } from '../../src/core/database/database-errors.ts'
import type { PostgresTarget } from '../../src/core/target.ts'
import { testAdapters } from '../support/adapters.ts'
import { createSignal } from '../support/signal.ts'
import { Waits } from '../support/waits.ts'
import { noneLater, publish, read, run } from './contract/publishing.ts'
import { freshSchema } from './contract/sessions.ts'

const testAdapter = testAdapters().find((each) => each.name === 'postgres')
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

describe.skipIf(testAdapter === undefined)('postgres', () => {
  let adapter: Adapter
  let target: PostgresTarget

  beforeAll(async () => {
    const made = await testAdapter?.createTarget()
    if (made?.type !== 'postgres') throw new Error('there is no Postgres target')
    target = made
    adapter = createPostgresAdapter(target)
    await run(
      adapter,
      `do $$ begin create role analyst; exception when duplicate_object or unique_violation then null; end $$`,
      `do $$ begin create role keeper; exception when duplicate_object or unique_violation then null; end $$`,
    )
  })
  afterAll(() => adapter.close())

  const table = async (schema: string) => ({
    schema: await freshSchema(adapter, schema),
    identifier: 't',
  })

  describe('locks', () => {
    test('a reader never waits long, and the swap gets its turn', async () => {
      const relation = await table('busy')
      await publish(adapter, relation, { select: 'select generate_series(1, 100) as a' })
      const isHeld = createSignal()
      const holder = adapter.transaction({}, async (session) => {
        await session.query('select count(*) from busy.t')
        isHeld.give()
        await pause(1200)
      })
      await isHeld.given
      const swap = publish(adapter, relation, {
        select: 'select generate_series(1, 200) as a',
        method: 'rename',
      })
      const state = { waits: new Waits(), isSwapped: false }
      const done = swap.then(() => {
        state.isSwapped = true
      })
      while (!state.isSwapped) {
        await state.waits.measure(
          () => read(adapter, 'select count(*) as n from busy.t'),
          () => read(adapter, 'select 1'),
        )
        await pause(5)
      }
      await Promise.all([holder, done])
      expect(state.waits.longestMs).toBeLessThan(600)
      expect(await read(adapter, 'select count(*) as n from busy.t')).toEqual([{ n: 200 }])
    })

    test('patience ends with the swap timeout', async () => {
      const relation = await table('stuck')
      await publish(adapter, relation, { select: 'select 1 as a' })
      const hasty = createPostgresAdapter({ ...target, swapTimeoutMs: 300 })
      const isHeld = createSignal()
      const released = createSignal()
      const holder = adapter.transaction({}, async (session) => {
        await session.query('select * from stuck.t')
        isHeld.give()
        await released.given
      })
      await isHeld.given
      await expect(
        publish(hasty, relation, { select: 'select 2 as a', method: 'rename' }),
      ).rejects.toThrow('no exclusive lock within 300 ms: others read the table without a pause')
      released.give()
      await holder
      await hasty.close()
    })

    test('a reader whose snapshot is older than a swap, with its inputs named, sees rows', async () => {
      const relation = await table('pinned')
      await publish(adapter, relation, { select: 'select 1 as a' })
      let swap: Promise<unknown> = Promise.resolve()
      const rows = await adapter.transaction({ inputs: [relation] }, async (session) => {
        await session.query('select 1 as snapshot')
        swap = publish(adapter, relation, { select: 'select 2 as a', method: 'rename' })
        await pause(300)
        return await session.query('select a from pinned.t')
      })
      await swap
      expect(rows).toEqual([{ a: 1 }])
      expect(await read(adapter, 'select a from pinned.t')).toEqual([{ a: 2 }])
    })

    test('two swaps of one table at once: one is told to try again, or waits', async () => {
      const relation = await table('race')
      await publish(adapter, relation, { select: 'select 0 as a' })
      const one = async (value: number) => {
        const candidate = { schema: 'race', identifier: `t__new${value}` }
        await adapter.transaction({}, async (session) => {
          await session.execute(adapter.dialect.createTableAs(candidate, `select ${value} as a`))
          await session.swapTable({ candidate, target: relation, rebuiltLater: noneLater })
          await pause(50)
        })
      }
      const ends = await Promise.allSettled([one(1), one(2)])
      expect(ends.some((end) => end.status === 'fulfilled')).toBe(true)
      const rows = await read(adapter, 'select a from race.t')
      expect(rows.length).toBe(1)
    })
  })

  describe('connecting', () => {
    const refusal = async (changes: Partial<PostgresTarget>): Promise<unknown> => {
      const other = createPostgresAdapter({ ...target, ...changes })
      return await other.connect().catch((reason: unknown) => reason)
    }
    const failed = (place: string, found: string, hint: string) =>
      new ConnectionError('connection-failed', `could not connect to ${place}: ${found}`, hint)

    test('the refusal says where and what to do, and never the password', async () => {
      const { user, host, port, database } = target
      const place = `${user}@${host}:${port}/${database}`
      expect(await refusal({ password: 'wrong' })).toEqual(
        failed(
          place,
          'the password was refused',
          `check \`password:\` of the target, and that user "${user}" exists`,
        ),
      )
      expect(await refusal({ database: 'nope' })).toEqual(
        failed(
          `${user}@${host}:${port}/nope`,
          'there is no database "nope"',
          'make it: createdb nope',
        ),
      )
      expect(await refusal({ port: 1 })).toEqual(
        failed(
          `${user}@${host}:1/${database}`,
          'nothing listens there',
          'check host and port, and that the server is running',
        ),
      )
      expect(await refusal({ host: 'nowhere.invalid' })).toEqual(
        failed(
          `${user}@nowhere.invalid:${port}/${database}`,
          'there is no host "nowhere.invalid"',
          'check the host name',
        ),
      )
      expect(await refusal({ sslMode: 'require' })).toEqual(
        failed(
          place,
          'the server does not speak TLS',
          'set `sslmode: disable`, or switch TLS on in the server',
        ),
      )
      const { password, ...withoutPassword } = target
      const nobody = createPostgresAdapter(withoutPassword)
      expect(await nobody.connect().catch((reason: unknown) => reason)).toEqual(
        failed(place, 'the server asks for a password', 'set `password:` of the target'),
      )
      expect(password).toBe(inject('postgres')?.password)
    })

    test('time zone, role, search path and names of settings are set', async () => {
      const schema = await freshSchema(adapter, 'pathed')
      await run(adapter, 'grant usage on schema pathed to analyst')
      const other = createPostgresAdapter({
        ...target,
        timezone: 'Europe/Vienna',
        role: 'analyst',
        searchPath: schema,
      })
      expect(
        await read(
          other,
          `select current_setting('timezone') as zone, current_user::text as who, current_schema()::text as path,
  current_setting('application_name') as app, current_setting('client_connection_check_interval') as checks`,
        ),
      ).toEqual([
        {
          zone: 'Europe/Vienna',
          who: 'analyst',
          path: 'pathed',
          app: other.sessionName,
          checks: '500ms',
        },
      ])
      await other.close()
    })

    test('a connection the server ended is replaced', async () => {
      const killed = adapter.session({}, (session) =>
        session.query('select pg_terminate_backend(pg_backend_pid())'),
      )
      await expect(killed).rejects.toThrow(/terminat/)
      expect(await read(adapter, 'select 1 as a')).toEqual([{ a: 1 }])
    })
  })
})
