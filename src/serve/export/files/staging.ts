/** A hidden folder beside the destination, where files are written before they take their places. */
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder } from '../../../core/system/files.ts'
import { isAtWork, ownMark } from '../../../core/system/own-mark.ts'

export interface Staging {
  readonly folder: string
  /** Nothing of it is left. Never throws. */
  remove(): Promise<void>
}

/** Makes the folder too, and removes what killed exports left in it. */
export async function openStaging(destination: string): Promise<Staging> {
  await makeFolder(destination)
  await removeLeftovers(destination)
  const folder = join(destination, `.assay-export-${ownMark()}`)
  await mkdir(folder)
  return {
    folder,
    remove: () => rm(folder, { recursive: true, force: true }).catch(() => undefined),
  }
}

async function removeLeftovers(destination: string): Promise<void> {
  for (const name of await readdir(destination)) {
    if (!name.startsWith('.assay-export-')) continue
    const path = join(destination, name)
    // Exports of this process come one by one.
    if (!(await isAtWork(path))) await rm(path, { recursive: true, force: true })
  }
}
