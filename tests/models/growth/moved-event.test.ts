/** An event that moves by a day: no feature of a day that is not after it takes notice, and the day after does. */
import { beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../../support/adapters.ts'
import { createFlagship, type Flagship } from '../flagship.ts'
import { type Row, sortedBy } from '../rows.ts'
import { filesOf, seedOf, type TestMessage } from './messages.ts'

const timeout = 300_000
const item = [{ item_id: 'P', item_name: 'Phone', price: 10, installments: 3 }]
const of = (day: string, name: string, more: Partial<TestMessage> = {}): TestMessage => ({
  id: `${name}-${day}`,
  user: 'ann',
  name,
  at: `${day} 12:00:00`,
  ...more,
})

/** A visit, the order that moves, and a last event, which is now. */
function messagesWith(ordered: string): readonly TestMessage[] {
  return [
    of('2025-01-01', 'page_view'),
    of(ordered, 'purchase', { id: 'order', items: item }),
    of('2025-01-10', 'page_view'),
  ]
}

describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'features when an event moves, on $name',
  ({ adapter }) => {
    let growth: Flagship

    beforeAll(async () => {
      growth = await createFlagship(adapter, 'growth')
    })

    async function features(ordered: string): Promise<readonly Row[]> {
      const seed = seedOf(messagesWith(ordered), '2025-02-01T00:00:00Z')
      await growth.write(filesOf(seed))
      const ran = await growth.assay('build', '--resource-types', 'model', 'seed')
      expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
      const rows = await growth.rows('select * from {{ref "features_user_daily"}}')
      return sortedBy(rows, 'feature_date')
    }

    test('only later days know of it', { timeout }, async () => {
      const before = await features('2025-01-05')
      const after = await features('2025-01-06')
      const days = (rows: readonly Row[], until: string) =>
        rows.filter((row) => String(row['feature_date']) <= until)
      expect(days(before, '2025-01-05')).toHaveLength(4)
      expect(days(after, '2025-01-05')).toEqual(days(before, '2025-01-05'))
      const on = (rows: readonly Row[], date: string) =>
        rows.find((row) => row['feature_date'] === date)
      const bought = {
        purchases_last_30_days: 1,
        frequency_90d: 1,
        monetary_90d: '10.0000',
        recency_days: 1,
        uses_installments: true,
      }
      expect(on(before, '2025-01-06')).toMatchObject(bought)
      expect(on(after, '2025-01-06')).toMatchObject({
        purchases_last_30_days: 0,
        frequency_90d: 0,
        monetary_90d: '0.0000',
        recency_days: null,
        uses_installments: false,
      })
      expect(on(after, '2025-01-07')).toMatchObject(bought)
    })
  },
)
