/** `interaction_test`: whether an effect is the same in every segment, against the textbook's sum and another library's tail. */
import { beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../../support/adapters.ts'
import { type Asked, createAsked, rel, type Value } from './ask.ts'
import { expectNear } from './near.ts'
import { chiSquareTail, numbersFrom } from './oracle.ts'

type Effect = readonly [segment: string, estimate: number, error: number]

const groups: Readonly<Record<string, readonly Effect[]>> = {
  alike: [
    ['desktop', 0.02, 0.01],
    ['mobile', 0.021, 0.02],
  ],
  apart: [
    ['desktop', 0.02, 0.01],
    ['mobile', -0.06, 0.02],
    ['tablet', 0.3, 0.11],
  ],
  money: [
    ['desktop', 2e6, 1e6],
    ['mobile', -6e6, 2e6],
  ],
}

describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'interactions on $name',
  ({ adapter }) => {
    let asked: Asked
    const interaction = (rows: readonly (readonly Value[])[], keys = '(list "g")') =>
      asked.ask(
        `interaction_test "${rel('g s e d', rows)}" keys=${keys} segment="s" estimate="e" std_error="d"`,
        '1',
      )
    beforeAll(async () => {
      asked = await createAsked(adapter)
    })

    test('interaction_test: the statistic, its tail, and what it pools', async () => {
      const names = Object.keys(groups).toSorted()
      const rows = await interaction(
        names.flatMap((g) => (groups[g] ?? []).map((effect) => [g, ...effect])),
      )
      expect(Object.keys(rows[0] ?? {}).join(' ')).toBe(
        'g segments pooled statistic df p_value message',
      )
      for (const [index, name] of names.entries()) {
        const effects = groups[name] ?? []
        const weights = effects.map(([, , error]) => 1 / error ** 2)
        const total = weights.reduce((sum, weight) => sum + weight, 0)
        const pooled =
          effects.reduce((sum, [, effect], i) => sum + effect * (weights[i] ?? 0), 0) / total
        const statistic = effects.reduce(
          (sum, [, effect], i) => sum + (effect - pooled) ** 2 * (weights[i] ?? 0),
          0,
        )
        const row = rows[index] ?? {}
        expect(row).toMatchObject({ g: name, segments: effects.length, message: null })
        expectNear(row, { pooled, statistic }, { within: 1e-12, relative: true })
        const df = effects.length - 1
        expectNear(row, { df, p_value: chiSquareTail(statistic, df) }, { within: 1e-10 })
      }
    })

    test('interaction_test: what has no answer has a message, and no row is an error', async () => {
      const rows = await interaction([
        ['a', 'one', 0.1, 0.1],
        ['b', 'one', 0.1, 0.1],
        ['b', 'none', null, null],
        ['c', 'one', 0.1, 0.1],
        ['c', 'one', 0.2, 0.1],
        ['d', 'one', 0.1, 0],
        ['d', 'two', 0.2, 0.1],
        ['e', 'one', 1e300, 1e-300],
        ['e', 'two', -1e300, 1e300],
        ['f', 'one', 1e60, 1e-60],
        ['f', 'two', -1e60, 1e60],
        ['g', 'none', null, null],
      ])
      const p = (value: unknown) => (value === null ? null : Number(value).toFixed(6))
      expect(rows.map((row) => [row['g'], p(row['p_value']), row['message']])).toEqual([
        ['a', null, 'fewer than two segments with an effect'],
        ['b', null, 'fewer than two segments with an effect'],
        ['c', null, 'expected one row per segment, found several'],
        ['d', null, 'std_error is not above 0, or too far from 1'],
        ['e', null, 'std_error is not above 0, or too far from 1'],
        // The first is sure: the second is two of its errors away.
        ['f', '0.045500', null],
        ['g', null, 'fewer than two segments with an effect'],
      ])
      const empty = `(select * from ${rel('g s e d', [['a', 'b', 1, 1]])} as x where 1 = 0)`
      const [none, ...more] = await asked.ask(
        `interaction_test "${empty}" keys=(list) segment="s" estimate="e" std_error="d"`,
        '1',
      )
      expect([none?.['message'], more]).toEqual(['no rows', []])
    })

    test('interaction_test: of 400 effects that are the same everywhere one in twenty differs', async () => {
      const next = numbersFrom(77)
      const normal = () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next())
      const rows = Array.from({ length: 400 }, (_, g) =>
        [1, 2, 3, 4].map((s): readonly Value[] => [g, s, 5 + normal() * s, s]),
      ).flat()
      const found = await interaction(rows)
      const wrong = found.filter((row) => Number(row['p_value']) < 0.05).length
      // 20 expected; a band of 99.9% of Binomial(400, 0.05).
      expect(wrong).toBeGreaterThanOrEqual(8)
      expect(wrong).toBeLessThanOrEqual(35)
    })
  },
)
