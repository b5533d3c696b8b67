/** Whether a node is a source table that assay fills. */
import type { Node } from '../../core/node.ts'
import type { LoadedSource } from './load-table-types.ts'

export function isLoaded(node: Node | undefined): node is LoadedSource {
  return node?.resourceType === 'source' && node.load !== undefined
}
