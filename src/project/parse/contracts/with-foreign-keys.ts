/** A node whose foreign keys know the nodes they point to. */
import type { Constraint } from '../../../core/node/contract.ts'
import type { Draft, DraftNode } from '../drafts/draft.ts'
import { referencedId } from '../manifest.ts'
import type { KnownNames } from '../resolve-references.ts'
import type { Reference } from '../../template/template.ts'

/** A reference to nothing has been said where references are resolved. */
export function withForeignKeys(
  { node, facts, keyReferences = [] }: Draft,
  names: KnownNames,
): DraftNode {
  if (node.resourceType !== 'model' || node.contract === undefined) return node
  const idOf = (reference: Reference) => referencedId(names, reference, node.packageName)
  // In the order of the keys.
  const left = keyReferences.map(idOf)
  const constraints = node.contract.constraints.map((constraint): Constraint => {
    if (constraint.kind !== 'foreign_key' || constraint.references.kind !== 'node')
      return constraint
    return { ...constraint, references: { ...constraint.references, to: left.shift() } }
  })
  const read = new Set(facts.references.map(idOf))
  const pointed = new Set(keyReferences.flatMap((reference) => idOf(reference) ?? []))
  const dependsOn = [...pointed].filter((id) => !read.has(id))
  return { ...node, contract: { ...node.contract, constraints, dependsOn } }
}
