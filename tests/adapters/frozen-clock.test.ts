/** A frozen query runs, has the types it had, and says the same at any time. */
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Adapter, Row } from '../../src/core/adapter.ts'
import { freezeClock } from '../../src/transform/plan/state/freeze-clock.ts'
import { openAdapter, testAdapters } from '../support/adapters.ts'

const instant = '2001-03-01T02:30:15.250Z'

/** On both: what it is at that instant, in New York. */
const shared: Readonly<Record<string, string>> = {
  'now()': '2001-03-01 02:30:15.250000+00',
  current_timestamp: '2001-03-01 02:30:15.250000+00',
  'transaction_timestamp()': '2001-03-01 02:30:15.250000+00',
  current_date: '2001-02-28',
  localtimestamp: '2001-02-28 21:30:15.250000',
  "cast(age(timestamp '2001-02-27 00:00:00') as text)": '1 day',
}

const own: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  duckdb: {
    'today()': '2001-02-28',
    'current_date()': '2001-02-28',
    'system.main.now()': '2001-03-01 02:30:15.250000+00',
    'get_current_timestamp()': '2001-03-01 02:30:15.250000+00',
    'current_localtimestamp()': '2001-02-28 21:30:15.250000',
    'cast(current_localtime() as text)': '21:30:15.25',
    'cast(localtime as text)': '21:30:15.25',
    'cast(current_time as text)': '21:30:15.25-05',
    'cast(get_current_time() as text)': '21:30:15.25-05',
    "ago(interval '1 day')": '2001-02-28 02:30:15.250000+00',
  },
  postgres: {
    'statement_timestamp()': '2001-03-01 02:30:15.250000+00',
    'clock_timestamp()': '2001-03-01 02:30:15.250000+00',
    'pg_catalog.now()': '2001-03-01 02:30:15.250000+00',
    'current_timestamp(0)': '2001-03-01 02:30:15+00',
    'localtimestamp(1)': '2001-02-28 21:30:15.300000',
    'cast(localtime as text)': '21:30:15.25',
    'cast(localtime(0) as text)': '21:30:15',
    'cast(current_time as text)': '21:30:15.25-05',
    'cast(current_time(0) as text)': '21:30:15-05',
    'timeofday()': 'Wed Feb 28 21:30:15.250000 2001 EST',
    // Words are days of UTC.
    "'today'::date": '2001-03-01',
    "date 'tomorrow'": '2001-03-02',
    "timestamp with time zone 'now'": '2001-03-01 02:30:15.250000+00',
    "cast('now' as timestamptz)": '2001-03-01 02:30:15.250000+00',
  },
}

describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'a frozen clock on $name',
  ({ name, adapter: testAdapter }) => {
    let adapter: Adapter
    beforeAll(async () => {
      const target = await testAdapter.createTarget()
      adapter = await openAdapter({ ...target, timezone: 'America/New_York' })
      await adapter.connect()
    })
    afterAll(() => adapter.close())

    const rowOf = async (sql: string): Promise<Row | undefined> =>
      await adapter.transaction({}, async (session) => (await session.query(sql))[0])
    const typeOf = name === 'duckdb' ? 'typeof' : 'pg_typeof'

    test.each(Object.entries({ ...shared, ...own[name] }))('%s', async (clock, value) => {
      const sql = `select ${clock} as at, cast(${typeOf}(${clock}) as text) as type`
      const real = await rowOf(sql)
      const frozen = await rowOf(freezeClock(sql, instant))
      expect(frozen).toEqual({ at: value, type: real?.['type'] })
    })

    test('at any time', async () => {
      const clocks = Object.keys({ ...shared, ...own[name] })
      const sql = freezeClock(
        `select ${clocks.map((clock, index) => `${clock} as c${index}`).join(', ')}`,
        instant,
      )
      const first = await rowOf(sql)
      await setTimeout(5)
      expect(await rowOf(sql)).toEqual(first)
    })
  },
)
