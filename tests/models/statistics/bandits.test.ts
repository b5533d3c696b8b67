/** The macros of bandits beside the posteriors: `bandit_weights`, `off_policy_value`, and trials that fade. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { repository } from '../../docs/pages.ts'
import { testAdapters } from '../../support/adapters.ts'
import { createTestProject, testTargets } from '../../support/test-project.ts'
import { numberIn, readRows } from '../rows.ts'
import truth from '../truth/open_bandit_men_off_policy.json' with { type: 'json' }
import { type Asked, createAsked, rel, type Value } from './ask.ts'
import { expectNear } from './near.ts'
import { betaCdf } from './oracle.ts'

describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'bandits on $name',
  ({ adapter }) => {
    let asked: Asked
    beforeAll(async () => {
      asked = await createAsked(adapter)
    })

    async function weights(rows: readonly (readonly Value[])[], more = '') {
      const found = await asked.ask(
        `bandit_weights "${rel('g a p h', rows)}" keys=(list "g") arm="a" prob_best="p" ${more}`,
      )
      return found.map((row) => [row['arm'], row['weight'], row['message']])
    }
    const near = (value: number) => expect.closeTo(value, 14)

    test('bandit_weights: the worked example, columns, a holdout, an arm that is sold out', async () => {
      const rows: readonly (readonly Value[])[] = [
        ['g', 'ten', 0.97, 0],
        ['g', 'twenty', 0.03, 1],
      ]
      expect(await weights(rows)).toEqual([
        ['ten', near(0.9606), null],
        ['twenty', near(0.0394), null],
      ])
      expect(await weights(rows, 'holdout_share=0.1')).toEqual([
        ['ten', near(0.05 + 0.9 * 0.9606), null],
        ['twenty', near(0.05 + 0.9 * 0.0394), null],
      ])
      expect(await weights(rows, 'holdout_share=0.1 holdout="h"')).toEqual([
        ['ten', near(0.9 * 0.9606), null],
        ['twenty', near(0.1 + 0.9 * 0.0394), null],
      ])
      expect(await weights(rows, 'min_share=0.9')).toEqual([
        ['ten', near(0.25 + 0.5 * 0.97), null],
        ['twenty', near(0.25 + 0.5 * 0.03), null],
      ])
      expect(await weights(rows, `available="a <> 'ten'"`)).toEqual([
        ['ten', 0, null],
        ['twenty', 1, null],
      ])
      const [row] = await asked.ask(
        `bandit_weights "${rel('g a p h', rows)}" keys=(list "g") arm="a" prob_best="p"`,
      )
      expect(Object.keys(row ?? {}).join(' ')).toBe('g arm prob_best weight message')
    })

    test('bandit_weights: what has no answer', async () => {
      const found = await weights([
        [1, 'a', null, 1],
        [1, 'b', null, 1],
        [2, 'a', 1, 1],
        [2, 'b', null, 1],
        [3, 'a', 0.4, 1],
        [3, 'b', 0.4, 1],
        [4, 'a', 0.5, 1],
        [4, 'a', 0.5, 1],
        [5, 'a', -0.5, 1],
        [5, 'b', 1, 1],
      ])
      expect(found).toEqual([
        ['a', 0.5, 'prob_best is null: equal shares'],
        ['b', 0.5, 'prob_best is null: equal shares'],
        ['a', near(0.99), null],
        ['b', near(0.01), 'prob_best is null: the least share'],
        ['a', 0.5, 'prob_best of the group does not add up to 1: rescaled'],
        ['b', 0.5, 'prob_best of the group does not add up to 1: rescaled'],
        ['a', 0.5, 'expected one row per arm, found several'],
        ['a', 0.5, 'expected one row per arm, found several'],
        ['a', near(0.01), 'prob_best is not between 0 and 1: the least share'],
        ['b', near(0.99), null],
      ])
      expect(await weights([['g', 'a', 1, 1]], 'available="h = 2"')).toEqual([
        ['a', null, 'no arm is available'],
      ])
      const refused = await asked.show(
        `{{bandit_weights "${rel('a p', [['a', 1]])}" keys=(list) arm="a" prob_best="p" min_share=2}}`,
      )
      expect(refused.stderr).toContain(
        'bandit_weights: expected min_share between 0 and 1, found 2',
      )
    })

    test('off_policy_value: the value of the random policy from the logs of the other', async () => {
      const [known] = truth.rows
      const seed = await readFile(join(repository, 'seeds', 'open_bandit_events.csv'), 'utf8')
      const project = await createTestProject(adapter, {
        files: {
          'assay.yml': `name: logs\n${testTargets}`,
          'seeds/logged.csv': seed,
        },
      })
      const built = await project.assay('seed', '--quiet')
      expect(built.exitCode, built.stderr).toBe(0)
      const query = `select * from ({{off_policy_value (ref "logged") keys=(list "policy" "campaign")
        reward="click" propensity="propensity_score" target_propensity="1e0 / 34"}}) as value_of_random
        where policy = 'bts'`
      const shown = await project.assay('show', '--inline', query, '--output', 'json')
      const [row] = readRows(shown)
      expect(Object.keys(row ?? {}).join(' ')).toBe(
        'policy campaign n ips ips_se snips snips_se ess message',
      )
      expect(row).toMatchObject({ policy: 'bts', campaign: 'men', n: 10000, message: null })
      expectNear(
        row ?? {},
        {
          ips: known?.ipw ?? Number.NaN,
          ips_se: known?.ipw_se ?? Number.NaN,
          snips: known?.snipw ?? Number.NaN,
          snips_se: known?.snipw_se ?? Number.NaN,
          ess: known?.ess ?? Number.NaN,
        },
        { within: 1e-10, relative: true },
      )
    })

    test('off_policy_value: a policy is worth what it earned; guards; what has no answer', async () => {
      const many = Array.from({ length: 200 }, (_, i) => i)
      const rows: readonly (readonly Value[])[] = [
        ...many.map((i) => ['a own policy', i % 3 === 0, 0.5, 0.5]),
        ...many.slice(0, 50).map((i) => ['b too few', i % 3 === 0, 0.5, 0.5]),
        ...many.map((i) => ['c wrong propensities', i % 3 === 0, 0.5, 0.25 + 0.1 * (i % 2)]),
        ...many.map((i) => ['d one row', i % 3 === 0, i === 0 ? 0.02 : 0.5, 0.5]),
        ...many.map((i) => ['e impossible', i % 3 === 0, i === 7 ? 0 : 0.5, 0.5]),
        ...many.map((i) => ['f fine', i % 3 === 0, i === 7 ? 0 : 0.5, i === 7 ? 0 : 0.5]),
        ['g none', true, 1.5, 0.5],
        ['h null', null, 0.5, 0.5],
        ['i never', true, 0.5, 0],
      ]
      const found = await asked.ask(
        `off_policy_value "${rel('g r p q', rows)}" keys="g" reward="r" propensity="p" target_propensity="q"`,
        'g',
      )
      expect(found.map((row) => [row['g'], row['message']])).toEqual([
        ['a own policy', null],
        ['b too few', 'the effective sample size is below 100'],
        ['c wrong propensities', 'the mean weight is not 1 within 3 standard errors'],
        ['d one row', 'one row has more than a tenth of the weight'],
        ['e impossible', 'target_propensity is above 0 where propensity is 0'],
        ['f fine', null],
        ['g none', 'propensity or target_propensity is not between 0 and 1'],
        ['h null', 'reward, propensity or target_propensity is null'],
        ['i never', 'no row has a weight'],
      ])
      const earned = 67 / 200
      const se = Math.sqrt((earned * (1 - earned)) / 199)
      expectNear(
        found[0] ?? {},
        { ips: earned, snips: earned, ips_se: se, ess: 200 },
        { within: 1e-13 },
      )
      expectNear(found[0] ?? {}, { snips_se: se * Math.sqrt(199 / 200) }, { within: 1e-13 })
      for (const row of found.slice(6)) expect(row).toMatchObject({ ips: null, ess: null })
      expect(numberIn(found[1] ?? {}, 'ips')).toBeCloseTo(17 / 50, 12)
    })

    test('beta_posterior: trials that fade count less, and are published raw', async () => {
      const half = (days: number) => 2 ** (-days / 7)
      const rows = await asked.ask(
        `beta_posterior "${rel('a n x w s', [
          ['old', 100, 50, 100 * half(70), 50 * half(70)],
          ['new', 100, 50, 100, 50],
          ['all', 10, 10, 3.0000000000000004, 3.000000000000001],
        ])}" keys=(list) arm="a" trials="n" successes="x" effective_trials="w" effective_successes="s"`,
      )
      expect(Object.keys(rows[0] ?? {}).join(' ')).toBe(
        'arm trials successes failures effective_trials alpha beta posterior_mean posterior_sd ' +
          'ci_low ci_high prob_best expected_loss prob_best_sum message',
      )
      const old = rows.find((row) => row['arm'] === 'old') ?? {}
      const faded = 50 * half(70)
      expect(old).toMatchObject({ trials: 100, successes: 50, failures: 50, message: null })
      expectNear(
        old,
        { effective_trials: 2 * faded, alpha: 1 + faded, beta: 1 + faded },
        { within: 1e-14 },
      )
      expect(betaCdf(numberIn(old, 'ci_low'), 1 + faded, 1 + faded)).toBeCloseTo(0.025, 9)
      expect(rows.map((row) => row['message'])).toEqual([null, null, null])
      const refused = await asked.show(
        `{{beta_posterior "(select 1)" keys=(list) arm="a" trials="n" successes="x" effective_trials="w"}}`,
      )
      expect(refused.stderr).toContain(
        'beta_posterior: expected effective_trials and effective_successes together, found one of them',
      )
    })

    test('beta_posterior: the worked examples; an empty relation', async () => {
      const rows = await asked.ask(
        `beta_posterior "${rel('a n x', [
          ['ten', 120, 18],
          ['twenty', 115, 26],
        ])}" keys=(list) arm="a" trials="n" successes="x"`,
      )
      expect(rows).toMatchObject([
        { trials: 120, successes: 18, alpha: 19, beta: 103 },
        { trials: 115, successes: 26, alpha: 27, beta: 90 },
      ])
      expect(26 / 115).toBeCloseTo(0.2261, 4)
      const none = `(select * from ${rel('g a n x', [['g', 'a', 1, 1]])} as nothing where n = 2)`
      const call = `beta_posterior "${none}" keys=KEYS arm="a" trials="n" successes="x"`
      expect(await asked.ask(call.replace('KEYS', '"g"'))).toEqual([])
      expect(await asked.ask(call.replace('KEYS', '(list)'))).toMatchObject([
        { arm: null, alpha: null, prob_best: null, message: 'no rows' },
      ])
    })
  },
)
