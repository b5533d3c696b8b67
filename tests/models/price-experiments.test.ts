/** Price experiments of the flagship: trials, conversions and money against a slow reckoning, posteriors, weights, snapshots. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { parseCsv } from './experiment-truth.ts'
import { createFlagship, type Flagship } from './flagship.ts'
import { meanOf, priceTruths, varianceOf } from './price-truth.ts'
import { type Row, numberIn } from './rows.ts'

const sample = ['--vars', '{price_events: price_events}']
const prices = ['10', '15', '20', '25']

describe.each(testAdapters())('price experiments on $name', (adapter) => {
  let flagship: Flagship
  let text: string

  const build = async (...more: readonly string[]) => {
    const ran = await flagship.assay('build', ...sample, ...more)
    expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
  }
  const totals = () =>
    flagship.rows(
      `select * from {{ref "aggregates_total"}} where experiment_id = 'spring_price' order by price_id`,
    )
  const posteriors = () =>
    flagship.rows(
      `select * from {{ref "posterior_parameters"}} where experiment_id = 'spring_price' and segment = '' order by model, price_id`,
    )

  beforeAll(async () => {
    flagship = await createFlagship(adapter, 'bandits')
    // Those of the Open Bandit data have tests of their own; each build here would reckon their 68 arms again.
    const openBandit = 'seeds/open_bandit_events.csv'
    const [header = ''] = (await readFile(join(flagship.folder, openBandit), 'utf8')).split('\n')
    await flagship.write({ [openBandit]: `${header}\n` })
    text = await readFile(join(flagship.folder, 'seeds/price_events.csv'), 'utf8')
    await build()
  }, 240_000)

  test('trials, conversions and money are those of the events', async () => {
    const truths = priceTruths(parseCsv(text), prices)
    expect([...truths.values()].reduce((sum, { orphans }) => sum + orphans, 0)).toBeGreaterThan(0)
    const rows = await totals()
    expect(rows.map((row) => row['price_id'])).toEqual(prices)
    for (const row of rows) {
      const truth = truths.get(String(row['price_id']))
      expect(row).toMatchObject({
        impressions: truth?.trials,
        conversions: truth?.conversions,
        orphan_conversions: truth?.orphans,
      })
      expectNear(row, 'mean_reward', meanOf(truth?.rewards ?? []))
      expectNear(row, 'variance', varianceOf(truth?.rewards ?? []))
      expect(truth?.conversions).toBeGreaterThan(15)
    }
  })

  test('the objective decides: price x rate, and its chances are the shares drawn from', async () => {
    const rows = await posteriors()
    const priced = rows.filter((row) => row['model'] === 'bernoulli_price')
    for (const row of priced) {
      const price = Number(row['price_id'])
      expectNear(
        row,
        'posterior_mean',
        (price * (numberIn(row, 'successes') + 1)) / (numberIn(row, 'trials') + 2),
      )
    }
    expectNear({ sum: sumOf(priced, 'prob_best') }, 'sum', 1, 1e-6)
    const weights = await flagship.rows(
      `select * from {{ref "bandit_weights"}} where experiment_id = 'spring_price' and segment = '' order by price_id`,
    )
    expectNear({ sum: sumOf(weights, 'weight') }, 'sum', 1)
    for (const [index, row] of weights.entries()) {
      expect(row['model']).toBe('bernoulli_price')
      const chance = numberIn(priced[index] ?? {}, 'prob_best')
      expectNear(row, 'weight', 0.01 + (1 - 4 * 0.01) * chance, 1e-6)
    }
  })

  test('the order in which events came, and how often, changes nothing', async () => {
    const before = await totals()
    const [head = '', ...lines] = text.trimEnd().split('\n')
    const shuffled = [...lines, ...lines.slice(0, 200)]
      .map((line, index) => ({ line, place: (index * 7919) % 3407 }))
      .toSorted((a, b) => a.place - b.place)
      // When it was loaded decides what lies in the future.
      .map(({ line }, index) => [String(index + 1), ...line.split(',').slice(1)].join(','))
    await flagship.write({ 'seeds/price_events.csv': `${[head, ...shuffled].join('\n')}\n` })
    await build()
    expect(rounded(await totals())).toEqual(rounded(before))
  })

  test('each posterior that was published stays, and the same one is recorded once', async () => {
    const count = async () => {
      const [row] = await flagship.rows(
        'select count(distinct snapshot_id) as snapshots, max(publication) as publications, count(*) as rows from {{ref "posterior_snapshots"}}',
      )
      return row
    }
    const before = await count()
    const published = await posteriors()
    await build('--select', 'posterior_now+')
    // Neither the same events again, nor those in another order and some of them twice.
    expect(await count()).toEqual(before)
    expect(numberIn(before ?? {}, 'snapshots')).toBe(1)
    const lines = text.trimEnd().split('\n')
    const fewer = lines.slice(0, lines.length - 500).join('\n')
    await flagship.write({ 'seeds/price_events.csv': `${fewer}\n` })
    await build()
    const after = await count()
    expect(after).toMatchObject({ snapshots: 2, publications: 2 })
    expect(await posteriors()).not.toEqual(published)
    await flagship.write({ 'seeds/price_events.csv': text })
    await build()
    // What went in is what went in before: no snapshot is new, and it is published again, since it is what is known now.
    expect(await count()).toMatchObject({ snapshots: 2, publications: 3 })
    expect(rounded(await posteriors())).toEqual(rounded(published))
  }, 240_000)

  test('worked examples: rewards 0, 0, 0, 0, 20; 18 of 120 and 26 of 115', async () => {
    const [head = ''] = text.split('\n')
    const lines: string[] = []
    const event = (name: string, session: string, price: string, rest: string) => {
      const seq = String(lines.length + 1)
      lines.push(
        `${seq},b,2025-03-20T00:00:00Z,x${seq},${name},spring_price,${price},2025-03-10T10:00:00Z,,${session},${rest},,`,
      )
    }
    const visits = (price: string, count: number, buyers: number) => {
      for (let visit = 0; visit < count; visit += 1) {
        const session = `s${price}-${visit}`
        event('impression_event', session, price, ',,,')
        if (visit >= buyers) continue
        event('conversion_event', session, price, 'purchase,,,')
        event('revenue_event', session, price, `,${price}.00,USD,`)
      }
    }
    visits('20', 5, 1)
    visits('10', 120, 18)
    visits('15', 115, 26)
    await flagship.write({ 'seeds/price_events.csv': `${[head, ...lines].join('\n')}\n` })
    await build()
    const [ten, fifteen, twenty] = await totals()
    expectNear(twenty, 'mean_reward', 4)
    expectNear(twenty, 'variance', 80)
    expect(twenty).toMatchObject({ revenue_events: 1 })
    expectNear(twenty, 'mean_revenue_per_event', 20)
    expectNear(ten, 'conversion_rate', 0.15)
    expectNear(fifteen, 'conversion_rate', 26 / 115)
    const flat = (await posteriors()).filter((row) => row['model'] === 'bernoulli')
    expect(flat.map((row) => [row['price_id'], row['alpha'], row['beta']])).toEqual([
      ['10', 19, 103],
      ['15', 27, 90],
      ['20', 2, 5],
      // Nobody saw it: what is known of it is its prior.
      ['25', 1, 1],
    ])
  })

  test('money of another currency, a rate and a declaration that come late', async () => {
    const [head = ''] = text.split('\n')
    const lines: string[] = []
    const event = (name: string, experiment: string, session: string, rest = ',,') => {
      const seq = String(lines.length + 1)
      const price = experiment === 'boxes' ? 'small' : '10'
      lines.push(
        `${seq},b,2025-03-20T00:00:00Z,m${seq},${name},${experiment},${price},2025-03-10T10:00:00Z,,${session},${rest},,,`,
      )
    }
    for (const experiment of ['spring_price', 'boxes']) {
      for (const visit of ['1', '2', '3', '4']) {
        event('impression_event', experiment, experiment + visit)
      }
      event('conversion_event', experiment, `${experiment}1`, 'purchase,10.00,EUR')
      event('conversion_event', experiment, `${experiment}2`, 'purchase,1000,JPY')
      event('conversion_event', experiment, `${experiment}3`)
      event('revenue_event', experiment, `${experiment}3`, ',20.00,eur')
    }
    const rates = await readFile(join(flagship.folder, 'seeds/exchange_rates.csv'), 'utf8')
    await flagship.write({ 'seeds/price_events.csv': `${[head, ...lines].join('\n')}\n` })
    const withoutTests = ['--exclude-resource-type', 'test']
    await build('--select', 'price_events+', ...withoutTests)
    const tested = await flagship.assay('test', ...sample, '--select', 'price_event_money_is_known')
    expect(tested.exitCode, tested.stdout + tested.stderr).toBe(0)
    expect(tested.stdout).toMatch(/ m6 +spring_price +10 .* 1000[.]0000 +JPY/)
    expect(
      await flagship.rows(
        'select distinct experiment_id, rejection_reason from {{ref "stg_rejected_price_events"}}',
      ),
    ).toEqual([{ experiment_id: 'boxes', rejection_reason: 'unknown_experiment' }])

    // 10 and 20 EUR at 1.0785, the last known; of 1000 JPY it is known that they were a sale.
    const [ten] = await totals()
    expect(ten).toMatchObject({
      impressions: 4,
      conversions: 3,
      revenue_events: 2,
      unknown_amounts: 1,
    })
    expectNear(ten, 'revenue', 32.355)
    expectNear(ten, 'mean_reward', 32.355 / 3)
    const unknown = () =>
      flagship.rows(
        `select trials.revenue, trials.reward, trials.conversions, revenues.amount, revenues.currency
         from {{ref "trials"}} as trials
         inner join {{ref "revenues"}} as revenues on revenues.impression_id = trials.trial_id
         where revenues.currency = 'JPY'`,
      )
    expect(await unknown()).toEqual([
      { revenue: null, reward: null, conversions: 1, amount: null, currency: 'JPY' },
    ])
    const ofTen = (await posteriors()).filter((row) => row['price_id'] === '10')
    const model = (name: string) => ofTen.find((row) => row['model'] === name)
    // The exact objective takes no amount; the mean of what was earned is of three trials.
    expectNear(model('bernoulli_price'), 'posterior_mean', (10 * 4) / 6)
    expect(model('gaussian')).toMatchObject({ n: 3 })
    expectNear(model('gaussian'), 'mean', 32.355 / 3)

    await flagship.write({
      'seeds/exchange_rates.csv': `${rates}JPY,USD,2025-03-10,0.0067\n`,
      'models/staging/bandits/boxes.yml': `experiments:
  - name: boxes
    allocation: adaptive
    unit: session
    objective: revenue
    conversion_type: purchase
    variants: [{ name: small }, { name: large }]
    windows: { conversion_hours: 24 }
`,
    })
    // Nothing is loaded: the events that came are seen by what is declared, and known, now.
    const later = ['--select', 'exchange_rates+', 'stg_declared_experiments+', 'stg_declared_arms+']
    await build(...later, ...withoutTests)
    const now = () =>
      flagship.rows(
        `select experiment_id, price_id, impressions, conversions, cast(revenue as double precision) as revenue,
           unknown_amounts, mean_reward, variance
         from {{ref "aggregates_total"}} where experiment_id in ('boxes', 'spring_price') and price_id in ('10', 'small') order by experiment_id`,
      )
    const mended = await now()
    expect(mended).toMatchObject([
      {
        experiment_id: 'boxes',
        impressions: 4,
        conversions: 3,
        revenue: 39.055,
        unknown_amounts: 0,
      },
      {
        experiment_id: 'spring_price',
        impressions: 4,
        conversions: 3,
        revenue: 39.055,
        unknown_amounts: 0,
      },
    ])
    expect(await flagship.rows('select * from {{ref "stg_rejected_price_events"}}')).toEqual([])
    await build('--select', 'stg_price_event_log+', '--full-refresh', ...withoutTests)
    expect(rounded(await now())).toEqual(rounded(mended))
  }, 240_000)
})

/** Sums of doubles differ in their last digits by the order in which they were added. */
function rounded(rows: readonly Row[]): readonly Row[] {
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([column, value]) => [
        column,
        typeof value === 'number' ? Number(value.toPrecision(12)) : value,
      ]),
    ),
  )
}

function sumOf(rows: readonly Row[], column: string): number {
  return rows.reduce((sum, row) => sum + numberIn(row, column), 0)
}

function expectNear(row: Row | undefined, column: string, value: number, tolerance = 1e-9): void {
  const found = Number(row?.[column])
  expect(Math.abs(found - value), `${column}: ${found}, not ${value}`).toBeLessThanOrEqual(
    tolerance,
  )
}
