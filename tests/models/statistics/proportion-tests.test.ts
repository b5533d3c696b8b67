/** The macros `two_proportion_test` and `srm_test`, and what all tests of variants share. */
import { beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../../support/adapters.ts'
import { valuesOf } from '../library.ts'
import { numberIn } from '../rows.ts'
import { createAsked, type Asked, rel } from './ask.ts'
import { expectNear } from './near.ts'
import { chiSquareTail, numbersFrom, twoProportions } from './oracle.ts'

const proportions = (rows: string, more = '') =>
  `two_proportion_test "${rows}" keys=(list "e") variant="v" control="'c'" users="n" conversions="x" ${more}`

describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'proportions on $name',
  ({ adapter }) => {
    let asked: Asked
    beforeAll(async () => {
      asked = await createAsked(adapter)
    })

    test('two_proportion_test: the published experiment, columns and order', async () => {
      const [row] = await asked.ask(
        proportions(
          rel('e v n x', [
            ['e', 'c', 448, 19],
            ['e', 't', 472, 23],
          ]),
        ),
      )
      expect(Object.entries(row ?? {})).toEqual([
        ['e', 'e'],
        ['variant', 't'],
        ['control_users', 448],
        ['control_conversions', 19],
        ['control_rate', expect.closeTo(19 / 448, 15)],
        ['users', 472],
        ['conversions', 23],
        ['rate', expect.closeTo(23 / 472, 15)],
        ['lift', expect.closeTo(0.006318099273607748, 15)],
        ['relative_lift', expect.closeTo(0.14897413024085637, 14)],
        ['z', expect.closeTo(0.4589004275756716, 14)],
        ['p_value', expect.closeTo(0.646305671713082, 14)],
        ['ci_low', expect.closeTo(-0.02061698235743497, 14)],
        ['ci_high', expect.closeTo(0.03325318090465046, 14)],
        ['message', null],
      ])
    })

    test('two_proportion_test: many groups at another level, against another library', async () => {
      const next = numbersFrom(7)
      const cases = Array.from({ length: 40 }, (_, i) => {
        const n = [10 ** (1 + 5 * next()), 10 ** (1 + 5 * next())].map(Math.ceil)
        const rate = next()
        const x = n.map((users) => Math.max(1, Math.floor(users * rate * next())))
        return { e: i, control: [n[0] ?? 0, x[0] ?? 0], treated: [n[1] ?? 0, x[1] ?? 0] } as const
      })
      const rows = await asked.ask(
        proportions(
          rel(
            'e v n x',
            cases.flatMap(({ e, control, treated }) => [
              [e, 'c', ...control],
              [e, 't', ...treated],
            ]),
          ),
          'level=0.99',
        ),
      )
      expect(rows).toHaveLength(cases.length)
      for (const { e, control, treated } of cases) {
        const { p_value, ...others } = twoProportions(control, treated, 0.99)
        const row = rows[e] ?? {}
        expectNear(row, others, { within: 1e-8, relative: true })
        expectNear(row, { p_value }, { within: 1e-10 })
      }
    })

    test('two_proportion_test: exchanged variants give the same p-value and the interval mirrored', async () => {
      const counts = rel('e v n x', [
        ['e', 'c', 448, 19],
        ['e', 't', 472, 23],
      ])
      const [forth] = await asked.ask(proportions(counts))
      const [back] = await asked.ask(proportions(counts).replace(`control="'c'"`, `control="'t'"`))
      expectNear(
        back ?? {},
        {
          p_value: numberIn(forth ?? {}, 'p_value'),
          lift: -numberIn(forth ?? {}, 'lift'),
          ci_low: -numberIn(forth ?? {}, 'ci_high'),
          ci_high: -numberIn(forth ?? {}, 'ci_low'),
        },
        { within: 1e-15 },
      )
    })

    test('two_proportion_test: input without an answer gives a message, and the others theirs', async () => {
      const rows = await asked.ask(
        proportions(
          rel('e v n x', [
            [1, 'c', 100, 10],
            [1, 'fine', 100, 12],
            [1, 'less than none', 100, -1],
            [1, 'more than all', 10, 11],
            [1, 'nobody', 0, 0],
            [1, 'not counted', 10, null],
            [1, 'twice', 100, 10],
            [1, 'twice', 100, 11],
            [2, 'c', 100, 0],
            [2, 't', 120, 0],
            [3, 'c', 10, 10],
            [3, 't', 12, 0],
            [4, 'c', 10, 5],
            [5, 't', 10, 5],
            [6, 'c', 10, null],
            [6, 't', 10, 5],
            [7, 'c', 10, 1],
            [7, 'c', 11, 1],
            [7, 't', 10, 5],
            [8, 'c', 10, 5],
            [8, null, 10, 5],
          ]),
        ),
        'e, variant, conversions',
      )
      expect(rows.map((row) => [row['e'], row['variant'], row['message']])).toEqual([
        [1, 'fine', null],
        [1, 'less than none', 'users or conversions is negative'],
        [1, 'more than all', 'more conversions than users'],
        [1, 'nobody', 'no users'],
        [1, 'not counted', 'users or conversions is null'],
        [1, 'twice', 'expected one row per variant, found several'],
        [1, 'twice', 'expected one row per variant, found several'],
        [2, 't', 'no conversions'],
        [3, 't', 'in each variant all users convert or none'],
        [4, 'c', 'the control alone, with nothing to compare'],
        [5, 't', 'no control in the group'],
        [6, 't', 'the control: users or conversions is null'],
        [7, 't', 'expected one control in the group, found several'],
        [8, null, 'variant is null'],
      ])
      const empty = { lift: null, relative_lift: null, z: null, p_value: null }
      for (const row of rows) {
        if (row['message'] === null) expect(numberIn(row, 'p_value')).toBeGreaterThan(0)
        else expect(row).toMatchObject({ ...empty, ci_low: null, ci_high: null })
      }
    })

    test('an empty relation: no groups, no rows; without keys one row that says so', async () => {
      const nothing = `(select * from ${rel('e v n x y', [['e', 'c', 1, 1, 1]])} as none where e = 'f')`
      const calls = [
        `two_proportion_test "${nothing}" keys=KEYS variant="v" control="'c'" users="n" conversions="x"`,
        `welch_test "${nothing}" keys=KEYS variant="v" control="'c'" users="n" mean="x" variance="y"`,
        `ratio_metric_test "${nothing}" keys=KEYS variant="v" control="'c'" unit="n" numerator="x" denominator="y"`,
        `cuped "${nothing}" keys=KEYS variant="v" control="'c'" value="x" covariate="y"`,
        `srm_test "${nothing}" keys=KEYS variant="v" users="n"`,
      ]
      for (const call of calls) {
        expect(await asked.ask(call.replace('KEYS', '"e"'), '1')).toEqual([])
        const rows = await asked.ask(call.replace('KEYS', '(list)'), '1')
        expect(rows).toHaveLength(1)
        expect(
          Object.values(rows[0] ?? {}).filter((value) => value !== null && value !== 0),
        ).toEqual(['no rows'])
      }
    })

    test('the control may be a condition or a value; keys and arms may be quoted, numbers, NULL', async () => {
      const counts = valuesOf(
        ['\\"My Key\\"', 'group_id', '\\"Arm No\\"', 'n', 'x', 'is_control'],
        [
          ['null', '1', '0', '448', '19', 'true'],
          ['null', '1', '1', '472', '23', 'false'],
          ["'a'", '1', '0', '448', '19', 'true'],
          ["'a'", '1', '2', '472', '23', 'null'],
        ],
      )
      const keys = '(list "\\"My Key\\"" "group_id")'
      const arm = 'variant="\\"Arm No\\""'
      for (const control of ['is_control', '0', '\\"Arm No\\" = 0']) {
        const rows = await asked.ask(
          `two_proportion_test "${counts}" keys=${keys} ${arm} control="${control}" users="n" conversions="x"`,
          'variant',
        )
        expect(rows).toMatchObject([
          { 'My Key': null, group_id: 1, variant: 1, message: null },
          { 'My Key': 'a', group_id: 1, variant: 2, message: null },
        ])
        for (const row of rows) expectNear(row, { p_value: 0.646305671713082 }, { within: 1e-14 })
      }
    })

    test('srm_test: the published experiment; shares on any scale; what has no answer', async () => {
      const rows = await asked.ask(
        `srm_test "${rel('e v n share', [
          ['a published', 'c', 448, 0.5],
          ['a published', 't', 472, 0.5],
          ['b shares', 'c', 5000, 50],
          ['b shares', 't', 3100, 30],
          ['b shares', 'u', 1900, 20],
          ['b shares', 'paused', 7, 0],
          ['c skewed', 'c', 5000, 1],
          ['c skewed', 't', 4000, 1],
          ['d alone', 'c', 5000, 1],
          ['e nobody', 'c', 0, 1],
          ['e nobody', 't', 0, 1],
          ['f unknown', 'c', 10, null],
          ['f unknown', 't', 10, 1],
          ['g twice', 't', 10, 1],
          ['g twice', 't', 10, 1],
          ['h negative', 'c', -10, 1],
          ['h negative', 't', 10, 1],
          ['i no shares', 'c', 10, 0],
          ['i no shares', 't', 10, 0],
        ])}" keys=(list "e") variant="v" users="n" share="share"`,
        'e',
      )
      const statistic = 100 ** 2 / 3000 + 100 ** 2 / 2000
      const none = { statistic: null, df: null, p_value: null, passed: null }
      expect(rows).toMatchObject([
        { variants: 2, users: 920, df: 1, p_value: expect.closeTo(0.4288, 4), passed: true },
        { variants: 3, users: 10000, df: 2, passed: true },
        { variants: 2, users: 9000, passed: false, message: null },
        { ...none, message: 'one variant, with nothing to compare' },
        { ...none, message: 'no users' },
        { ...none, message: 'variant, users or share is null' },
        { ...none, message: 'expected one row per variant, found several' },
        { ...none, message: 'users or share is negative' },
        { ...none, message: 'no variant with a share' },
      ])
      expect(Object.keys(rows[0] ?? {}).join(' ')).toBe(
        'e variants users statistic df p_value passed message',
      )
      const known = { statistic, p_value: chiSquareTail(statistic, 2) }
      expectNear(rows[1] ?? {}, known, { within: 1e-10 })
      const published = 576 / 920
      expectNear(
        rows[0] ?? {},
        { statistic: published, p_value: chiSquareTail(published, 1) },
        { within: 1e-12 },
      )
    })

    test('arguments that are none are refused, with the place and what is wanted', async () => {
      const counts = rel('e v n x', [['e', 'c', 1, 1]])
      const refused = async (call: string) => {
        const ran = await asked.show(`{{${call}}}`)
        return { exitCode: ran.exitCode, error: /error\[.*\n *--> .*/.exec(ran.stderr)?.[0] }
      }
      const inside =
        '; it is what a macro or test that ships with Assay was given\n  --> inline:1:1'
      expect(await refused(proportions(counts, 'level=95'))).toEqual({
        exitCode: 2,
        error: `error[template-raise]: two_proportion_test: expected a number between 0 and 1 for level, found 95${inside}`,
      })
      expect(await refused(proportions(counts).replace('(list "e")', '5'))).toEqual({
        exitCode: 2,
        error: `error[template-raise]: expected columns as a list, such as (list "experiment_id"), or (list) for none, found 5${inside}`,
      })
      expect(
        await refused(`adjust_p_values "${counts}" keys=(list) p_value="x" method="by"`),
      ).toEqual({
        exitCode: 2,
        error: `error[template-raise]: adjust_p_values: expected the method holm or bh, found "by"${inside}`,
      })
      const unknown = await asked.show(`{{${proportions(counts, 'confidence=0.9')}}}`)
      expect(unknown.exitCode).toBe(2)
      expect(unknown.stderr).toContain(
        'error[wrong-arguments]: expected a parameter of two_proportion_test, found "confidence"',
      )
    })
  },
)
