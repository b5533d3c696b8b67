/** A Manifest to a Graph; a cycle is shown whole. */
import { errorDiagnostic } from '../../core/diagnostic.ts'
import type { Node, UniqueId } from '../../core/node.ts'
import { failure, type Result, success } from '../../core/result.ts'
import type { Manifest } from '../parse/manifest.ts'
import type { Graph } from './graph.ts'

export function buildGraph(manifest: Manifest): Result<Graph> {
  const parents = new Map<UniqueId, readonly UniqueId[]>()
  const children = new Map<UniqueId, UniqueId[]>()
  for (const id of manifest.nodes.keys()) children.set(id, [])
  for (const node of manifest.nodes.values()) {
    parents.set(node.uniqueId, node.dependsOn)
    for (const parent of node.dependsOn) children.get(parent)?.push(node.uniqueId)
  }
  const order = topologicalOrder(parents, children)
  if (order.length < manifest.nodes.size) {
    const stuck = new Set(manifest.nodes.keys())
    for (const id of order) stuck.delete(id)
    return failure([cycleDiagnostic(manifest, findCycle(stuck, parents))])
  }
  return success({
    order,
    parents: (id) => parents.get(id) ?? [],
    children: (id) => children.get(id) ?? [],
    ancestors: (id, depth) => reach(id, parents, depth),
    descendants: (id, depth) => reach(id, children, depth),
  })
}

/** Level by level (Kahn), each level sorted: stable, and near what runs first. */
function topologicalOrder(
  parents: ReadonlyMap<UniqueId, readonly UniqueId[]>,
  children: ReadonlyMap<UniqueId, readonly UniqueId[]>,
): readonly UniqueId[] {
  const waiting = new Map<UniqueId, number>()
  for (const [id, ids] of parents) waiting.set(id, ids.length)
  const order: UniqueId[] = []
  let level = [...waiting].filter(([, count]) => count === 0).map(([id]) => id)
  while (level.length > 0) {
    const next: UniqueId[] = []
    for (const id of level.sort()) {
      order.push(id)
      for (const child of children.get(id) ?? []) {
        const left = (waiting.get(child) ?? 0) - 1
        waiting.set(child, left)
        if (left === 0) next.push(child)
      }
    }
    level = next
  }
  return order
}

function reach(
  start: UniqueId,
  next: ReadonlyMap<UniqueId, readonly UniqueId[]>,
  depth = Number.POSITIVE_INFINITY,
): ReadonlySet<UniqueId> {
  const seen = new Set<UniqueId>()
  let level: readonly UniqueId[] = [start]
  for (let step = 0; step < depth && level.length > 0; step += 1) {
    const found = new Set(level.flatMap((id) => next.get(id) ?? []))
    level = [...found].filter((id) => !seen.has(id))
    for (const id of level) seen.add(id)
  }
  seen.delete(start)
  return seen
}

/** Follows parents among the stuck nodes until one comes again. */
function findCycle(
  stuck: ReadonlySet<UniqueId>,
  parents: ReadonlyMap<UniqueId, readonly UniqueId[]>,
): readonly UniqueId[] {
  const path: UniqueId[] = []
  let current = [...stuck].sort()[0]
  while (current !== undefined && !path.includes(current)) {
    path.push(current)
    current = (parents.get(current) ?? []).find((id) => stuck.has(id))
  }
  const cycle = current === undefined ? path : path.slice(path.indexOf(current))
  const smallest = [...cycle].sort()[0]
  const at = smallest === undefined ? 0 : cycle.indexOf(smallest)
  return [...cycle.slice(at), ...cycle.slice(0, at)]
}

function cycleDiagnostic(manifest: Manifest, cycle: readonly UniqueId[]) {
  const nodes = cycle.flatMap((id) => {
    const node = manifest.nodes.get(id)
    return node === undefined ? [] : [node]
  })
  const names = nodes.map((node: Node) => node.name)
  const first = nodes[0]
  return errorDiagnostic({
    code: 'dependency-cycle',
    message: `expected no node to depend on itself, found ${[...names, names[0] ?? ''].join(' -> ')}`,
    span: first?.span,
    hint: 'each reads the next; break the circle by moving what they share into a model of its own',
    related: nodes
      .slice(1)
      .map((node) => ({ message: `"${node.name}" is part of it`, span: node.span })),
  })
}
