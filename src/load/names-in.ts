/** The names in a folder, sorted; one that is not there holds nothing. */
import { readdir } from 'node:fs/promises'
import { errorCode } from '../core/system/error-code.ts'

export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).toSorted()
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
}
