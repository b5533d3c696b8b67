/** What is asked before and during an experiment: `sample_size`, `test_power`, `minimum_detectable_effect`, `sequential_interval`. */
import { beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../../support/adapters.ts'
import { numberIn } from '../rows.ts'
import { type Asked, createAsked, rel, type Value } from './ask.ts'
import { expectNear } from './near.ts'
import { numbersFrom } from './oracle.ts'

describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'planning on $name',
  ({ adapter }) => {
    let asked: Asked
    beforeAll(async () => {
      asked = await createAsked(adapter)
    })

    test('sample_size: as R says', async () => {
      const rows = await asked.ask(
        `sample_size "${rel('b e', [
          [0.1, 0.02],
          [0.05, -0.01],
        ])}" keys=(list) baseline="b" effect="e"`,
        'baseline desc',
      )
      // power.prop.test(p1 = .1, p2 = .12, power = .8), (.05, .04)
      expect(rows.map((row) => row['control_users'])).toEqual([3841, 6745])
      expect(Object.keys(rows[0] ?? {}).join(' ')).toBe(
        'baseline effect control_users users total_users message',
      )
      const [example] = await asked.ask(
        `sample_size "${rel('b e', [[0.5, 0.25]])}" keys=(list) baseline="b" effect="e" power=0.9`,
        '1',
      )
      // The example of R's help page: n = 76.7
      expect(example).toMatchObject({ control_users: 77 })
      const [mean] = await asked.ask(
        `sample_size "${rel('m d s', [[20, 1, 100]])}" keys=(list) baseline="m" effect="d" variance="s" power=0.9 ratio=0.5`,
        '1',
      )
      // (1.959964 + 1.281552)^2 * 100 * (1 + 1 / 0.5) = 3152.2
      expect(mean).toMatchObject({ control_users: 3153, users: 1577, total_users: 4730 })
    })

    test('test_power and minimum_detectable_effect answer the same question as sample_size', async () => {
      const plans = [
        [1, 0.1, 3841],
        [2, 0.05, 10000],
        [3, 0.001, 200000],
        [4, 0.9, 500],
        [5, 0, 100],
      ] as const
      for (const more of ['', 'ratio=3', 'alpha=0.01']) {
        const found = await asked.ask(
          `minimum_detectable_effect "${rel('i b n', plans)}" keys="i" baseline="b" users="n" ${more}`,
        )
        expect(found.map((row) => row['message'])).toEqual(plans.map(() => null))
        const back = await asked.ask(
          `test_power "${rel(
            'i b e n',
            plans.map(([i, b, n]) => [i, b, numberIn(found[i - 1] ?? {}, 'effect'), n]),
          )}" keys="i" baseline="b" effect="e" users="n" ${more}`,
        )
        for (const row of back) expectNear(row, { power: 0.8 }, { within: 1e-10 })
      }
      const [first] = await asked.ask(
        `minimum_detectable_effect "${rel('b n', [[0.1, 3841]])}" keys=(list) baseline="b" users="n"`,
        '1',
      )
      expectNear(first ?? {}, { effect: 0.019999586570913722 }, { within: 1e-12 })
      expectNear(first ?? {}, { relative_effect: 0.19999586570913722 }, { within: 1e-11 })
      const means = rel('m s n', [[20, 100, 3153]])
      const [mean] = await asked.ask(
        `minimum_detectable_effect "${means}" keys=(list) baseline="m" users="n" variance="s" power=0.9 ratio=0.5`,
        '1',
      )
      expectNear(mean ?? {}, { effect: 0.99988 }, { within: 1e-4 })
    })

    test('plans without an answer', async () => {
      const messages = async (call: string) =>
        (await asked.ask(call, 'i')).map((row) => row['message'])
      const rates: readonly (readonly Value[])[] = [
        [1, 0.5, 0.6, 10],
        [2, 0.5, 0, 10],
        [3, null, 0.1, 10],
        [4, 1.5, 0.1, 10],
        [5, 0, 1, 10],
        [6, 0.1, null, 10],
        [7, 0.1, 0.1, -1],
      ]
      const given = rel('i b e n', rates)
      expect(await messages(`sample_size "${given}" keys="i" baseline="b" effect="e"`)).toEqual([
        'baseline + effect is not between 0 and 1',
        'effect is 0',
        'baseline is null',
        'baseline is not between 0 and 1',
        'in each variant all users convert or none',
        'effect is null',
        null,
      ])
      expect(
        await messages(`test_power "${given}" keys="i" baseline="b" effect="e" users="n"`),
      ).toContain('users is not between 0 and 1e15')
      expect(
        await messages(
          `minimum_detectable_effect "${rel('i b n', [
            [1, 0.5, 3],
            [2, 1, 30],
            [3, 0.5, null],
          ])}" keys="i" baseline="b" users="n"`,
        ),
      ).toEqual([
        'no effect up to a rate of 1 would be found',
        'a rate of 1 cannot rise',
        'users is null',
      ])
      expect(
        await messages(
          `sample_size "${rel('i b e s', [
            [1, 1, 1, 0],
            [2, 1, 1, null],
          ])}" keys="i" baseline="b" effect="e" variance="s"`,
        ),
      ).toEqual(['variance is not between 0 and 1e100', 'variance is null'])
      const refused = await asked.show(
        `{{sample_size "${given}" keys="i" baseline="b" effect="e" power=0.01}}`,
      )
      expect(refused.stderr).toContain(
        'sample_size: expected a power above alpha, found 0.01 and 0.05',
      )
    })

    const sequential = (rows: readonly (readonly Value[])[], more = '') =>
      asked.ask(
        `sequential_interval "${rel('g d e s', rows)}" keys=(list "g") look="d" estimate="e" std_error="s" planned_std_error=0.1 ${more}`,
      )

    test('sequential_interval: the formula, the running intersection, always-valid p-values', async () => {
      const looks = [
        [1, 0.5, 0.4],
        [2, 0.6, 0.3],
        [3, 0.7, 0.2],
        [4, 0.35, 0.1],
      ] as const
      const rows = await sequential(looks.map((look) => ['g', ...look]))
      expect(Object.keys(rows[0] ?? {}).join(' ')).toBe(
        'g look estimate std_error look_low look_high ci_low ci_high p_value message',
      )
      let [low, high, p] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 1]
      for (const [i, [, estimate, error]] of looks.entries()) {
        const [v, tau2] = [error ** 2, 2 * 0.1 ** 2]
        const reach = Math.sqrt(((v * (v + tau2)) / tau2) * Math.log((v + tau2) / (v * 0.05 ** 2)))
        const odds =
          Math.sqrt(v / (v + tau2)) * Math.exp((tau2 * estimate ** 2) / (2 * v * (v + tau2)))
        low = Math.max(low, estimate - reach)
        high = Math.min(high, estimate + reach)
        p = Math.min(p, 1 / odds)
        expectNear(
          rows[i] ?? {},
          {
            look_low: estimate - reach,
            look_high: estimate + reach,
            ci_low: low,
            ci_high: high,
            p_value: p,
          },
          { within: 1e-12 },
        )
      }
      // The interval leaves out 0 at the look at which the p-value falls below 0.05.
      expect(numberIn(rows[3] ?? {}, 'p_value') < 0.05).toBe(numberIn(rows[3] ?? {}, 'ci_low') > 0)
    })

    test('sequential_interval: of 400 experiments without an effect, looked at 30 times each, few are called', async () => {
      const next = numbersFrom(2024)
      const normal = () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next())
      const rows = Array.from({ length: 400 }, (_, g) => {
        let sum = 0
        return Array.from({ length: 30 }, (__, i): readonly Value[] => {
          sum += normal()
          return [g, i + 1, sum / (i + 1), 1 / Math.sqrt(i + 1)]
        })
      }).flat()
      const found = await asked.ask(
        `sequential_interval "${rel('g d e s', rows)}" keys=(list "g") look="d" estimate="e" std_error="s" planned_std_error="${1 / Math.sqrt(30)}"`,
      )
      const wrong = new Set(
        found
          .filter((row) => row['ci_low'] === null || Number(row['p_value']) < 0.05)
          .map((row) => row['g']),
      )
      expect(found).toHaveLength(12000)
      expect(wrong.size).toBeLessThan(20)
      const once = rows.filter(([, , e, s]) => Math.abs(Number(e)) > 1.96 * Number(s))
      expect(new Set(once.map(([g]) => g)).size).toBeGreaterThan(100)
    })

    test('sequential_interval: what has no answer', async () => {
      const rows = await sequential([
        ['a', 1, 0, 0.1],
        ['a', 2, 5, 0.1],
        ['b', 1, null, 0.1],
        ['b', 2, 1, 0],
        ['b', 3, 1, 0.1],
        ['c', 1, 1, 0.1],
        ['c', 1, 2, 0.1],
        ['d', null, 2, 0.1],
      ])
      expect(rows.map((row) => [row['g'], row['message']])).toEqual([
        ['a', null],
        ['a', 'the intervals of the looks have nothing in common'],
        ['b', 'estimate or std_error is null'],
        ['b', 'std_error is not above 0'],
        ['b', null],
        ['c', 'expected one row per look, found several'],
        ['c', 'expected one row per look, found several'],
        ['d', 'look is null'],
      ])
      expect(rows[1]).toMatchObject({ ci_low: null, ci_high: null })
      const refused = await asked.show(
        `{{sequential_interval "(select 1)" keys=(list) look="d" estimate="e" std_error="s" planned_std_error="p" tau_ratio=0}}`,
      )
      expect(refused.stderr).toContain(
        'sequential_interval: expected a number above 0 for tau_ratio, found 0',
      )
    })
  },
)
