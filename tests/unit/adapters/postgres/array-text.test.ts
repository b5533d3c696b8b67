/** The text of arrays to their items. */
import { expect, test } from 'vitest'
import { arrayItems } from '../../../../src/adapters/postgres/values/array-text.ts'

test.each([
  ['{}', []],
  ['{1,NULL,"NULL"}', ['1', null, 'NULL']],
  ['{"a,b","c\\"d","e\\\\f",""}', ['a,b', 'c"d', 'e\\f', '']],
  [
    '{{1,2},{3,NULL}}',
    [
      ['1', '2'],
      ['3', null],
    ],
  ],
  ['[2:3]={1,2}', ['1', '2']],
])('%s', (text, items) => {
  expect(arrayItems(text)).toEqual(items)
})
