/** The loop closed through HTTP: arms are selected, shown and bought, builds publish posteriors, the next are selected by them. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../../support/adapters.ts'
import {
  playVisits,
  seededRandom,
  type ShopArm,
  type ShopRequests,
  type Visited,
} from '../../support/bandit-shop.ts'
import { serveHere } from '../../support/serve-here.ts'
import { until } from '../../support/until.ts'
import { createFlagship, type Flagship } from '../flagship.ts'
import { numberIn } from '../rows.ts'

const bandits = ['path:seeds/open_bandit*', 'path:models/*/bandits']
const key = 'loop-key-0123456789'
const rounds = 3
const visitsOfRound = 150
/** One price is far better, so that few visits tell; benchmarks/bandit-loop.ts plays prices that are close, with many. */
const arms: readonly ShopArm[] = [
  { priceId: '10', price: 10, rate: 0.3 },
  { priceId: '15', price: 15, rate: 0.25 },
  { priceId: '20', price: 20, rate: 0.4 },
  { priceId: '25', price: 25, rate: 0.1 },
]
const regretOfEqualShares = (5 + 4.25 + 0 + 5.5) / 4

describe.each(testAdapters())('a loop on $name', (adapter) => {
  let flagship: Flagship
  const played: Visited[] = []

  beforeAll(async () => {
    flagship = await createFlagship(adapter, 'bandits')
    const head = 'policy,campaign,seq,timestamp,item_id,position,click,propensity_score'
    await flagship.write({ 'seeds/open_bandit_events.csv': `${head}\n` })
    const settings = await readFile(join(flagship.folder, 'assay.yml'), 'utf8')
    await flagship.write({
      'assay.yml': settings
        .replace('scopes: [events, select]', 'scopes: [read, events, select, build]')
        .replace('    after_events: 1\n', '')
        .replace(
          '  bandits:\n    selections',
          '  load_every: 50ms\n  rate_limit: { requests: 100000 }\n  bandits:\n    selections',
        ),
    })
    const rates = await flagship.assay('seed', '--select', 'exchange_rates')
    expect(rates.exitCode, rates.stdout + rates.stderr).toBe(0)
    const built = await flagship.assay('build', '--select', ...bandits)
    expect(built.exitCode, built.stdout + built.stderr).toBe(0)
    const server = await serveHere({
      cwd: flagship.folder,
      env: {
        ...flagship.env,
        ASSAY_TARGET: flagship.target.type === 'duckdb' ? 'dev' : 'postgres',
        SHOP_KEY: key,
      },
      random: seededRandom(1),
    })
    const requests = requestsTo(server.address)
    const random = seededRandom(2)
    let sent = 0
    for (let round = 0; round < rounds; round += 1) {
      const visited = await playVisits({
        requests,
        experimentId: 'spring_price',
        arms,
        random,
        name: `r${round}`,
        count: visitsOfRound,
        atOnce: 1,
        startsAt: new Date(Date.UTC(2026, 0, 1 + round)),
      })
      played.push(visited)
      sent += visited.events
      await until(
        'the events to be loaded',
        async () => loadedOf(await requests.text('/metrics')) === sent,
      )
      const { body } = await requests.post('/builds', { select: bandits })
      await until('the build', async () => {
        const text = await requests.text(`/builds/${idOf(body)}`)
        expect(text).not.toMatch(/"status":"(?:failed|interrupted)"/)
        return text.includes('"status":"succeeded"')
      })
    }
    expect(await server.stop()).toBe(0)
  }, 240_000)

  test('B6, B9: what was selected, shown and bought is what the models count', async () => {
    const rows = await flagship.rows(
      `select price_id, impressions, conversions, revenue from {{ref "aggregates_total"}} where experiment_id = 'spring_price' order by price_id`,
    )
    for (const row of rows) {
      const tallies = played.map((visited) => visited.arms.get(String(row['price_id'])))
      expect(row).toMatchObject({
        impressions: tallies.reduce((sum, tally) => sum + (tally?.shown ?? 0), 0),
        conversions: tallies.reduce((sum, tally) => sum + (tally?.bought ?? 0), 0),
      })
    }
    const revenue = rows.reduce((sum, row) => sum + Number(row['revenue']), 0)
    expect(revenue).toBe(played.reduce((sum, visited) => sum + visited.revenue, 0))
  })

  test('B6: the probability of each choice is the published share it was drawn from, and reaches its impression', async () => {
    const [row] = await flagship.rows(`
      select
        count(*) as impressions,
        count(impressions.propensity_score) as with_propensity,
        count(distinct selections.snapshot_id) as snapshots,
        max(abs(impressions.propensity_score - shares.weight)) as farthest
      from {{ref "impressions"}} as impressions
      inner join {{ref "stg_price_selections"}} as selections on selections.selection_id = impressions.selection_id
      inner join {{ref "bandit_weight_snapshots"}} as shares
        on shares.snapshot_id = selections.snapshot_id
        and shares.experiment_id = impressions.experiment_id
        and shares.price_id = impressions.price_id
        and shares.segment = ''
      where impressions.experiment_id = 'spring_price'`)
    expect(row).toMatchObject({
      impressions: rounds * visitsOfRound,
      with_propensity: rounds * visitsOfRound,
      snapshots: rounds,
    })
    expect(numberIn(row ?? {}, 'farthest')).toBeLessThan(1e-12)
  })

  test('the best price is found by what it earns, and regret flattens', async () => {
    const regrets = played.map(({ regret }) => regret / visitsOfRound)
    const [first = 0, , last = 0] = regrets
    expect(Math.abs(first - regretOfEqualShares), regrets.join(' ')).toBeLessThan(0.7)
    expect(last, regrets.join(' ')).toBeLessThan(regretOfEqualShares / 10)
    const [best] = await flagship.rows(
      `select price_id, weight, is_leading from {{ref "bandit_weights"}} where experiment_id = 'spring_price' and segment = '' order by weight desc`,
    )
    expect(best).toMatchObject({ price_id: '20', is_leading: true })
    expect(numberIn(best ?? {}, 'weight')).toBeGreaterThan(0.9)
  })

  test('what is left of the waste is told: the propensities estimate what equal shares would have earned', async () => {
    const [row] = await flagship.rows(
      `select * from {{ref "off_policy_values"}} where experiment_id = 'spring_price' and target_policy = 'uniform'`,
    )
    const truth = arms.reduce((sum, { price, rate }) => sum + price * rate, 0) / arms.length
    const [ips, error] = [numberIn(row ?? {}, 'ips'), numberIn(row ?? {}, 'ips_se')]
    expect(Math.abs(ips - truth), `${ips} +- ${error}, not ${truth}`).toBeLessThan(4 * error)
  })
})

function requestsTo(address: string): ShopRequests & { text(path: string): Promise<string> } {
  const headers = { 'x-api-key': key }
  return {
    post: async (path, sent) => {
      const reply = await fetch(address + path, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(sent),
      })
      const body: unknown = await reply.json()
      return { status: reply.status, body }
    },
    text: async (path) => await (await fetch(address + path, { headers })).text(),
  }
}

/** Of events of the shop. */
function loadedOf(metrics: string): number {
  const found =
    /^assay_events_loaded_total\{table="bandits\.live_price_events",status="loaded"\} (\d+)$/m.exec(
      metrics,
    )
  return Number(found?.[1] ?? 0)
}

function idOf(body: unknown): string {
  return typeof body === 'object' && body !== null && 'id' in body ? String(body.id) : ''
}
