/** What a node and its tests read in the database: to be locked first, and described for views. */
import type { RelationState, Session } from '../../core/adapter.ts'
import type { Dialect } from '../../core/dialect.ts'
import type { ModelNode, Node, UniqueId } from '../../core/node.ts'
import { type Relation, relationKey } from '../../core/relation.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import type { RunContext } from './run-context.ts'

/** Relations read, through ephemeral models; without the nodes' own. */
export function inputsOf(manifest: Manifest, nodes: readonly Node[]): readonly Relation[] {
  const own = new Set(
    nodes.flatMap((node) => ('relation' in node ? [relationKey(node.relation)] : [])),
  )
  const found = new Map<string, Relation>()
  for (const node of nodes) collect(manifest, node, found, new Set())
  return [...found].filter(([key]) => !own.has(key)).map(([, relation]) => relation)
}

function collect(
  manifest: Manifest,
  node: Node,
  found: Map<string, Relation>,
  seen: Set<UniqueId>,
): void {
  for (const id of node.dependsOn) {
    const parent = manifest.nodes.get(id)
    if (parent === undefined || seen.has(id) || !('relation' in parent)) continue
    seen.add(id)
    const isEphemeral =
      parent.resourceType === 'model' && parent.materialization.name === 'ephemeral'
    if (isEphemeral) collect(manifest, parent, found, seen)
    else found.set(relationKey(parent.relation), parent.relation)
  }
}

/** Describes what a view reads now, in the transaction that will publish it. */
export async function inputsSignature(
  context: RunContext,
  session: Session,
  node: ModelNode,
): Promise<string> {
  const { dialect } = context.adapter
  if (!isBoundByColumns(dialect, node)) return ''
  const states = new Map<string, RelationState | undefined>()
  for (const relation of inputsOf(context.manifest, [node])) {
    states.set(relationKey(relation), await session.describe(relation))
  }
  const describe = (relation: Relation) => states.get(relationKey(relation))
  return signatureOf(dialect, context.manifest, { node, describe })
}

/**
 * The columns of what a view reads, where they are fixed in the view when it is made (Postgres): with other columns
 * below, the same SQL is another view.
 */
export function signatureOf(
  dialect: Dialect,
  manifest: Manifest,
  view: {
    readonly node: ModelNode
    readonly describe: (relation: Relation) => RelationState | undefined
  },
): string {
  if (!isBoundByColumns(dialect, view.node)) return ''
  const parts = inputsOf(manifest, [view.node]).map((relation) => {
    const columns = view.describe(relation)?.columns ?? []
    const names = columns.map((column) => `${column.name} ${column.dataType}`)
    return `${relationKey(relation)}(${names.join(', ')})`
  })
  return parts.join('; ')
}

function isBoundByColumns(dialect: Dialect, node: ModelNode): boolean {
  return node.materialization.name === 'view' && !dialect.supportsViewsBoundByName
}
