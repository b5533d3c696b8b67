/** Lines of a content: written, read, joined, taken away. */
import { expect, test } from 'vitest'
import {
  areAllLines,
  formatLines,
  holdsLine,
  joinLines,
  linesWithout,
  parseLines,
} from '../../../src/core/load/line-ranges.ts'

const end = Number.POSITIVE_INFINITY

test.each([
  ['', ''],
  ['7', '7'],
  ['1-5,6-', '1-'],
  ['6-,1-4', '1-4,6-'],
  ['3-9,1-2,5,12', '1-9,12'],
  ['1-3,,5', '1-3,5'],
])('%j is %j', (written, read) => {
  expect(formatLines(parseLines(written))).toBe(read)
})

test('what is taken leaves the rest', () => {
  const taken = parseLines('3-4,8,11-')
  expect(formatLines(linesWithout({ first: 1, last: end }, taken))).toBe('1-2,5-7,9-10')
  expect(formatLines(linesWithout({ first: 4, last: 8 }, taken))).toBe('5-7')
  expect(formatLines(linesWithout({ first: 3, last: 4 }, taken))).toBe('')
  expect(formatLines(linesWithout({ first: 12, last: end }, taken))).toBe('')
  expect(formatLines(linesWithout({ first: 2, last: end }, []))).toBe('2-')
})

test('parts of any size and order are all lines, once all are there', () => {
  const parts = [3, 1, 7].reduce<readonly string[]>((found, size) => {
    const first = found.length === 0 ? 1 : Number(found.at(-1)?.split('-')[1]) + 1
    return [...found, `${first}-${first + size - 1}`]
  }, [])
  expect(parts).toEqual(['1-3', '4-4', '5-11'])
  const all = [...parts, '12-'].toReversed()
  expect(areAllLines(parseLines(all.join(',')))).toBe(true)
  for (const lost of all) {
    const others = parseLines(all.filter((part) => part !== lost).join(','))
    expect(areAllLines(others)).toBe(false)
    const [first = 0] = lost.split('-').map(Number)
    expect([first - 1, first, 100].map((line) => holdsLine(others, line))).toEqual([
      first > 1,
      false,
      lost !== '12-',
    ])
  }
})

test('ranges that overlap are one', () => {
  const ranges = [
    { first: 5, last: 9 },
    { first: 1, last: 6 },
    { first: 20, last: end },
  ]
  expect(joinLines(ranges)).toEqual([
    { first: 1, last: 9 },
    { first: 20, last: end },
  ])
  expect(joinLines([])).toEqual([])
})
