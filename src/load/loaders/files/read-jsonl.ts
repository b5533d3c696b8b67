/** Lines of a JSONL file to records. */
import { isUtf8 } from 'node:buffer'
import type { FoundRecord } from '../../loader.ts'
import type { Line } from './split-lines.ts'

/** The last line is half a record: whoever writes the file is not done. */
export class HalfWrittenError extends Error {
  constructor(line: number) {
    super(`line ${line}, its last, is cut off`)
    this.name = 'HalfWrittenError'
  }
}

export async function* readJsonl(
  lines: AsyncIterable<readonly Line[]>,
  maxRecordBytes: number,
): AsyncGenerator<readonly FoundRecord[]> {
  for await (const some of lines) {
    const records: FoundRecord[] = []
    for (const line of some) {
      const record = recordOfLine(line, maxRecordBytes)
      if (record !== undefined) records.push(record)
    }
    if (records.length > 0) yield records
  }
}

/** undefined: a line without anything in it. */
export function recordOfLine(line: Line, maxRecordBytes: number): FoundRecord | undefined {
  const place = { line: line.number, offset: line.offset }
  if (line.isTooLong) return { kind: 'dead', ...place, ...tooLong(line, maxRecordBytes) }
  if (!isUtf8(line.bytes)) {
    if (!line.isEnded) throw new HalfWrittenError(line.number)
    return { kind: 'dead', ...place, ...notUtf8(line.bytes) }
  }
  const text = line.bytes
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trim()
  if (text === '') return undefined
  if (!line.isEnded && !isJson(text)) throw new HalfWrittenError(line.number)
  return { kind: 'record', ...place, text }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function tooLong({ bytes, length }: Line, maxRecordBytes: number) {
  return {
    reason: {
      code: 'record-too-long',
      message: `expected a record of at most ${maxRecordBytes} bytes, found one of ${length}`,
    },
    original: { encoding: 'cut', text: bytes.toString('utf8').replaceAll('\0', '') },
  } as const
}

function notUtf8(bytes: Buffer) {
  return {
    reason: { code: 'invalid-encoding', message: 'expected UTF-8, found other bytes' },
    original: { encoding: 'base64', text: bytes.toString('base64') },
  } as const
}
