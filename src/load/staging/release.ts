/** What was set aside after too many tries goes back to where it is tried again. */
import { join } from 'node:path'
import { noCounts } from '../../core/load/load.ts'
import { type LoadRow, readQuarantined, recordLoads } from '../../ledger/loads/loads.ts'
import { moveDurably } from '../durable.ts'
import { isBatchFile } from '../folders.ts'
import { namesIn } from '../names-in.ts'
import type { TableContext } from '../table/load-table-types.ts'

export interface Released {
  readonly sources: ReadonlySet<string>
}

export const noneReleased: Released = { sources: new Set() }

/** Batches and sources of the table. The ledger first: a batch that is tried once more counts its tries anew. */
export async function releaseAll(context: TableContext): Promise<Released> {
  const { adapter, owner } = context
  const quarantined = await adapter.session({}, (session) => readQuarantined(session, owner))
  const rows = quarantined.map(
    ({ batchId, source }): LoadRow => ({
      batchId,
      status: 'released',
      source,
      contentHash: undefined,
      bytes: undefined,
      state: undefined,
      part: 1,
      isLast: true,
      counts: noCounts,
      message: 'by --replay',
    }),
  )
  await adapter.session({}, (session) => recordLoads(session, owner, rows))
  for (const name of await namesIn(context.folders.quarantine)) {
    const { quarantine, staging } = context.folders
    if (isBatchFile(name)) await moveDurably(join(quarantine, name), join(staging, name))
  }
  const sources = rows.flatMap(({ batchId, source }) => (batchId === '' ? [source] : []))
  return { sources: new Set(sources) }
}
