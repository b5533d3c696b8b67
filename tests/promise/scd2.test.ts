/** Histories by scd2: the same versions whatever the order and the batches in which the events come. */
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Adapter, textCell } from '../../src/core/adapter.ts'
import { success } from '../../src/core/result.ts'
import { planScd2 } from '../../src/transform/plan/materializations/scd2/plan-scd2.ts'
import type { Scd2 } from '../../src/transform/plan/materializations/scd2/versions.ts'
import { openAdapter, testAdapters } from '../support/adapters.ts'
import { playUnit } from './play-unit.ts'

interface Happening {
  readonly key: string
  readonly value: number | null
  /** Hours. */
  readonly at: number
}
/** Key, value, from, to. */
type Version = readonly [string, string, string, string]

const happening = fc.record({
  key: fc.constantFrom('a', 'b'),
  value: fc.option(fc.integer({ min: 0, max: 2 })),
  at: fc.integer({ min: 0, max: 60 }),
})
const history = fc.array(happening, { minLength: 1, maxLength: 12 }).chain((events) =>
  fc.record({
    events: fc.constant(events),
    /** The order of arrival, as places in `events`. */
    arrival: fc.shuffledSubarray([...events.keys()], { minLength: events.length }),
    /** How many have arrived when a run begins. */
    runs: fc
      .uniqueArray(fc.integer({ min: 0, max: events.length }), { maxLength: 4 })
      .map((counts) => [...counts.toSorted((left, right) => left - right), events.length]),
  }),
)
const grains = fc.constantFrom<Scd2['versionGrain']>('change', 'day')

describe.each(testAdapters())('scd2 on $name', (testAdapter) => {
  let adapter: Adapter
  let count = 0
  beforeAll(async () => {
    adapter = await openAdapter(await testAdapter.createTarget())
    await adapter.connect()
    await adapter.session({}, (session) => session.execute(adapter.dialect.createSchema('history')))
  })
  afterAll(() => adapter.close())

  test('after each run the versions are those of the events so far, for any order and any batches', async () => {
    await fc.assert(
      fc.asyncProperty(history, grains, async ({ events, arrival, runs }, grain) => {
        count += 1
        const arrived = arrival.map((place) => ({ place, ...events[place] }))
        let low = 0
        for (const high of runs) {
          const rows = arrived.flatMap(({ place, key, value, at }) =>
            key === undefined || at === undefined ? [] : [{ place, key, value: value ?? null, at }],
          )
          const found = await run(adapter, { rows, low, high, grain, name: `users_${count}` })
          const known = new Set(arrival.slice(0, high))
          const soFar = events.filter((_, place) => known.has(place))
          expect(found).toEqual(expected(soFar, grain))
          low = high
        }
      }),
      { numRuns: testAdapter.name === 'duckdb' ? 40 : 20 },
    )
  })
})

interface Run {
  /** In order of arrival, with their places among the events: of one moment the last place counts. */
  readonly rows: readonly (Happening & { readonly place: number })[]
  readonly low: number
  readonly high: number
  readonly grain: Scd2['versionGrain']
  readonly name: string
}

async function run(adapter: Adapter, { rows, low, high, grain, name }: Run) {
  const relation = { schema: 'history', identifier: name }
  const scd2: Scd2 = {
    name: 'scd2',
    uniqueKey: ['user_id'],
    trackedColumns: ['plan'],
    effectiveAt: 'changed_at',
    versionGrain: grain,
    tieBreaker: ['event_id'],
    surrogateKey: 'user_key',
  }
  const compiled = (from: number) => ({ sql: selectOf(rows, from, high), map: [], logs: [] })
  const { dialect } = adapter
  return await adapter.transaction({}, async (session) => {
    const existing = await session.describe(relation)
    const isBatch = existing !== undefined
    const own = compiled(isBatch ? low : 0)
    const unit = planScd2(
      {
        relation,
        compiled: own,
        buildFrom: own,
        whole: isBatch ? compiled(0) : undefined,
        dialect,
        existing,
        lastFingerprint: undefined,
        inputsSignature: '',
        isFullRefresh: false,
        refreshReason: undefined,
        needsCandidate: false,
        backfill: undefined,
        uniqueKey: ['user_id'],
        swap: undefined,
        isUnlogged: false,
        refresh: { readsDetached: false, isConcurrent: false },
        arrivalColumn: undefined,
        touched: [],
        contract: undefined,
        quarantine: undefined,
        strategyStatements: () => success([]),
      },
      scd2,
    )
    await playUnit(session, unit)
    const found = await session.query(`select user_id, coalesce(cast(plan as text), '') as plan,
  cast(valid_from as text) as valid_from, coalesce(cast(valid_to as text), '') as valid_to
from ${dialect.relation(relation)}
order by user_id, valid_from`)
    const cells = ['user_id', 'plan', 'valid_from', 'valid_to']
    return found.map((row) => cells.map((cell) => textCell(row, cell)))
  })
}

function selectOf(rows: Run['rows'], low: number, high: number): string {
  const values = rows.map(
    ({ place, key, value, at }, index) =>
      `(${index + 1}, ${place}, '${key}', ${value ?? 'null'}, '${timeOf(at)}')`,
  )
  return `select user_id, cast(plan as integer) as plan, cast(changed_at as timestamp) as changed_at, event_id
from (values ${values.join(', ')}) as events (seq, event_id, user_id, plan, changed_at)
where seq > ${low} and seq <= ${high}`
}

/** Said once more, without SQL: what a key is at the end of each of its moments, where that is news. */
function expected(events: readonly Happening[], grain: Scd2['versionGrain']): readonly Version[] {
  const keys = [...new Set(events.map(({ key }) => key))].toSorted()
  return keys.flatMap((key) => {
    const own = events.filter((event) => event.key === key)
    const inOrder = own.toSorted((left, right) => left.at - right.at)
    const begins = (at: number) => (grain === 'day' ? at - (at % 24) : at)
    const states = new Map(inOrder.map(({ at, value }) => [begins(at), value] as const))
    const changes = [...states].filter(([, value], index, all) => {
      const before = all[index - 1]
      return before === undefined || before[1] !== value
    })
    return changes.map(([at, value], index): Version => {
      const next = changes[index + 1]
      const end = next === undefined ? '' : timeOf(next[0])
      return [key, value === null ? '' : String(value), timeOf(at), end]
    })
  })
}

function timeOf(hours: number): string {
  return new Date(Date.UTC(2026, 0, 1, hours)).toISOString().slice(0, 19).replace('T', ' ')
}
