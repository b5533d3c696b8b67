/** A history in which a model fails, to the smallest one that still does, and what is wrong at its end. */
import { isInlined, type Node } from '../../core/node.ts'
import type { Bench } from './sandbox/bench.ts'
import { generateHistory, type History, type HistoryFacts } from './history/history.ts'
import { playHistory, type Verdict } from './play-history.ts'
import type { Finding } from './report.ts'
import { shrinkHistory } from './history/shrink-history.ts'

export interface Suspicion {
  readonly node: Node
  readonly seed: number
  readonly number: number
  readonly history: History
  /** False when time is over. */
  readonly goOn: () => boolean
}

export interface Suspects {
  /** Where it was found. */
  readonly all: Bench
  /** With the model and what it is built from. */
  readonly alone: Bench
}

/** A history is played so often at most while it is shrunk: a second run ends with the same one. */
const playsAtMost = 400

export async function investigate(
  { all, alone }: Suspects,
  suspicion: Suspicion,
): Promise<Finding | undefined> {
  const { node, seed, number, history: original } = suspicion
  const own = generateHistory(seed, number, historyFacts(alone))
  const isAlone = concerns(await playHistory(alone, own), node)
  const bench = isAlone ? alone : all
  const history = isAlone ? own : original
  const first = await playHistory(bench, history)
  let plays = 0
  const smallest = await shrinkHistory(history, {
    fails: async (smaller) => {
      plays += 1
      const verdict = await playHistory(bench, smaller)
      return verdict.kind === first.kind && concerns(verdict, node)
    },
    goOn: () => plays < playsAtMost && suspicion.goOn(),
  })
  const found = { number, history: smallest, shrunkFrom: sizeOf(history), isAlone }
  const verdict = await playHistory(bench, smallest)
  if (verdict.kind === 'fails') {
    return { kind: 'failure', node, failure: verdict.failure, ...found }
  }
  const difference =
    verdict.kind === 'differs'
      ? verdict.differences.find((one) => one.node.uniqueId === node.uniqueId)
      : undefined
  if (difference === undefined) return undefined
  return { kind: 'difference', node: difference.node, rows: difference.rows, ...found }
}

/** The model is where it begins. */
function concerns(verdict: Verdict, { uniqueId }: Node): boolean {
  if (verdict.kind === 'fails') return verdict.failure.node.uniqueId === uniqueId
  if (verdict.kind !== 'differs') return false
  return verdict.differences.some(({ node }) => node.uniqueId === uniqueId)
}

export function historyFacts({ scope, roots, manifest }: Bench): HistoryFacts {
  const isPublished = (id: HistoryFacts['published'][number]) => {
    return !isInlined(manifest.nodes.get(id))
  }
  return {
    roots: roots.map(({ node, rows, isStatic, arrival }) => ({
      id: node.uniqueId,
      rowCount: rows.length,
      isStatic,
      isAtLeastOnce: arrival?.isAtLeastOnce === true,
    })),
    published: scope.built.filter(isPublished),
    incremental: scope.compared.map((node) => node.uniqueId),
  }
}

function sizeOf(history: History): { readonly rows: number; readonly builds: number } {
  const arrivals = history.flatMap((step) => (step.kind === 'arrive' ? step.rows : []))
  return {
    rows: arrivals.length,
    builds: history.filter((step) => step.kind !== 'arrive').length,
  }
}
