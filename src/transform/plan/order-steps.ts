/** The order of publishing: after what is read, and, where it can be, a tested node after the others its tests look at. */
import type { Node, TestNode, UniqueId } from '../../core/node.ts'
import type { Graph } from '../../project/graph/graph.ts'

export interface OrderRequest {
  readonly graph: Graph
  readonly published: readonly Node[]
  /** The published nodes that a node comes after. */
  readonly upstream: (id: UniqueId) => ReadonlySet<UniqueId>
  /** The published nodes that a test looks at. */
  readonly lookedAt: (id: UniqueId) => ReadonlySet<UniqueId>
  readonly tests: readonly TestNode[]
}

/**
 * A test of several nodes runs in the transaction of the last one. That should be the node it is attached to (the
 * child of `relationships`), so its other nodes come first, unless the graph or another test says otherwise.
 */
export function orderSteps({
  graph,
  published,
  upstream,
  lookedAt,
  tests,
}: OrderRequest): readonly UniqueId[] {
  const ids = new Set(published.map((node) => node.uniqueId))
  const rank = new Map(graph.order.map((id, index) => [id, index]))
  const wished = wishedEdges(tests, lookedAt, ids)
  const waiting = new Map<UniqueId, { hard: number; soft: number }>()
  const next = new Map<UniqueId, { readonly id: UniqueId; readonly isHard: boolean }[]>()
  for (const id of ids) {
    const hard = [...upstream(id)]
    const soft = [...(wished.get(id) ?? [])].filter((other) => !hard.includes(other))
    waiting.set(id, { hard: hard.length, soft: soft.length })
    for (const from of hard) addEdge(next, from, { id, isHard: true })
    for (const from of soft) addEdge(next, from, { id, isHard: false })
  }
  const byRank = (left: UniqueId, right: UniqueId) => (rank.get(left) ?? 0) - (rank.get(right) ?? 0)
  const order: UniqueId[] = []
  let ready = [...ids].filter((id) => isFree(waiting.get(id)))
  while (waiting.size > 0) {
    if (ready.length === 0) ready = [leastWishful(waiting, byRank)]
    const found: UniqueId[] = []
    for (const id of ready.sort(byRank)) {
      if (!waiting.delete(id)) continue
      order.push(id)
      for (const edge of next.get(id) ?? []) {
        const count = waiting.get(edge.id)
        if (count === undefined) continue
        if (edge.isHard) count.hard -= 1
        else count.soft -= 1
        if (isFree(count)) found.push(edge.id)
      }
    }
    ready = found
  }
  return order
}

function wishedEdges(
  tests: readonly TestNode[],
  lookedAt: (id: UniqueId) => ReadonlySet<UniqueId>,
  published: ReadonlySet<UniqueId>,
): ReadonlyMap<UniqueId, ReadonlySet<UniqueId>> {
  const wished = new Map<UniqueId, Set<UniqueId>>()
  for (const test of tests) {
    if (test.variant.kind !== 'generic' || !published.has(test.variant.attachedTo)) continue
    const { attachedTo } = test.variant
    const others = [...lookedAt(test.uniqueId)].filter((id) => id !== attachedTo)
    wished.set(attachedTo, new Set([...(wished.get(attachedTo) ?? []), ...others]))
  }
  return wished
}

function addEdge<E>(next: Map<UniqueId, E[]>, from: UniqueId, edge: E): void {
  const edges = next.get(from)
  if (edges === undefined) next.set(from, [edge])
  else edges.push(edge)
}

function isFree(count: { readonly hard: number; readonly soft: number } | undefined): boolean {
  return count !== undefined && count.hard === 0 && count.soft === 0
}

/** Wishes contradict each other: the first node that reads nothing unbuilt goes ahead. */
function leastWishful(
  waiting: ReadonlyMap<UniqueId, { readonly hard: number; readonly soft: number }>,
  byRank: (left: UniqueId, right: UniqueId) => number,
): UniqueId {
  const free = [...waiting].filter(([, count]) => count.hard === 0).map(([id]) => id)
  const first = free.sort(byRank)[0]
  if (first === undefined) throw new Error('the graph has a cycle that buildGraph let pass')
  return first
}
