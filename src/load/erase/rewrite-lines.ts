/** A file of lines without those that speak of one value: written beside and renamed into place. */
import { createReadStream, createWriteStream } from 'node:fs'
import { chmod, rename, rm, stat } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { flush } from '../../core/system/files.ts'
import { escaped, holdsValue, type Subject } from './holds-value.ts'

async function* linesOf(path: string): AsyncGenerator<string> {
  const file = createReadStream(path)
  const input = path.endsWith('.gz') ? file.pipe(createGunzip()) : file
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    yield line
  }
}

/** As a word, anywhere; also in what gzip has packed. */
export async function mentions(path: string, value: string): Promise<boolean> {
  const word = new RegExp(`(?<!\\w)${escaped(value)}(?!\\w)`)
  for await (const line of linesOf(path)) if (word.test(line)) return true
  return false
}

/** How many of its lines do. */
export async function countLines(path: string, subject: Subject): Promise<number> {
  let count = 0
  for await (const line of linesOf(path)) if (holdsValue(line, subject)) count += 1
  return count
}

/** `beforePlaced` is given the new file, which has its last name when it returns. Gives the lines that are gone. */
export async function rewriteLines(
  path: string,
  subject: Subject,
  beforePlaced: (fresh: string) => Promise<void> = async () => undefined,
): Promise<number> {
  // Another run that is killed here leaves it to be written over.
  const fresh = `${path}.erasing.tmp`
  let gone = 0
  const kept = async function* () {
    for await (const line of linesOf(path)) {
      if (holdsValue(line, subject)) gone += 1
      else yield `${line}\n`
    }
  }
  try {
    await pipeline(Readable.from(kept()), createWriteStream(fresh))
    await chmod(fresh, (await stat(path)).mode)
    await flush(fresh)
    await beforePlaced(fresh)
    await rename(fresh, path)
  } catch (error) {
    await rm(fresh, { force: true })
    throw error
  }
  return gone
}
