/** The macro `logistic_regression`: against statsmodels, groups, alike rows, and input that has no answer. */
import { beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../../support/adapters.ts'
import { numberIn } from '../rows.ts'
import cases from '../truth/logistic.json' with { type: 'json' }
import { type Asked, createAsked, rel, type Value } from './ask.ts'
import { expectNear } from './near.ts'

describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'logistic_regression on $name',
  ({ adapter }) => {
    let asked: Asked
    beforeAll(async () => {
      asked = await createAsked(adapter)
    })

    const call = (rows: string, more: string) => `logistic_regression "${rows}" ${more}`

    test.each(cases)('$name', async ({ rows: given, coefficients, std_errors, p_values }) => {
      const names = coefficients.slice(1).map((_, i) => `x${i + 1}`)
      const rows = await asked.ask(
        call(
          rel([...names, 'y', 'n'].join(' '), given),
          `keys=(list) outcome="y" covariates=(list ${names.map((name) => `"${name}"`).join(' ')}) trials="n"`,
        ),
        `case term when 'intercept' then 'x0' else term end`,
      )
      expect(rows.map((row) => row['term'])).toEqual(['intercept', ...names])
      for (const [i, row] of rows.entries()) {
        const [coefficient = Number.NaN, std_error = Number.NaN, p_value = Number.NaN] = [
          coefficients[i],
          std_errors[i],
          p_values[i],
        ]
        expect(row).toMatchObject({ converged: true, message: null })
        expectNear(row, { coefficient, std_error }, { within: 1e-9, relative: true })
        expectNear(row, { p_value }, { within: 1e-10 })
        const reach = 1.959963984540054 * std_error
        const interval = { ci_low: coefficient - reach, ci_high: coefficient + reach }
        expectNear(row, interval, { within: 1e-8, relative: true })
        expectNear(row, { z: coefficient / std_error }, { within: 1e-9, relative: true })
        if (Math.abs(coefficient) < 700) {
          const odds = { odds_ratio: Math.exp(coefficient) }
          expectNear(row, odds, { within: 1e-8 * (1 + Math.abs(coefficient)), relative: true })
        }
      }
    })

    test('groups, booleans, rows or cells: one treatment is the ratio of the odds; columns and order', async () => {
      const people = (e: string, treated: boolean, users: number, conversions: number) =>
        Array.from({ length: users }, (_, i): readonly Value[] => [e, treated, i < conversions])
      const rows = await asked.ask(
        call(
          rel('experiment treated purchased', [
            ...people('a', false, 448, 19),
            ...people('a', true, 472, 23),
            ...people('b', false, 10, 3),
            ...people('b', true, 12, 7),
          ]),
          'keys="experiment" outcome="purchased" covariates="treated" level=0.9',
        ),
        'experiment, term',
      )
      const cells = await asked.ask(
        call(
          rel('experiment treated users conversions', [
            ['a', false, 448, 19],
            ['a', true, 472, 23],
            ['b', false, 10, 3],
            ['b', true, 12, 7],
          ]),
          'keys="experiment" outcome="conversions" covariates="treated" trials="users" level=0.9',
        ),
        'experiment, term',
      )
      expect(Object.keys(rows[0] ?? {}).join(' ')).toBe(
        'experiment term coefficient std_error z p_value odds_ratio ci_low ci_high converged message',
      )
      const odds = (x: number, n: number) => x / (n - x)
      const known = [
        { control: [19, 448], treated: [23, 472] },
        { control: [3, 10], treated: [7, 12] },
      ] as const
      for (const [i, { control, treated }] of known.entries()) {
        const [intercept, effect] = [rows[2 * i] ?? {}, rows[2 * i + 1] ?? {}]
        expect([intercept['term'], effect['term']]).toEqual(['intercept', 'treated'])
        const [x0, n0, x1, n1] = [...control, ...treated]
        const ratio = odds(x1, n1) / odds(x0, n0)
        expectNear(intercept, { coefficient: Math.log(odds(x0, n0)) }, { within: 1e-12 })
        expectNear(effect, { coefficient: Math.log(ratio), odds_ratio: ratio }, { within: 1e-12 })
        const square = 1 / x0 + 1 / (n0 - x0) + 1 / x1 + 1 / (n1 - x1)
        expectNear(effect, { std_error: Math.sqrt(square) }, { within: 1e-12 })
      }
      for (const [i, row] of cells.entries()) {
        for (const column of ['coefficient', 'std_error', 'p_value', 'ci_low']) {
          expectNear(row, { [column]: numberIn(rows[i] ?? {}, column) }, { within: 1e-12 })
        }
      }
    })

    test('input without an answer: a message for each term, and the other groups theirs', async () => {
      const made = (e: string, rows: readonly (readonly Value[])[]) =>
        rows.map((row) => [e, ...row])
      const plain: readonly (readonly Value[])[] = [
        [0, 0, 3, 10],
        [1, 0, 5, 10],
        [0, 1, 4, 10],
        [1, 1, 7, 10],
      ]
      const changed = (change: (row: readonly Value[]) => readonly Value[]) => plain.map(change)
      const rows = await asked.ask(
        call(
          rel('e a b y n', [
            ...made('a fine', plain),
            ...made(
              'b nobody',
              changed(([a = 0, b = 0, , n = 0]) => [a, b, 0, n]),
            ),
            ...made(
              'c everybody',
              changed(([a = 0, b = 0, , n = 0]) => [a, b, n, n]),
            ),
            ...made(
              'd constant',
              changed(([a = 0, , y = 0, n = 0]) => [a, 5, y, n]),
            ),
            ...made(
              'e the same twice',
              changed(([a = 0, , y = 0, n = 0]) => [a, a, y, n]),
            ),
            ...made(
              'f separated',
              changed(([a = 0, b = 0, , n = 0]) => [a, b, a === 1 ? n : 0, n]),
            ),
            ...made('g unknown', [...plain, [0, null, 1, 10]]),
            ...made('h too many', [...plain, [0, 1, 11, 10]]),
            ...made(
              'i none',
              changed(([a = 0, b = 0]) => [a, b, 0, 0]),
            ),
          ]),
          'keys=(list "e") outcome="y" covariates=(list "a" "b") trials="n"',
        ),
        'e, term',
      )
      const messages = new Map(rows.map((row) => [row['e'], row['message']]))
      expect(rows).toHaveLength(27)
      expect([...messages]).toEqual([
        ['a fine', null],
        ['b nobody', 'no conversions'],
        ['c everybody', 'every trial converted'],
        ['d constant', 'the covariate "b" does not vary'],
        ['e the same twice', 'the covariate "b" is a combination of those before it'],
        ['f separated', 'did not converge in 8 steps: a covariate may separate the outcome'],
        ['g unknown', 'outcome, trials or a covariate is null'],
        ['h too many', 'outcome is not between 0 and trials'],
        ['i none', 'no trials'],
      ])
      for (const row of rows) {
        if (row['message'] === null) expect(numberIn(row, 'std_error')).toBeGreaterThan(0)
        else expect(row).toMatchObject({ coefficient: null, std_error: null, p_value: null })
      }
      expect(rows.find((row) => row['e'] === 'f separated')?.['converged']).toBe(false)
    })

    test('an empty relation, no covariates, an expression as covariate', async () => {
      const none = `(select * from ${rel('e y', [['e', 1]])} as nothing where e = 'f')`
      expect(await asked.ask(call(none, 'keys="e" outcome="y" covariates="y"'))).toEqual([])
      expect(
        await asked.ask(call(none, 'keys=(list) outcome="y" covariates="y"'), 'term'),
      ).toMatchObject([
        { term: 'intercept', coefficient: null, message: 'no rows' },
        { term: 'y', coefficient: null, message: 'no rows' },
      ])
      const countries = rel('country y n', [
        ['DE', 20, 100],
        ['FR', 30, 100],
      ])
      const [alone] = await asked.ask(
        call(countries, 'keys=(list) outcome="y" covariates=(list) trials="n"'),
        'term',
      )
      expectNear(alone ?? {}, { coefficient: Math.log(50 / 150) }, { within: 1e-14 })
      const german = await asked.ask(
        call(countries, `keys=(list) outcome="y" covariates=(list "country = 'DE'") trials="n"`),
        'term',
      )
      expect(new Set(german.map((row) => row['term']))).toEqual(
        new Set(['intercept', "country = 'DE'"]),
      )
    })
  },
)
