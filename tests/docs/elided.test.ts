/** What a page leaves out of an output is marked, and only that may differ. */
import { expect, test } from 'vitest'
import { elideAlike, isElidedFrom } from './elided.ts'

test.each([
  ['a\nb', 'a\nb', true],
  ['a\nb', 'a\nb\nc', false],
  ['a\n...\nd', 'a\nb\nc\nd', true],
  ['a\n...\nd', 'a\nd', true],
  ['a\n...\nd', 'a\nb\nd\ne', false],
  ['a\n...\nd', 'b\nd', false],
  ['a\n...\nc\n...\ne', 'a\nb\nc\nd\ne', true],
  ['a\n...\nc\n...\ne', 'a\nb\nd\ne', false],
  ['a\nb\n...\nb\nc', 'a\nb\nc', false],
])('%j of %j: %s', (shown, output, isSame) => {
  expect(isElidedFrom(shown, output)).toBe(isSame)
})

test('another output is shown in the same measure', () => {
  expect(elideAlike('a\n...\ny\nz', '1\n2\n3\n4\n5')).toBe('1\n...\n4\n5')
  expect(elideAlike('a\n...\ny\nz', '1\n2\n3')).toBe('1\n2\n3')
  expect(elideAlike('a\nb', '1\n2\n3')).toBe('1\n2\n3')
})
