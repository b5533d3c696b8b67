/** Up to which number the rows of a model are refused, or not, for good: who has looked at them need not do so again. */
import type { Session } from '../../../core/adapter.ts'
import { loadColumns } from '../../../core/load/load.ts'
import type { ModelNode, Node } from '../../../core/node.ts'
import { relationKey } from '../../../core/relation.ts'
import { readCursorsOf } from '../../../ledger/cursors/cursors.ts'
import { readLastSeq } from '../../../ledger/loads/loads.ts'
import { readPublications } from '../../../ledger/runs/node-runs.ts'
import { isLoaded } from '../../../load/table/is-loaded.ts'
import type { Manifest } from '../../../project/parse/manifest.ts'
import { passedOnFrom } from '../../../transform/plan/followers.ts'
import { madeOf, type RefusingModel } from './refusing-models.ts'

/**
 * By the `relationKey` of the source table; absent: nothing is known of it. Asked before the rows are read: what is
 * published meanwhile is above.
 */
export async function finalBelow(
  session: Session,
  manifest: Manifest,
  model: RefusingModel,
): Promise<ReadonlyMap<string, number>> {
  const { tables } = madeOf(manifest, model)
  const [table, ...others] = tables
  if (!model.deadLetters.isFinal || table === undefined || others.length > 0) return new Map()
  const key = relationKey(table.relation)
  if (isLoaded(table)) return new Map([[key, (await readLastSeq(session, key)) ?? 0]])
  return table.resourceType === 'model' ? await readBelow(session, manifest, table) : new Map()
}

/** It has all the rows up to its cursors that it will ever have of them: those that come later are greater. */
async function readBelow(
  session: Session,
  manifest: Manifest,
  table: ModelNode,
): Promise<ReadonlyMap<string, number>> {
  const key = relationKey(table.relation)
  const version = (await readPublications(session, [key])).get(key)?.version
  if (version === undefined) return new Map()
  const cursors = await readCursorsOf(session, { relationKey: key, version })
  const below = new Map<string, number>()
  for (const { upstream: id } of table.cursorReads) {
    const upstream = manifest.nodes.get(id)
    const source = upstream === undefined ? undefined : sourceOf(manifest, upstream)
    if (upstream === undefined || source === undefined || !('relation' in upstream)) continue
    const upstreamKey = relationKey(upstream.relation)
    const cursor = cursors.find((each) => each.feed === 'rows' && each.upstreamKey === upstreamKey)
    const high = Number(cursor?.high ?? 0)
    below.set(source, Math.min(high, below.get(source) ?? high))
  }
  return below
}

/** The source table whose numbers the upstream passes on as they are. */
function sourceOf(manifest: Manifest, upstream: Node): string | undefined {
  const source = passedOnFrom(manifest, upstream)
    .map((id) => manifest.nodes.get(id))
    .at(-1)
  const isNumbered = [upstream, source].every(
    (node) =>
      node !== undefined && 'arrival' in node && node.arrival?.column === loadColumns.sequence,
  )
  return isNumbered && isLoaded(source) ? relationKey(source.relation) : undefined
}
