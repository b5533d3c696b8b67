/** Which erasures this machine has begun and whose they are, for the command that ends them; nobody is named. */
import { createHmac, randomBytes } from 'node:crypto'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { isJsonObject, parseJson } from '../../core/json.ts'
import { flush, makeFolder } from '../../core/system/files.ts'

export interface ErasedSubject {
  /** `column user_id`, `identity user`. */
  readonly by: string
  readonly value: string
}

/** `folder` is that of the target below `load-path`. On the disk when it returns. */
export async function noteBegun(folder: string, id: string, subject: ErasedSubject): Promise<void> {
  const salt = randomBytes(32).toString('hex')
  const path = join(erasing(folder), `${id}.json`)
  await makeFolder(erasing(folder))
  await writeFile(path, JSON.stringify({ salt, hash: hashOf(salt, subject) }), { mode: 0o600 })
  await flush(path)
}

/** Ids of erasures of the same value by the same columns that are noted. */
export async function findBegun(
  folder: string,
  subject: ErasedSubject,
): Promise<readonly string[]> {
  const found: string[] = []
  for (const name of await readdir(erasing(folder)).catch(() => [])) {
    const text = await readFile(join(erasing(folder), name), 'utf8').catch(() => '')
    const note = parseJson(text)
    if (!isJsonObject(note) || typeof note['salt'] !== 'string') continue
    if (note['hash'] === hashOf(note['salt'], subject)) found.push(basename(name, '.json'))
  }
  return found
}

export async function forgetBegun(folder: string, ids: readonly string[]): Promise<void> {
  for (const id of ids) await rm(join(erasing(folder), `${id}.json`), { force: true })
}

function erasing(folder: string): string {
  return join(folder, 'erasing')
}

function hashOf(salt: string, { by, value }: ErasedSubject): string {
  return createHmac('sha256', salt).update(`${by}\u0000${value}`).digest('hex')
}
