/** What must not move the results: the database, the unit of money, the zone of the connection. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { isJsonObject, type Json } from '../../../src/core/json.ts'
import { testAdapters } from '../../support/adapters.ts'
import { createFlagship, type Flagship } from '../flagship.ts'
import type { Row } from '../rows.ts'
import { type TestMessage, filesOf, seedOf } from './messages.ts'
import { madeUpMessages } from './made-up-messages.ts'
import { compared, rowsOf } from './relations.ts'

const timeout = 600_000
const loadedAt = '2025-03-01T00:00:00Z'
/**
 * A message of one campaign, under a name of its own: between rows of one message, and between messages without a name,
 * hashes of what they say decide, and the money is a part of that.
 */
const messages = madeUpMessages({ seed: 11, dirt: 0, events: 400 }).map((message, index) => ({
  ...message,
  id: message.id ?? `unnamed-${index}`,
  ...(typeof message.items === 'string' ? { items: withOneCampaign(message.items) } : {}),
}))
const gold = compared.filter((name) => /^(vw|gold)_/.test(name))
const postgres = testAdapters().find(({ name }) => name === 'postgres')

function withOneCampaign(items: string): string {
  const pattern = /(["']campaign_codes["']: ?)(\[[^\]]*\]|"[^"]*"|'[^']*')/g
  const [, , first = ''] = pattern.exec(items) ?? []
  return items.replaceAll(pattern, (_, key: string) => `${key}${first}`)
}

/** Prices and discounts in cents: the same digits, two places on. */
function scaled(message: TestMessage): TestMessage {
  const { items } = message
  if (typeof items !== 'string') return message
  const inCents = items.replaceAll(
    /(['"](?:price|discount)['"]: ?['"]?)(\d+(?:\.\d+)?)/g,
    (_, key: string, amount: string) => `${key}${(Number(amount) * 100).toFixed(2)}`,
  )
  return { ...message, items: inCents }
}

async function build(growth: Flagship, ...flags: readonly string[]): Promise<void> {
  const ran = await growth.assay('build', '--resource-types', 'model', 'seed', ...flags)
  expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
}

async function goldOf(growth: Flagship): Promise<ReadonlyMap<string, readonly Row[]>> {
  const relations = new Map<string, readonly Row[]>()
  for (const name of gold) relations.set(name, await rowsOf(growth, name))
  return relations
}

/** The columns of gold that are money, by relation. */
function moneyColumns(growth: Flagship): ReadonlyMap<string, ReadonlySet<string>> {
  const text = readFileSync(join(growth.folder, 'target', 'manifest.json'), 'utf8')
  const manifest: Json = JSON.parse(text)
  const nodes = isJsonObject(manifest) ? manifest['nodes'] : undefined
  const named = (isJsonObject(nodes ?? null) && isJsonObject(nodes) ? Object.values(nodes) : [])
    .filter(isJsonObject)
    .map((node) => [JSON.stringify(node['name']).slice(1, -1), node['columns']] as const)
  return new Map(
    named.map(([name, columns]) => {
      const all = isJsonObject(columns ?? null) && isJsonObject(columns) ? columns : {}
      const money = Object.entries(all).flatMap(([column, about]) => {
        const meta = isJsonObject(about) ? about['meta'] : undefined
        const isMoney =
          isJsonObject(meta ?? null) &&
          isJsonObject(meta) &&
          meta['unit'] === 'var(reporting_currency)'
        return isMoney ? [column] : []
      })
      return [name, new Set(money)] as const
    }),
  )
}

describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'gold on $name',
  ({ adapter }) => {
    let growth: Flagship
    let expected: ReadonlyMap<string, readonly Row[]>

    beforeAll(async () => {
      growth = await createFlagship(adapter, 'growth')
      await growth.write(filesOf(seedOf(messages, loadedAt)))
      await build(growth)
      expected = await goldOf(growth)
    }, timeout)

    test('there are rows, orders and rates to compare', () => {
      for (const [name, rows] of expected) expect(rows.length, name).toBeGreaterThan(0)
      const days = expected.get('vw_platform_daily_performance_sessions') ?? []
      expect(days.some((row) => Number(row['aov']) > 0)).toBe(true)
    })

    test('money in cents moves no rate and no count, and all money by a hundred', {
      timeout,
    }, async () => {
      await growth.write(filesOf(seedOf(messages.map(scaled), loadedAt)))
      await build(growth, '--vars', '{high_value_cart_threshold: 10000}')
      const money = moneyColumns(growth)
      const found = await goldOf(growth)
      const amounts = [...expected].map(([name, rows]) => {
        const columns = money.get(name) ?? new Set<string>()
        const inCents = comparable(rows, { columns, factor: 100 })
        expect(comparable(found.get(name) ?? [], { columns, factor: 1 }), name).toEqual(inCents)
        return columns.size * rows.length
      })
      expect(amounts.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(100)
    })

    test('the zone of the connection moves nothing', { timeout }, async () => {
      const settings = readFileSync(join(growth.folder, 'assay.yml'), 'utf8')
      const zone = '\n    timezone: Pacific/Auckland'
      const elsewhere = settings.replaceAll(
        /\n {4}type: (?:duckdb|postgres)/g,
        (type) => type + zone,
      )
      expect(elsewhere).not.toBe(settings)
      await growth.write({
        'assay.yml': elsewhere,
        ...filesOf(seedOf(messages, loadedAt)),
      })
      await build(growth, '--full-refresh')
      expect(await goldOf(growth)).toEqual(expected)
    })
  },
)

interface Scale {
  /** Those of money. */
  readonly columns: ReadonlySet<string>
  readonly factor: number
}

/** Money times the factor, to a hundredth; a quotient of greater numbers may end in another bit. */
function comparable(rows: readonly Row[], { columns, factor }: Scale): readonly Row[] {
  const plain = rows.map((row): Row => {
    const cells = Object.entries(row).map(([column, value]) => {
      if (columns.has(column) && value !== null) {
        return [column, (Number(value) * factor).toFixed(2)] as const
      }
      return [column, typeof value === 'number' ? Number(value.toPrecision(12)) : value] as const
    })
    return Object.fromEntries(cells)
  })
  return plain.toSorted((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1))
}

test.skipIf(postgres === undefined || testAdapters().length < 2)(
  'assay diff finds no difference between DuckDB and Postgres',
  { timeout },
  async () => {
    if (postgres === undefined) throw new Error('there is no Postgres target')
    const growth = await createFlagship(postgres, 'growth')
    // What says when a message arrived is compared too.
    await growth.write(filesOf(seedOf(madeUpMessages({ seed: 7, dirt: 0.2 }), loadedAt)))
    for (const target of ['dev', 'postgres']) await build(growth, '--target', target)
    const selection = ['path:models/silver/growth', 'path:models/gold/growth']
    const ran = await growth.assay('diff', 'dev', 'postgres', '--select', ...selection)
    expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
    expect(ran.stdout).toMatch(/^3\d relations of dev \(A\) and postgres \(B\): 3\d the same$/m)
  },
)
