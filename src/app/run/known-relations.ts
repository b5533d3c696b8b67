/** The relations whose publications decide about a plan. */
import { type Node, passesThrough, type UniqueId } from '../../core/node.ts'
import { relationKey } from '../../core/relation.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import type { Plan } from '../../transform/plan/plan.ts'

/** Of what is published, and of what it reads: through views to the tables below. */
export function knownRelations(manifest: Manifest, plan: Plan): ReadonlySet<string> {
  const keys = new Set<string>()
  const seen = new Set<UniqueId>()
  const climb = (node: Node): void => {
    for (const id of node.dependsOn) {
      const parent = manifest.nodes.get(id)
      if (parent === undefined || seen.has(id) || !('relation' in parent)) continue
      seen.add(id)
      keys.add(relationKey(parent.relation))
      if (passesThrough(parent)) climb(parent)
    }
  }
  for (const { kind, node } of plan.steps) {
    if (kind === 'publish') keys.add(relationKey(node.relation))
    climb(node)
  }
  return keys
}
