/** A dead letter of a file, as it was kept, to a record by the present options. */
import { type FileHandle, open } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { FoundRecord, KeptRecord, LoaderContext } from '../../loader.ts'
import { decodeBytes } from './text/byte-stream.ts'
import { formatOfName } from './file-format.ts'
import { type FileOptions, fileOptions } from './options.ts'
import { csvOptions } from './text/csv-options.ts'
import { rereadCsv } from './text/read-csv.ts'
import { recordOfLine } from './text/read-jsonl.ts'
import { lineContent } from './text/split-lines.ts'

export async function reread(
  context: LoaderContext,
  kept: KeptRecord,
): Promise<FoundRecord | undefined> {
  const options = fileOptions(context.options, context.table)
  const bytes = await bytesOf(context, options, kept)
  if (bytes === undefined) return undefined
  const line = {
    number: kept.line,
    offset: kept.offset ?? 0,
    length: bytes.length,
    isEnded: true,
    ...lineContent(bytes, bytes.length > options.maxRecordBytes),
  }
  const named = formatOfName(kept.source)
  const format = options.format ?? named.format
  const { encoding } = kept.original
  if (format !== 'csv' || encoding === 'json') return recordOfLine(line, options.maxRecordBytes)
  // Of what was no text in its encoding, or too long, the header is not known.
  if (encoding !== 'text') return undefined
  const csv = csvOptions(options, named, { columns: context.columns, onMissing: () => undefined })
  return rereadCsv(bytes.toString('utf8'), line, csv)
}

async function bytesOf(
  context: LoaderContext,
  options: FileOptions,
  { original, source, offset }: KeptRecord,
): Promise<Buffer | undefined> {
  switch (original.encoding) {
    case 'json':
    case 'text':
      return Buffer.from(original.text)
    case 'base64':
      return decodeBytes(Buffer.from(original.text, 'base64'), options.encoding)
    case 'cut':
      return await lineFromFile(context, options, { source, offset, begin: original.text })
    default:
      return original
  }
}

interface CutLine {
  readonly source: string
  readonly offset: number | undefined
  /** What was kept of it. */
  readonly begin: string
}

/** From where the file lies now; undefined: it is gone, another one, or the line is still too long. */
async function lineFromFile(
  { root, processedFolder }: LoaderContext,
  { maxRecordBytes }: FileOptions,
  { source, offset, begin }: CutLine,
): Promise<Buffer | undefined> {
  if (offset === undefined) return undefined
  for (const path of [join(root, source), join(processedFolder, basename(source))]) {
    const line = await readLineAt(path, offset, maxRecordBytes)
    if (line?.toString('utf8').startsWith(begin)) return line
  }
  return undefined
}

const pieceBytes = 1_048_576

async function readLineAt(
  path: string,
  offset: number,
  maxBytes: number,
): Promise<Buffer | undefined> {
  try {
    const handle = await open(path, 'r')
    try {
      return await lineOf(handle, offset, maxBytes)
    } finally {
      await handle.close()
    }
  } catch {
    return undefined
  }
}

async function lineOf(
  handle: FileHandle,
  offset: number,
  maxBytes: number,
): Promise<Buffer | undefined> {
  const pieces: Buffer[] = []
  for (let read = 0; read <= maxBytes; ) {
    const piece = Buffer.alloc(pieceBytes)
    const { bytesRead } = await handle.read(piece, 0, pieceBytes, offset + read)
    const end = piece.subarray(0, bytesRead).indexOf('\n')
    pieces.push(piece.subarray(0, end < 0 ? bytesRead : end))
    read += bytesRead
    if (end >= 0 || bytesRead === 0) return Buffer.concat(pieces)
  }
  return undefined
}
