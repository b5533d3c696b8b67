/** Epochs in the ledger: a relation gets a new one when its rows are no longer a continuation of what was there. */
import type { Session } from '../../core/adapter.ts'
import type { RunStart } from '../runs/runs.ts'

export type EpochReason = 'first build' | 'full refresh' | 'rewrite' | 'restore'

/** Gives the name of the new epoch. */
export async function newEpoch(
  session: Session,
  relationKey: string,
  { reason, run }: { readonly reason: EpochReason; readonly run: RunStart },
): Promise<string> {
  const epoch = run.runId
  await session.execute(
    `insert into _assay.relations (relation_key, epoch, reason, run_id, created_at)
values ($1, $2, $3, $4, current_timestamp)`,
    [relationKey, epoch, reason, run.runId],
  )
  return epoch
}
