/** A batch file to its records, in pieces, and to what it says of itself. */
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  parseJson,
} from '../../core/json.ts'
import type { BatchDead, BatchPart, BatchRecord, BatchSummary } from './batch-file.ts'
import { deadLetterCodes, type DeadLetterCode } from '../../core/load/dead-letter-codes.ts'
import type { Original } from '../records/dead-record.ts'

export type BatchLine =
  | ({ readonly kind: 'record' } & BatchRecord)
  | ({ readonly kind: 'dead' } & BatchDead)

/** The file is not what its name says. */
class BatchFileError extends Error {
  constructor(path: string, found: string) {
    super(`expected a batch in ${path}, found ${found}`)
    this.name = 'BatchFileError'
  }
}

const head =
  /^\{"origin":(\d+),"line":(\d+)(?:,"offset":(\d+))?(?:,"replays":("(?:[^"\\]|\\.)*"))?,"record":/

/** In the order of the file. */
export async function* readBatch(path: string): AsyncGenerator<readonly BatchLine[]> {
  let rest = ''
  const stream = createReadStream(path, { encoding: 'utf8', highWaterMark: 262_144 })
  for await (const chunk of stream) {
    const text: string = rest + String(chunk)
    const lines = text.split('\n')
    rest = lines.pop() ?? ''
    const parsed = lines.flatMap((line) => parseLine(path, line))
    if (parsed.length > 0) yield parsed
  }
  if (rest !== '') throw new BatchFileError(path, 'a line that does not end')
}

function parseLine(path: string, line: string): readonly BatchLine[] {
  const match = head.exec(line)
  if (match !== null) {
    const [begin, origin, number, offset, replays] = match
    const id: Json = replays === undefined ? null : JSON.parse(replays)
    return [
      {
        kind: 'record',
        origin: Number(origin),
        line: Number(number),
        offset: offset === undefined ? undefined : Number(offset),
        text: line.slice(begin.length, -1),
        replays: typeof id === 'string' ? id : undefined,
      },
    ]
  }
  const value: Json = parsed(path, line)
  if (isJsonObject(value) && value['batch'] !== undefined) return []
  const dead = isJsonObject(value) ? deadOf(value) : undefined
  if (dead === undefined) throw new BatchFileError(path, 'another line')
  return [{ kind: 'dead', ...dead }]
}

function parsed(path: string, line: string): Json {
  const value = parseJson(line)
  if (value === undefined) throw new BatchFileError(path, 'a line that is not JSON')
  return value
}

function deadOf(line: JsonObject): BatchDead | undefined {
  const { origin, line: number, offset, dead } = line
  if (typeof origin !== 'number' || typeof number !== 'number' || !isJsonObject(dead)) return
  const { reason, original } = dead
  if (!isJsonObject(reason) || !isJsonObject(original)) return undefined
  const { code, field } = reason
  const kept = originalOf(original)
  if (typeof code !== 'string' || !isCode(code) || kept === undefined) return undefined
  return {
    origin,
    line: number,
    ...(typeof offset === 'number' ? { offset } : {}),
    reason: {
      code,
      message: textIn(reason, 'message'),
      ...(typeof field === 'string' ? { field } : {}),
    },
    original: kept,
  }
}

function isCode(text: string): text is DeadLetterCode {
  return Object.hasOwn(deadLetterCodes, text)
}

const encodings = ['json', 'text', 'base64', 'cut'] as const

function originalOf({ encoding, text }: JsonObject): Original | undefined {
  const known = encodings.find((name) => name === encoding)
  return known === undefined || typeof text !== 'string' ? undefined : { encoding: known, text }
}

const tailBytes = 65_536

/** Of the last line, without reading the others. Throws a `BatchFileError`. */
export async function readSummary(path: string): Promise<BatchSummary> {
  const handle = await open(path, 'r')
  try {
    const { size } = await handle.stat()
    for (let length = Math.min(size, tailBytes); ; length = Math.min(size, length * 8)) {
      const buffer = Buffer.alloc(length)
      await handle.read(buffer, 0, length, size - length)
      const text = buffer.toString('utf8')
      const start = text.lastIndexOf('\n', text.length - 2)
      if (start < 0 && length < size) continue
      const summary = summaryOf(parsed(path, text.slice(start + 1)))
      if (summary === undefined) throw new BatchFileError(path, 'no last line that says what it is')
      return summary
    }
  } finally {
    await handle.close()
  }
}

function summaryOf(value: Json): BatchSummary | undefined {
  const batch = isJsonObject(value) ? value['batch'] : undefined
  if (!isJsonObject(batch)) return undefined
  const { set, parts, extra } = batch
  if (!isJsonObject(set) || !isJsonArray(parts) || !isJsonObject(extra)) return undefined
  return {
    id: textIn(batch, 'id'),
    table: textIn(batch, 'table'),
    relationKey: textIn(batch, 'relationKey'),
    loader: textIn(batch, 'loader'),
    runId: textIn(batch, 'runId'),
    set: { index: Number(set['index']), of: Number(set['of']), first: textIn(set, 'first') },
    parts: parts.flatMap((part) => (isJsonObject(part) ? [partOf(part)] : [])),
    extra,
  }
}

function partOf(part: JsonObject): BatchPart {
  const { contentHash, bytes, state, lines } = part
  return {
    source: textIn(part, 'source'),
    contentHash: typeof contentHash === 'string' ? contentHash : undefined,
    bytes: typeof bytes === 'number' ? bytes : undefined,
    state: typeof state === 'string' ? state : undefined,
    part: Number(part['part']),
    isLast: part['isLast'] === true,
    lines: typeof lines === 'string' ? lines : undefined,
    records: Number(part['records']),
    dead: Number(part['dead']),
  }
}

function textIn(object: JsonObject, key: string): string {
  const value = object[key]
  return typeof value === 'string' ? value : ''
}
