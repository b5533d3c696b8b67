/** The bytes of a file to the bytes of its text in UTF-8: unpacked, and out of its encoding. */
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { errorCode } from '../../../../core/system/error-code.ts'
import { HalfWrittenError, UnreadableError } from '../file-errors.ts'
import type { FileEncoding } from '../file-format.ts'

export async function* unpacked(chunks: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  const source = Readable.from(chunks)
  const gunzip = createGunzip()
  // A failure of the source is told by reading on.
  source.on('error', (error) => gunzip.destroy(error))
  source.pipe(gunzip)
  try {
    for await (const chunk of gunzip) if (Buffer.isBuffer(chunk)) yield chunk
  } catch (error) {
    const code = errorCode(error)
    if (code === 'Z_BUF_ERROR') throw new HalfWrittenError(undefined)
    if (code?.startsWith('Z_') !== true) throw error
    throw new UnreadableError('its gzip data are broken', 'pack it again')
  } finally {
    source.destroy()
    gunzip.destroy()
  }
}

/** UTF-8 goes through as it is: what of it is none is found line by line. */
export async function* inUtf8(
  chunks: AsyncIterable<Buffer>,
  encoding: FileEncoding,
): AsyncGenerator<Buffer> {
  if (encoding === 'utf-8') {
    yield* checkedBegin(chunks)
    return
  }
  const decoder = new TextDecoder(encoding, { fatal: true })
  try {
    for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }))
    yield Buffer.from(decoder.decode())
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new UnreadableError(`its bytes are not ${encoding}`, 'name its encoding under "load"')
  }
}

/** A file in UTF-16 would be nothing but dead letters. */
async function* checkedBegin(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let isFirst = true
  for await (const chunk of chunks) {
    if (isFirst) {
      if (isUtf16(chunk)) {
        throw new UnreadableError('it is UTF-16', 'say "encoding: utf-16le" under "load"')
      }
      const other = otherFormats.find(({ begin }) => chunk.subarray(0, begin.length).equals(begin))
      if (other !== undefined) throw new UnreadableError(other.found, other.hint)
    }
    isFirst = false
    yield chunk
  }
}

/** What a file is by its first bytes, whatever its name says. */
const otherFormats = [
  {
    // The fifth begins what follows, a version or a page, and no text.
    begin: Buffer.from([0x50, 0x41, 0x52, 0x31, 0x15]),
    found: 'it is Parquet and no text',
    hint: 'name it .parquet, or say "format: parquet" under "load"',
  },
  {
    begin: Buffer.from([0x1f, 0x8b]),
    found: 'it is packed by gzip and its name does not say so',
    hint: 'name it with .gz behind it',
  },
  {
    begin: Buffer.from([0x50, 0x4b, 0x03, 0x04]),
    found: 'it is a zip archive or a workbook (.xlsx) and no text',
    hint: 'unpack it, or save the sheet as CSV',
  },
] as const

function isUtf16(begin: Buffer): boolean {
  const [first, second, third, fourth] = begin
  if (first === 0xff && second === 0xfe) return true
  if (first === 0xfe && second === 0xff) return true
  return first !== 0 && second === 0 && third !== 0 && fourth === 0
}

export function decodeBytes(bytes: Buffer, encoding: FileEncoding): Buffer {
  return encoding === 'utf-8' ? bytes : Buffer.from(new TextDecoder(encoding).decode(bytes))
}
