/** A node whose foreign keys know the nodes they point to. */
import type { Constraint } from '../../../core/node/contract.ts'
import { referencedId } from '../manifest.ts'
import type { DraftNode } from '../drafts/draft.ts'
import type { KnownNames } from '../resolve-references.ts'
import type { Reference } from '../../template/template.ts'

/** `references`: in the order of the keys. A reference to nothing has been said where references are resolved. */
export function withForeignKeys<N extends DraftNode>(
  node: N,
  references: readonly Reference[],
  names: KnownNames,
): N {
  if (node.resourceType !== 'model' || node.contract === undefined) return node
  const left = [...references]
  const constraints = node.contract.constraints.map((constraint): Constraint => {
    if (constraint.kind !== 'foreign_key' || constraint.references.kind !== 'node')
      return constraint
    const reference = left.shift()
    const to =
      reference === undefined ? undefined : referencedId(names, reference, node.packageName)
    return { ...constraint, references: { ...constraint.references, to } }
  })
  return { ...node, contract: { ...node.contract, constraints } }
}
