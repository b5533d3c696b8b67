/** The band of counts that chance leaves, against sums of exact fractions. */
import { expect, test } from 'vitest'
import { binomialBand } from '../../../../src/understand/metrics/binomial-band.ts'

test('binomialBand: the quantiles 0.005 and 0.995, as exact fractions give them', () => {
  expect(binomialBand(1000, 0.05, 0.99)).toEqual({ low: 33, high: 69 })
  expect(binomialBand(200, 0.05, 0.99)).toEqual({ low: 3, high: 19 })
  expect(binomialBand(40, 0.05, 0.99)).toEqual({ low: 0, high: 6 })
  expect(binomialBand(2000, 0.5, 0.99)).toEqual({ low: 942, high: 1058 })
})

test('binomialBand: no tries, and a chance that underflows a power', () => {
  expect(binomialBand(0, 0.05, 0.99)).toEqual({ low: 0, high: 0 })
  // 0.95 ^ 100000 is no double: the terms begin as 0 and must not stay it. 5000 -+ 2.58 sd.
  const { low, high } = binomialBand(100_000, 0.05, 0.99)
  expect(Math.abs(low - (5000 - 2.5758 * Math.sqrt(4750)))).toBeLessThan(2)
  expect(Math.abs(high - (5000 + 2.5758 * Math.sqrt(4750)))).toBeLessThan(2)
})
