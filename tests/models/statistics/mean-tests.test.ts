/** The macros `welch_test` and `adjust_p_values`. */
import { beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../../support/adapters.ts'
import { numberIn, type Row } from '../rows.ts'
import { createAsked, type Asked, rel } from './ask.ts'
import { expectNear } from './near.ts'
import { numbersFrom, type Sample, welch } from './oracle.ts'

const samples: readonly (readonly [Sample, Sample])[] = (() => {
  const next = numbersFrom(11)
  return Array.from({ length: 30 }, () => {
    const made = () => ({
      users: Math.ceil(1 + 10 ** (1 + 4 * next())),
      mean: 10 + next(),
      variance: 10 ** (4 * next() - 2),
    })
    return [made(), made()] as const
  })
})()

const moments = (factor: number) =>
  rel(
    'e v n m s',
    samples.flatMap(([control, treated], e) =>
      [control, treated].map(({ users, mean, variance }, arm) => [
        e,
        arm === 0 ? 'c' : 't',
        users,
        mean * factor,
        variance * factor * factor,
      ]),
    ),
  )
const welchOf = (rows: string, more = '') =>
  `welch_test "${rows}" keys=(list "e") variant="v" control="'c'" users="n" mean="m" variance="s" ${more}`

const welchOfFew = welch(
  { users: 10, mean: 2, variance: 1 },
  { users: 10, mean: 3, variance: 0 },
  0.95,
)

describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'means on $name',
  ({ adapter }) => {
    let asked: Asked
    beforeAll(async () => {
      asked = await createAsked(adapter)
    })

    test('welch_test: against another library, and the same in another unit of money', async () => {
      const [rows, hundredfold] = [
        await asked.ask(welchOf(moments(1))),
        await asked.ask(welchOf(moments(100))),
      ]
      expect(Object.keys(rows[0] ?? {}).join(' ')).toBe(
        'e variant control_users control_mean control_variance users mean variance ' +
          'lift relative_lift std_error t df p_value ci_low ci_high message',
      )
      for (const [e, [control, treated]] of samples.entries()) {
        const { p_value, ...others } = welch(control, treated, 0.95)
        const row = rows[e] ?? {}
        expectNear(row, others, { within: 1e-8, relative: true })
        expectNear(row, { p_value }, { within: 1e-10 })
        expectNear(hundredfold[e] ?? {}, { p_value: numberIn(row, 'p_value') }, { within: 1e-12 })
        expectNear(
          hundredfold[e] ?? {},
          { ci_low: 100 * numberIn(row, 'ci_low'), ci_high: 100 * numberIn(row, 'ci_high') },
          { within: 1e-10, relative: true },
        )
      }
    })

    test('welch_test: input without an answer', async () => {
      const rows = await asked.ask(
        welchOf(
          rel('e v n m s', [
            [1, 'c', 10, 2, 1],
            [1, 'fine', 10, 3, 0],
            [1, 'negative', 10, 3, -1],
            [1, 'no mean', 10, null, 1],
            [1, 'no number', null, 1, 1],
            [1, 'one', 1, 3, null],
            [2, 'c', 10, 2, 0],
            [2, 't', 10, 3, 0],
            [3, 'c', 2, 1e-140, 1e-140],
            [3, 't', 2, 1e140, 1e140],
          ]),
        ),
      )
      expect(rows.map((row) => [row['variant'], row['message']])).toEqual([
        ['fine', null],
        ['negative', 'variance is negative'],
        ['no mean', 'mean or variance is null'],
        ['no number', 'users is null'],
        ['one', 'fewer than two users'],
        ['t', 'no variance'],
        ['t', null],
      ])
      expectNear(rows[0] ?? {}, welchOfFew, { within: 1e-12 })
    })

    test('adjust_p_values: families by themselves, ties, NULL; holm and bh', async () => {
      const rows = rel('family test p', [
        ['a', 1, 0.01],
        ['a', 2, 0.04],
        ['a', 3, 0.03],
        ['a', 4, 0.005],
        ['a', 5, null],
        ['a', 6, 1.5],
        ['b', 1, 0.02],
        ['b', 2, 0.02],
        ['c', 1, 0.7],
        ['c', 2, 0.9],
      ])
      const call = (more: string) =>
        asked.ask(
          `adjust_p_values "${rows}" keys=(list "family") p_value="p" labels=(list "test") ${more}`,
          'family, test',
        )
      const adjusted = (found: readonly Row[]) => found.map((row) => row['p_value_adjusted'])
      const near = (...values: readonly (number | null)[]) =>
        values.map((value) => (value === null ? null : expect.closeTo(value, 14)))
      const holm = await call('')
      expect(adjusted(holm)).toEqual(near(0.03, 0.06, 0.06, 0.02, null, null, 0.04, 0.04, 1, 1))
      expect(adjusted(await call('method="bh"'))).toEqual(
        near(0.02, 0.04, 0.04, 0.02, null, null, 0.02, 0.02, 0.9, 0.9),
      )
      expect(Object.keys(holm[0] ?? {}).join(' ')).toBe(
        'family test p_value p_value_adjusted message',
      )
      expect(holm.map((row) => row['message']).filter((message) => message !== null)).toEqual([
        'p_value is null',
        'p_value is not between 0 and 1',
      ])
      expect(holm[0]?.['p_value']).toBe(0.01)
    })
  },
)
