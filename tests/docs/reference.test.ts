/** The generated pages are those that the program of now gives. */
import { expect, test } from 'vitest'
import { referencePages } from '../../scripts/write-reference.ts'
import { readPage } from './pages.ts'

test.each(Object.entries(referencePages()))('%s is current (else: npm run docs)', (path, text) => {
  expect(readPage(path)).toBe(text)
})
