/** Where tests write: in memory where there is room, since nothing of it need outlive a power cut. */
import { accessSync, constants, statfsSync } from 'node:fs'

const folder = '/dev/shm'
/** What a whole run keeps at once, some times over. */
const leastBytes = 4 * 1024 ** 3

/** undefined: there is none, or it is small (as in most containers); the system's own will do. */
export function findInMemoryFolder(): string | undefined {
  try {
    accessSync(folder, constants.W_OK)
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize < leastBytes ? undefined : folder
  } catch {
    return undefined
  }
}
