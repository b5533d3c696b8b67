/** A hidden folder beside the destination, where files are written before they take their places. */
import { existsSync } from 'node:fs'
import { mkdir, readdir, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makeFolder } from '../../../core/system/files.ts'
import { isAtWork, ownMark } from '../../../core/system/own-mark.ts'

export interface Staging {
  readonly folder: string
  /** Nothing of it is left, nor of folders that were made for it and hold nothing else. Never throws. */
  remove(): Promise<void>
}

/** Makes the folder too, and removes what killed exports left in it. */
export async function openStaging(destination: string): Promise<Staging> {
  const made = missingFolders(destination)
  await makeFolder(destination)
  await removeLeftovers(destination)
  const folder = join(destination, `.assay-export-${ownMark()}`)
  await mkdir(folder)
  return {
    folder,
    async remove() {
      await rm(folder, { recursive: true, force: true }).catch(() => undefined)
      for (const each of made) {
        const isRemoved = await rmdir(each).then(
          () => true,
          () => false,
        )
        // It holds what was exported.
        if (!isRemoved) return
      }
    },
  }
}

/** The folder and those above it that are not there, the innermost first. */
function missingFolders(folder: string): readonly string[] {
  if (existsSync(folder) || dirname(folder) === folder) return []
  return [folder, ...missingFolders(dirname(folder))]
}

async function removeLeftovers(destination: string): Promise<void> {
  for (const name of await readdir(destination)) {
    if (!name.startsWith('.assay-export-')) continue
    const path = join(destination, name)
    // Exports of this process come one by one.
    if (!(await isAtWork(path))) await rm(path, { recursive: true, force: true })
  }
}
