/** The macro `beta_posterior` with prices, reward = price * rate: against reference values, symmetry, units, no answers. */
import { beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../../support/adapters.ts'
import { numberIn } from '../rows.ts'
import cases from '../truth/price_cases.json' with { type: 'json' }
import { type Asked, createAsked, rel, type Value } from './ask.ts'
import { expectNear } from './near.ts'
import { betaCdf } from './oracle.ts'

describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'beta_posterior of prices on $name',
  ({ adapter }) => {
    let asked: Asked
    beforeAll(async () => {
      asked = await createAsked(adapter)
    })

    const posterior = (arms: readonly (readonly Value[])[], more = '') =>
      asked.ask(
        `beta_posterior "${rel('g a n x p', arms)}" keys=(list "g") arm="a" trials="n" successes="x" price="p" ${more}`,
      )

    test('the reference values, each case a group', async () => {
      const arms = cases.flatMap(({ name, arms: known }) =>
        known.map(({ alpha, beta, price }, a): readonly Value[] => [
          name,
          a,
          alpha + beta - 0.2,
          alpha - 0.1,
          price,
        ]),
      )
      const rows = await posterior(arms, 'prior_alpha=0.1 prior_beta=0.1')
      expect(Object.keys(rows[0] ?? {}).join(' ')).toBe(
        'g arm trials successes failures alpha beta posterior_mean posterior_sd ci_low ci_high ' +
          'prob_best expected_loss prob_best_sum message',
      )
      for (const { name, arms: known } of cases) {
        const top = Math.max(...known.map(({ price }) => price))
        for (const [a, { alpha, beta, price, prob_best, expected_loss }] of known.entries()) {
          const row = rows.find((each) => each['g'] === name && each['arm'] === a) ?? {}
          expect(row['message'], name).toBeNull()
          expectNear(row, { prob_best, prob_best_sum: 1 }, { within: 1e-6 })
          expectNear(row, { expected_loss }, { within: 1e-6 * top })
          const mean = (price * alpha) / (alpha + beta)
          expectNear(row, { posterior_mean: mean }, { within: 1e-12, relative: true })
          for (const [column, share] of [
            ['ci_low', 0.025],
            ['ci_high', 0.975],
          ] as const) {
            expect(betaCdf(numberIn(row, column) / price, alpha, beta)).toBeCloseTo(share, 9)
          }
        }
      }
    })

    test('neither the unit of money nor the order of arms matters; without prices it is the plain posterior', async () => {
      const arms: readonly (readonly [string, number, number, number])[] = [
        ['d', 1200, 121, 10],
        ['c', 1180, 96, 15],
        ['b', 1210, 80, 20],
        ['a', 1195, 52, 25],
      ]
      const names = new Map(arms.map(([a], i) => [a, arms[arms.length - 1 - i]?.[0] ?? '']))
      const [rows, cents, renamed] = [
        await posterior(arms.map((arm) => ['g', ...arm])),
        await posterior(arms.map(([a, n, x, p]) => ['g', a, n, x, p * 100])),
        await posterior(arms.map(([a, n, x, p]) => ['g', names.get(a) ?? '', n, x, p])),
      ]
      for (const [i, row] of rows.entries()) {
        const { prob_best, expected_loss } = {
          prob_best: numberIn(row, 'prob_best'),
          expected_loss: numberIn(row, 'expected_loss'),
        }
        const inCents = { prob_best, expected_loss: expected_loss * 100 }
        expectNear(cents[i] ?? {}, inCents, { within: 1e-9 })
        const other = renamed.find((each) => each['arm'] === names.get(String(row['arm'])))
        expectNear(other ?? {}, { prob_best, expected_loss }, { within: 1e-11 })
      }
      const [same, plain] = [
        await posterior(arms.map(([a, n, x]) => ['g', a, n, x, 1])),
        await asked.ask(
          `beta_posterior "${rel(
            'g a n x',
            arms.map(([a, n, x]) => ['g', a, n, x]),
          )}" keys=(list "g") arm="a" trials="n" successes="x"`,
        ),
      ]
      for (const [i, row] of plain.entries()) {
        for (const column of [
          'posterior_mean',
          'ci_low',
          'ci_high',
          'prob_best',
          'expected_loss',
        ]) {
          expectNear(same[i] ?? {}, { [column]: numberIn(row, column) }, { within: 1e-9 })
        }
      }
    })

    test('the price with the most revenue leads, not the one with the most sales; what has no answer', async () => {
      const rows = await posterior([
        [1, 'fine', 100, 40, 10],
        [1, 'free', 100, 90, 0],
        [1, 'unknown', 100, 40, null],
        [2, 'alone', 100, 40, 10],
        [3, 'dear', 1000, 90, 20],
        [3, 'cheap', 1000, 100, 10],
      ])
      expect(rows.map((row) => [row['arm'], row['message']])).toEqual([
        ['fine', null],
        ['free', 'price is not between 1e-100 and 1e100'],
        ['unknown', 'price is null'],
        ['alone', null],
        ['cheap', null],
        ['dear', null],
      ])
      expect(rows[0]).toMatchObject({ prob_best: 1, expected_loss: 0 })
      expect(rows[3]).toMatchObject({ prob_best: 1, expected_loss: 0, prob_best_sum: 1 })
      expect(numberIn(rows[5] ?? {}, 'prob_best')).toBeGreaterThan(0.99)
    })
  },
)
