/** The shipped posteriors of the real data against reference values computed outside. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { drawnArm, shareOfEachArm } from './bandits/replay-truth.ts'
import { parseCsv } from './experiment-truth.ts'
import { createFlagship, type Flagship } from './flagship.ts'
import { numberIn, type Row, readRows, sortedBy } from './rows.ts'
import offPolicy from './truth/open_bandit_men_off_policy.json' with { type: 'json' }
import truth from './truth/open_bandit_men_posteriors.json' with { type: 'json' }

const truths = truth.groups.flatMap(({ policy, campaign, arms }) =>
  arms.map((arm) => ({ ...arm, key: `open_bandit_${policy}_${campaign}/${arm.item_id}` })),
)

describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'posterior_parameters on $name',
  ({ adapter }) => {
    let flagship: Flagship
    let posteriors: readonly Row[]

    beforeAll(async () => {
      flagship = await createFlagship(adapter, 'bandits')
      const ran = await flagship.assay('build')
      expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
      posteriors = await flagship.rows('select * from {{ref "posterior_parameters"}}')
    }, 240_000)

    test('has the columns of the contract', () => {
      expect(Object.keys(posteriors[0] ?? {})).toEqual([
        'snapshot_id',
        'as_of',
        'experiment_id',
        'price_id',
        'model',
        'trials',
        'successes',
        'failures',
        'alpha',
        'beta',
        'posterior_mean',
        'posterior_sd',
        'ci_low',
        'ci_high',
        'prob_best',
        'expected_loss',
        'prob_best_sum',
        'message',
        'n',
        'mean',
        'variance',
        'df',
        'effective_trials',
        'segment',
      ])
    })

    test('agrees with the reference values', () => {
      const rows = new Map(
        posteriors
          .filter((row) => row['model'] === 'bernoulli')
          .map((row) => [`${String(row['experiment_id'])}/${String(row['price_id'])}`, row]),
      )
      expect([...rows.keys()].sort()).toEqual(truths.map((arm) => arm.key).sort())
      for (const arm of truths) {
        const row = rows.get(arm.key) ?? {}
        expect(row).toMatchObject({
          trials: arm.impressions,
          successes: arm.clicks,
          failures: arm.impressions - arm.clicks,
          alpha: arm.alpha,
          beta: arm.beta,
          message: null,
        })
        expectNear(row, 'posterior_mean', arm.mean, 1e-12)
        expectNear(row, 'posterior_sd', arm.sd, 1e-12)
        expectNear(row, 'ci_low', arm.ci_low, 1e-8 * arm.ci_low)
        expectNear(row, 'ci_high', arm.ci_high, 1e-8 * arm.ci_high)
        expectNear(row, 'prob_best', arm.prob_best, 1e-6)
        expectNear(row, 'expected_loss', arm.expected_loss, 1e-6)
        expectNear(row, 'prob_best_sum', 1, 1e-6)
      }
    })

    test('the empirical prior is the pooled rate, worth 100 trials', () => {
      const clicks = new Map(
        truth.groups.map((group) => [`open_bandit_${group.policy}_${group.campaign}`, group.ctr]),
      )
      const empirical = posteriors.filter((row) => row['model'] === 'bernoulli_empirical')
      expect(empirical).toHaveLength(68)
      for (const row of empirical) {
        const prior = 100 * (clicks.get(String(row['experiment_id'])) ?? 0)
        expectNear(row, 'alpha', prior + numberIn(row, 'successes'), 1e-9)
        expectNear(row, 'beta', 100 - prior + numberIn(row, 'failures'), 1e-9)
      }
    })

    test('what the uniform policy would have earned on the choices of another', async () => {
      const [row = {}] = await flagship.rows(
        `select * from {{ref "off_policy_values"}} where experiment_id = 'open_bandit_bts_men' and target_policy = 'uniform'`,
      )
      const [truth] = offPolicy.rows
      expect(row).toMatchObject({ n: truth?.n, target_policy: 'uniform' })
      expectNear(row, 'ips', truth?.ipw ?? 0, 1e-9)
      expectNear(row, 'ips_se', truth?.ipw_se ?? 0, 1e-9)
      expectNear(row, 'snips', truth?.snipw ?? 0, 1e-9)
      expectNear(row, 'snips_se', truth?.snipw_se ?? 0, 1e-9)
      expectNear(row, 'ess', truth?.ess ?? 0, 1e-6)
    })

    test('is of the last event and is the same when built again', async () => {
      expect(new Set(posteriors.map((row) => row['as_of']))).toEqual(
        new Set(['2019-11-30 23:59:21.586530']),
      )
      expect((await flagship.assay('run')).exitCode).toBe(0)
      const again = await flagship.rows('select * from {{ref "posterior_parameters"}}')
      const keys = ['experiment_id', 'model', 'price_id']
      expect(sortedBy(again, ...keys)).toEqual(sortedBy(posteriors, ...keys))
    }, 240_000)

    test('the first table a newcomer sees begins with the random policy', async () => {
      const command = 'show --select leading_arms --limit 12 --output json --numbers'
      const shown = readRows(await flagship.assay(...command.split(' ')))
      expect(
        shown.map((row) => `${String(row['experiment_id'])} ${String(row['price_id'])}`),
      ).toEqual([
        ...['0', '30', '33', '20', '25', '11'].map((arm) => `open_bandit_random_men ${arm}`),
        ...['17', '14', '12', '21', '3', '5'].map((arm) => `open_bandit_bts_men ${arm}`),
      ])
    })

    test('the day of another time zone begins at its midnight', async () => {
      const vars = '{reporting_timezone: Asia/Tokyo, as_of: "2019-12-01 00:00:00", replay_seed: 7}'
      expect((await flagship.assay('build', '--vars', vars)).exitCode).toBe(0)
      const [days] = await flagship.rows(
        `select min(window_start) as first_day, max(as_of) as as_of
         from {{ref "aggregates_daily"}} cross join {{ref "posterior_parameters"}}`,
      )
      expect(days).toEqual({ first_day: '2019-11-23 15:00:00', as_of: '2019-12-01 00:00:00' })
    }, 240_000)

    test('B8: a seeded replay of the real data gives the same choices on every database', async () => {
      const choices = await flagship.rows(
        'select event_id, experiment_id, window_start, price_id from {{ref "replayed_choices"}} order by event_id',
      )
      expect(choices).toHaveLength(20_000)
      const digest = createHash('md5')
      for (const row of choices) {
        digest.update(`${String(row['event_id'])} ${String(row['price_id'])}\n`)
      }
      expect(digest.digest('hex')).toBe('1d71715b4cbc5f33d84b2e890077922c')
      const csv = parseCsv(
        await readFile(join(flagship.folder, 'seeds/open_bandit_events.csv'), 'utf8'),
      )
      for (const policy of ['random', 'bts']) {
        const shares = shareOfEachArm(csv, { policy, from: new Date('2019-11-27T15:00:00Z') })
        const ofDay = choices.filter(
          (row) =>
            row['experiment_id'] === `open_bandit_${policy}_men` &&
            row['window_start'] === '2019-11-27 15:00:00',
        )
        expect(ofDay.length).toBeGreaterThan(1000)
        for (const row of ofDay) {
          const drawn = drawnArm(shares, 7, String(row['event_id']))
          if (drawn !== undefined) expect(row['price_id']).toBe(drawn)
        }
      }
      const [worth] = await flagship.rows(
        `select n, ips_se, message from {{ref "off_policy_values"}}
         where experiment_id = 'open_bandit_random_men' and target_policy = 'thompson'`,
      )
      expect(worth).toMatchObject({ n: 10_000, message: null })
    }, 240_000)
  },
)

function expectNear(row: Row, column: string, expected: number, tolerance: number): void {
  const found = numberIn(row, column)
  if (Math.abs(found - expected) <= tolerance) return
  throw new Error(
    `${column} of ${JSON.stringify(row)}: expected ${expected} within ${tolerance}, found ${found}`,
  )
}
