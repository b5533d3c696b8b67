/** A history as data: rows arriving and builds, some of them killed; made from a seed and a number. */
import type { UniqueId } from '../../../core/node.ts'
import { type Random, randomFrom } from './random.ts'

export type HistoryStep =
  | {
      readonly kind: 'arrive'
      readonly root: UniqueId
      /** Indexes of the root's sample, in order of arrival; one that has arrived before is delivered again. */
      readonly rows: readonly number[]
    }
  | { readonly kind: 'build' }
  /** Ended when this node was about to be published: it is rolled back, and nothing comes after it. */
  | { readonly kind: 'killed build'; readonly before: UniqueId }
  | { readonly kind: 'full refresh'; readonly node: UniqueId }

/** Ends with a build. */
export type History = readonly HistoryStep[]

export interface HistoryFacts {
  readonly roots: readonly RootFacts[]
  /** In order of building. */
  readonly published: readonly UniqueId[]
  /** Models that a full refresh of one of them may name. */
  readonly incremental: readonly UniqueId[]
}

interface RootFacts {
  readonly id: UniqueId
  readonly rowCount: number
  /** All rows are there before the first build. */
  readonly isStatic: boolean
  readonly isAtLeastOnce: boolean
}

/** Shares of the sample that a history takes: small ones are quick and touch few keys, whole ones many. */
const shares = [1, 0.5, 0.2] as const
const chances = { kill: 0.3, lateBuild: 0.4, again: 0.15, refresh: 0.08, twice: 0.15 } as const

export function generateHistory(seed: number, number: number, facts: HistoryFacts): History {
  const random = randomFrom(seed, number)
  const share = shares[random.below(shares.length)] ?? 1
  const deliveries = 2 + random.below(3)
  const arriving = facts.roots.map((root) => ({
    root: root.id,
    deliveries: cut(root, { random: randomFrom(seed, number, root.id), share, count: deliveries }),
  }))
  const steps: HistoryStep[] = []
  for (let index = 0; index < deliveries; index += 1) {
    for (const { root, deliveries: parts } of arriving) {
      const rows = parts[index] ?? []
      if (rows.length > 0) steps.push({ kind: 'arrive', root, rows })
    }
    steps.push(...buildsAfter(facts, random, [seed, number, index]))
  }
  return steps.at(-1)?.kind === 'build' ? steps : [...steps, { kind: 'build' }]
}

/** Mostly one; sometimes killed first, done twice, or followed by the full refresh of one model. */
function buildsAfter(
  { published, incremental }: HistoryFacts,
  random: Random,
  place: readonly number[],
): HistoryStep[] {
  const steps: HistoryStep[] = []
  const isKilled = random.chance(chances.kill)
  const isLate = random.chance(chances.lateBuild)
  const isAgain = random.chance(chances.again)
  const isRefreshed = random.chance(chances.refresh)
  const before = isKilled ? chosen(published, ['kill', ...place]) : undefined
  if (before !== undefined) steps.push({ kind: 'killed build', before })
  if (before !== undefined && isLate) return steps
  steps.push({ kind: 'build' })
  if (isAgain) steps.push({ kind: 'build' })
  const node = isRefreshed ? chosen(incremental, ['refresh', ...place]) : undefined
  if (node !== undefined) steps.push({ kind: 'full refresh', node }, { kind: 'build' })
  return steps
}

/** The same one as among fewer, if it is one of those: a model alone finds the history it was found in. */
function chosen(
  ids: readonly UniqueId[],
  place: readonly (string | number)[],
): UniqueId | undefined {
  const ranked = ids.map((id) => ({ id, rank: randomFrom(...place, id).next() }))
  return ranked.sort((a, b) => a.rank - b.rank)[0]?.id
}

interface Cut {
  readonly random: Random
  readonly share: number
  readonly count: number
}

function cut(root: RootFacts, { random, share, count }: Cut): readonly (readonly number[])[] {
  const all = random.shuffle(Array.from({ length: root.rowCount }, (_, index) => index))
  const parts = Array.from({ length: count }, (): number[] => [])
  const put = (delivery: number, row: number) => parts[delivery]?.push(row)
  if (root.isStatic) {
    for (const row of all) put(0, row)
    return parts
  }
  const few = all.slice(0, Math.max(Math.min(root.rowCount, 8), Math.ceil(root.rowCount * share)))
  // Uneven batches: one row behind many tells more than equal halves.
  const skew = 0.4 + random.next() * 1.6
  for (const row of few) {
    const delivery = Math.floor(random.next() ** skew * count)
    put(delivery, row)
    if (root.isAtLeastOnce && random.chance(chances.twice)) {
      put(delivery + random.below(count - delivery), row)
    }
  }
  return parts
}
