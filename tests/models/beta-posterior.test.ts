/** The macro `beta_posterior`: against reference values, at its edges, and on input that has no answer. */
import { beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { compareArms } from './beta-distribution.ts'
import { createLibrary, type Library, valuesOf } from './library.ts'
import { numberIn, type Row, sortedBy } from './rows.ts'
import truth from './truth/distribution_cases.json' with { type: 'json' }

interface Arm {
  readonly trials: number | 'null'
  readonly successes: number | 'null'
  readonly priorAlpha?: number
  readonly priorBeta?: number
}

describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'beta_posterior on $name',
  ({ adapter }) => {
    let library: Library
    beforeAll(async () => {
      library = await createLibrary(adapter)
    })

    /** Arms are numbered from 0; `more` are further arguments of the macro. */
    async function posterior(arms: readonly Arm[], more = ''): Promise<readonly Row[]> {
      const rel = valuesOf(
        ['arm', 'trials', 'successes', 'prior_alpha', 'prior_beta'],
        arms.map((arm, index) => [
          String(index),
          exact(arm.trials),
          exact(arm.successes),
          exact(arm.priorAlpha ?? 1),
          exact(arm.priorBeta ?? 1),
        ]),
      )
      const rows = await library.rows(
        `select * from ({{beta_posterior "${rel}" keys=(list) arm="arm" trials="trials"
           successes="successes" prior_alpha="prior_alpha" prior_beta="prior_beta" ${more}}}) as posteriors`,
      )
      return [...rows].sort((a, b) => numberIn(a, 'arm') - numberIn(b, 'arm'))
    }

    test.each(truth.probbest)('prob_best and expected_loss, $kind, $K arms', async (known) => {
      const rows = await posterior(
        known.a.map((alpha, index) => ({
          trials: alpha + (known.b[index] ?? 0) - 0.2,
          successes: alpha - 0.1,
          priorAlpha: 0.1,
          priorBeta: 0.1,
        })),
      )
      for (const [index, row] of rows.entries()) {
        expect(Math.abs(numberIn(row, 'prob_best') - (known.pb[index] ?? 0))).toBeLessThan(1e-7)
        expect(Math.abs(numberIn(row, 'expected_loss') - (known.loss[index] ?? 0))).toBeLessThan(
          1e-7,
        )
        expect(Math.abs(numberIn(row, 'prob_best_sum') - 1)).toBeLessThan(1e-7)
      }
    })

    test.each([
      { level: 0.95, low: truth.betaq.q['0.025'], high: truth.betaq.q['0.975'] },
      { level: 0.99, low: truth.betaq.q['0.005'], high: truth.betaq.q['0.995'] },
    ])('the interval of level $level', async ({ level, low, high }) => {
      const rows = await posterior(
        truth.betaq.a.map((alpha, index) => ({
          trials: alpha + (truth.betaq.b[index] ?? 0) - 0.2,
          successes: alpha - 0.1,
          priorAlpha: 0.1,
          priorBeta: 0.1,
        })),
        `level=${level}`,
      )
      const worst = rows.map((row, index) =>
        Math.max(
          Math.abs(numberIn(row, 'ci_low') / (low[index] ?? 0) - 1),
          Math.abs(numberIn(row, 'ci_high') / (high[index] ?? 0) - 1),
        ),
      )
      expect(Math.max(...worst)).toBeLessThan(1e-8)
    })

    test.each<{ readonly what: string; readonly arms: readonly Arm[] }>([
      {
        what: 'a prior of 0.5 and no success',
        arms: [10, 20, 0].map((trials) => ({
          trials,
          successes: 0,
          priorAlpha: 0.5,
          priorBeta: 0.5,
        })),
      },
      {
        what: 'identical arms',
        arms: [1, 2, 3, 4].map(() => ({ trials: 1000, successes: 30 })),
      },
      {
        what: 'a million trials beside three',
        arms: [
          { trials: 1_000_000, successes: 50_000 },
          { trials: 1_000_000, successes: 50_300 },
          { trials: 3, successes: 0 },
        ],
      },
      {
        what: 'rates near 1',
        arms: [
          { trials: 10_000, successes: 10_000 },
          { trials: 10_000, successes: 9_990 },
          { trials: 5, successes: 5 },
        ],
      },
      {
        what: 'a dominated arm',
        arms: [
          { trials: 10_000, successes: 10 },
          { trials: 10_000, successes: 9_000 },
        ],
      },
    ])('$what', async ({ arms }) => {
      const rows = await posterior(arms)
      const compared = compareArms(
        rows.map((row) => ({ alpha: numberIn(row, 'alpha'), beta: numberIn(row, 'beta') })),
      )
      for (const [index, row] of rows.entries()) {
        expect(row['prob_best']).toBeCloseTo(compared[index]?.probBest ?? Number.NaN, 6)
        expect(row['expected_loss']).toBeCloseTo(compared[index]?.expectedLoss ?? Number.NaN, 6)
        expect(row['prob_best_sum']).toBeCloseTo(1, 6)
        expect(row['message']).toBeNull()
      }
    })

    test('the least priors', async () => {
      const rows = await posterior([
        { trials: 1, successes: 0, priorAlpha: 0.1, priorBeta: 0.1 },
        { trials: 0, successes: 0, priorAlpha: 0.1, priorBeta: 0.1 },
      ])
      for (const row of rows) expect(row['prob_best_sum']).toBeCloseTo(1, 6)
    })

    test('one arm is the best for certain; columns and types are those of the contract', async () => {
      expect(await posterior([{ trials: 10, successes: 3 }])).toEqual([
        {
          arm: 0,
          trials: 10,
          successes: 3,
          failures: 7,
          alpha: 4,
          beta: 8,
          posterior_mean: expect.closeTo(1 / 3, 14),
          posterior_sd: expect.closeTo(0.13074409009212268, 14),
          ci_low: expect.closeTo(0.10926344381861523, 10),
          ci_high: expect.closeTo(0.6097425595708987, 10),
          prob_best: 1,
          expected_loss: 0,
          prob_best_sum: 1,
          message: null,
        },
      ])
    })

    test('input without an answer gives a message and leaves the others theirs', async () => {
      const rows = await posterior([
        { trials: 10, successes: 3 },
        { trials: 1, successes: 1 },
        { trials: 10, successes: 11 },
        { trials: -1, successes: 0 },
        { trials: 'null', successes: 0 },
        { trials: 5, successes: 'null' },
        { trials: 10, successes: 3, priorAlpha: 0.05 },
        { trials: 2e12, successes: 3 },
      ])
      const nothing = { failures: null, alpha: null, beta: null, posterior_mean: null }
      const none = { ...nothing, posterior_sd: null, ci_low: null, ci_high: null }
      const empty = { ...none, prob_best: null, expected_loss: null, prob_best_sum: null }
      const [compared] = compareArms([
        { alpha: 4, beta: 8 },
        { alpha: 2, beta: 1 },
      ])
      expect(rows[0]?.['prob_best']).toBeCloseTo(compared?.probBest ?? Number.NaN, 6)
      expect(rows[0]?.['message']).toBeNull()
      expect(rows[1]?.['message']).toBeNull()
      const messages = [
        'more successes than trials',
        'trials or successes is negative',
        'trials or successes is null',
        'trials or successes is null',
        'prior_alpha or prior_beta is below 0.1',
        'more than 1e12 trials',
      ]
      for (const [index, message] of messages.entries()) {
        expect(rows[index + 2]).toMatchObject({ ...empty, message })
      }
    })

    test('groups are compared each by itself; NULL is a key and an arm', async () => {
      const rel = valuesOf(
        ['place', 'hour', 'arm', 'trials', 'successes'],
        [
          ["'x'", '1', "'a'", '20', '3'],
          ["'x'", '1', "'b'", '20', '3'],
          ["'x'", 'null', 'null', '20', '3'],
          ["'x'", 'null', "'a'", '30', '9'],
          ["'y'", '1', "'a'", '0', '0'],
          ["'y'", '1', "'b'", '0', '0'],
          ["'z'", '1', "'a'", '5', '1'],
          ["'z'", '1', "'a'", '6', '1'],
          ["'z'", '1', "'b'", '6', '1'],
        ],
      )
      const rows = await library.rows(
        `select place, hour, arm, prob_best, message
         from ({{beta_posterior "${rel}" keys=(list "place" "hour") arm="arm" trials="trials"
           successes="successes"}}) as posteriors`,
      )
      const [ofNull] = compareArms([
        { alpha: 4, beta: 18 },
        { alpha: 10, beta: 22 },
      ])
      const half = expect.closeTo(0.5, 6)
      const low = expect.closeTo(ofNull?.probBest ?? Number.NaN, 6)
      const high = expect.closeTo(1 - (ofNull?.probBest ?? Number.NaN), 6)
      const silent = 'no trials in the group'
      const several = 'expected one row per arm, found several'
      expect(sortedBy(rows, 'place', 'hour', 'arm', 'prob_best')).toEqual([
        { place: 'x', hour: 1, arm: 'a', prob_best: half, message: null },
        { place: 'x', hour: 1, arm: 'b', prob_best: half, message: null },
        { place: 'x', hour: null, arm: 'a', prob_best: high, message: null },
        { place: 'x', hour: null, arm: null, prob_best: low, message: null },
        { place: 'y', hour: 1, arm: 'a', prob_best: null, message: silent },
        { place: 'y', hour: 1, arm: 'b', prob_best: null, message: silent },
        { place: 'z', hour: 1, arm: 'a', prob_best: null, message: several },
        { place: 'z', hour: 1, arm: 'a', prob_best: null, message: several },
        { place: 'z', hour: 1, arm: 'b', prob_best: 1, message: null },
      ])
    })

    test('a level that is none is refused', async () => {
      const ran = await library.show(
        `{{beta_posterior "(select 1 as a, 2 as t, 1 as s)" keys=(list) arm="a" trials="t" successes="s" level=95}}`,
      )
      expect(ran.exitCode).not.toBe(0)
      expect(ran.stderr).toContain(
        'beta_posterior: expected a number between 0 and 1 for level, found 95',
      )
    })
  },
)

/** A whole number as such, any other as a double. */
function exact(value: number | 'null'): string {
  if (value === 'null') return 'cast(null as integer)'
  return Number.isInteger(value) ? String(value) : `cast(${value} as double precision)`
}
