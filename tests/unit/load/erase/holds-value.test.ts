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
