/** Which way a table is published on Postgres, by what is known of it. */
import { describe, expect, test } from 'vitest'
import { chooseWay } from '../../../../src/adapters/postgres/publish/refill/choose-way.ts'
import type { RefillFacts } from '../../../../src/adapters/postgres/publish/refill/refill-facts.ts'
import type { SwapRequest } from '../../../../src/core/database/publish-requests.ts'

const small: RefillFacts = {
  oid: 1,
  isPossible: true,
  columns: ['id', 'v'],
  candidateOid: 2,
  size: 8192,
  hasReaders: false,
  hasForeignKeys: false,
}
const large = { ...small, size: 33 * 1024 * 1024 }

function wayOf(facts: RefillFacts, how: Partial<SwapRequest> = {}): string {
  const relation = { schema: 's', identifier: 't' }
  const way = chooseWay(
    { candidate: relation, target: relation, rebuiltLater: new Set(), ...how },
    facts,
  )
  if (way === undefined) return 'swap'
  return way.isByDifference ? `difference, otherwise ${way.otherwise}` : way.otherwise
}

describe('chooseWay', () => {
  test.each([
    ['small', small, {}, 'delete and insert'],
    ['small with a key', small, { key: ['id'] }, 'difference, otherwise delete and insert'],
    ['a key that is no column', small, { key: ['other'] }, 'delete and insert'],
    ['large', large, {}, 'swap'],
    ['large with a key', large, { key: ['id'] }, 'swap'],
    ['large with views', { ...large, hasReaders: true }, {}, 'delete and insert'],
    [
      'very large with views',
      { ...large, size: 257 * 1024 * 1024, hasReaders: true },
      { key: ['id'] },
      'swap',
    ],
    ['large, asked to refill', large, { method: 'refill' }, 'delete and insert'],
    ['small, asked to swap', small, { key: ['id'], method: 'rename' }, 'swap'],
    [
      'not possible, asked to refill',
      { ...small, isPossible: false },
      { method: 'refill' },
      'swap',
    ],
    ['keys point to it', { ...small, hasForeignKeys: true }, { method: 'refill' }, 'swap'],
    [
      'keys point to it, and it has one',
      { ...large, hasForeignKeys: true },
      { key: ['id', 'v'] },
      'difference, otherwise rename',
    ],
  ] as const)('%s', (_, facts, how, expected) => {
    expect(wayOf(facts, how)).toBe(expected)
  })
})
