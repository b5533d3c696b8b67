/** What a node and its tests read in the database: to be locked first, and described for views. */
import type { Session } from '../../../core/adapter.ts'
import type { Dialect } from '../../../core/dialect.ts'
import {
  type BuiltNode,
  isInlined,
  type ModelNode,
  type Node,
  type SourceNode,
  type UniqueId,
} from '../../../core/node.ts'
import { type Relation, relationKey } from '../../../core/relation.ts'
import type { Manifest } from '../../../project/parse/manifest.ts'
import type { CursorContext } from '../cursors/cursor-context.ts'

type InputNode = BuiltNode | SourceNode

/** Relations read, through ephemeral models; without the nodes' own. */
export function inputsOf(manifest: Manifest, nodes: readonly Node[]): readonly Relation[] {
  const own = new Set(
    nodes.flatMap((node) => ('relation' in node ? [relationKey(node.relation)] : [])),
  )
  const found = new Map<string, InputNode>()
  for (const node of nodes) collect(manifest, node, found, new Set())
  return [...found].filter(([key]) => !own.has(key)).map(([, { relation }]) => relation)
}

/** What a node reads, through ephemeral models. */
export function inputNodes(manifest: Manifest, node: Node): readonly InputNode[] {
  const found = new Map<string, InputNode>()
  collect(manifest, node, found, new Set())
  return [...found.values()]
}

function collect(
  manifest: Manifest,
  node: Node,
  found: Map<string, InputNode>,
  seen: Set<UniqueId>,
): void {
  for (const id of node.dependsOn) {
    const parent = manifest.nodes.get(id)
    if (parent === undefined || seen.has(id) || !('relation' in parent)) continue
    seen.add(id)
    if (isInlined(parent)) collect(manifest, parent, found, seen)
    else found.set(relationKey(parent.relation), parent)
  }
}

/**
 * The columns of what a view reads, where they are fixed in the view when it is made (Postgres): with other columns
 * below, the same SQL is another view.
 */
export async function inputsSignature(
  context: Pick<CursorContext, 'manifest' | 'dialect' | 'standIns'>,
  session: Session,
  node: ModelNode,
): Promise<string> {
  const { dialect, manifest } = context
  if (!isBoundByColumns(dialect, node)) return ''
  const standIns = new Map(
    [...context.standIns].flatMap(([id, standIn]) => {
      const published = manifest.nodes.get(id)
      if (published === undefined || !('relation' in published)) return []
      return [[relationKey(published.relation), standIn] as const]
    }),
  )
  const parts: string[] = []
  for (const relation of inputsOf(manifest, [node])) {
    const key = relationKey(relation)
    const state = await session.describe(standIns.get(key) ?? relation)
    const names = (state?.columns ?? []).map((column) => `${column.name} ${column.dataType}`)
    parts.push(`${key}(${names.join(', ')})`)
  }
  return parts.join('; ')
}

function isBoundByColumns(dialect: Dialect, node: ModelNode): boolean {
  const { name } = node.materialization
  return (name === 'view' || name === 'materialized_view') && !dialect.supportsViewsBoundByName
}
