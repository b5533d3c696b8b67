import { expect, test } from 'vitest'
import { satisfiesRange } from '../../../../../src/project/read/packages/satisfies-range.ts'

const inside: readonly (readonly [version: string, range: string])[] = [
  ['1.2.3', '1.2.3'],
  ['1.2.3', 'v1.2.3'],
  ['1.2.9', '1.2'],
  ['1.9.0', '1.x'],
  ['7.0.0', '*'],
  ['1.9.9', '^1.2'],
  ['0.2.9', '^0.2.3'],
  ['0.0.3', '^0.0.3'],
  ['0.9.0', '^0'],
  ['1.2.9', '~1.2.3'],
  ['1.2.9', '~1.2'],
  ['1.5.0', '>=1.0, <2.0'],
  ['1.5.0', '>= 1.0 < 2'],
  ['3.0.0', '^1 || >=3'],
  ['2.0.9', '<=2.0'],
  ['2.0.0', '>1'],
  ['1.2.3-beta.1', '>=1.2'],
]
test.each(inside)('M4: %s is in %s', (version, range) => {
  expect(satisfiesRange(version, range)).toBe(true)
})

const outside: readonly (readonly [version: string, range: string])[] = [
  ['1.2.4', '1.2.3'],
  ['1.3.0', '1.2'],
  ['2.0.0', '^1.2'],
  ['1.1.9', '^1.2'],
  ['0.3.0', '^0.2.3'],
  ['0.0.4', '^0.0.3'],
  ['1.3.0', '~1.2.3'],
  ['2.0.0', '>=1.0 <2.0'],
  ['1.9.9', '>1'],
  ['2.1.0', '<=2.0'],
  ['2.5.0', '^1 || >=3'],
]
test.each(outside)('M4: %s is not in %s', (version, range) => {
  expect(satisfiesRange(version, range)).toBe(false)
})

test.each([
  ['1.2.3', 'latest'],
  ['1.2.3', '>=1.2 <two'],
  ['', '^1.2'],
])('neither: %s and %s', (version, range) => {
  expect(satisfiesRange(version, range)).toBeUndefined()
})
