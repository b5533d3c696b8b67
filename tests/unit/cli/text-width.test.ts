/** Columns of a terminal: wide characters, combining marks, pictures, control characters. */
import { expect, test } from 'vitest'
import {
  cutEnd,
  padEnd,
  padStart,
  showControls,
  textWidth,
} from '../../../src/cli/render/text-width.ts'

test.each([
  ['', 0],
  ['abc', 3],
  ['é', 1],
  ['e\u0301', 1],
  ['日本語', 6],
  ['한국', 4],
  ['ﾊﾝ', 2],
  ['Ｗ', 2],
  ['👍', 2],
  ['👩‍👩‍👧', 2],
  ['🇩🇪', 2],
  ['❤\ufe0f', 2],
  ['❤', 1],
  ['a\u200bb', 2],
  ['…', 1],
])('%s takes %i', (text, width) => {
  expect(textWidth(text)).toBe(width)
})

test('padding counts columns', () => {
  expect([padEnd('日', 4), padStart('日', 4), padEnd('long', 2)]).toEqual(['日  ', '  日', 'long'])
})

test('a cut never splits a wide character and never takes more than asked for', () => {
  expect(
    ['日本語', 'abcdef', 'abc', 'e\u0301e\u0301e\u0301'].map((text) => cutEnd(text, 4)),
  ).toEqual(['日…', 'abc…', 'abc', 'e\u0301e\u0301e\u0301'])
})

test('control characters cannot move the cursor', () => {
  expect(showControls('a\nb\tc\r\u001b[31m')).toBe('a\\nb\\tc\\r\\x1b[31m')
})
