/** How arms are shared out: by segment, by every objective, within limits, by what people say; and whether it was kept to. */
import { beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../../support/adapters.ts'
import { createFlagship, type Flagship } from '../flagship.ts'
import { numberIn, readRows, type Row } from '../rows.ts'
import {
  type ArmCurve,
  chancesOf,
  gaussianCurve,
  momentsOf,
  pricedCurve,
  type ShareRules,
  sharesOf,
} from './arm-oracle.ts'
import { eventsFile, type Lot, seeded, timeOf } from './made-up-trials.ts'

const experiments = `experiments:
  - name: by_device
    allocation: adaptive
    context: [device, country]
    min_share: 0.02
    variants: [{ name: 10, price: 10 }, { name: 20, price: 20 }, { name: 30, price: 30 }]
  - name: basket
    allocation: adaptive
    objective: revenue
    context: [device]
    holdout_share: 0.2
    variants: [{ name: huge }, { name: large }, { name: small }]
  - name: coupons
    allocation: adaptive
    weights: { conversion: 30, cost: -1 }
    limits: { min_conversion_rate: 0.03 }
    holdout_share: 0.1
    min_share: 0.05
    variants:
      - { name: five, cost: 5, share: 0.2 }
      - { name: none, cost: 0, share: 0.4 }
      - { name: rare, cost: 1, share: 0.2 }
      - { name: ten, cost: 10, share: 0.2, stock: 60 }
  - name: stopped
    allocation: adaptive
    variants: [{ name: 10, price: 10 }, { name: 20, price: 20 }]
  - name: fading
    allocation: adaptive
    objective: conversion
    half_life_hours: 12
    priors: { alpha: 2, beta: 3 }
    variants: [{ name: a }, { name: b }]
  - name: patient
    allocation: adaptive
    count_from: maturity
    windows: { conversion_hours: 6 }
    variants: [{ name: a }, { name: b }]
  - name: clicked
    allocation: adaptive
    conversion_type: click
    variants: [{ name: a }, { name: b }]
  - name: per_user
    allocation: adaptive
    unit: user
    variants: [{ name: a }, { name: b }]
`

const mobile = { device: 'mobile', country: 'DE' } as const
const priced = (
  arm: string,
  trials: number,
  buyers: number,
  rest: Pick<Lot, 'device' | 'country'>,
): Lot => ({
  experiment: 'by_device',
  arm,
  trials,
  buyers,
  amount: () => Number(arm),
  ...rest,
})
const basket = (
  arm: string,
  device: string,
  trials: number,
  buyers: number,
  base: number,
): Lot => ({
  experiment: 'basket',
  arm,
  device,
  trials,
  buyers,
  amount: (buyer) => base + ((buyer * 7) % 11),
})
const coupon = (arm: string, trials: number, buyers: number): Lot => ({
  experiment: 'coupons',
  arm,
  device: 'mobile',
  trials,
  buyers,
})
const stopped = (arm: string, trials: number, buyers: number): Lot => ({
  experiment: 'stopped',
  arm,
  device: 'mobile',
  trials,
  buyers,
  amount: () => Number(arm),
})

const plain = (experiment: string, arm: string, trials: number, buyers: number): Lot => ({
  experiment,
  arm,
  device: 'mobile',
  trials,
  buyers,
})

const lots: readonly Lot[] = [
  priced('10', 80, 20, mobile),
  priced('20', 90, 9, mobile),
  priced('30', 70, 3, mobile),
  priced('10', 40, 3, { device: 'desktop' }),
  priced('20', 50, 8, { device: 'desktop' }),
  priced('10', 5, 0, { device: 'mobile', country: 'FR' }),
  priced('20', 6, 0, { device: 'mobile', country: 'FR' }),
  priced('30', 4, 0, { device: 'mobile', country: 'FR' }),
  basket('huge', 'mobile', 60, 9, 40),
  basket('large', 'mobile', 70, 21, 15),
  basket('small', 'mobile', 50, 20, 5),
  basket('huge', 'desktop', 8, 0, 0),
  basket('large', 'desktop', 9, 0, 0),
  coupon('five', 180, 22),
  coupon('none', 200, 20),
  coupon('rare', 300, 1),
  coupon('ten', 150, 60),
  stopped('10', 60, 9),
  stopped('20', 60, 6),
  plain('fading', 'a', 290, 40),
  plain('fading', 'b', 30, 10),
  plain('patient', 'a', 290, 40),
  plain('patient', 'b', 300, 300),
]
/** One user sees an arm in two visits and buys in a third, without having seen it there. */
const sameUser = ['s-1', 's-2']
  .map((session) => `impression_event,per_user,a,2026-03-01T10:00:00Z,u1,${session},,,,mobile,,`)
  .concat('conversion_event,per_user,a,2026-03-01T12:00:00Z,u1,s-3,purchase,,,mobile,,')
  .concat('impression_event,per_user,a,2026-03-01T10:00:00Z,u2,s-4,,,,mobile,,')
  .concat('impression_event,per_user,a,2026-03-01T10:00:00Z,,s-5,,,,mobile,,')
  .concat(
    ['click', 'purchase'].flatMap((outcome) => [
      `impression_event,clicked,a,2026-03-01T10:00:00Z,,${outcome},,,,mobile,,`,
      `conversion_event,clicked,a,2026-03-01T10:01:00Z,,${outcome},${outcome},,,mobile,,`,
    ]),
  )

const seedConfig = (name: string, columns: string) => `seeds:
  - name: ${name}
    config:
      arrival_column: _load_seq
      column_types: {${columns}}
`
const selectionHeader =
  '_load_seq,_batch_id,selection_id,experiment_id,price_id,segment,policy,propensity,weights,snapshot_id,user_id,session_id,selected_at'
const actionHeader =
  '_load_seq,action_id,experiment_id,price_id,action,reason,acted_by,acted_at,state_after,budget_after'
const texts = (header: string, more: string) =>
  `_load_seq: bigint, ${header
    .split(',')
    .filter((column) => !`_load_seq,${more}`.includes(column))
    .map((column) => `${column}: varchar`)
    .join(', ')}`

const vars = JSON.stringify({
  price_events: 'price_events',
  price_selections: 'sent_selections',
  bandit_actions: 'sent_actions',
  arm_truths: 'arm_truths',
})

describe.each(testAdapters())('shares of arms on $name', (adapter) => {
  let flagship: Flagship

  const build = async (...more: readonly string[]) => {
    const ran = await flagship.assay('build', '--vars', vars, ...more)
    expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
  }
  const show = async (query: string) => {
    const ran = await flagship.assay(
      'show',
      '--inline',
      query,
      '--vars',
      vars,
      '--output',
      'json',
      '--limit',
      '-1',
    )
    return readRows(ran)
  }
  const weights = (experiment: string, segment = '') =>
    show(
      `select * from {{ref "bandit_weights"}} where experiment_id = '${experiment}' and segment = '${segment}' order by price_id`,
    )

  beforeAll(async () => {
    flagship = await createFlagship(adapter, 'bandits')
    await flagship.write({
      'models/staging/bandits/experiments.yml': experiments,
      'seeds/open_bandit_events.csv':
        'policy,campaign,seq,timestamp,item_id,position,click,propensity_score\n',
      'seeds/price_events.csv': eventsFile(lots, sameUser),
      'seeds/sent_selections.csv': `${selectionHeader}\n`,
      'seeds/sent_actions.csv': `${actionHeader}\n`,
      'seeds/sent_selections.yml': seedConfig(
        'sent_selections',
        `${texts(selectionHeader, 'propensity')}, propensity: double precision`,
      ),
      'seeds/sent_actions.yml': seedConfig(
        'sent_actions',
        `${texts(actionHeader, 'budget_after')}, budget_after: double precision`,
      ),
      'seeds/arm_truths.csv':
        'experiment_id,price_id,mean_reward\nstopped,10,1.5\nstopped,20,2.25\n',
    })
    await build('--exclude-resource-type', 'test')
  }, 240_000)

  const expectShares = async (
    group: readonly [experiment: string, segment: string],
    curves: readonly ArmCurve[],
    rules: ShareRules,
  ) => {
    const rows = await weights(...group)
    const expected = sharesOf(chancesOf(curves), rules)
    expect(rows).toHaveLength(curves.length)
    for (const [arm, row] of rows.entries()) {
      expect(
        Math.abs(numberIn(row, 'weight') - (expected[arm] ?? 0)),
        JSON.stringify(row),
      ).toBeLessThan(2e-6)
    }
    return rows
  }

  test('C9: the arms of each segment are shared out by its own trials, one nobody tried by its prior', async () => {
    const curves = (...counts: readonly (readonly [number, number, number])[]) =>
      counts.map(([price, n, x]) => pricedCurve(price, 1 + x, 1 + n - x))
    const rules = { floor: 0.02 }
    await expectShares(
      ['by_device', 'device=mobile,country=DE'],
      curves([10, 80, 20], [20, 90, 9], [30, 70, 3]),
      rules,
    )
    const [, , untried] = await expectShares(
      ['by_device', 'device=desktop,country=unknown'],
      curves([10, 40, 3], [20, 50, 8], [30, 0, 0]),
      rules,
    )
    expect(untried).toMatchObject({ trials: 0, is_available: true, model: 'bernoulli_price' })
    await expectShares(
      ['by_device', 'device=mobile,country=FR'],
      curves([10, 5, 0], [20, 6, 0], [30, 4, 0]),
      rules,
    )
    // All of them together, for a visit of which nothing is known.
    await expectShares(['by_device', ''], curves([10, 125, 23], [20, 146, 17], [30, 74, 3]), rules)
  })

  test('C9: free amounts by the mean reward; a segment that never sold has the prior pooled from all of them', async () => {
    const rewards = (arm: string, device?: string) =>
      lots
        .filter((lot) => lot.experiment === 'basket' && lot.arm === arm)
        .filter((lot) => device === undefined || lot.device === device)
        .flatMap(({ trials, buyers, amount }) =>
          Array.from({ length: trials }, (_, i) => (i < buyers ? (amount?.(i) ?? 0) : 0)),
        )
    const arms = ['huge', 'large', 'small']
    const all = arms.map((arm) => momentsOf(rewards(arm)))
    const n = all.reduce((sum, arm) => sum + arm.n, 0)
    const prior = {
      mean: all.reduce((sum, arm) => sum + arm.n * arm.mean, 0) / n,
      variance:
        all.reduce((sum, arm) => sum + (arm.n - 1) * arm.variance, 0) /
        all.reduce((sum, arm) => sum + arm.n - 1, 0),
    }
    const rules = { floor: 0.01, holdout: 0.2 }
    for (const device of [undefined, 'mobile', 'desktop']) {
      const curves = arms.map((arm) => gaussianCurve(momentsOf(rewards(arm, device)), prior))
      const segment = device === undefined ? '' : `device=${device}`
      const rows = await expectShares(['basket', segment], curves, rules)
      expect(rows.map((row) => row['model'])).toEqual(['gaussian', 'gaussian', 'gaussian'])
    }
  })

  test('C9: a weighted objective, with a stock and a limit that it cannot outweigh, a holdout and a floor', async () => {
    const curves = [
      pricedCurve(25, 23, 159),
      pricedCurve(30, 21, 181),
      pricedCurve(29, 2, 300),
      pricedCurve(20, 61, 91),
    ]
    const rows = await expectShares(['coupons', ''], curves, {
      floor: 0.05,
      holdout: 0.1,
      planned: [0.2, 0.4, 0.2, 0.2],
      isOpen: [true, true, false, false],
    })
    expect(rows.map((row) => [row['price_id'], row['is_available'], row['message']])).toEqual([
      ['five', true, null],
      ['none', true, null],
      ['rare', false, 'its conversion rate is below the limit'],
      ['ten', false, 'its stock is sold'],
    ])
    expect(rows[0]).toMatchObject({ units: 22, spent: 110, budget: null })
    const [trial] = await show(
      `select price_id, reward from {{ref "trials"}} where experiment_id = 'coupons' and conversions = 1 and price_id = 'five' limit 1`,
    )
    expect(trial).toEqual({ price_id: 'five', reward: 25 })
  })

  test('B5: trials that fade, that wait for their window, that are those of one user, that a click converts', async () => {
    const posterior = (experiment: string) =>
      show(
        `select posterior.*, totals.immature_trials from {{ref "posterior_parameters"}} as posterior
         left join {{ref "aggregates_total"}} as totals
           on totals.experiment_id = posterior.experiment_id and totals.price_id = posterior.price_id
         where posterior.experiment_id = '${experiment}' and model = 'bernoulli' order by posterior.price_id`,
      )
    // The last event of all: now.
    const now = timeOf(299).getTime()
    const weightOf = (trial: number) => 2 ** (-(now - timeOf(trial).getTime()) / (12 * 3_600_000))
    const sumOf = (count: number) =>
      Array.from({ length: count }, (_, trial) => weightOf(trial)).reduce((a, b) => a + b, 0)
    const [a, b] = await posterior('fading')
    expect(a).toMatchObject({
      trials: 290,
      successes: 40,
      effective_trials: expect.closeTo(sumOf(290), 8),
      alpha: expect.closeTo(2 + sumOf(40), 8),
      beta: expect.closeTo(3 + sumOf(290) - sumOf(40), 8),
    })
    expect(b).toMatchObject({ trials: 30, effective_trials: expect.closeTo(sumOf(30), 8) })
    const isMature = (trial: number) => timeOf(trial).getTime() + 6 * 3_600_000 <= now
    const matureOf = (count: number) =>
      Array.from({ length: count }, (_, i) => i).filter(isMature).length
    const [first, second] = await posterior('patient')
    expect(matureOf(300)).toBeLessThan(290)
    expect(first).toMatchObject({
      trials: matureOf(290),
      successes: 40,
      immature_trials: 290 - matureOf(290),
    })
    expect(second).toMatchObject({ trials: matureOf(300), successes: matureOf(300) })
    const merged = await show(
      `select user_id, raw_impressions, conversions from {{ref "trials"}} where experiment_id = 'per_user'
       order by user_id nulls last`,
    )
    const clicked = await show(
      `select sum(conversions) as clicks, count(*) as trials from {{ref "trials"}} where experiment_id = 'clicked'`,
    )
    expect(clicked).toEqual([{ clicks: 1, trials: 2 }])
    expect(merged).toEqual([
      { user_id: 'u1', raw_impressions: 2, conversions: 1 },
      { user_id: 'u2', raw_impressions: 1, conversions: 0 },
      { user_id: null, raw_impressions: 1, conversions: 0 },
    ])
  })

  describe('after selections and actions', () => {
    const selections: string[] = []
    const shown: string[] = []
    const drawn = new Map<string, { propensity: number; reward: number }[]>()
    const counts = new Map<string, Map<string, number>>()
    let before: readonly Row[]

    const log = (group: readonly Row[], arm: Row, id: string) => {
      const json = JSON.stringify(
        Object.fromEntries(group.map((row) => [row['price_id'], row['weight']])),
      )
      const [first] = group
      selections.push(
        [
          String(selections.length + 1),
          'b',
          id,
          first?.['experiment_id'],
          arm['price_id'],
          `"${String(first?.['segment'])}"`,
          'posterior',
          arm['weight'],
          `"${json.replaceAll('"', '""')}"`,
          first?.['snapshot_id'],
          '',
          `v-${id}`,
          timeOf(2000 + selections.length).toISOString(),
        ].join(','),
      )
    }
    /** One that a shop asks for, shows and sells by. */
    const draw = (group: readonly Row[], name: string, random: number) => {
      let left = random
      const arm = group.find((row) => {
        left -= numberIn(row, 'weight')
        return left < 0
      })
      if (arm === undefined) throw new Error('shares do not sum to 1')
      const price = String(arm['price_id'])
      const id = `${name}-${String(selections.length)}`
      log(group, arm, id)
      const [at, hasBought] = [timeOf(2000 + selections.length), selections.length % 9 === 0]
      const visit = `by_device,${price},${at.toISOString()},,v-${id}`
      // Some say which selection it was, the others are found by their session.
      const selection = selections.length % 2 === 0 ? id : ''
      const rest = `mobile,${selection},"{""country"": ""DE""}"`
      shown.push(`impression_event,${visit},,,,${rest}`)
      if (hasBought) shown.push(`conversion_event,${visit},purchase,${price}.00,,${rest}`)
      const entry = { propensity: numberIn(arm, 'weight'), reward: hasBought ? Number(price) : 0 }
      drawn.set(name, [...(drawn.get(name) ?? []), entry])
      const byArm = counts.get(name) ?? new Map<string, number>()
      counts.set(name, byArm.set(price, (byArm.get(price) ?? 0) + 1))
    }

    beforeAll(async () => {
      const random = seeded(20_261_126)
      const own = await weights('by_device', 'device=mobile,country=DE')
      const pooled = await weights('by_device')
      for (let i = 0; i < 300; i += 1) draw(own, 'own', random())
      for (let i = 0; i < 300; i += 1) draw(pooled, 'pooled', random())
      before = await weights('stopped')
      const [ten] = before
      if (ten === undefined) throw new Error('no shares')
      // A server that shows one arm whatever its share, and one that invents its shares.
      for (let i = 0; i < 100; i += 1) log(before, ten, `stuck-${String(i)}`)
      const invented = [
        {
          experiment_id: 'basket',
          segment: '',
          snapshot_id: 'never',
          price_id: 'huge',
          weight: 0.5,
        },
        {
          experiment_id: 'basket',
          segment: '',
          snapshot_id: 'never',
          price_id: 'large',
          weight: 0.5,
        },
      ] as const
      for (let i = 0; i < 60; i += 1)
        log(invented, invented[i % 2 === 0 ? 0 : 1], `invented-${String(i)}`)
      await flagship.write({
        'seeds/sent_selections.csv': `${[selectionHeader, ...selections, selections[0]?.replace(/^1,/, '9999,')].join('\n')}\n`,
        'seeds/sent_actions.csv': `${[
          actionHeader,
          '1,a1,stopped,,pause,a sale next door,ann,2026-03-20T10:00:00Z,paused,',
          '2,a2,coupons,five,budget,enough,ann,2026-03-20T10:00:00Z,running,100',
          '3,a3,by_device,10,pause,sold out in the shop,bob,2026-03-20T10:00:00Z,paused,',
          '3,a3,by_device,10,pause,sold out in the shop,bob,2026-03-20T10:00:00Z,paused,',
        ].join('\n')}\n`,
        'seeds/price_events.csv': eventsFile(
          lots.map((lot) =>
            lot.experiment === 'stopped' && lot.arm === '20' ? { ...lot, buyers: 30 } : lot,
          ),
          shown,
        ),
      })
      await build()
    }, 240_000)

    test('B6: the share of each draw is its propensity, and what another policy would have earned follows from it', async () => {
      const choices = [...drawn.values()].flat()
      const [row] = await show(
        `select * from {{ref "off_policy_values"}} where experiment_id = 'by_device'`,
      )
      const weighed = choices.map(({ propensity, reward }) => ({ w: 1 / 3 / propensity, reward }))
      const total = weighed.reduce((sum, { w }) => sum + w, 0)
      const earned = weighed.reduce((sum, { w, reward }) => sum + w * reward, 0)
      expect(row).toMatchObject({ target_policy: 'uniform', n: choices.length })
      expect(numberIn(row ?? {}, 'ips')).toBeCloseTo(earned / choices.length, 8)
      expect(numberIn(row ?? {}, 'snips')).toBeCloseTo(earned / total, 8)
    })

    test('allocation fidelity: draws against the shares logged and published, of a snapshot and of all', async () => {
      const rows = await show(
        `select * from {{ref "allocation_fidelity"}} order by scope, experiment_id, segment, price_id`,
      )
      const own = rows.filter((row) => row['segment'] === 'device=mobile,country=DE')
      expect(own).toHaveLength(6)
      for (const row of own) {
        const share = numberIn(row, 'published_share')
        const selected = counts.get('own')?.get(String(row['price_id'])) ?? 0
        expect(row).toMatchObject({
          selections: 300,
          selected,
          drawn_share: expect.closeTo(share, 12),
        })
        const deviation = Math.sqrt(300 * share * (1 - share))
        expect(numberIn(row, 'z')).toBeCloseTo((selected - 300 * share) / deviation, 8)
        const isTold = 300 * share * (1 - share) >= 5
        expect(row['passed']).toBe(isTold ? true : null)
      }
      const of = (experiment: string) =>
        rows
          .filter((row) => row['scope'] === 'all' && row['experiment_id'] === experiment)
          .map((row) => [row['price_id'], row['passed'], row['message']])
      expect(of('stopped')).toEqual([
        ['10', false, 'not drawn as often as its share says'],
        ['20', false, 'not drawn as often as its share says'],
      ])
      const invented = 'drawn from shares that were never published'
      expect(of('basket').filter(([arm]) => arm !== 'small')).toEqual([
        ['huge', false, invented],
        ['large', false, invented],
      ])
    })

    test('C9: a paused experiment keeps the shares it had; a paused arm and one without budget have none', async () => {
      const kept = await weights('stopped')
      expect(kept.map((row) => row['weight'])).toEqual(before.map((row) => row['weight']))
      expect(kept.map((row) => row['state'])).toEqual(['paused', 'paused'])
      const five = (await weights('coupons')).find((row) => row['price_id'] === 'five')
      expect(five).toMatchObject({
        weight: 0,
        budget: 100,
        spent: 110,
        is_available: false,
        message: 'its budget is used up',
      })
      const arms = await weights('by_device')
      expect(arms[0]).toMatchObject({ price_id: '10', weight: 0, message: 'the arm is paused' })
      expect(arms.reduce((sum, row) => sum + numberIn(row, 'weight'), 0)).toBeCloseTo(1, 9)
      expect(arms.map((row) => row['state'])).toEqual(['running', 'running', 'running'])
    })

    test('regret: what other arms than the best gave away, by what is known and by the truth of a simulation', async () => {
      const rows = await show(
        `select * from {{ref "bandit_regret"}} where experiment_id = 'stopped' and segment = '' order by window_start`,
      )
      const means = [(10 * 10) / 62, (20 * 31) / 62]
      const perHour = new Map<number, number>()
      for (let trial = 0; trial < 60; trial += 1) {
        const hour = Math.floor(timeOf(trial).getTime() / 3_600_000)
        perHour.set(hour, (perHour.get(hour) ?? 0) + 1)
      }
      // Each arm has a trial at the same times: the worse one gives its distance away.
      const apart = (means[1] ?? 0) - (means[0] ?? 0)
      expect(rows).toHaveLength(perHour.size)
      let soFar = 0
      for (const [index, trials] of [...perHour.values()].entries()) {
        soFar += trials
        const row = rows[index] ?? {}
        expect(row).toMatchObject({ trials: 2 * trials, cumulative_trials: 2 * soFar })
        expect(numberIn(row, 'regret')).toBeCloseTo(trials * apart, 9)
        expect(numberIn(row, 'cumulative_regret')).toBeCloseTo(soFar * apart, 8)
        expect(numberIn(row, 'cumulative_true_regret')).toBeCloseTo(soFar * 0.75, 8)
      }
    })

    test('a resumed experiment follows its posterior again, an ended one never; each publication stays', async () => {
      await flagship.write({
        'seeds/sent_actions.csv': `${[
          actionHeader,
          '1,a1,stopped,,pause,a sale next door,ann,2026-03-20T10:00:00Z,paused,',
          '2,a2,coupons,five,budget,enough,ann,2026-03-20T10:00:00Z,running,',
          '4,a4,stopped,,resume,it is over,ann,2026-03-21T10:00:00Z,running,',
          '5,a5,basket,,end,decided,ann,2026-03-21T10:00:00Z,ended,',
        ].join('\n')}\n`,
      })
      await build('--exclude-resource-type', 'test')
      const rows = await expectShares(
        ['stopped', ''],
        [pricedCurve(10, 10, 52), pricedCurve(20, 31, 31)],
        { floor: 0.01 },
      )
      expect(rows.map((row) => row['state'])).toEqual(['running', 'running'])
      expect((await weights('basket')).map((row) => row['state'])).toEqual([
        'ended',
        'ended',
        'ended',
      ])
      const published = await show(
        `select publication, count(distinct snapshot_id) as snapshots, count(*) as shares,
           count(distinct experiment_id || '/' || segment || '/' || price_id) as arms
         from {{ref "bandit_weight_snapshots"}} group by publication order by publication`,
      )
      const [, second] = published
      expect(published.map((row) => row['publication'])).toEqual([1, 2, 3])
      for (const row of published) {
        expect(row).toMatchObject({
          snapshots: 1,
          shares: second?.['shares'],
          arms: second?.['arms'],
        })
      }
      const [unknown] = await show(
        `select count(*) as missing from {{ref "bandit_weights"}} as now
         where not exists (
           select 1 from {{ref "bandit_weight_snapshots"}} as recorded
           where recorded.snapshot_id = now.snapshot_id and recorded.experiment_id = now.experiment_id
             and recorded.segment = now.segment and recorded.price_id = now.price_id and recorded.weight = now.weight
         )`,
      )
      expect(unknown).toEqual({ missing: 0 })
    }, 240_000)
  })
})
