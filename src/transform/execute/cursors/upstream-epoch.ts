/** The epoch of what a cursor follows: of a view that filters a table, that of the table and of the view's own SQL. */
import { createHash } from 'node:crypto'
import type { Session } from '../../../core/adapter.ts'
import type { Node, SourceNode } from '../../../core/node.ts'
import { relationKey } from '../../../core/relation.ts'
import { readLoadEpoch } from '../../../ledger/loads/loads.ts'
import { ledgerSchema } from '../../../ledger/schema/migrations.ts'
import type { CursorContext } from './cursor-context.ts'

/** Sources that others fill: that they go back is seen by their newest arrival value. */
const sourceEpoch = 'source'

export async function epochOf(
  context: Pick<CursorContext, 'manifest' | 'publications'>,
  session: Session,
  node: Node,
): Promise<string> {
  const { manifest, publications } = context
  if (node.resourceType === 'source') return await epochOfSource(session, node)
  if (!('relation' in node)) return sourceEpoch
  const own = publications.get(relationKey(node.relation))
  const isView = node.resourceType === 'model' && node.materialization.name === 'view'
  if (!isView) return own?.epoch ?? 'unpublished'
  const parents: string[] = []
  for (const id of node.dependsOn) {
    const parent = manifest.nodes.get(id)
    if (parent !== undefined) parents.push(await epochOf(context, session, parent))
  }
  const text = [own?.fingerprint ?? 'unpublished', ...parents].join('\u0000')
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

/** A table that assay loads is made anew when somebody has dropped it, and its numbers go on where they were. */
async function epochOfSource(session: Session, { load, relation }: SourceNode): Promise<string> {
  if (load === undefined) return sourceEpoch
  const relations = { schema: ledgerSchema, identifier: 'relations' }
  // Before the first build there may be no ledger.
  if ((await session.describe(relations)) === undefined) return sourceEpoch
  return (await readLoadEpoch(session, relationKey(relation))) ?? sourceEpoch
}
