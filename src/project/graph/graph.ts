/** Which node reads which: order, parents and children, ancestors and descendants to any depth. */
import type { UniqueId } from '../../core/node.ts'

export interface Graph {
  /** Every node after all it reads; ties by unique id, so the order never varies. */
  readonly order: readonly UniqueId[]
  parents(id: UniqueId): readonly UniqueId[]
  children(id: UniqueId): readonly UniqueId[]
  /** Without the node itself; `depth` 1 gives the parents. */
  ancestors(id: UniqueId, depth?: number): ReadonlySet<UniqueId>
  descendants(id: UniqueId, depth?: number): ReadonlySet<UniqueId>
}
