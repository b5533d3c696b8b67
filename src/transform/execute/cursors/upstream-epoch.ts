/** The epoch of what a cursor follows: of a view that filters a table, that of the table and of the view's own SQL. */
import { createHash } from 'node:crypto'
import type { Node } from '../../../core/node.ts'
import { relationKey } from '../../../core/relation.ts'
import type { CursorContext } from './cursor-context.ts'

/** Sources are not written by assay: that they go back is seen by their newest arrival value. */
const sourceEpoch = 'source'

export function epochOf(
  { manifest, publications }: Pick<CursorContext, 'manifest' | 'publications'>,
  node: Node,
): string {
  if (node.resourceType === 'source' || !('relation' in node)) return sourceEpoch
  const own = publications.get(relationKey(node.relation))
  const isView = node.resourceType === 'model' && node.materialization.name === 'view'
  if (!isView) return own?.epoch ?? 'unpublished'
  const parents = node.dependsOn.flatMap((id) => {
    const parent = manifest.nodes.get(id)
    return parent === undefined ? [] : [epochOf({ manifest, publications }, parent)]
  })
  const text = [own?.fingerprint ?? 'unpublished', ...parents].join('\u0000')
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}
