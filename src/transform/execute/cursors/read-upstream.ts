/** An upstream as it is now: its columns, what it is followed by, its epoch. */
import type { Session } from '../../../core/adapter.ts'
import type { Arrival, CursorRead, Node } from '../../../core/node.ts'
import { type Column, type Relation, relationKey } from '../../../core/relation.ts'
import type { CursorContext } from './cursor-context.ts'
import { epochOf } from './upstream-epoch.ts'

export interface Upstream {
  readonly node: Exclude<Node, { readonly resourceType: 'test' | 'analysis' }>
  readonly key: string
  /** Where it is read: its relation, or the candidate that stands for it. */
  readonly from: Relation
  readonly columns: readonly Column[]
  /** undefined: followed by its change feed. */
  readonly arrival: Column | undefined
  readonly epoch: string
  /** Of its change feed. */
  readonly version: number
  readonly reads: readonly CursorRead[]
}

export function byUpstream(reads: readonly CursorRead[]): readonly (readonly CursorRead[])[] {
  const ids = [...new Set(reads.map((read) => read.upstream))]
  return ids.map((id) => reads.filter((read) => read.upstream === id))
}

/** undefined: it does not exist yet, as a plan before the first build finds it. */
export async function readUpstream(
  context: CursorContext,
  session: Session,
  reads: readonly CursorRead[],
): Promise<Upstream | undefined> {
  const [first] = reads
  const node = first === undefined ? undefined : context.manifest.nodes.get(first.upstream)
  if (node === undefined || !('relation' in node)) return undefined
  const from = context.standIns.get(node.uniqueId) ?? node.relation
  const state = await session.describe(from)
  if (state === undefined) return undefined
  return {
    node,
    key: relationKey(node.relation),
    from,
    columns: state.columns,
    arrival: arrivalColumn(node.arrival, state.columns),
    epoch: await epochOf(context, session, node),
    version: context.publications.get(relationKey(node.relation))?.version ?? 0,
    reads,
  }
}

/** A declared column that is not there is told by the statement that names it. */
function arrivalColumn(
  arrival: Arrival | undefined,
  columns: readonly Column[],
): Column | undefined {
  if (arrival === undefined) return undefined
  const name = arrival.column.toLowerCase()
  const found = columns.find((column) => column.name.toLowerCase() === name)
  return found ?? { name: arrival.column, dataType: 'bigint' }
}
