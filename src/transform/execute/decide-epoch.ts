/** Whether a publication continues the rows that were there, or begins a new epoch of the relation. */
import type { RelationState, Session } from '../../core/adapter.ts'
import { newEpoch } from '../../ledger/epochs.ts'
import type { PublishUnit } from '../plan/publish-unit.ts'
import type { RunContext } from './run-context.ts'

/** A batch continues the epoch; a view has that of its first publication; a rebuilt table begins a new one. */
export async function decideEpoch(
  context: RunContext,
  session: Session,
  published: {
    readonly relationKey: string
    readonly unit: PublishUnit
    readonly existing: RelationState | undefined
  },
): Promise<string> {
  const { relationKey, unit, existing } = published
  const last = context.publications.get(relationKey)?.epoch
  if (!unit.rewritesRows) return last ?? context.run.runId
  const reason = existing === undefined ? 'first build' : 'rewrite'
  return await newEpoch(session, relationKey, { reason, run: context.run })
}
