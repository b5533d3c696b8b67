/** Another file of the same columns gives that file's answers, recomputed here from its rows. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { compareArms } from './beta-distribution.ts'
import { createFlagship, type Flagship } from './flagship.ts'
import { numberIn, type Row, sortedBy } from './rows.ts'

/** Of each experiment the arms with their trials and clicks. */
const experiments = {
  open_bandit_random_women: { '007': [400, 9], 'sku-9': [380, 21], 'ünï "quoted"': [410, 15] },
  open_bandit_egreedy_women: { '007': [3, 0], '12': [5000, 260], '13': [5, 5] },
  open_bandit_random_alone: { only: [50, 4] },
  open_bandit_random_unclicked: { a: [20, 0], b: [30, 0] },
  open_bandit_random_clicked: { a: [4, 4], b: [6, 6] },
} as const

const header = 'policy,campaign,seq,timestamp,item_id,position,click,propensity_score'
const malformed = [
  [',women,1,2021-03-01 00:00:00+00:00,007,1,0,0.1', 'missing_policy'],
  ['random,,2,2021-03-01 00:00:00+00:00,007,1,0,0.1', 'missing_campaign'],
  ['random,women,3,2021-03-01 00:00:00+00:00,,1,0,0.1', 'missing_item_id'],
  ['random,women,4,,007,1,0,0.1', 'missing_timestamp'],
  ['random,women,5,2021-02-30 00:00:00+00:00,007,1,0,0.1', 'invalid_timestamp'],
  ['random,women,6,yesterday,007,1,0,0.1', 'invalid_timestamp'],
  ['random,women,7,2021-03-01 00:00:00+00:00,007,1,,0.1', 'missing_click'],
  ['random,women,8,2021-03-01 00:00:00+00:00,007,1,2,0.1', 'invalid_click'],
] as const

describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'a replaced seed on $name',
  ({ adapter }) => {
    let flagship: Flagship

    beforeAll(async () => {
      flagship = await createFlagship(adapter, 'bandits')
      // What is replaced need not be all of it.
      const shipped = await readFile(join(flagship.folder, 'seeds/open_bandit_events.csv'), 'utf8')
      const some = shipped.split('\n').slice(0, 400).join('\n')
      await flagship.write({ 'seeds/open_bandit_events.csv': `${some}\n` })
      expect((await flagship.assay('build', '--exclude-resource-type', 'test')).exitCode).toBe(0)
      await flagship.write({
        'seeds/open_bandit_events.csv': eventsFile(),
        'seeds/open_bandit_items.csv':
          'item_id,item_feature_0,item_feature_1,item_feature_2,item_feature_3\n007,0.5,x,y,z\n007,0.7,x,y,z\n99,?,x,y,z\n',
      })
      const ran = await flagship.assay('build', '--vars', '{replay_seed: 1}')
      expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
    }, 240_000)

    test('counts what the file holds', async () => {
      const totals = await flagship.rows(
        `select experiment_id, price_id, impressions, conversions, conversion_rate, mean_reward, variance
         from {{ref "aggregates"}} where time_window = 'all'`,
      )
      const expected = arms().map(({ experiment, arm, trials, clicks }) => ({
        experiment_id: experiment,
        price_id: arm,
        impressions: trials,
        conversions: clicks,
        conversion_rate: expect.closeTo(clicks / trials, 14),
        mean_reward: expect.closeTo(clicks / trials, 14),
        variance: expect.closeTo((clicks * (1 - clicks / trials)) / (trials - 1), 14),
      }))
      expect(sortedBy(totals, 'experiment_id', 'price_id')).toEqual(
        sortedBy(expected, 'experiment_id', 'price_id'),
      )
    })

    test('gives the posterior of those counts', async () => {
      const rows = await flagship.rows(
        `select * from {{ref "posterior_parameters"}} where model = 'bernoulli'`,
      )
      expect(rows).toHaveLength(arms().length)
      for (const experiment of Object.keys(experiments)) {
        const own = rows.filter((row) => row['experiment_id'] === experiment)
        const compared = compareArms(own.map(shapeOf))
        for (const [index, row] of own.entries()) {
          const { alpha, beta } = shapeOf(row)
          const total = alpha + beta
          expect(alpha).toBe(1 + numberIn(row, 'successes'))
          expect(beta).toBe(1 + numberIn(row, 'trials') - numberIn(row, 'successes'))
          expect(row['posterior_mean']).toBeCloseTo(alpha / total, 12)
          expect(row['posterior_sd']).toBeCloseTo(
            Math.sqrt((alpha * beta) / (total * total * (total + 1))),
            12,
          )
          expect(row['prob_best']).toBeCloseTo(compared[index]?.probBest ?? Number.NaN, 6)
          expect(row['expected_loss']).toBeCloseTo(compared[index]?.expectedLoss ?? Number.NaN, 6)
          expect(row['message']).toBeNull()
        }
      }
    })

    test('shares and replays are of the new arms', async () => {
      const shares = await flagship.rows(
        `select experiment_id, price_id, weight, trials from {{ref "bandit_weights"}}
         where experiment_id like 'open_bandit%'`,
      )
      const expected = arms().map(({ experiment, arm, trials }) => ({
        experiment_id: experiment,
        price_id: arm,
        trials,
        weight: expect.any(Number),
      }))
      const keys = ['experiment_id', 'price_id']
      expect(sortedBy(shares, ...keys)).toEqual(sortedBy(expected, ...keys))
      const replayed = await flagship.rows(
        'select experiment_id, cast(sum(choices) as integer) as choices from {{ref "replay_allocations"}} group by experiment_id',
      )
      const choices = Object.entries(experiments).map(([experiment, counts]) => ({
        experiment_id: experiment,
        choices: Object.values(counts).reduce((sum, [trials]) => sum + trials, 0),
      }))
      expect(sortedBy(replayed, 'experiment_id')).toEqual(sortedBy(choices, 'experiment_id'))
    })

    test('an experiment without a click, or without anything else, has an empirical prior all the same', async () => {
      const rows = await flagship.rows(
        `select distinct experiment_id, alpha - successes as prior_alpha, beta - failures as prior_beta
         from {{ref "posterior_parameters"}}
         where model = 'bernoulli_empirical' and experiment_id like '%clicked' and message is null`,
      )
      expect(sortedBy(rows, 'experiment_id')).toEqual([
        {
          experiment_id: 'open_bandit_random_clicked',
          prior_alpha: expect.closeTo(100, 9),
          prior_beta: expect.closeTo(0.1, 9),
        },
        {
          experiment_id: 'open_bandit_random_unclicked',
          prior_alpha: expect.closeTo(0.1, 9),
          prior_beta: expect.closeTo(100, 9),
        },
      ])
    })

    test('sets malformed rows aside with the reason', async () => {
      const rows = await flagship.rows(
        'select rejection_reason from {{ref "stg_open_bandit_rejected"}}',
      )
      const expected = malformed.map(([, reason]) => ({ rejection_reason: reason }))
      expect(sortedBy(rows, 'rejection_reason')).toEqual(sortedBy(expected, 'rejection_reason'))
    })

    test('knows an item by the items file or does without', async () => {
      const rows = await flagship.rows(
        `select price_id, has_item_context, item_feature_0 from {{ref "bandits"}}
         where experiment_id = 'open_bandit_random_women'`,
      )
      expect(sortedBy(rows, 'price_id')).toEqual([
        { price_id: '007', has_item_context: true, item_feature_0: 0.5 },
        { price_id: 'sku-9', has_item_context: false, item_feature_0: null },
        { price_id: 'ünï "quoted"', has_item_context: false, item_feature_0: null },
      ])
    })

    test('a file without rows gives empty tables', async () => {
      await flagship.write({ 'seeds/open_bandit_events.csv': `${header}\n` })
      const ran = await flagship.assay('build')
      expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
      expect(await flagship.rows('select * from {{ref "posterior_parameters"}}')).toEqual([])
      expect(await flagship.rows('select * from {{ref "aggregates"}}')).toEqual([])
    })
  },
)

function arms() {
  return Object.entries(experiments).flatMap(([experiment, counts]) =>
    Object.entries(counts).map(([arm, [trials, clicks]]) => ({ experiment, arm, trials, clicks })),
  )
}

/** Written in every way that a time, a click and a missing value may be; equal rows are events of their own. */
function eventsFile(): string {
  const rows = arms().flatMap(({ experiment, arm, trials, clicks }) => {
    const [, , policy = '', campaign = ''] = experiment.split('_')
    const item = arm.includes('"') ? `"${arm.replaceAll('"', '""')}"` : arm
    return Array.from({ length: trials }, (_, index) => {
      const minute = String(index % 60).padStart(2, '0')
      const day = String(1 + (index % 28)).padStart(2, '0')
      const time = [
        `2021-03-${day} 10:${minute}:00.123456+00:00`,
        `2021-03-${day}T10:${minute}:00Z`,
        `2021-03-${day} 10:${minute}`,
      ][index % 3]
      const isClicked = index < clicks
      const click = index % 2 === 0 ? String(isClicked) : String(Number(isClicked))
      return [policy, campaign, '', time, item, ['', 'left', '1'][index % 3], click, ''].join(',')
    })
  })
  return [header, ...rows, ...malformed.map(([row]) => row), ''].join('\n')
}

function shapeOf(row: Row) {
  return { alpha: numberIn(row, 'alpha'), beta: numberIn(row, 'beta') }
}
