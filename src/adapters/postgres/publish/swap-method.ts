/** Whether a table gets its new rows in place or is replaced by a new table, where nobody said which. */
import type { SwapRequest } from '../../../core/adapter.ts'
import type { RefillFacts } from './refill-facts.ts'

export interface RefillWay {
  /** First by difference. */
  readonly isByDifference: boolean
  /** What comes when it is not by difference, or that turns out not to be right or not to be worth it. */
  readonly otherwise: 'delete and insert' | 'rename'
}

/** Up to here it is not felt, and no reader waits. */
const smallBytes = 16 * 1024 * 1024

/** When more of the rows than this are others, changing them one by one costs more than all of them anew. */
export const greatestShare = 0.2

/** undefined: by a new table. */
export function chooseWay(
  { key = [], method }: SwapRequest,
  facts: RefillFacts,
): RefillWay | undefined {
  if (!facts.isPossible || method === 'rename') return undefined
  const isByDifference = key.length > 0 && key.every((name) => facts.columns.includes(name))
  const isKept = method === 'refill' || facts.size <= smallBytes || facts.hasReaders
  const otherwise = isKept && !facts.hasForeignKeys ? 'delete and insert' : 'rename'
  return isByDifference || otherwise === 'delete and insert'
    ? { isByDifference, otherwise }
    : undefined
}
