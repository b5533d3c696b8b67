/** A file of lines without those that speak of one value: written beside and renamed into place, all others byte for byte. */
import { createReadStream, createWriteStream } from 'node:fs'
import { chmod, rename, rm, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { flush } from '../../core/system/files.ts'
import type { FileEncoding } from '../loaders/files/file-format.ts'
import { inUtf8, unpacked } from '../loaders/files/text/byte-stream.ts'
import { linesOf } from '../lines-of.ts'
import { escaped, holdsValue, isUuid, type Subject } from './holds-value.ts'

/** Without its end, and without the mark at the beginning of a file. */
function textOf(line: Buffer): string {
  return line
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .replace(/\r?\n$/, '')
}

/** As a word, anywhere; also in what gzip has packed, and in other encodings. Throws where it is packed and broken. */
export async function mentions(
  path: string,
  value: string,
  encoding: FileEncoding = 'utf-8',
): Promise<boolean> {
  const word = new RegExp(`(?<!\\w)${escaped(value)}(?!\\w)`, isUuid(value) ? 'i' : '')
  const file = createReadStream(path)
  const bytes = path.endsWith('.gz') ? unpacked(file) : file
  const decoded = encoding === 'utf-8' ? bytes : inUtf8(bytes, encoding)
  for await (const line of linesOf(decoded)) if (word.test(textOf(line))) return true
  return false
}

/** How many of its lines do. */
export async function countLines(path: string, subject: Subject): Promise<number> {
  let count = 0
  for await (const line of linesOf(createReadStream(path))) {
    if (holdsValue(textOf(line), subject)) count += 1
  }
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
    for await (const line of linesOf(createReadStream(path))) {
      if (holdsValue(textOf(line), subject)) gone += 1
      else yield line
    }
  }
  try {
    await pipeline(Readable.from(kept()), createWriteStream(fresh))
    await chmod(fresh, (await stat(path)).mode)
    await flush(fresh)
    await beforePlaced(fresh)
    await rename(fresh, path)
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => undefined)
    throw error
  }
  return gone
}
