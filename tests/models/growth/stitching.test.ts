/** With var(stitch_users) an anonymous id is the first user seen with it, for all its history, whenever that is found out. */
import { beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../../support/adapters.ts'
import { createFlagship, type Flagship } from '../flagship.ts'
import { type Row, sortedBy } from '../rows.ts'
import { filesOf, seedOf, type TestMessage } from './messages.ts'

const timeout = 300_000
const at = (time: string) => `2025-03-01 ${time}`
const item = [{ item_id: 'P', item_name: 'Phone', price: 10 }]

/** A device on which somebody looks round, and later logs in as ann. */
const first: readonly TestMessage[] = [
  { id: 'a1', name: 'view_item', at: at('10:00:00'), anonymous: 'device', items: item },
  { id: 'a2', name: 'purchase', at: at('10:20:00'), user: 'ann', anonymous: 'device', items: item },
  { id: 'a3', name: 'page_view', at: at('10:20:00'), anonymous: 'other' },
]

/** Late: bob had been there before her; and the device goes on without a name. */
const late: readonly TestMessage[] = [
  { id: 'b1', name: 'page_view', at: at('09:00:00'), user: 'bob', anonymous: 'device' },
  { id: 'b2', name: 'purchase', at: at('12:00:00'), anonymous: 'device', items: item },
]

describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'stitching on $name',
  ({ adapter }) => {
    let growth: Flagship

    beforeAll(async () => {
      growth = await createFlagship(adapter, 'growth')
    })

    async function arrive(messages: readonly TestMessage[], ...flags: readonly string[]) {
      await growth.write(filesOf(seedOf(messages, '2025-03-02T00:00:00Z')))
      const stitched = ['--vars', '{stitch_users: true}', ...flags]
      const ran = await growth.assay('build', '--resource-types', 'model', 'seed', ...stitched)
      expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
      const sessionTest = [
        '--select',
        'growth_sessions_hold_every_event',
        '--exclude',
        'test_type:unit',
      ]
      const tested = await growth.assay('test', ...sessionTest, '--vars', '{stitch_users: true}')
      expect(tested.exitCode, tested.stdout + tested.stderr).toBe(0)
    }

    async function sessions(): Promise<readonly Row[]> {
      const rows = await growth.rows(
        'select user_id, session_start, interactions from {{ref "silver_user_sessions"}}',
      )
      return sortedBy(rows, 'session_start', 'user_id')
    }

    async function buyers(): Promise<readonly Row[]> {
      const rows = await growth.rows(
        `select users.user_id, users.first_purchase_date, count(bought.event_id) as purchases
         from {{ref "dim_users"}} as users
         left join {{ref "fct_purchases"}} as bought on bought.user_id = users.user_id
         where users.is_current
         group by users.user_id, users.first_purchase_date`,
      )
      return sortedBy(rows, 'user_id')
    }

    test('what a device did belongs to who is first seen with it, and moves when that changes', {
      timeout,
    }, async () => {
      await arrive(first)
      expect(await sessions()).toEqual([
        { user_id: 'ann', session_start: at('10:00:00'), interactions: 2 },
        { user_id: 'other', session_start: at('10:20:00'), interactions: 1 },
      ])
      await arrive([...first, ...late])
      const moved = [
        { user_id: 'bob', session_start: at('09:00:00'), interactions: 1 },
        { user_id: 'bob', session_start: at('10:00:00'), interactions: 1 },
        { user_id: 'ann', session_start: at('10:20:00'), interactions: 1 },
        { user_id: 'other', session_start: at('10:20:00'), interactions: 1 },
        { user_id: 'bob', session_start: at('12:00:00'), interactions: 1 },
      ]
      expect(await sessions()).toEqual(moved)
      const bought = [
        { user_id: 'ann', first_purchase_date: '2025-03-01', purchases: 1 },
        { user_id: 'bob', first_purchase_date: '2025-03-01', purchases: 1 },
        { user_id: 'other', first_purchase_date: null, purchases: 0 },
      ]
      expect(await buyers()).toEqual(bought)
      await arrive([...first, ...late], '--full-refresh')
      expect(await sessions()).toEqual(moved)
      expect(await buyers()).toEqual(bought)
    })
  },
)
