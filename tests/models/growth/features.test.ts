/** No feature of a user knows what came later: without the later events it is the same, and so it is computed the slow way. */
import { beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../../support/adapters.ts'
import { createFlagship, type Flagship } from '../flagship.ts'
import { type Row, sortedBy } from '../rows.ts'
import { filesOf, seedOf } from './messages.ts'
import { madeUpMessages } from './made-up-messages.ts'

const loadedAt = '2025-03-01T00:00:00Z'
const cut = '2025-01-08'
const messages = madeUpMessages({ seed: 5, dirt: 0, events: 600 })
const earlier = madeUpMessages(
  { seed: 5, dirt: 0, events: 600 },
  (micros) => micros < Date.parse(cut) * 1000,
)

const labelled = `select * from ({{point_in_time_join
  (concat "(select order_id, user_id, min(event_timestamp) as bought_at from " (ref "fct_purchases") " group by order_id, user_id)")
  (ref "features_user_daily")
  label_time="labelled.bought_at"
  features_wanted=(list "purchases_last_30_days")}}) as joined`

/** Goes over midnight: a bounce until then, none afterwards. */
const night = [
  { user: 'night', name: 'page_view', at: '2025-01-07 23:55:00' },
  { user: 'night', name: 'page_view', at: '2025-01-08 00:05:00' },
] as const

/** Bought once, and was never seen again. */
const once = {
  user: 'once',
  name: 'purchase',
  at: '2024-09-01 10:00:00',
  items: [{ item_id: 'P', price: 10 }],
} as const

describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'features of users on $name',
  ({ adapter }) => {
    let growth: Flagship
    let all: readonly Row[]
    let purchases: readonly Row[]
    let joined: readonly Row[]

    beforeAll(async () => {
      growth = await createFlagship(adapter, 'growth')
      all = await features([...messages, ...night, once])
      purchases = await growth.rows(
        'select distinct user_id, order_id, event_date from {{ref "fct_purchases"}}',
      )
      joined = await growth.rows(labelled)
    }, 300_000)

    async function features(arrived: Parameters<typeof seedOf>[0]): Promise<readonly Row[]> {
      await growth.write(filesOf(seedOf(arrived, loadedAt)))
      const ran = await growth.assay('build', '--resource-types', 'model', 'seed')
      expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
      return sortedBy(
        await growth.rows('select * from {{ref "features_user_daily"}}'),
        'user_id',
        'feature_date',
      )
    }

    test('purchases of the last thirty days are those of earlier days', () => {
      expect(purchases.length).toBeGreaterThan(10)
      for (const row of all)
        expect(row['purchases_last_30_days'], JSON.stringify(row)).toBe(before(row))
      expect(all.some((row) => Number(row['purchases_last_30_days']) > 1)).toBe(true)
    })

    function before(row: Row): number {
      const day = Date.parse(String(row['feature_date']))
      return purchases.filter(({ user_id: user, event_date: date }) => {
        const days = (day - Date.parse(String(date))) / 86_400_000
        return user === row['user_id'] && days >= 1 && days <= 30
      }).length
    }

    test('a label is joined to the last features that were known, which do not know the label', () => {
      expect(joined).toHaveLength(purchases.length)
      for (const row of joined) {
        const known = all.filter(
          (each) =>
            each['user_id'] === row['user_id'] &&
            String(each['feature_date']) <= String(row['label_date']),
        )
        const last = known.at(-1)
        expect(row['feature_date'], JSON.stringify(row)).toBe(last?.['feature_date'] ?? null)
        expect(row['purchases_last_30_days']).toBe(last?.['purchases_last_30_days'] ?? null)
      }
    })

    test('of a user who is gone the last row has nothing left: a label long after joins no order that is too old', () => {
      const [before, last] = all.filter((row) => row['user_id'] === 'once').slice(-2)
      expect(before).toMatchObject({ feature_date: '2024-11-30', frequency_90d: 1 })
      expect(last).toMatchObject({
        feature_date: '2024-12-01',
        frequency_90d: 0,
        monetary_90d: '0.0000',
        purchases_last_30_days: 0,
        sessions_30d: 0,
      })
    })

    test('without what came later they are the same', async () => {
      const known = all.filter((row) => String(row['feature_date']) <= cut)
      const truncated = await features([...earlier, night[0], once])
      expect(known.length).toBeGreaterThan(10)
      expect(truncated.filter((row) => String(row['feature_date']) <= cut)).toEqual(known)
      expect(known.find((row) => row['user_id'] === 'night')).toMatchObject({
        feature_date: cut,
        sessions_30d: 1,
        bounce_share_30d: 1,
      })
      expect(
        all.find((row) => row['user_id'] === 'night' && row['feature_date'] === '2025-01-09'),
      ).toMatchObject({
        sessions_30d: 1,
        bounce_share_30d: 0,
      })
    })
  },
)
