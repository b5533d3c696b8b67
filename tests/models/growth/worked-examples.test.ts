/** The worked examples of the definitions, each as messages that go through the whole chain. */
import { beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../../support/adapters.ts'
import { createFlagship, type Flagship } from '../flagship.ts'
import { type Row, readRows, sortedBy } from '../rows.ts'
import { filesOf, seedOf, type TestItem, type TestMessage } from './messages.ts'

const day = (time: string): string => `2025-03-01 ${time}`

function item(id: string, more: TestItem = {}): TestItem {
  return { item_id: id, item_name: `Product ${id}`, price: 100, ...more }
}

function ofUser(
  user: string,
  messages: readonly Omit<TestMessage, 'user'>[],
): readonly TestMessage[] {
  return messages.map((message) => ({ user, platform: user, ...message }))
}

const sessions = ofUser('sessions', [
  { name: 'page_view', at: day('10:00:00') },
  { name: 'page_view', at: day('10:30:00') },
  { name: 'page_view', at: day('11:00:01') },
])

const midnight = ofUser('midnight', [
  { name: 'page_view', at: '2025-03-01 23:50:00' },
  { name: 'page_view', at: '2025-03-02 00:05:00' },
])

const bounce = ofUser('bounce', [
  {
    name: 'view_item_list',
    at: day('10:00:00'),
    items: Array.from({ length: 20 }, (_, place) => item(`b${place}`, { item_list_id: 'A' })),
  },
])

const purchase = ofUser('purchase', [
  {
    name: 'purchase',
    at: day('10:00:00'),
    items: [item('P', { discount: 10, quantity: 2, installments: 4 })],
  },
])

const touches = ofUser('touches', [
  { name: 'view_item_list', at: day('10:00:00'), items: [item('P', { item_list_id: 'A' })] },
  { name: 'view_item_list', at: day('10:05:00'), items: [item('Q', { item_list_id: 'B' })] },
  { name: 'purchase', at: day('10:20:00'), order: 'o1', items: [item('P')] },
  { name: 'purchase', at: day('10:20:00'), order: 'o2', items: [item('R')] },
  { name: 'purchase', at: day('10:36:00'), order: 'o3', items: [item('P')] },
  { name: 'view_item', at: day('10:36:00'), items: [item('P', { item_list_id: 'C' })] },
])

/** Exactly as long as the window is still inside; of lists shown at one moment the later message counts. */
const edges = ofUser('edges', [
  {
    name: 'view_item_list',
    at: day('10:00:00'),
    id: 'e1',
    items: [item('P', { item_list_id: 'A' })],
  },
  {
    name: 'view_item_list',
    at: day('10:00:00'),
    id: 'e2',
    items: [item('P', { item_list_id: 'B' })],
  },
  { name: 'page_view', at: day('10:20:00') },
  { name: 'purchase', at: day('10:30:00'), order: 'in', items: [item('P')] },
  { name: 'purchase', at: day('10:30:00.000001'), order: 'out', items: [item('P')] },
])

const prices = ofUser('prices', [
  { name: 'view_item', at: '2025-02-28 20:00:00', items: [item('price', { price: 10 })] },
  {
    name: 'view_item',
    at: day('09:00:00'),
    items: [item('price', { price: 12, campaign_codes: 'SALE' })],
  },
  { name: 'view_item', at: day('20:00:00'), items: [item('price', { price: 10 })] },
  { name: 'view_item', at: '2025-03-02 20:00:00', items: [item('price', { price: 15 })] },
  {
    name: 'view_item',
    at: '2025-03-03 20:00:00',
    experiment: ['price_test', 'higher'],
    items: [item('price', { price: 99 })],
  },
])

/** A cart of 150 is left; the user, on another platform, buys something else, then what was in the cart. */
const abandons: readonly TestMessage[] = [
  ...ofUser('abandons', [
    { name: 'add_to_cart', at: day('10:00:00'), items: [item('P'), item('Q', { price: 50 })] },
    { name: 'remove_from_cart', at: day('10:01:00'), items: [item('R')] },
    { name: 'begin_checkout', at: day('10:02:00'), items: [item('P'), item('Q', { price: 50 })] },
  ]),
  {
    name: 'purchase',
    at: '2025-03-02 10:00:00',
    user: 'abandons',
    platform: 'elsewhere',
    items: [item('R')],
  },
  ...ofUser('returns', [
    { name: 'add_to_cart', at: day('10:00:00'), items: [item('P', { quantity: 3 })] },
    { name: 'remove_from_cart', at: day('10:01:00'), items: [item('P', { quantity: 2 })] },
  ]),
  {
    name: 'purchase',
    at: '2025-03-02 10:00:00',
    user: 'returns',
    platform: 'elsewhere',
    items: [item('P')],
  },
  {
    name: 'purchase',
    at: '2025-03-02 10:00:00',
    user: 'returns',
    platform: 'elsewhere',
    items: [item('R')],
  },
]

const texts = ofUser('texts', [
  {
    name: 'view_item',
    at: day('10:00:00'),
    items: `[{'item_id': 'T1', 'item_name': "Ann's 5", 'price': 1.5, 'coupon': None, 'in_stock': True}, {'item_id': 'T2', 'item_name': 'Bob\\'s "None", True', 'price': '2', 'in_stock': False}]`,
  },
  {
    name: 'view_item',
    at: day('10:01:00'),
    items: '[{"item_id": "T3", "item_name": "Caf\\u00e9 \\ud83d\\ude00", "price": 1e1}]',
  },
  { name: 'view_item', at: day('10:02:00'), items: ' [ ] ' },
  {
    name: 'view_item',
    at: '1740823380000000',
    items: [item('T4', { campaign_codes: 'X,Y' }), item('T4', { campaign_codes: 'X,Y' })],
  },
])

const rejected: readonly (readonly [TestMessage, string])[] = [
  [{ user: 'r', name: null, at: day('10:00:00') }, 'missing_event_name'],
  [{ user: 'r', name: 'page_view', at: null }, 'missing_timestamp'],
  [{ user: 'r', name: 'page_view', at: '2025-02-30 10:00:00' }, 'invalid_timestamp'],
  [{ user: 'r', name: 'page_view', at: '12345' }, 'invalid_timestamp'],
  [{ user: 'r', name: 'page_view', at: '2099-01-01 00:00:00' }, 'future_timestamp'],
  [{ name: 'page_view', at: day('10:00:00') }, 'missing_user'],
  ...[
    '[{"item_id": "x"}',
    '{"item_id": "x"}',
    '[{"item_id": "x"},]',
    '[{"item_id": NaN}]',
    '[1]',
    '["x", null]',
    '[[]]',
    "[{'item_id': 'x]",
    '[{"item_id": "\\ud83d"}]',
    '[{"item_id": "\\u0000"}]',
    '[{"item_id": "x", /* no */ "price": 1}]',
    'x',
  ].map(
    (items) =>
      [{ user: 'r', name: 'view_item', at: day('10:00:00'), items }, 'malformed_items'] as const,
  ),
  ...['[{"item_name": "x"}]', '[{"item_id": " "}]', '[{"item_id": null}]'].map(
    (items) =>
      [{ user: 'r', name: 'view_item', at: day('10:00:00'), items }, 'missing_item_id'] as const,
  ),
  ...[
    '"price": "much"',
    '"price": -1',
    '"quantity": "1x"',
    '"installments": 1.5',
    '"price": 1e20',
    '"price": 9999999999, "quantity": 99999',
    '"quantity": 999999999999',
  ].map(
    (value) =>
      [
        {
          user: 'r',
          name: 'view_item',
          at: day('10:00:00'),
          items: `[{"item_id": "x", ${value}}]`,
        },
        'invalid_item_value',
      ] as const,
  ),
]

const messages: readonly TestMessage[] = [
  ...sessions,
  ...midnight,
  ...bounce,
  ...purchase,
  ...touches,
  ...edges,
  ...prices,
  ...abandons,
  ...texts,
  ...rejected.map(([message]) => message),
  {
    user: 'euro',
    platform: 'euro',
    name: 'purchase',
    at: day('10:00:00'),
    currency: 'EUR',
    items: [item('P')],
  },
  {
    user: 'dear',
    platform: 'dear',
    name: 'purchase',
    at: day('10:00:00'),
    items: [item('dear', { price: 1_500_000, quantity: 20_000, discount: 500_000 })],
  },
  // The last event: now.
  { user: 'clock', platform: 'clock', name: 'page_view', at: '2025-03-04 12:00:00' },
]

const otherSettings = {
  ...Object.fromEntries(
    ['list', 'click', 'view', 'cart', 'remove', 'checkout', 'purchase', 'refund'].map((step) => [
      `${step}_events`,
      [`my_${step}`],
    ]),
  ),
  as_of: '2024-01-20 00:00:00',
  reporting_timezone: 'Pacific/Auckland',
  reporting_currency: 'XTS',
  item_price_is: 'net',
  max_clock_skew_minutes: 1,
  session_timeout_minutes: 7,
  engaged_seconds: 7000,
  engaged_views: 70,
  attribution_window_minutes: 7,
  attribution_bases: ['own'],
  installments_from: 12,
  high_value_cart_threshold: 70_000,
  abandon_recovery_days: 1,
  campaign_idle_days: 1,
  campaign_ends: { SALE: '2025-03-01' },
  exchange_rate_days: 1,
  price_experiments: ['my_price_test'],
}

describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'worked examples of growth on $name',
  ({ adapter }) => {
    let growth: Flagship

    beforeAll(async () => {
      growth = await createFlagship(adapter, 'growth')
      await growth.write(filesOf(seedOf(messages, '2025-03-04T12:00:30Z')))
      const ran = await growth.assay('build')
      expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
    }, 300_000)

    async function platform(name: string): Promise<Row> {
      const rows = await growth.rows(
        `select * from {{ref "vw_platform_daily_performance_sessions"}} where platform_id = '${name}'`,
      )
      expect(rows).toHaveLength(1)
      return rows[0] ?? {}
    }

    test('half an hour continues a session, a second more does not; midnight does not cut', async () => {
      const rows = await growth.rows(
        `select platform_id, session_date, session_start, duration_seconds, interactions
         from {{ref "silver_user_sessions"}} where platform_id in ('sessions', 'midnight')`,
      )
      expect(sortedBy(rows, 'session_start')).toEqual([
        {
          platform_id: 'sessions',
          session_date: '2025-03-01',
          session_start: day('10:00:00'),
          duration_seconds: 1800,
          interactions: 2,
        },
        {
          platform_id: 'sessions',
          session_date: '2025-03-01',
          session_start: day('11:00:01'),
          duration_seconds: 0,
          interactions: 1,
        },
        {
          platform_id: 'midnight',
          session_date: '2025-03-01',
          session_start: day('23:50:00'),
          duration_seconds: 900,
          interactions: 2,
        },
      ])
    })

    test('a list of 20 and nothing else is one message, one impression and a bounce', async () => {
      expect(await platform('bounce')).toMatchObject({
        sessions: 1,
        total_events: 1,
        list_impressions: 1,
        product_impressions: 20,
        bounces: 1,
        bounce_rate: 1,
        engaged_sessions: 0,
        ctr_sessions: 0,
        view_to_checkout_rate_session: null,
        aov: null,
      })
    })

    test('two at 100 less 10 in four instalments are 180, one order', async () => {
      expect(await platform('purchase')).toMatchObject({
        revenue: '180.0000',
        orders: 1,
        aov: 180,
        installment_orders: 1,
        installment_order_share: 1,
        installment_adoption_rate: 1,
        bounces: 0,
        engaged_sessions: 1,
      })
    })

    test('a purchase goes back to the list of its product, else of its session, else to none', async () => {
      const rows = await growth.rows(
        `select order_id, attribution_basis, attributed_list_id
         from {{ref "silver_event_list_attribution"}} where platform_id in ('touches', 'edges')`,
      )
      expect(sortedBy(rows, 'order_id', 'attributed_list_id')).toEqual([
        { order_id: 'in', attribution_basis: 'product', attributed_list_id: 'B' },
        { order_id: null, attribution_basis: 'own', attributed_list_id: 'C' },
        { order_id: 'o1', attribution_basis: 'product', attributed_list_id: 'A' },
        { order_id: 'o2', attribution_basis: 'session', attributed_list_id: 'B' },
        { order_id: 'o3', attribution_basis: 'none', attributed_list_id: null },
        { order_id: 'out', attribution_basis: 'none', attributed_list_id: null },
      ])
    })

    test('a price that ends the day as it began makes no version; an experiment is no price', async () => {
      const versions = await growth.rows(
        `select price, valid_from, valid_to from {{ref "dim_products"}} where product_id = 'price'`,
      )
      expect(sortedBy(versions, 'valid_from')).toEqual([
        { price: '10.0000', valid_from: '2025-02-28', valid_to: '2025-03-02' },
        { price: '15.0000', valid_from: '2025-03-02', valid_to: null },
      ])
      const changes = await growth.rows(
        `select campaign_id, changed_on, old_price, new_price, price_delta_pct, is_current_campaign
         from {{ref "vw_gold_product_campaign_price_change_events"}}`,
      )
      expect(changes).toEqual([
        {
          campaign_id: 'SALE',
          changed_on: '2025-03-02',
          old_price: '10.0000',
          new_price: '15.0000',
          price_delta_pct: 0.5,
          is_current_campaign: true,
        },
      ])
    })

    test('what was left in a cart, and who bought since, and what', async () => {
      const carts = await growth.rows(
        `select platform_id, cart_products, cart_value, is_cart_abandon, is_checkout_abandon, is_high_value_abandon
         from {{ref "silver_session_features"}} where platform_id in ('abandons', 'returns')`,
      )
      expect(sortedBy(carts, 'platform_id')).toEqual([
        {
          platform_id: 'abandons',
          cart_products: 2,
          cart_value: '150.0000',
          is_cart_abandon: true,
          is_checkout_abandon: true,
          is_high_value_abandon: true,
        },
        {
          platform_id: 'returns',
          cart_products: 1,
          cart_value: '100.0000',
          is_cart_abandon: true,
          is_checkout_abandon: false,
          is_high_value_abandon: false,
        },
      ])
      expect(
        await growth.rows(
          `select platform_id, purchased_since, next_purchase_at from {{ref "gold_segment_checkout_abandon_v"}}`,
        ),
      ).toEqual([
        { platform_id: 'abandons', purchased_since: true, next_purchase_at: '2025-03-02 10:00:00' },
      ])
      expect(
        await growth.rows(
          `select platform_id, bought_products, bought_revenue
           from {{ref "gold_segment_abandon_then_bought_different_v"}}`,
        ),
      ).toEqual([{ platform_id: 'abandons', bought_products: 1, bought_revenue: '100.0000' }])
      expect(await platform('abandons')).toMatchObject({
        cart_abandons: 1,
        high_value_abandons: 1,
        abandoned_cart_value_avg: 150,
        orders: 0,
        aov_of_abandoners: 100,
      })
    })

    test('items are read as JSON or as Python writes them, equal ones apart', async () => {
      const rows = await growth.rows(
        `select event_timestamp, product_id, product_name, unit_list_price, is_in_stock, campaign_id, campaign_codes
         from {{ref "fct_events"}} where platform_id = 'texts'`,
      )
      const unknown = { is_in_stock: null, campaign_id: 'none', campaign_codes: null }
      const twice = {
        event_timestamp: day('10:03:00'),
        product_id: 'T4',
        product_name: 'Product T4',
        unit_list_price: '100.0000',
        is_in_stock: null,
        campaign_id: 'X',
        campaign_codes: 'X,Y',
      }
      expect(sortedBy(rows, 'event_timestamp', 'product_id')).toEqual([
        {
          ...unknown,
          event_timestamp: day('10:00:00'),
          product_id: 'T1',
          product_name: "Ann's 5",
          unit_list_price: '1.5000',
          is_in_stock: true,
        },
        {
          ...unknown,
          event_timestamp: day('10:00:00'),
          product_id: 'T2',
          product_name: `Bob's "None", True`,
          unit_list_price: '2.0000',
          is_in_stock: false,
        },
        {
          ...unknown,
          event_timestamp: day('10:01:00'),
          product_id: 'T3',
          product_name: 'Café 😀',
          unit_list_price: '10.0000',
        },
        {
          ...unknown,
          event_timestamp: day('10:02:00'),
          product_id: 'none',
          product_name: null,
          unit_list_price: null,
        },
        twice,
        twice,
      ])
    })

    test('what cannot be used is set aside with its reason; a clock in 2099 moves nothing', async () => {
      const rows = await growth.rows(
        'select _load_seq, rejection_reason from {{ref "stg_rejected_events"}}',
      )
      const first = messages.findIndex((message) => message === rejected[0]?.[0]) + 1
      expect(sortedBy(rows, '_load_seq')).toEqual(
        sortedBy(
          rejected.map(([, reason], index) => ({
            _load_seq: first + index,
            rejection_reason: reason,
          })),
          '_load_seq',
        ),
      )
      expect(await growth.rows('select latest_event_at from {{ref "growth_clock"}}')).toEqual([
        { latest_event_at: '2025-03-04 12:00:00' },
      ])
    })

    test('money in a currency without a rate is unknown', async () => {
      expect(
        await growth.rows(
          `select unit_list_price, revenue, order_id is not null as is_order
           from {{ref "fct_events"}} where platform_id = 'euro'`,
        ),
      ).toEqual([{ unit_list_price: null, revenue: null, is_order: true }])
    })

    test('dear things, and many of them, are what they are', async () => {
      expect(await platform('dear')).toMatchObject({ orders: 1, revenue: '20000000000.0000' })
      expect(
        await growth.rows(
          `select discount_value, list_value from {{ref "vw_product_campaign_discounts_daily"}}
           where product_id = 'dear'`,
        ),
      ).toEqual([{ discount_value: '10000000000.0000', list_value: '30000000000.0000' }])
    })

    test('the orders of those who left a cart are those up to now', async () => {
      const asked = ['--select', 'aov_of_cart_abandoners', '--output', 'json']
      const at = async (now: string) =>
        readRows(await growth.assay('show', ...asked, '--vars', `{as_of: "${now}"}`))
      expect(await at('2025-03-04 12:00:00')).toMatchObject([{ abandoners: 2, their_orders: 3 }])
      expect(await at('2025-03-01 20:00:00')).toMatchObject([{ abandoners: 2, their_orders: 0 }])
    })

    test('unit tests of the models say which settings they mean: others break none', async () => {
      const vars = JSON.stringify(otherSettings)
      const ran = await growth.assay('test', '--select', 'test_type:unit', '--vars', vars)
      expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
      expect(ran.stdout).toMatch(/^done in .*: 2\d ok$/m)
    })
  },
)
