/** What a unit test of a model has to give: all it reads, through ephemeral models that are not given themselves. */
import {
  type BuiltNode,
  isInlined,
  type Node,
  type SourceNode,
  type UniqueId,
} from '../../../core/node.ts'
import type { Manifest } from '../../../project/parse/manifest.ts'

export type ReadNode = BuiltNode | SourceNode

/** In order of first mention, each once. */
export function requiredInputs(
  manifest: Pick<Manifest, 'nodes'>,
  model: Node,
  given: ReadonlySet<UniqueId>,
): readonly ReadNode[] {
  const found = new Map<UniqueId, ReadNode>()
  const collect = (node: Node): void => {
    const unread = unreadBy(node)
    for (const id of node.dependsOn) {
      if (unread.has(id)) continue
      const input = manifest.nodes.get(id)
      if (input === undefined || found.has(id) || !isRead(input)) continue
      if (isInlined(input) && !given.has(id)) collect(input)
      else found.set(id, input)
    }
  }
  collect(model)
  return [...found.values()]
}

/** What only its hooks or its foreign keys name: its SELECT gives the same rows whatever is there. */
function unreadBy(node: Node): ReadonlySet<UniqueId> {
  if (node.resourceType !== 'model') return new Set()
  return new Set([...node.hooks.dependsOn, ...(node.contract?.dependsOn ?? [])])
}

function isRead(node: Node): node is ReadNode {
  return 'relation' in node
}

/** `ref('orders')`, as a unit test names it. */
export function inputText(node: ReadNode): string {
  if (node.resourceType === 'source') return `source('${node.sourceName}', '${node.name}')`
  const version = node.resourceType === 'model' ? node.version : undefined
  return version === undefined
    ? `ref('${node.name}')`
    : `ref('${version.modelName}', v=${version.version})`
}
