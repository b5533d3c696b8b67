/** What an earlier run has staged and not finished: whole sets are loaded, the others are fetched again. */
import { rm } from 'node:fs/promises'
import { wasTried } from '../../ledger/loads/tried-batches.ts'
import { readBatches } from '../batch/read-batches.ts'
import type { StagedBatch } from '../batch/set-writer.ts'
import { dropUnfinished } from '../drop-unfinished.ts'
import type { TableContext } from '../table/load-table-types.ts'

/** In the order in which they were made. The caller holds the lease: nobody else writes in the folder. */
export async function* resumeStaged(context: TableContext): AsyncGenerator<StagedBatch> {
  const staged = await readStaged(context.folders.staging)
  const whole = new Map<string, boolean>()
  for (const batch of staged) {
    const { first } = batch.summary.set
    const isWhole = whole.get(first) ?? (await isWholeSet(context, staged, batch))
    whole.set(first, isWhole)
    if (isWhole) yield batch
    else await rm(batch.path, { force: true })
  }
}

/** Batches with their names, in order; what has none yet is nobody's and is removed. */
async function readStaged(folder: string): Promise<readonly StagedBatch[]> {
  await dropUnfinished(folder)
  return await readBatches(folder)
}

/**
 * Names are given in order and batches are loaded in order, once all names are given: where the first one is gone or
 * was tried, the set was whole. One that comes back from quarantine was tried; the others may be loaded long since.
 */
async function isWholeSet(
  { adapter }: TableContext,
  staged: readonly StagedBatch[],
  { summary: { set } }: StagedBatch,
): Promise<boolean> {
  const members = staged.filter(({ summary }) => summary.set.first === set.first)
  if (members.length === set.of) return true
  const hasFirst = members.some(({ summary }) => summary.set.index === 0)
  if (!hasFirst) return true
  return await adapter.session({}, (session) => wasTried(session, set.first))
}
