/** The nodes whose rows a node reads: those of ephemeral models in their place. */
import {
  type BuiltNode,
  isInlined,
  type Node,
  type SourceNode,
  type UniqueId,
} from '../../../core/node.ts'
import type { Manifest } from '../../../project/parse/manifest.ts'

export type Readable = BuiltNode | SourceNode

/** What it reads in the database, through ephemeral models. */
export function inputNodes(manifest: Manifest, node: Node): readonly Readable[] {
  const found = new Map<UniqueId, Readable>()
  const collect = (from: Node): void => {
    for (const id of from.dependsOn) {
      const parent = manifest.nodes.get(id)
      if (parent === undefined || found.has(id) || !('relation' in parent)) continue
      if (isInlined(parent)) collect(parent)
      else found.set(id, parent)
    }
  }
  collect(node)
  return [...found.values()]
}
