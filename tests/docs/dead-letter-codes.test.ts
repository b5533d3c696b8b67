import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { deadLetterCodes } from '../../src/core/load/dead-letter-codes.ts'

test('the page on loading has every reason of a dead letter, and no other', () => {
  const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
  const page = readFileSync(join(repository, 'docs', 'ingest.md'), 'utf8')
  const table = /\| reason \| \|\n[\s\S]*?\n\n/.exec(page)?.[0] ?? ''
  const named = [...table.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code = '']) => code)
  expect(new Set(named)).toEqual(new Set(Object.keys(deadLetterCodes)))
  expect(named.length).toBe(Object.keys(deadLetterCodes).length)
})
