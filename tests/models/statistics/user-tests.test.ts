/** The macros that look at users: `ratio_metric_test` and `cuped`. */
import { beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../../support/adapters.ts'
import { numberIn } from '../rows.ts'
import { createAsked, type Asked, rel, type Value } from './ask.ts'
import { expectNear } from './near.ts'
import { numbersFrom, type Ratio, ratioDifference, sampleOf, slopeWithin, welch } from './oracle.ts'

/** Users of two groups and three variants; those with sessions have one to four. */
const people = (() => {
  const next = numbersFrom(3)
  return ['a', 'b'].flatMap((e) =>
    ['c', 't', 'u'].flatMap((v) =>
      Array.from({ length: 40 }, (_, i) => {
        const before = 5 * next()
        const sessions = Array.from({ length: Math.ceil(4 * next()) }, () => ({
          value: before + next() + (v === 't' ? 0.8 : 0),
          weight: Math.ceil(3 * next()),
        }))
        return { e, v, user: `${e}${v}${i}`, before, sessions }
      }),
    ),
  )
})()
const sessionsOf = (factor: number) =>
  rel(
    'e v u x y',
    people.flatMap(({ e, v, user, sessions }) =>
      sessions.map(({ value, weight }) => [e, v, user, value * factor, weight]),
    ),
  )
const ratios = (e: string, v: string): Ratio =>
  people
    .filter((person) => person.e === e && person.v === v)
    .map(({ sessions }) => [
      sessions.reduce((total, { value }) => total + value, 0),
      sessions.reduce((total, { weight }) => total + weight, 0),
    ])
const ratioOf = (rows: string) =>
  `ratio_metric_test "${rows}" keys=(list "e") variant="v" control="'c'" unit="u" numerator="x" denominator="y"`
const adjustedOf = (factor: number) =>
  `cuped "${rel(
    'e v y x',
    people.map(({ e, v, before, sessions }) => [
      e,
      v,
      (before + (sessions[0]?.value ?? 0)) * factor,
      before * factor,
    ]),
  )}" keys=(list "e") variant="v" control="'c'" value="y" covariate="x"`
describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'measures of users on $name',
  ({ adapter }) => {
    let asked: Asked
    beforeAll(async () => {
      asked = await createAsked(adapter)
    })

    test('ratio_metric_test: sessions are summed for each user; the unit of money does not matter', async () => {
      const [rows, hundredfold] = [
        await asked.ask(ratioOf(sessionsOf(1))),
        await asked.ask(ratioOf(sessionsOf(100))),
      ]
      expect(Object.keys(rows[0] ?? {}).join(' ')).toBe(
        'e variant control_users control_numerator control_denominator control_ratio ' +
          'users numerator denominator ratio lift relative_lift std_error z p_value ci_low ci_high message',
      )
      expect(rows.map((row) => [row['e'], row['variant'], row['users']])).toEqual(
        ['a', 'b'].flatMap((e) => ['t', 'u'].map((v) => [e, v, 40])),
      )
      for (const [i, row] of rows.entries()) {
        const [e, v] = [String(row['e']), String(row['variant'])]
        const { p_value, ...others } = ratioDifference(ratios(e, 'c'), ratios(e, v), 0.95)
        expectNear(row, others, { within: 1e-8, relative: true })
        expectNear(row, { p_value }, { within: 1e-10 })
        expectNear(hundredfold[i] ?? {}, { p_value: numberIn(row, 'p_value') }, { within: 1e-12 })
      }
    })

    test('ratio_metric_test: booleans count; input without an answer', async () => {
      const rows = await asked.ask(
        `ratio_metric_test "${rel('v u x y', [
          ['c', 1, true, 1],
          ['c', 1, false, 1],
          ['c', 2, false, 1],
          ['bounces', 3, true, 1],
          ['bounces', 4, false, 1],
          ['nothing to divide by', 5, true, 0],
          ['nothing to divide by', 6, true, 0],
          ['one user', 7, true, 1],
          ['one user', 7, false, 1],
          ['unknown', 8, null, 1],
          ['unknown', 9, true, 1],
        ])}" keys=(list) variant="v" control="'c'" unit="u" numerator="x" denominator="y"`,
        'variant',
      )
      expect(rows.map((row) => [row['variant'], row['message']])).toEqual([
        ['bounces', null],
        ['nothing to divide by', 'the sum of denominator is not above 0'],
        ['one user', 'fewer than two users'],
        ['unknown', 'unit, numerator or denominator is null'],
      ])
      const [c, bounces] = [
        [
          [1, 2],
          [0, 1],
        ],
        [
          [1, 1],
          [0, 1],
        ],
      ] as const
      expectNear(rows[0] ?? {}, ratioDifference(c, bounces, 0.95), { within: 1e-12 })
      const [constant] = await asked.ask(
        `ratio_metric_test "${rel('v u x y', [
          ['c', 1, 2, 1],
          ['c', 2, 4, 2],
          ['t', 3, 9, 3],
          ['t', 4, 3, 1],
        ])}" keys=(list) variant="v" control="'c'" unit="u" numerator="x" denominator="y"`,
        'variant',
      )
      expect(constant).toMatchObject({ ratio: 3, std_error: null, message: 'no variance' })
    })

    test('cuped: the slope within variants, then Welch; the unit of money does not matter', async () => {
      const [rows, hundredfold] = [await asked.ask(adjustedOf(1)), await asked.ask(adjustedOf(100))]
      expect(Object.keys(rows[0] ?? {}).join(' ')).toBe(
        'e variant control_users control_mean control_adjusted_mean users mean adjusted_mean theta ' +
          'variance_reduction lift relative_lift std_error t df p_value ci_low ci_high message',
      )
      const pairs = (e: string, v: string): Ratio =>
        people
          .filter((person) => person.e === e && person.v === v)
          .map(({ before, sessions }) => [before + (sessions[0]?.value ?? 0), before])
      expect(rows).toHaveLength(4)
      for (const [i, row] of rows.entries()) {
        const [e, v] = [String(row['e']), String(row['variant'])]
        const variants = ['c', 't', 'u'].map((each) => pairs(e, each))
        const theta = slopeWithin(variants)
        const middle = sampleOf(variants.flat().map(([, x]) => x)).mean
        const adjusted = (users: Ratio) => sampleOf(users.map(([y, x]) => y - theta * (x - middle)))
        const [control, treated] = [adjusted(pairs(e, 'c')), adjusted(pairs(e, v))]
        const { p_value, ...others } = welch(control, treated, 0.95)
        expectNear(
          row,
          { ...others, theta, adjusted_mean: treated.mean },
          { within: 1e-8, relative: true },
        )
        expectNear(row, { p_value }, { within: 1e-10 })
        expect(numberIn(row, 'variance_reduction')).toBeGreaterThan(0.9)
        expectNear(
          hundredfold[i] ?? {},
          { p_value: numberIn(row, 'p_value'), theta },
          { within: 1e-9 },
        )
      }
    })

    test('cuped: a covariate that says nothing leaves Welch; one that says all leaves no variance', async () => {
      const cuped = (rows: readonly (readonly Value[])[]) =>
        asked.ask(
          `cuped "${rel('v y x', rows)}" keys=(list) variant="v" control="'c'" value="y" covariate="x"`,
          'variant',
        )
      const values: readonly (readonly [string, number])[] = [
        ['c', 1],
        ['c', 2],
        ['c', 4],
        ['t', 3],
        ['t', 9],
        ['t', 4],
      ]
      const [flat] = await cuped(values.map(([v, y]) => [v, y, 0]))
      expect(flat).toMatchObject({ theta: 0, variance_reduction: 0, message: null })
      const plain = welch(sampleOf([1, 2, 4]), sampleOf([3, 9, 4]), 0.95)
      expectNear(flat ?? {}, plain, { within: 1e-12 })
      const [known] = await cuped(values.map(([v, y]) => [v, y, 3 * y]))
      expect(known).toMatchObject({ lift: null, message: 'no variance' })
      const [unknown] = await cuped(values.map(([v, y]) => [v, y, y === 9 ? null : y]))
      expect(unknown).toMatchObject({ lift: null, message: 'value or covariate is null' })
    })
  },
)
