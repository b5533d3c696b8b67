/** A file to its records, by its format. */
import type { FoundRecord, LoaderTools } from '../../loader.ts'
import { inUtf8, unpacked } from './text/byte-stream.ts'
import { HalfWrittenError, UnreadableError } from './file-errors.ts'
import { formatOfName } from './file-format.ts'
import type { FileOptions } from './options.ts'
import { csvOptions } from './text/csv-options.ts'
import { withNewlines } from './text/line-ends.ts'
import { readCsv } from './text/read-csv.ts'
import { readJsonl } from './text/read-jsonl.ts'
import { splitLines } from './text/split-lines.ts'

export interface FileToOpen {
  /** Absolute. */
  readonly path: string
  readonly options: FileOptions
  /** Names of the declared columns. */
  readonly columns: readonly string[]
  /** Told of declared columns that the file lacks as a whole. */
  readonly onMissing: (columns: readonly string[]) => void
  readonly tools: LoaderTools
  readonly signal: AbortSignal
  /** As they are in the file. */
  readonly bytes: () => AsyncIterable<Buffer>
}

async function* readParquet(
  tools: LoaderTools,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<readonly FoundRecord[]> {
  let line = 0
  try {
    for await (const texts of tools.readParquet(path, signal)) {
      yield texts.map((text): FoundRecord => {
        line += 1
        return { kind: 'record', line, text }
      })
    }
  } catch (error) {
    if (signal.aborted || !(error instanceof Error)) throw error
    // A Parquet file ends with what it is.
    if (/magic bytes|too small to be a parquet/i.test(error.message)) {
      throw new HalfWrittenError(undefined)
    }
    throw new UnreadableError(`it is no Parquet file: ${error.message}`)
  }
}

/** Throws a `HalfWrittenError` or an `UnreadableError` for the file as a whole. */
export async function* openRecords(file: FileToOpen): AsyncGenerator<readonly FoundRecord[]> {
  const { path, options, bytes, tools, signal } = file
  const named = formatOfName(path)
  const format = options.format ?? named.format
  switch (format) {
    case 'parquet':
      yield* readParquet(tools, path, signal)
      return
    case 'jsonl':
    case 'csv': {
      const plain = named.isGzip ? unpacked(bytes()) : bytes()
      const hasOffsets = !named.isGzip && options.encoding === 'utf-8'
      const text = withNewlines(inUtf8(plain, options.encoding), { hasQuotes: format === 'csv' })
      const lines = splitLines(text, {
        maxBytes: options.maxRecordBytes,
        hasOffsets,
      })
      if (format === 'jsonl') yield* readJsonl(lines, options.maxRecordBytes)
      else yield* readCsv(lines, csvOptions(options, named, file))
      return
    }
    case undefined:
      throw new UnreadableError(
        'its name does not say its format',
        'say "format: jsonl", "csv" or "parquet" under "load"',
      )
    default:
      return format
  }
}
