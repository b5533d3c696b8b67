/** One batch in a transaction of its own, tried again where that may help. */
import { setTimeout as delay } from 'node:timers/promises'
import { CommitUnknownError } from '../../core/database/database-errors.ts'
import type { Column } from '../../core/relation.ts'
import type { StagedBatch } from '../batch/set-writer.ts'
import type { DeadReason } from '../records/dead-record.ts'
import type { TableContext } from '../table/load-table-types.ts'
import { findRefused } from './find-refused.ts'
import { loadBatch, type LoadedBatch } from './load-batch.ts'

const retries = 3

/** In a transaction of its own. Rows that the database refuses are found, and the batch is loaded without them. */
export async function commitBatch(
  { context, columns }: { readonly context: TableContext; readonly columns: readonly Column[] },
  staged: StagedBatch,
): Promise<LoadedBatch> {
  const { adapter, signal } = context
  let refused: ReadonlyMap<number, DeadReason> = new Map()
  for (let attempt = 1; ; attempt += 1) {
    const batch = { context, columns, staged, refused }
    try {
      return await adapter.transaction({ signal }, (session) => loadBatch(batch, session))
    } catch (error) {
      if (signal.aborted) throw error
      const fault = adapter.explainError(error)
      // Whether a commit holds whose answer was lost is seen by the next try: it looks for the batch first.
      const mayPass = error instanceof CommitUnknownError || fault.retryable
      if (mayPass && attempt <= retries) {
        await delay(attempt * 100)
        continue
      }
      if (fault.blamesRows !== true || refused.size > 0) throw error
      refused = await findRefused(batch)
      if (refused.size === 0) throw error
    }
  }
}
