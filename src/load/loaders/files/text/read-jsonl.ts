/** Lines of a JSONL file to records. */
import { parseJson } from '../../../../core/json.ts'
import type { FoundRecord } from '../../../loader.ts'
import { placeOf } from '../../../records/dead-record.ts'
import { brokenLine } from './broken-line.ts'
import { HalfWrittenError, UnreadableError } from '../file-errors.ts'
import type { Line } from './split-lines.ts'

export async function* readJsonl(
  lines: AsyncIterable<readonly Line[]>,
  maxRecordBytes: number,
): AsyncGenerator<readonly FoundRecord[]> {
  let isFirst = true
  for await (const some of lines) {
    const records: FoundRecord[] = []
    for (const line of some) {
      const record = recordOfLine(line, maxRecordBytes)
      if (record === undefined) continue
      if (isFirst && record.kind === 'record') checkLines(record.text)
      isFirst = false
      records.push(record)
    }
    if (records.length > 0) yield records
  }
}

/** By its first line: JSON that is no JSON lines is a fault of the file, not of each of its lines. */
function checkLines(first: string): void {
  const isList = /^\[\s*(?:\{|$)/.test(first)
  if (!isList && first !== '{') return
  throw new UnreadableError(
    isList ? 'it is one list of JSON' : 'it is JSON with one object over several lines',
    `write each object on a line of its own, for example with: jq -c '${isList ? '.[]' : '.'}'`,
  )
}

/** undefined: a line without anything in it. */
export function recordOfLine(line: Line, maxRecordBytes: number): FoundRecord | undefined {
  const place = placeOf({ line: line.number, offset: line.offset })
  if (line.kind !== 'text') return { kind: 'dead', ...place, ...brokenLine(line, maxRecordBytes) }
  // A byte order mark is white space to JavaScript.
  const text = line.text.trim()
  if (text === '') return undefined
  if (!line.isEnded && parseJson(text) === undefined) throw new HalfWrittenError(line.number)
  return { kind: 'record', ...place, text }
}
