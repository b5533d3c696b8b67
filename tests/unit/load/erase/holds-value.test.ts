/** Texts from outside that speak of one value, and those that only look like it. */
import { expect, test } from 'vitest'
import { holdsValue } from '../../../../src/load/erase/holds-value.ts'

const subject = { columns: new Set(['user_id', 'buyer']), value: '7' }

test.each([
  ['{"user_id": 7}', true],
  ['{"user_id": "7"}', true],
  ['{"User_Id": 7, "amount": 1}', true],
  ['{"record": {"items": [{"buyer": 7}]}}', true],
  // A dead letter holds its original as text.
  ['{"dead": {"original": {"text": "{\\"user_id\\": 7, \\"amount\\": }"}}}', true],
  ['{"user_id": 7, "amount": ', true],
  ['user_id=7;amount=lots', true],
  ["user_id: '7'", true],
  // What is no JSON may be anybody's: each word of it counts.
  ['broken 7 line', true],
  ['8,7,lots', true],
  ['{"original": "8,7,lots", "original_encoding": "text"}', true],
  ['{"original": "OCw3LGxvdHMA", "original_encoding": "base64"}', true],
  ['{"dead": {"original": {"encoding": "text", "text": "8,7,lots"}}}', true],
  ['{"original": "8,77,lots", "original_encoding": "text"}', false],
  ['{"note": "{7} of them"}', false],
  ['broken 1.7 line, 7.5 more', false],
  ['{"user_id": 77}', false],
  ['{"user_id": 8, "amount": 7}', false],
  ['{"user_id": 17, "note": "user 7"}', false],
  ['user_id=71;amount=7', false],
  ['{"other_user": 7}', false],
  ['', false],
])('%s: %s', (text, expected) => {
  expect(holdsValue(text, subject)).toBe(expected)
})

test('a value with letters of regular expressions is itself', () => {
  const odd = { columns: new Set(['email']), value: 'a.b+c@d.e' }
  expect(holdsValue('email=a.b+c@d.e', odd)).toBe(true)
  expect(holdsValue('email=axb+c@dxe', odd)).toBe(false)
  expect(holdsValue('broken a.b+c@d.e line', odd)).toBe(true)
  expect(holdsValue('broken a.b+c@d.es line', odd)).toBe(false)
})

/** Each value in what is its own, and in what only begins, ends or goes on with it. */
const words: readonly (readonly [value: string, text: string, expected: boolean])[] = [
  ['a1', 'broken a1 line', true],
  ['a1', 'broken a12 line', false],
  ['a12', 'broken a1 line', false],
  ['a1', 'broken xa1 line', false],
  ['kim', 'broken kim line', true],
  ['kim', 'broken kim@example.org line', false],
  ['kim@example.org', 'broken lee.kim@example.org line', false],
  ['kim@example.org', 'broken <kim@example.org>, line', true],
  ['kim@example.org', 'written by kim@example.org.', true],
  ['kim@example.org', 'broken kim@example.org.uk line', false],
  ['anna', 'broken anna-lena line', false],
  ['jos', 'broken josé line', false],
  ['josé', 'broken josé line', true],
  ['josé', 'broken joséphine line', false],
  ['7', 'user_id=7.0;', true],
  ['7', 'user_id=7.5;', false],
  ['7', 'other_user_id=7;', false],
  ['kim', 'user_id=kim@example.org', false],
  ['kim', 'user_id=kim', true],
  ['kim', '/users/kim/home', true],
  // Escaped, as most writers of JSON do.
  ['josé', '{"user_id": "jos\\u00e9"}', true],
  ['a/b', '{"user_id": "a\\/b"}', true],
  ['say "a"', '{"user_id": "say \\"a\\""}', true],
  // More digits than a number of JSON has.
  ['1234567890123456789', '{"user_id": 1234567890123456789}', true],
  ['1234567890123456789', '{"user_id": 1234567890123456788}', false],
  ['1234567890123456789', '{"note": ": 1234567890123456789,", "user_id": 8}', false],
  ['1234567890123456789', '{"note": "an \\"odd\\" one", "user_id": 1234567890123456789}', true],
]

test.each(words)('%s in %s: %s', (value, text, expected) => {
  expect(holdsValue(text, { columns: new Set(['user_id', 'buyer']), value })).toBe(expected)
})
