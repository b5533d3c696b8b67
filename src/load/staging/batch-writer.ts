/** The writer of one table's batches in this run. */
import { SetWriter } from '../batch/set-writer.ts'
import type { TableContext } from '../table/load-table-types.ts'

export function batchWriter({
  folders,
  table,
  owner,
  now,
  nextIndex,
  settings,
}: TableContext): SetWriter {
  return new SetWriter({
    folder: folders.staging,
    table,
    relationKey: owner.relationKey,
    loader: owner.loader,
    runId: owner.runId,
    now,
    nextIndex,
    maxRows: settings.batchRows,
    maxBytes: settings.batchBytes,
  })
}
