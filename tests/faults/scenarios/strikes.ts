/** At which of its statements a command is killed. */
import { evenly } from '../evenly.ts'
import type { Strike } from '../program.ts'
import type { Bench } from '../scenario.ts'

export interface StrikePlan {
  readonly when: readonly Strike['when'][]
  readonly commits: readonly Strike['when'][]
  /** Every n-th statement only, and every commit. Default 1. */
  readonly step?: number
  /** A regular expression: of the others nothing is counted. */
  readonly matches?: string
}

/** How long a statement under way is let run, in turn. */
const sentMs = [0, 1, 2, 4, 8] as const
const shortPoints = 3

/** In a short run a few of them; those that were asked for by name, if any were. */
export function strikesAt(
  bench: Bench,
  statements: readonly string[],
  { when, commits, step = 1, matches }: StrikePlan,
): readonly Strike[] {
  const pattern = new RegExp(matches ?? '', 'is')
  const counted = statements.filter((text) => pattern.test(text))
  const all = counted.flatMap((text, index) => {
    const at = index + 1
    const isCommit = /^commit\b/i.test(text)
    if (!isCommit && at % step !== 0 && bench.points.length === 0) return []
    return (isCommit ? commits : when).map((when): Strike => {
      const shared = { at, when, ...(matches === undefined ? {} : { matches }) }
      return { ...shared, ...(when === 'sent' ? { sentMs: sentMs[at % sentMs.length] ?? 0 } : {}) }
    })
  })
  if (bench.points.length > 0) {
    return all.filter(({ at, when }) => bench.points.includes(`${at}:${when}`))
  }
  if (bench.length === 'full') return all.filter((_, index) => index % bench.every === 0)
  const chosen = evenly(all.length, shortPoints)
  return all.filter((_, index) => chosen.includes(index + 1))
}
