/** A hidden folder beside the destination, where files are written before they take their places. */
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { isProcessAlive, makeFolder } from '../../../core/system/files.ts'

export interface Staging {
  readonly folder: string
  /** Nothing of it is left. Never throws. */
  remove(): Promise<void>
}

/** Of another machine nobody can tell whether it lives: after so long it does not. */
const foreignMs = 24 * 3_600_000

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

/** Says whose it is and is never given twice. */
export function ownMark(): string {
  return `${machine()}-${process.pid}-${randomBytes(4).toString('hex')}`
}

const mark = /(?:^|[-.])([a-z0-9]+)-(\d+)-[0-9a-f]{8}$/

/** True where the process that made the file may still be at work; not this one, whose exports come one by one. */
export async function isAtWork(path: string): Promise<boolean> {
  const [, host, pid] = mark.exec(path) ?? []
  if (host === machine()) return Number(pid) !== process.pid && isProcessAlive(Number(pid))
  const found = await stat(path).catch(() => undefined)
  return found !== undefined && Date.now() - found.mtimeMs < foreignMs
}

async function removeLeftovers(destination: string): Promise<void> {
  for (const name of await readdir(destination)) {
    if (!name.startsWith('.assay-export-')) continue
    const path = join(destination, name)
    if (!(await isAtWork(path))) await rm(path, { recursive: true, force: true })
  }
}

function machine(): string {
  return (
    hostname()
      .toLowerCase()
      .replaceAll(/[^a-z0-9]/g, '') || 'unnamed'
  )
}
