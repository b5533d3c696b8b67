/** Numbers at the ends of doubles, NaN and infinity: a message, never an error of the database. */
import { beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../../support/adapters.ts'
import { valuesOf } from '../library.ts'
import { type Asked, createAsked } from './ask.ts'

const odd = ['1e308', '-1e308', '1e-308', '1e200', '1e-200', 'NaN', 'Infinity', '-Infinity']

/** For each odd number a group of four rows, in one of which it takes the place of `y`, and a group of plain rows. */
const rows = valuesOf(
  ['g', 'v', 'u', 'x', 'y', 'n'],
  ['2', ...odd].flatMap((value, g) =>
    [
      ['c', '1', '1', '1', '10'],
      ['c', '2', '2', '3', '20'],
      ['t', '3', '2', value, '30'],
      ['t', '4', '4', '5', '40'],
    ].map(([v, u, x, y, n]) => [
      `'group ${g}'`,
      `'${v}'`,
      u ?? '',
      x ?? '',
      `cast('${y}' as double precision)`,
      n ?? '',
    ]),
  ),
)
const summed = `(select g, v, min(u) as u, max(x) as x, max(y) as y, sum(n) as n from ${rows} as r where u in (1, 3) group by g, v)`

const calls: readonly (readonly [string, string])[] = [
  [
    'two_proportion_test',
    `"${summed}" keys="g" variant="v" control="'c'" users="n" conversions="y"`,
  ],
  [
    'two_proportion_test',
    `"${summed}" keys="g" variant="v" control="'c'" users="y" conversions="1"`,
  ],
  ['welch_test', `"${summed}" keys="g" variant="v" control="'c'" users="n" mean="y" variance="x"`],
  ['welch_test', `"${summed}" keys="g" variant="v" control="'c'" users="n" mean="x" variance="y"`],
  ['welch_test', `"${summed}" keys="g" variant="v" control="'c'" users="y" mean="x" variance="x"`],
  ['srm_test', `"${summed}" keys="g" variant="v" users="y"`],
  ['srm_test', `"${summed}" keys="g" variant="v" users="n" share="y"`],
  [
    'ratio_metric_test',
    `"${rows}" keys="g" variant="v" control="'c'" unit="u" numerator="y" denominator="x"`,
  ],
  [
    'ratio_metric_test',
    `"${rows}" keys="g" variant="v" control="'c'" unit="u" numerator="x" denominator="y"`,
  ],
  ['cuped', `"${rows}" keys="g" variant="v" control="'c'" value="y" covariate="x"`],
  ['cuped', `"${rows}" keys="g" variant="v" control="'c'" value="x" covariate="y"`],
  ['adjust_p_values', `"${rows}" keys="g" p_value="y"`],
  ['beta_posterior', `"${summed}" keys="g" arm="v" trials="n" successes="y"`],
  ['beta_posterior', `"${summed}" keys="g" arm="v" trials="n" successes="x" price="y"`],
  ['beta_posterior', `"${summed}" keys="g" arm="v" trials="n" successes="x" prior_alpha="y"`],
  ['gaussian_posterior', `"${summed}" keys="g" arm="v" n="y" mean="x" variance="x"`],
  ['gaussian_posterior', `"${summed}" keys="g" arm="v" n="n" mean="y" variance="x"`],
  ['gaussian_posterior', `"${summed}" keys="g" arm="v" n="n" mean="x" variance="y"`],
  ['bandit_weights', `"${summed}" keys="g" arm="v" prob_best="y"`],
  ['off_policy_value', `"${rows}" keys="g" reward="y" propensity="0.5" target_propensity="0.5"`],
  ['off_policy_value', `"${rows}" keys="g" reward="x" propensity="y" target_propensity="0.5"`],
  [
    'sequential_interval',
    `"${rows}" keys="g" look="u" estimate="y" std_error="x" planned_std_error=1`,
  ],
  [
    'sequential_interval',
    `"${rows}" keys="g" look="u" estimate="x" std_error="y" planned_std_error=1`,
  ],
  ['sample_size', `"${rows}" keys="g" baseline="0.1" effect="y"`],
  ['minimum_detectable_effect', `"${rows}" keys="g" baseline="0.1" users="y"`],
  ['logistic_regression', `"${rows}" keys="g" outcome="v = 't'" covariates="y"`],
  ['logistic_regression', `"${rows}" keys="g" outcome="y" trials="n" covariates="x"`],
]

describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'numbers at the ends on $name',
  ({ adapter }) => {
    let asked: Asked
    beforeAll(async () => {
      asked = await createAsked(adapter)
    })

    test.each(calls.map(([macro, given], i) => ({ title: `${i} ${macro}`, macro, given })))(
      '$title',
      async ({ macro, given }) => {
        const found = await asked.ask(`${macro} ${given}`, 'g')
        expect(new Set(found.map((row) => row['g'])).size).toBe(1 + odd.length)
        for (const row of found) {
          if (row['message'] !== null) continue
          const numbers = Object.values(row).filter((value) => typeof value === 'string')
          expect(numbers, JSON.stringify(row)).not.toContain('NaN')
        }
      },
    )
  },
)
