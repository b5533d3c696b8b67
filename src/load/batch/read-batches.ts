/** The batches that lie in a folder, with what they say of themselves. */
import { join } from 'node:path'
import { isBatchFile } from '../folders.ts'
import { namesIn } from '../names-in.ts'
import { readSummary } from './read-batch.ts'
import type { StagedBatch } from './set-writer.ts'

/** In the order in which they were made. Throws for one that is none. */
export async function readBatches(folder: string): Promise<readonly StagedBatch[]> {
  const batches: StagedBatch[] = []
  for (const name of (await namesIn(folder)).filter(isBatchFile)) {
    const path = join(folder, name)
    batches.push({ path, summary: await readSummary(path) })
  }
  return batches
}
