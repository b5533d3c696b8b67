/** Which models are verified, what is built for them in the sandbox, and where its rows enter; history is left out. */
import {
  keepsRows,
  type ModelNode,
  type SeedNode,
  type SnapshotNode,
  type SourceNode,
  type UniqueId,
} from '../../core/node.ts'
import { ledgerSchema } from '../../ledger/schema/migrations.ts'
import type { Graph } from '../../project/graph/graph.ts'
import { isMicrobatch } from '../plan/microbatch/microbatch-node.ts'
import type { Manifest } from '../../project/parse/manifest.ts'

/** Where rows enter the sandbox. */
export type RootNode = SourceNode | SeedNode

export interface Scope {
  /** Incremental models, in order of building: the selected ones and those they are built from. */
  readonly compared: readonly ModelNode[]
  /** Of those, the selected ones. */
  readonly selected: ReadonlySet<UniqueId>
  /** Models and seeds, in order of building. */
  readonly built: readonly UniqueId[]
  readonly roots: readonly RootNode[]
  readonly skipped: readonly SkippedModel[]
}

export interface SkippedModel {
  readonly node: ModelNode | SnapshotNode
  readonly because: string
}

export interface ScopeRequest {
  readonly manifest: Manifest
  readonly graph: Graph
  readonly selected: ReadonlySet<UniqueId>
  /** What cannot be played, and why. */
  readonly unplayable: ReadonlyMap<UniqueId, string>
}

export function chooseScope(request: ScopeRequest): Scope {
  const { graph, selected } = request
  const asked = graph.order
    .filter((id) => selected.has(id))
    .flatMap((id) => incremental(request, id))
  const snapshots = graph.order.flatMap((id) => {
    const node = selected.has(id) ? request.manifest.nodes.get(id) : undefined
    return node?.resourceType === 'snapshot' ? [{ node, because: 'it is history: a snapshot' }] : []
  })
  const reasons = asked.map((node) => ({ node, because: reasonToSkip(request, node) }))
  const verified = reasons.filter(({ because }) => because === undefined).map(({ node }) => node)
  const skipped = reasons.flatMap(({ node, because }) =>
    because === undefined ? [] : [{ node, because }],
  )
  return {
    ...scopeOf(request, new Set(verified.map((node) => node.uniqueId))),
    skipped: [...skipped, ...snapshots],
  }
}

/** These models and what they are built from. */
export function scopeOf(
  { manifest, graph }: Pick<ScopeRequest, 'manifest' | 'graph'>,
  selected: ReadonlySet<UniqueId>,
): Omit<Scope, 'skipped'> {
  const needed = new Set([...selected].flatMap((id) => [id, ...graph.ancestors(id)]))
  const nodes = graph.order.flatMap((id) => (needed.has(id) ? (manifest.nodes.get(id) ?? []) : []))
  return {
    compared: nodes.flatMap((node) => incremental({ manifest }, node.uniqueId)),
    selected,
    built: nodes.flatMap(({ uniqueId, resourceType }) =>
      resourceType === 'model' || resourceType === 'seed' ? [uniqueId] : [],
    ),
    roots: nodes.flatMap((node) =>
      node.resourceType === 'source' || node.resourceType === 'seed' ? [node] : [],
    ),
  }
}

function incremental(
  { manifest }: Pick<ScopeRequest, 'manifest'>,
  id: UniqueId,
): readonly ModelNode[] {
  const node = manifest.nodes.get(id)
  if (node?.resourceType !== 'model') return []
  return keepsRows(node.materialization) ? [node] : []
}

function reasonToSkip(
  { manifest, graph, unplayable }: ScopeRequest,
  model: ModelNode,
): string | undefined {
  if (isHistory(model)) return 'it is history: "full_refresh" is false'
  if (isMicrobatch(model)) return 'it is built in batches: a row later than "lookback" is not seen'
  for (const id of [model.uniqueId, ...[...graph.ancestors(model.uniqueId)].toSorted()]) {
    const node = manifest.nodes.get(id)
    const reason = unplayable.get(id)
    if (reason !== undefined) return reason
    if (node?.resourceType === 'snapshot') {
      return `it reads "${node.name}", which is history: a snapshot`
    }
    if (node?.resourceType === 'model' && node !== model && isHistory(node)) {
      return `it reads "${node.name}", which is history: "full_refresh" is false`
    }
    if (node !== undefined && node !== model && isMicrobatch(node)) {
      return `it reads "${node.name}", which is built in batches`
    }
    if (node?.resourceType === 'source' && node.relation.schema === ledgerSchema) {
      return 'it reads the ledger, and the sandbox has its own'
    }
  }
  return undefined
}

/** Its rows are of their time: a full refresh would not give them again. */
function isHistory({ materialization }: ModelNode): boolean {
  return materialization.name === 'incremental' && materialization.fullRefresh === false
}
