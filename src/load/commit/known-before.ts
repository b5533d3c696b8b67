/** What of a batch that lay in the folder is in the table already: it may come from a backup, or be put there by hand. */
import type { Session } from '../../core/adapter.ts'
import { contentKey, type ContentNames } from '../../core/load/content-key.ts'
import { holdsLine } from '../../core/load/line-ranges.ts'
import { readSettled } from '../../ledger/loads/dead-letters.ts'
import { readLoadedLines } from '../../ledger/loads/loaded-lines.ts'
import type { LoadOwner } from '../../ledger/loads/loads.ts'
import { wasLoadedBefore } from '../../ledger/loads/tried-batches.ts'
import { type BatchLine, readBatch } from '../batch/read-batch.ts'
import type { StagedBatch } from '../batch/set-writer.ts'

export interface KnownBefore {
  isThere(content: ContentNames, line: BatchLine): boolean
  /** Its dead letters had their names in a table that was dropped; there they are settled. */
  readonly needsNewNames: boolean
}

/** What this run has staged is of records that it knows to be missing. */
const nothing: KnownBefore = { isThere: () => false, needsNewNames: false }

export async function readKnownBefore(
  session: Session,
  owner: LoadOwner,
  { path, summary }: StagedBatch,
): Promise<KnownBefore> {
  if (summary.runId === owner.runId) return nothing
  const tracked = summary.parts.filter(({ lines }) => lines !== undefined)
  const lines = await readLoadedLines(session, owner, tracked)
  const replayed: string[] = []
  if (tracked.length < summary.parts.length) {
    for await (const some of readBatch(path)) {
      for (const line of some) {
        if (line.kind === 'record' && line.replays !== undefined) replayed.push(line.replays)
      }
    }
  }
  const settled = await readSettled(session, replayed)
  const { epoch } = owner
  return {
    isThere: (content, line) => {
      const replays = line.kind === 'record' ? line.replays : undefined
      if (replays !== undefined) return settled.has(replays)
      const there = lines.get(contentKey(content))
      return there !== undefined && holdsLine(there, line.line)
    },
    needsNewNames: await wasLoadedBefore(session, { batchId: summary.id, epoch }),
  }
}
