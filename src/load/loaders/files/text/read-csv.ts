/** Lines of a CSV file to records by its header; a record may go over several lines, a broken one costs one line. */
import type { Json } from '../../../../core/json.ts'
import type { FoundRecord } from '../../../loader.ts'
import { placeOf, textOriginal } from '../../../records/dead-record.ts'
import { type CsvField, parseCsvRecord } from './csv-record.ts'
import { HalfWrittenError, UnreadableError } from '../file-errors.ts'
import { readHeader } from './csv-header.ts'
import { type BrokenLine, brokenLine } from './broken-line.ts'
import type { Line } from './split-lines.ts'

export interface CsvOptions {
  readonly delimiter: string
  /** False: the fields are the declared columns in their order. */
  readonly hasHeader: boolean
  /** Names of those that are declared. */
  readonly columns: readonly string[]
  /** Told of declared columns that the header lacks. */
  readonly onMissing: (columns: readonly string[]) => void
  readonly maxRecordBytes: number
  /** An empty field without quotes is NULL. */
  readonly isEmptyNull: boolean
}

export async function* readCsv(
  lines: AsyncIterable<readonly Line[]>,
  options: CsvOptions,
): AsyncGenerator<readonly FoundRecord[]> {
  const reader = new CsvReader(options)
  for await (const some of lines) {
    const records = some.flatMap((line) => reader.push(line))
    if (records.length > 0) yield records
  }
  const last = reader.end()
  if (last.length > 0) yield last
}

/** One record in the text of a header and a line, as dead letters keep it; undefined: it is none by the present declaration. */
export function rereadCsv(
  text: string,
  { number, offset, length, isEnded }: Line,
  options: CsvOptions,
): FoundRecord | undefined {
  const place = { number, offset, length, isEnded }
  const reader = new CsvReader(options)
  try {
    const records = text
      .split('\n')
      .flatMap((line) => reader.push({ ...place, kind: 'text', text: line }))
    return [...records, ...reader.end()][0]
  } catch (error) {
    if (error instanceof UnreadableError) return undefined
    throw error
  }
}

type TextLine = Extract<Line, { readonly kind: 'text' }>

class CsvReader {
  readonly #options: CsvOptions
  #names: readonly string[] | undefined
  /** As it stands in the file, for dead letters. */
  #header = ''
  /** Lines of a record whose quoted field is open. */
  #open: TextLine[] = []
  #openText = ''
  #isAtStart = true

  constructor(options: CsvOptions) {
    this.#options = options
    this.#names = options.hasHeader ? undefined : options.columns
  }

  push(line: Line): readonly FoundRecord[] {
    if (line.kind !== 'text') {
      const why = brokenLine(line, this.#options.maxRecordBytes)
      return [...this.#giveUp(), dead(line, why)]
    }
    const text = this.#textOf(line)
    if (this.#open.length === 0) {
      return text === '' && line.isEnded ? [] : this.#begin(line, text)
    }
    this.#open.push(line)
    this.#openText += `\n${text}`
    if (this.#openText.length > this.#options.maxRecordBytes) return this.#giveUp()
    // Only a quote can end it.
    return text.includes('"') ? this.#tryOpen() : []
  }

  /** What is still open never ends. */
  end(): readonly FoundRecord[] {
    const last = this.#open.at(-1)
    if (last !== undefined && !last.isEnded) throw new HalfWrittenError(last.number)
    return this.#giveUp()
  }

  #textOf({ text }: TextLine): string {
    if (!this.#isAtStart) return text
    this.#isAtStart = false
    return text.replace(/^\uFEFF/, '')
  }

  #begin(line: TextLine, text: string): readonly FoundRecord[] {
    const record = parseCsvRecord(text, this.#options.delimiter)
    if (record.kind === 'open') {
      this.#open = [line]
      this.#openText = text
      return []
    }
    if (record.kind === 'fault') return [this.#broken(line, text, record.message)]
    return this.#record(line, text, record.fields)
  }

  #tryOpen(): readonly FoundRecord[] {
    const [first] = this.#open
    const record = parseCsvRecord(this.#openText, this.#options.delimiter)
    if (first === undefined || record.kind === 'open') return []
    if (record.kind === 'fault') return this.#giveUp()
    const text = this.#openText
    this.#open = []
    this.#openText = ''
    return this.#record(first, text, record.fields)
  }

  /** The first line of what does not end is broken; the others are read as if it were not there. */
  #giveUp(): readonly FoundRecord[] {
    const [first, ...others] = this.#open
    if (first === undefined) return []
    this.#open = []
    this.#openText = ''
    const message = 'expected a closing quote, found none'
    const records = [this.#broken(first, first.text, message)]
    for (const line of others) records.push(...this.push(line))
    return records
  }

  #record(line: Line, text: string, fields: readonly CsvField[]): readonly FoundRecord[] {
    const names = this.#names
    if (names === undefined) {
      this.#names = this.#namesOf(fields)
      this.#header = text
      return []
    }
    if (fields.length !== names.length) {
      // The last line may be on its way still.
      if (!line.isEnded && fields.length < names.length) throw new HalfWrittenError(line.number)
      const message = `expected ${names.length} fields, found ${fields.length}`
      return [this.#broken(line, text, message)]
    }
    const entries = fields.map((field, index): readonly [string, Json] => [
      names[index] ?? '',
      field.text === '' && !field.isQuoted && this.#options.isEmptyNull ? null : field.text,
    ])
    const place = placeOf({ line: line.number, offset: line.offset })
    return [{ kind: 'record', ...place, text: JSON.stringify(Object.fromEntries(entries)) }]
  }

  #namesOf(fields: readonly CsvField[]): readonly string[] {
    const { columns, delimiter, onMissing } = this.#options
    const found = fields.map(({ text }) => text)
    const { names, missing } = readHeader(found, columns, delimiter)
    if (missing.length > 0) onMissing(missing)
    return names
  }

  #broken(line: Line, text: string, message: string): FoundRecord {
    if (this.#names === undefined) throw new UnreadableError(`its header is broken: ${message}`)
    const whole = this.#header === '' ? text : `${this.#header}\n${text}`
    return dead(line, { reason: { code: 'invalid-csv', message }, original: textOriginal(whole) })
  }
}

function dead({ number, offset }: Line, why: BrokenLine): FoundRecord {
  return { kind: 'dead', ...placeOf({ line: number, offset }), ...why }
}
