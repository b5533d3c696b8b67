/** Plural forms, thousands, durations, lists of names. */
import { expect, test } from 'vitest'
import {
  enumerate,
  formatCount,
  formatDuration,
  formatTimeOfDay,
  plural,
} from '../../../src/cli/render/counts.ts'

test.each([
  [0, 'row', '0 rows'],
  [1, 'row', '1 row'],
  [20_000, 'row', '20,000 rows'],
  [2, 'analysis', '2 analyses'],
  [1, 'analysis', '1 analysis'],
  [3, 'index', '3 indexes'],
])('%i %s: %s', (count, noun, text) => {
  expect(plural(count, noun)).toBe(text)
})

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [1_234_567, '1,234,567'],
])('%i is %s', (count, text) => {
  expect(formatCount(count)).toBe(text)
})

test.each([
  [0, '0.00s'],
  [210, '0.21s'],
  [994, '0.99s'],
  [996, '1.0s'],
  [1234, '1.2s'],
  [59_949, '59.9s'],
  [59_960, '1m 00s'],
  [63_000, '1m 03s'],
  [3_599_400, '59m 59s'],
  [3_599_600, '1h 00m'],
  [7_500_000, '2h 05m'],
])('%i ms is %s', (elapsedMs, text) => {
  expect(formatDuration(elapsedMs)).toBe(text)
})

test('the time of day is that of the machine', () => {
  expect(formatTimeOfDay(new Date(2026, 0, 2, 3, 4, 5))).toBe('03:04:05')
})

test.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a and b'],
  [['a', 'b', 'c', 'd'], 'a, b, c and d'],
  [['a', 'b', 'c', 'd', 'e'], 'a, b, c and 2 more'],
])('%j is "%s"', (names, text) => {
  expect(enumerate(names)).toBe(text)
})
