/** The macro `gaussian_posterior`: against reference values, priors, units, and input that has no answer. */
import { beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../../support/adapters.ts'
import { numberIn, type Row } from '../rows.ts'
import cases from '../truth/gaussian_cases.json' with { type: 'json' }
import men from '../truth/gaussian_men.json' with { type: 'json' }
import { type Asked, createAsked, rel, type Value } from './ask.ts'
import { expectNear } from './near.ts'

type Arm = readonly [arm: Value, n: number | null, mean: number | null, variance: number | null]

const textbook = 'prior_mean=0 prior_kappa=1 prior_alpha=1 prior_beta=1'

describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'gaussian_posterior on $name',
  ({ adapter }) => {
    let asked: Asked
    beforeAll(async () => {
      asked = await createAsked(adapter)
    })

    const call = (rows: string, more = '') =>
      `gaussian_posterior "${rows}" keys=(list "g") arm="a" n="n" mean="m" variance="s" ${more}`
    const posterior = (arms: readonly Arm[], more = '') =>
      asked.ask(
        call(
          rel(
            'g a n m s',
            arms.map((arm) => ['g', ...arm]),
          ),
          more,
        ),
      )

    test.each(men)('the reference values: $label', async ({ arms }) => {
      const rows = await posterior(
        arms.map(({ arm, n, mean, ss }): Arm => [arm, n, mean, ss / (n - 1)]),
        textbook,
      )
      expect(Object.keys(rows[0] ?? {}).join(' ')).toBe(
        'g arm n mean variance posterior_mean posterior_sd df ci_low ci_high prob_best expected_loss message',
      )
      for (const [i, known] of arms.entries()) {
        const row = rows[i] ?? {}
        expect(row).toMatchObject({ arm: known.arm, n: known.n, df: known.df, message: null })
        const { prob_best, expected_loss, ci_low, ci_high } = known
        expectNear(row, { prob_best, expected_loss }, { within: 1e-9 })
        expectNear(row, { ci_low, ci_high }, { within: 1e-8, relative: true })
        expectNear(
          row,
          { posterior_mean: known.mu_n, posterior_sd: known.post_sd },
          { within: 1e-12, relative: true },
        )
      }
    })

    test.each(cases)('$name', async ({ arms, posteriors, prior }) => {
      const rows = await posterior(
        arms.map(({ n, mean, variance }, i): Arm => [i, n, mean, variance]),
        prior === null ? '' : textbook,
      )
      const widest = Math.max(...posteriors.map(({ scale }) => scale))
      for (const [i, known] of posteriors.entries()) {
        const row = rows[i] ?? {}
        expect(row['message']).toBeNull()
        expectNear(row, { prob_best: known.prob_best }, { within: 1e-6 })
        expectNear(row, { expected_loss: known.expected_loss }, { within: 1e-6 * widest })
        const { posterior_mean, ci_low, ci_high } = known
        expectNear(row, { posterior_mean, ci_low, ci_high }, { within: 1e-8, relative: true })
        if (known.posterior_sd === null) expect(row['posterior_sd']).toBeNull()
        else {
          const { posterior_sd } = known
          expectNear(row, { posterior_sd }, { within: 1e-12, relative: true })
        }
      }
      expect(sumOf(rows, 'prob_best')).toBeCloseTo(1, 6)
    })

    test('with the pooled prior neither the unit of money nor its zero matters', async () => {
      const arms: readonly Arm[] = [
        ['a', 40, 4, 30],
        ['b', 60, 5, 20],
        ['c', 50, 4.5, 80],
      ]
      const moved = (factor: number, by: number) =>
        posterior(
          arms.map(
            ([arm, n, m, s]): Arm => [arm, n, (m ?? 0) * factor + by, (s ?? 0) * factor ** 2],
          ),
        )
      const rows = await moved(1, 0)
      for (const [factor, by] of [
        [100, 0],
        [1e-6, 0],
        [1, 1000],
      ] as const) {
        for (const [i, row] of (await moved(factor, by)).entries()) {
          const at = rows[i] ?? {}
          expectNear(row, { prob_best: numberIn(at, 'prob_best') }, { within: 1e-9 })
          expectNear(
            row,
            {
              expected_loss: numberIn(at, 'expected_loss') * factor,
              ci_low: numberIn(at, 'ci_low') * factor + by,
              ci_high: numberIn(at, 'ci_high') * factor + by,
            },
            { within: 1e-8, relative: true },
          )
        }
      }
    })

    test('one part of the prior may be given; identical arms share; the best of one is itself', async () => {
      const rows = await asked.ask(
        call(
          rel('g a n m s p', [
            ['one', 1, 10, 3, 4, 2],
            ['same', 1, 10, 3, 4, 2],
            ['same', 2, 10, 3, 4, 2],
            ['same', 3, 10, 3, 4, 2],
          ]),
          'prior_kappa="p"',
        ),
      )
      expect(rows.map((row) => [row['g'], row['message']])).toEqual([
        ['one', null],
        ['same', null],
        ['same', null],
        ['same', null],
      ])
      expect(rows[0]).toMatchObject({ prob_best: 1, expected_loss: 0, posterior_mean: 3, df: 12 })
      // bn = b0 + s/2 = 4 + 18 with the pooled variance 4, an = 6, kn = 12
      const sd = Math.sqrt((22 / (6 * 12)) * (12 / 10))
      for (const row of rows) expectNear(row, { posterior_sd: sd }, { within: 1e-14 })
      for (const row of rows.slice(1)) expectNear(row, { prob_best: 1 / 3 }, { within: 1e-8 })
    })

    test('input without an answer gives a message, and the others theirs', async () => {
      const rows = await asked.ask(
        call(
          rel('g a n m s', [
            [1, 'fine', 10, 3, 4],
            [1, 'no mean', 10, null, 4],
            [1, 'no n', null, 3, 4],
            [1, 'no variance', 2, 3, null],
            [1, 'below', 10, 3, -4],
            [1, 'less', -1, 3, 4],
            [1, 'twice', 10, 3, 4],
            [1, 'twice', 11, 3, 4],
            [1, 'untried', 0, null, null],
            [2, 'a', 1, 5, null],
            [2, 'b', 1, 6, null],
            [3, 'a', 10, 5, 0],
            [3, 'b', 10, 6, 0],
            [4, 'a', 0, null, null],
            [4, 'b', 0, null, null],
          ]),
        ),
        'g, arm, n',
      )
      const alone = 'no arm of the group has two trials, so there is no pooled prior'
      expect(rows.map((row) => [row['g'], row['arm'], row['message']])).toEqual([
        [1, 'below', 'variance is negative'],
        [1, 'fine', null],
        [1, 'less', 'n is negative'],
        [1, 'no mean', 'mean is null'],
        [1, 'no n', 'n is null'],
        [1, 'no variance', 'variance is null'],
        [1, 'twice', 'expected one row per arm, found several'],
        [1, 'twice', 'expected one row per arm, found several'],
        [1, 'untried', null],
        [2, 'a', alone],
        [2, 'b', alone],
        [3, 'a', 'no variance in the group'],
        [3, 'b', 'no variance in the group'],
        [4, 'a', 'no trials in the group'],
        [4, 'b', 'no trials in the group'],
      ])
      const nothing = { posterior_mean: null, df: null, ci_low: null, prob_best: null }
      for (const row of rows) {
        if (row['message'] !== null) expect(row).toMatchObject({ ...nothing, expected_loss: null })
      }
    })

    test('a prior that is none, and an empty relation', async () => {
      const one = await posterior([['a', 10, 3, 4]], 'prior_kappa=0')
      expect(one[0]?.['message']).toBe('prior_kappa is not above 0 and at most 1e12')
      const few = await posterior([['a', 1, 3, null]], 'prior_alpha=0.1 prior_beta=1')
      expect(few[0]?.['message']).toBe('fewer than 2 degrees of freedom')
      const empty = `(select * from ${rel('g a n m s', [['g', 'a', 1, 1, 1]])} as none where g = 'h')`
      expect(await asked.ask(call(empty))).toEqual([])
      const [whole] = await asked.ask(call(empty).replace('(list "g")', '(list)'))
      expect(whole).toMatchObject({ arm: null, prob_best: null, message: 'no rows' })
      const refused = await asked.show(`{{${call(empty, 'prior="flat"')}}}`)
      expect(refused.stderr).toContain('expected the prior "pooled", or prior_mean')
    })
  },
)

function sumOf(rows: readonly Row[], column: string): number {
  return rows.reduce((total, row) => total + numberIn(row, column), 0)
}
