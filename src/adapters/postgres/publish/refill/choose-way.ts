/** Whether a table gets its new rows in place or is replaced by a new table, where nobody said which. */
import type { SwapRequest } from '../../../../core/database/publish-requests.ts'
import type { RefillFacts } from './refill-facts.ts'

export interface RefillWay {
  /** First by difference. */
  readonly isByDifference: boolean
  /** What comes when it is not by difference, or that turns out not to be right or not to be worth it. */
  readonly otherwise: 'delete and insert' | 'rename'
}

/**
 * About 400,000 rows of 80 bytes. Measured (`benchmarks/refill-or-swap.ts`, docs/publishing.md), with a primary key, an
 * index and a view: 100,000 rows take 0.3 s by difference when nothing changed, 0.6 to 1.5 s by delete and insert, 0.2 s
 * by a swap; 2,000,000 rows 5 s, 13 s and 3 s. Without them a swap takes less than 0.5 s whatever the size.
 */
const smallBytes = 32 * 1024 * 1024

/**
 * About 3,000,000 rows. Views are worth some seconds of refilling, since a swap has to move them. Not minutes: 5,000,000
 * rows take 82 s by difference with nothing changed, and 225 s and 2.7 GB of WAL when all are others; readers then wait up
 * to 7 s for the disk, longer than a swap would lock them out.
 */
const smallWithReadersBytes = 256 * 1024 * 1024

/**
 * A row changed in place costs about three times a row that is written anew: 100,000 rows of which all are others took
 * 1.8 s by difference against 0.6 s.
 */
export const greatestShare = 0.3

/** undefined: by a new table. */
export function chooseWay(
  { key = [], method }: SwapRequest,
  facts: RefillFacts,
): RefillWay | undefined {
  if (!facts.isPossible || method === 'rename') return undefined
  const isByDifference = key.length > 0 && key.every((name) => facts.columns.includes(name))
  // All rows deleted would take those of other tables along, or be refused.
  if (facts.hasForeignKeys)
    return isByDifference ? { isByDifference, otherwise: 'rename' } : undefined
  const limit = facts.hasReaders ? smallWithReadersBytes : smallBytes
  const isKept = method === 'refill' || facts.size <= limit
  return isKept ? { isByDifference, otherwise: 'delete and insert' } : undefined
}
