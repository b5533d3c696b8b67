/** The same messages in any order and any cut into batches end in the same tables; GROWTH_HISTORIES says how many are tried. */
import { beforeAll, describe, expect, test } from 'vitest'
import { randomFrom } from '../../../src/transform/verify/history/random.ts'
import { testAdapters } from '../../support/adapters.ts'
import { createFlagship, type Flagship } from '../flagship.ts'
import type { Row } from '../rows.ts'
import { digestsOf } from './digests.ts'
import { filesOf, seedOf, type TestMessage } from './messages.ts'
import { madeUpMessages } from './made-up-messages.ts'
import { compared } from './relations.ts'

const histories = Number(process.env['GROWTH_HISTORIES'] ?? 1)
/** Days that are none of UTC, and an hour shorter or longer twice a year; GROWTH_TIMEZONE says another. */
const timezone = process.env['GROWTH_TIMEZONE'] ?? 'Pacific/Auckland'
const vars = ['--vars', `{persist_gold: true, reporting_timezone: ${timezone}}`]
const loadedAt = '2025-03-01T00:00:00Z'

/** With what is late, broken and there twice, and a list that gets another name. */
const messages: readonly TestMessage[] = [
  ...madeUpMessages({ seed: 11, dirt: 0.2 }),
  {
    name: 'view_item_list',
    at: '2025-01-12 00:00:00',
    user: 'of another name',
    items: [{ item_id: 'P0001', item_list_id: 'sale', item_list_name: 'All must go' }],
  },
]

/** Tables that are kept up to date by day; each holds what the view of its name gives. */
const persisted = [
  'growth_engagement_daily',
  'product_daily_performance_sessions',
  'list_daily_performance_sessions',
  'campaign_daily_performance_sessions',
]

const singular = [
  'growth_additive_facts_match',
  'growth_no_message_is_lost',
  'growth_sessions_hold_every_event',
]

describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'histories of growth on $name',
  ({ adapter }) => {
    let growth: Flagship
    let expected: readonly Row[]

    beforeAll(async () => {
      growth = await createFlagship(adapter, 'growth')
      await arrive(growth, messages)
      expected = await digests(growth)
    }, 300_000)

    async function persistedAs(prefix: 'gold' | 'vw'): Promise<readonly Row[]> {
      const relations = persisted.map((name) => `${prefix}_${name}`)
      const rows = await digestsOf(growth, relations, vars)
      return rows.map(({ relation, ...row }) => ({
        ...row,
        name: String(relation).replace(`${prefix}_`, ''),
      }))
    }

    test('there is something in every table', () => {
      expect(expected).toHaveLength(compared.length)
      for (const { relation, n_rows: rows } of expected) {
        expect(rows, String(relation)).toBeGreaterThan(0)
      }
    })

    test('their data tests pass: versions overlap nowhere, sums are those of the facts', async () => {
      const selection = ['test_name:mutually_exclusive_ranges', ...singular]
      const ran = await growth.assay('test', '--select', ...selection, ...vars)
      expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
      expect(ran.stdout).toMatch(/^done in .*: 7 ok$/m)
    })

    test.each(Array.from({ length: histories }, (_, index) => index + 1))(
      'history %i ends like all at once',
      { timeout: 300_000 },
      async (history) => {
        const random = randomFrom('growth', adapter.name, history)
        const order = random.shuffle(messages)
        const cuts = [...new Set([1 + random.below(order.length), 1 + random.below(order.length)])]
        for (const until of [...cuts.toSorted((left, right) => left - right), order.length]) {
          await arrive(growth, order.slice(0, until))
        }
        expect(await digests(growth), `cut at ${cuts.join(', ')}`).toEqual(expected)
        expect(await persistedAs('gold')).toEqual(await persistedAs('vw'))
      },
    )
  },
)

async function arrive(growth: Flagship, arrived: readonly TestMessage[]): Promise<void> {
  await growth.write(filesOf(seedOf(arrived, loadedAt)))
  const ran = await growth.assay('build', '--resource-types', 'model', 'seed', ...vars)
  expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
}

/** Of the rows of each relation, whatever their order; without when a row arrived. */
async function digests(growth: Flagship): Promise<readonly Row[]> {
  return await digestsOf(growth, compared, vars)
}
