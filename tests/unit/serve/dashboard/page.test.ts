/** Rules of the page that need no browser: moments and numbers of cells, heights of densities. */
import { describe, expect, test } from 'vitest'
import betainc from '@stdlib/math-base-special-betainc'
import {
  betaDensity,
  type Density,
  studentDensity,
} from '../../../../src/serve/dashboard/browser/charts/densities.ts'
import { momentOf, numberIn } from '../../../../src/serve/dashboard/browser/data/cells.ts'

describe('cells', () => {
  test.each([
    ['2025-02-06', '2025-02-06T00:00:00.000Z'],
    ['2025-02-06 10:30:00', '2025-02-06T10:30:00.000Z'],
    ['2025-02-06 10:30:00.5+00', '2025-02-06T10:30:00.500Z'],
    ['2025-02-06 10:30:00+05:30', '2025-02-06T05:00:00.000Z'],
    ['2025-02-06T10:30:00.123456-08', '2025-02-06T18:30:00.123Z'],
    ['2025-02-06T10:30:00Z', '2025-02-06T10:30:00.000Z'],
  ])('%s is the moment %s', (text, iso) => {
    expect(momentOf(text)?.toISOString()).toBe(iso)
  })

  test('what is no moment and no number is none', () => {
    expect([momentOf(''), momentOf('soon')]).toEqual([null, null])
    const row = { text: '12.50', wide: '9007199254740993', nan: 'NaN', empty: '', none: null }
    expect(Object.keys(row).map((name) => numberIn(row, name))).toEqual([
      12.5,
      9_007_199_254_740_992,
      null,
      null,
      null,
    ])
  })
})

/** By Simpson's rule. */
function areaUnder(density: Density, from: number, to: number): number {
  const steps = 4000
  const width = (to - from) / steps
  let sum = density(from) + density(to)
  for (let step = 1; step < steps; step += 1) {
    sum += (step % 2 === 0 ? 2 : 4) * density(from + step * width)
  }
  return (sum * width) / 3
}

describe('densities', () => {
  test.each([
    [19, 103, 0.1, 0.2],
    [2, 5, 0.05, 0.6],
    [65, 562, 0.08, 0.13],
    [1, 1, 0.25, 0.5],
  ])('Beta(%d, %d) has between two places what the incomplete Beta function says', (...given) => {
    const [alpha, beta, from, to] = given
    const expected = betainc(to, alpha, beta) - betainc(from, alpha, beta)
    expect(areaUnder(betaDensity(alpha, beta), from, to)).toBeCloseTo(expected, 9)
    // The same, of what is earned at a price.
    expect(areaUnder(betaDensity(alpha, beta, 20), 20 * from, 20 * to)).toBeCloseTo(expected, 9)
  })

  test("Student's: 95 per cent lie within the quantile of its table, moved and stretched", () => {
    for (const [df, quantile] of [
      [3, 3.182_446_305],
      [10, 2.228_138_852],
      [120, 1.979_930_405],
    ] as const) {
      const density = studentDensity(7, 2, df)
      expect(areaUnder(density, 7 - 2 * quantile, 7 + 2 * quantile)).toBeCloseTo(0.95, 8)
    }
  })
})
