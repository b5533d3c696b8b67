/** What growth owes its readers: tests on every model; in gold contracts, versions, and columns that say what they are; an answer to every question. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { isJsonObject, type JsonObject } from '../../../src/core/json.ts'
import { testAdapters } from '../../support/adapters.ts'
import { createFlagship, type Flagship } from '../flagship.ts'
import { readPage } from '../../docs/pages.ts'
import { nodesOf, objectIn, textAt, textsAt } from './manifest.ts'

/** The questions of the business, in the order in which it asks them, and the analysis that answers each. */
const questions: Readonly<Record<string, string>> = {
  'What are the core user engagement funnels, where are the biggest drop-offs?':
    'biggest_drop_offs',
  'What is the bounce rate for user sessions?': 'bounce_rate_by_platform',
  'What is the conversion rate from product view to purchase?': 'view_to_purchase_conversion',
  'What is the average order value of users who abandoned a cart?': 'aov_of_cart_abandoners',
  'Whom can we target who dropped off after checkout and has not purchased since?':
    'checkout_abandoners_to_target',
  'How do platforms, item lists and campaigns compare in users, revenue and engagement?':
    'platforms_lists_and_campaigns',
  'How do campaigns perform in conversion and revenue?': 'campaign_performance',
  'How do experiments and coupons impact behaviour and order value?': 'experiments_and_coupons',
  'Which products changed in price during current campaigns?': 'price_changes_in_current_campaigns',
  'What discounts are given by product, campaign and day of purchase?': 'discounts_of_purchases',
  'What is the adoption rate of instalments?': 'installment_adoption',
  'Which lists engage users the most?': 'most_engaging_lists',
}

const [adapter] = testAdapters()
let growth: Flagship
let nodes: readonly JsonObject[]

beforeAll(async () => {
  if (adapter === undefined) throw new Error('there is no database')
  growth = await createFlagship(adapter, 'growth')
  const vars = '{persist_gold: true}'
  const parsed = await growth.assay('parse', '--vars', vars)
  expect(parsed.exitCode, parsed.stderr).toBe(0)
  nodes = nodesOf(growth)
}, 300_000)

function models(): readonly JsonObject[] {
  const found = nodes.filter((node) => node['resource_type'] === 'model')
  expect(found.length).toBeGreaterThan(35)
  return found
}

function goldColumns() {
  const gold = models().filter((node) => textAt(node, 'path').startsWith('gold/'))
  expect(gold.length).toBeGreaterThan(14)
  return gold.flatMap((node) => {
    const columns = Object.values(objectIn(node, 'columns')).filter(isJsonObject)
    return columns.map((column) => ({
      place: `${textAt(node, 'name')}.${textAt(column, 'name')}`,
      description: textAt(column, 'description'),
      type: textAt(column, 'data_type'),
      meta: objectIn(column, 'meta'),
      names: columns.map((column) => textAt(column, 'name')),
    }))
  })
}

test('every model has a test', () => {
  const tested = new Set(
    nodes
      .filter((node) => node['resource_type'] === 'test')
      .flatMap((node) => textsAt(objectIn(node, 'depends_on'), 'nodes')),
  )
  const untested = models().filter((node) => !tested.has(textAt(node, 'unique_id')))
  expect(untested.map(({ name }) => name)).toEqual([])
})

test('every model and every column of it is described', () => {
  const silent = models().flatMap((node) => [
    ...(node['description'] === '' ? [textAt(node, 'name')] : []),
    ...Object.values(objectIn(node, 'columns')).flatMap((column) =>
      isJsonObject(column) && column['description'] === ''
        ? [`${textAt(node, 'name')}.${textAt(column, 'name')}`]
        : [],
    ),
  ])
  expect(silent).toEqual([])
})

test('every gold model has an enforced contract, a version, a group, and comments in the database', () => {
  const found = models()
    .filter((node) => textAt(node, 'path').startsWith('gold/'))
    .map((node) => {
      const config = objectIn(node, 'config')
      return {
        isEnforced: objectIn(config, 'contract')['enforced'],
        version: node['version'],
        isLatest: node['version'] === node['latest_version'],
        hasGroup: typeof node['group'] === 'string',
        persisted: objectIn(config, 'persist_docs'),
      }
    })
  expect(found).toEqual(
    found.map(() => ({
      isEnforced: true,
      version: 1,
      isLatest: true,
      hasGroup: true,
      persisted: { relation: true, columns: true },
    })),
  )
})

test('every number in gold says its unit and how it adds up, in its comment too', () => {
  const numbers = goldColumns().filter(({ type }) => /^(bigint|decimal|double)/.test(type))
  expect(numbers.length).toBeGreaterThan(150)
  for (const { place, description, meta } of numbers) {
    const [additive, unit] = [textAt(meta, 'additive'), textAt(meta, 'unit')]
    expect(['all', 'not_over_time', 'none'], place).toContain(additive)
    const over = textsAt(meta, 'not_over')
    const mark = over.length === 0 ? additive : `all, not over ${over.join(' and ')}`
    expect(description, place).toMatch(/^\S.*\S$/)
    expect(description.slice(description.lastIndexOf(' [')), place).toBe(
      ` [${unit}; additive: ${mark}]`,
    )
  }
})

test('every rate has its numerator and its denominator beside it', () => {
  const rates = goldColumns().filter(({ type }) => type === 'double precision')
  expect(rates.length).toBeGreaterThan(40)
  for (const { place, description, meta, names } of rates) {
    expect(meta['additive'], place).toBe('none')
    const [, top = '', bottom] = /^(?:(\w+) \/ (\w+)|1 - (?:\w+))\b/.exec(description) ?? []
    const [, complement] = /^1 - (\w+)/.exec(description) ?? []
    for (const name of complement === undefined ? [top, bottom] : [complement]) {
      expect(names, `${place}: ${description}`).toContain(name)
    }
  }
})

test.each(Object.entries(questions))('%s', (_, analysis) => {
  const named = nodes.filter(
    (node) => node['resource_type'] === 'analysis' && node['name'] === analysis,
  )
  expect(named.map((node) => textAt(node, 'description').length > 10)).toEqual([true])
  expect(readPage('docs/growth.md')).toContain(`$ assay show --select ${analysis}`)
})

test('what may not be added up over lists is refused with what to ask', async () => {
  const asked = await growth.assay('metric', 'list_ctr', '--by', 'platform_id')
  expect(asked.exitCode).toBe(2)
  expect(asked.stderr).toContain(
    'expected "list_id" kept apart, found "sessions_with_click" summed over it; it is not additive',
  )
})

test('windows, thresholds and names of events are vars: each stands in SQL with the value it is given', async () => {
  const thresholds = [
    'max_clock_skew_minutes',
    'session_timeout_minutes',
    'engaged_seconds',
    'engaged_views',
    'attribution_window_minutes',
    'high_value_cart_threshold',
    'abandon_recovery_days',
    'campaign_idle_days',
    'exchange_rate_days',
    'installments_from',
  ]
  const events = ['list', 'click', 'view', 'cart', 'remove', 'checkout', 'purchase', 'refund']
  const values: Readonly<Record<string, number | string | readonly string[]>> = {
    ...Object.fromEntries(thresholds.map((name, index) => [name, 7001 + 10 * index])),
    ...Object.fromEntries(events.map((name) => [`${name}_events`, [`my_${name}`]])),
    price_experiments: ['my_price_test'],
    reporting_timezone: 'Pacific/Auckland',
    reporting_currency: 'XTS',
  }
  const ran = await growth.assay('compile', '--vars', JSON.stringify(values))
  expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
  const sql = compiledSql()
  for (const [name, value] of Object.entries(values)) {
    const texts = typeof value === 'number' ? [value, value + 1] : [value].flat()
    expect(
      texts.some((text) => new RegExp(`\\b${String(text)}\\b`).test(sql)),
      name,
    ).toBe(true)
  }
  for (const name of ['view_item', 'add_to_cart', 'begin_checkout', 'select_item', 'refund']) {
    expect(sql).not.toContain(`'${name}'`)
  }
})

function compiledSql(): string {
  const folder = join(growth.folder, 'target', 'compiled')
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.name.endsWith('.sql') && !entry.parentPath.endsWith('unit_tests.yml'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n')
}
