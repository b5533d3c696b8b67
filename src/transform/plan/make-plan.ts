/** Graph and selection to a Plan: nodes to publish, tests that decide, and what waits for what. */
import {
  type BuiltNode,
  isInlined,
  type ModelNode,
  type Node,
  type TestNode,
  type UniqueId,
} from '../../core/node.ts'
import { never } from '../../core/never.ts'
import type { Graph } from '../../project/graph/graph.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import type { UnitTestNode } from '../../core/node/unit-test.ts'
import { orderSteps } from './order-steps.ts'
import type { BlockingTest, BuildCommand, Plan, PlanStep } from './plan.ts'
import { startOfSql } from './sql/sql-text.ts'

export interface PlanRequest {
  readonly manifest: Manifest
  readonly graph: Graph
  readonly selected: ReadonlySet<UniqueId>
  readonly command: BuildCommand
  readonly isFullRefresh: boolean
}

export function makePlan(request: PlanRequest): Plan {
  const { manifest, graph, selected, command, isFullRefresh } = request
  const chosen = [...selected].flatMap((id) => manifest.nodes.get(id) ?? [])
  const published = chosen.filter((node) => isPublished(node, command))
  const publishedIds = new Set(published.map((node) => node.uniqueId))
  const upstream = nearestPublished(graph, publishedIds, () => true)
  const isEphemeral = (id: UniqueId) => isInlined(manifest.nodes.get(id))
  const lookedAt = nearestPublished(graph, publishedIds, isEphemeral)
  const tests = command === 'build' || command === 'test' ? chosen.filter(isTest) : []
  const order = orderSteps({ graph, published, upstream, lookedAt, tests })
  const owners = new Map<UniqueId, BlockingTest[]>()
  const waits = new Map<UniqueId, Set<UniqueId>>()
  const standalone: PlanStep[] = []
  const blockedBy = new Map<UniqueId, UniqueId[]>()
  for (const test of tests) {
    const parents = order.filter((id) => lookedAt(test.uniqueId).has(id))
    const owner = parents.at(-1)
    if (owner !== undefined && test.severity === 'error') {
      const others = parents.slice(0, -1)
      push(owners, owner, { node: test, needs: others })
      waits.set(owner, new Set([...(waits.get(owner) ?? []), ...others]))
      continue
    }
    const needs = order.filter((id) => upstream(test.uniqueId).has(id))
    standalone.push({ kind: 'test', node: test, needs, after: [] })
    if (owner === undefined && test.severity === 'error') {
      for (const id of downstreamOfAll(graph, test)) push(blockedBy, id, test.uniqueId)
    }
  }
  const unitTests = command === 'build' || command === 'test' ? chosen.filter(isUnitTest) : []
  for (const test of unitTests) {
    standalone.push({ kind: 'unit_test', node: test, needs: [], after: [] })
    for (const id of heldBack(request, test, publishedIds)) push(blockedBy, id, test.uniqueId)
  }
  const nodes = new Map(published.map((node) => [node.uniqueId, node]))
  const publishSteps = order.flatMap((id): readonly PlanStep[] => {
    const node = nodes.get(id)
    if (node === undefined) return []
    return [
      {
        kind: 'publish',
        node,
        blockingTests: owners.get(id) ?? [],
        needs: [...upstream(id), ...(blockedBy.get(id) ?? [])],
        after: [...(waits.get(id) ?? [])],
      },
    ]
  })
  const blocking = new Set([...blockedBy.values()].flat())
  const isEarly = ({ node, needs }: PlanStep) => blocking.has(node.uniqueId) || needs.length === 0
  const early = standalone.filter(isEarly)
  const late = standalone.filter((step) => !isEarly(step))
  const behind = (id: UniqueId | undefined) => early.filter((step) => step.needs.at(-1) === id)
  const steps = publishSteps.flatMap((step) => [step, ...behind(step.node.uniqueId)])
  return {
    command,
    isFullRefresh,
    steps: [...behind(undefined), ...steps, ...late],
    exposures: command === 'build' ? chosen.filter((node) => node.resourceType === 'exposure') : [],
  }
}

function isUnitTest(node: Node): node is UnitTestNode {
  return node.resourceType === 'unit_test'
}

/** What is not built where a unit test fails: its model; of one that is part of its readers' SQL, those. */
function heldBack(
  { manifest, graph }: PlanRequest,
  { model }: UnitTestNode,
  published: ReadonlySet<UniqueId>,
): readonly UniqueId[] {
  if (published.has(model)) return [model]
  return isInlined(manifest.nodes.get(model)) ? [...graph.descendants(model)] : []
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key)
  if (values === undefined) map.set(key, [value])
  else values.push(value)
}

function isTest(node: Node): node is TestNode {
  return node.resourceType === 'test'
}

function isPublished(node: Node, command: BuildCommand): node is BuiltNode {
  switch (node.resourceType) {
    case 'seed':
      return command === 'build' || command === 'seed'
    case 'snapshot':
      return command === 'build' || command === 'snapshot'
    case 'model':
      return (command === 'build' || command === 'run') && !isInlined(node) && !isBlank(node)
    case 'source':
    case 'test':
    case 'unit_test':
    case 'analysis':
    case 'exposure':
      return false
    default:
      return never(node)
  }
}

/** A file of white space and comments: listed, never built. */
export function isBlank(node: ModelNode): boolean {
  if (node.code.kind !== 'file') return false
  return startOfSql(node.code.text.replaceAll(/\{\{!(--[\s\S]*?--|[^}]*)\}\}/g, '')) < 0
}

/** The published nodes a node reads, looking through those that are not and that `isThrough` names. */
function nearestPublished(
  graph: Graph,
  published: ReadonlySet<UniqueId>,
  isThrough: (id: UniqueId) => boolean,
): (id: UniqueId) => ReadonlySet<UniqueId> {
  const known = new Map<UniqueId, ReadonlySet<UniqueId>>()
  const find = (id: UniqueId): ReadonlySet<UniqueId> => {
    const found = known.get(id)
    if (found !== undefined) return found
    const parents = graph.parents(id)
    const nearest = new Set(
      parents.flatMap((parent) => {
        if (published.has(parent)) return [parent]
        return isThrough(parent) ? [...find(parent)] : []
      }),
    )
    known.set(id, nearest)
    return nearest
  }
  // From the top down, so that no chain of models is a chain of calls.
  for (const id of graph.order) find(id)
  return find
}

/** What a failing test of unbuilt nodes (sources, say) holds back: all that is downstream of every one of them. */
function downstreamOfAll(graph: Graph, test: TestNode): readonly UniqueId[] {
  const [first, ...rest] = test.dependsOn.map((id) => graph.descendants(id))
  if (first === undefined) return []
  return [...first].filter((id) => rest.every((set) => set.has(id)))
}
