/** Where rows are kept while a generator runs: a folder for each, gone when it ends, or by the next run when it was killed. */
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isAtWork, ownMark } from '../../../core/system/own-mark.ts'

export interface SpoolFolder {
  /** Made when it is needed. */
  readonly path: string
  /** Never throws. */
  remove(): Promise<void>
}

/** Of this process: several nodes are built at once. */
const underWay = new Set<string>()

export function openSpoolFolder(spools: string): SpoolFolder {
  const name = ownMark()
  const path = join(spools, name)
  underWay.add(name)
  return {
    path,
    remove: async () => {
      await rm(path, { recursive: true, force: true }).catch(() => undefined)
      underWay.delete(name)
    },
  }
}

/** What killed runs left; not what a process that is alive works with. Never throws. */
export async function removeDeadSpools(targetPath: string): Promise<void> {
  const spools = spoolFolder(targetPath)
  for (const name of await readdir(spools).catch(() => [])) {
    const path = join(spools, name)
    if (underWay.has(name) || (await isAtWork(path))) continue
    await rm(path, { recursive: true, force: true }).catch(() => undefined)
  }
}

export function spoolFolder(targetPath: string): string {
  return join(targetPath, 'spool')
}
