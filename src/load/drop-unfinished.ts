/** What was being written when its process was killed: it has no name yet, so it is nobody's. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { unfinished } from './folders.ts'
import { namesIn } from './names-in.ts'

/** For who holds the lease of what is written there: nobody else is at it. */
export async function dropUnfinished(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    if (name.endsWith(unfinished)) await rm(join(folder, name), { force: true })
  }
}
