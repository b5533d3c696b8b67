/** The names in a folder, sorted; one that is not there holds nothing. */
import { readdir } from 'node:fs/promises'

export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).toSorted()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
