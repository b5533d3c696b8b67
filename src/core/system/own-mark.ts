/** Names of files and folders that say which process made them, so that the next one can tell what was left over. */
import { randomBytes } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { isProcessAlive } from './files.ts'

/** Of another machine nobody can tell whether it lives: after so long it does not. */
const foreignMs = 24 * 3_600_000

/** Says whose it is and is never given twice. */
export function ownMark(): string {
  return `${machine()}-${process.pid}-${randomBytes(4).toString('hex')}`
}

const mark = /(?:^|[-./\\])([a-z0-9]+)-(\d+)-[0-9a-f]{8}$/

/** True where another process that made the file, whose name ends in its mark, may still be at work. */
export async function isAtWork(path: string): Promise<boolean> {
  const [, host, pid] = mark.exec(path) ?? []
  if (host === machine()) return Number(pid) !== process.pid && isProcessAlive(Number(pid))
  const found = await stat(path).catch(() => undefined)
  return found !== undefined && Date.now() - found.mtimeMs < foreignMs
}

function machine(): string {
  return (
    hostname()
      .toLowerCase()
      .replaceAll(/[^a-z0-9]/g, '') || 'unnamed'
  )
}
