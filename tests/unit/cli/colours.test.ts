/** When colour is used. */
import { expect, test } from 'vitest'
import { isColourWanted, paintWith } from '../../../src/cli/render/colours.ts'

test.each([
  ['a terminal', true, {}, undefined, true],
  ['no terminal', false, {}, undefined, false],
  ['NO_COLOR', true, { NO_COLOR: '1' }, undefined, false],
  ['an empty NO_COLOR', true, { NO_COLOR: '' }, undefined, true],
  ['FORCE_COLOR', false, { FORCE_COLOR: '1' }, undefined, true],
  ['FORCE_COLOR=0', true, { FORCE_COLOR: '0' }, undefined, false],
  ['a dumb terminal', true, { TERM: 'dumb' }, undefined, false],
  ['--no-color', true, { FORCE_COLOR: '1' }, false, false],
  ['--use-colors', false, { NO_COLOR: '1' }, true, true],
] as const)('%s', (_, isTerminal, env, flag, isWanted) => {
  expect(isColourWanted({ isTerminal, env, flag })).toBe(isWanted)
})

test('paint opens and closes, and leaves empty text alone', () => {
  const paint = paintWith(true)
  expect([paint('red', 'x'), paint('red', ''), paintWith(false)('red', 'x')]).toEqual([
    '\u001b[31mx\u001b[39m',
    '',
    'x',
  ])
})
