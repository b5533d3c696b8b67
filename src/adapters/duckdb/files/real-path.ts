/** The one name of a file that has several. */
import { realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** The file may not exist yet; its folder does. */
export function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return join(realpathSync(dirname(path)), basename(path))
  }
}
