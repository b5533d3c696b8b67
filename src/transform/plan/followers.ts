/** Who follows whom by a cursor: what a publication has to record, and what its epoch decides. */
import type { ModelNode, Node, UniqueId } from '../../core/node.ts'
import { relationKey } from '../../core/relation.ts'
import type { Manifest } from '../../project/parse/manifest.ts'

/** How the rows of one node are followed. */
export interface Followed {
  /** Keys whose changes are recorded, each once. */
  readonly keys: readonly (readonly string[])[]
  /** `relationKey`s that cursors name for its arrival values: its own, and those of views that pass its rows on. */
  readonly arrivalKeys: readonly string[]
}

export type Followers = ReadonlyMap<UniqueId, Followed>

export function findFollowers(manifest: Manifest): Followers {
  const keys = new Map<UniqueId, Map<string, readonly string[]>>()
  const arrivals = new Map<UniqueId, Set<string>>()
  for (const node of manifest.nodes.values()) {
    if (node.resourceType !== 'model') continue
    for (const read of node.cursorReads) {
      const upstream = manifest.nodes.get(read.upstream)
      if (upstream === undefined || !('arrival' in upstream)) continue
      if (upstream.arrival !== undefined) {
        for (const id of passedOnFrom(manifest, upstream)) {
          const known = arrivals.get(id) ?? new Set()
          arrivals.set(id, known.add(relationKey(upstream.relation)))
        }
      } else if (read.kind === 'touched_keys') {
        const known = keys.get(read.upstream) ?? new Map<string, readonly string[]>()
        keys.set(read.upstream, known.set(JSON.stringify(read.key), read.key))
      }
    }
  }
  const ids = new Set([...keys.keys(), ...arrivals.keys()])
  return new Map(
    [...ids].map((id) => [
      id,
      { keys: [...(keys.get(id)?.values() ?? [])], arrivalKeys: [...(arrivals.get(id) ?? [])] },
    ]),
  )
}

/** The node, and through views what they filter. */
export function passedOnFrom(manifest: Manifest, node: Node): readonly UniqueId[] {
  if (!isView(node)) return [node.uniqueId]
  const parents = node.dependsOn.flatMap((id) => manifest.nodes.get(id) ?? [])
  return [node.uniqueId, ...parents.flatMap((parent) => passedOnFrom(manifest, parent))]
}

function isView(node: Node): node is ModelNode {
  return node.resourceType === 'model' && node.materialization.name === 'view'
}
