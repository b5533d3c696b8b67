/** The options of the loader `files`, as the schema has checked them. */
import { type FileEncoding, type FileFormat, fileEncodings, fileFormats } from './file-format.ts'
import { isJsonArray, type Json, type JsonObject } from '../../../core/json.ts'

export interface FileOptions {
  /** Globs, relative to the project. */
  readonly patterns: readonly string[]
  /** undefined: the name of the file says. */
  readonly format: FileFormat | undefined
  readonly encoding: FileEncoding
  /** undefined: the name of the file says. */
  readonly delimiter: string | undefined
  /** False: a CSV file has the declared columns in their order. */
  readonly hasHeader: boolean
  readonly hasNullValues: boolean
  readonly settleMs: number
  /** A file is whole when one of its name with this behind it is there; undefined: no such thing. */
  readonly marker: string | undefined
  readonly afterLoad: 'keep' | 'move' | 'delete'
  readonly maxRecordBytes: number
}

export function fileOptions(options: JsonObject, table: string): FileOptions {
  const [, name = table] = table.split('.')
  return {
    patterns: texts(options['path']).map((path) => path.replaceAll('{name}', name)),
    format: fileFormats.find((format) => format === options['format']),
    encoding: fileEncodings.find((encoding) => encoding === options['encoding']) ?? 'utf-8',
    delimiter: typeof options['delimiter'] === 'string' ? options['delimiter'] : undefined,
    hasHeader: options['header'] !== false,
    hasNullValues: options['null_values'] !== undefined,
    settleMs: numberOf(options['settle_seconds'], 1) * 1000,
    marker: typeof options['marker'] === 'string' ? options['marker'] : undefined,
    afterLoad: afterLoads.find((what) => what === options['after_load']) ?? 'keep',
    maxRecordBytes: numberOf(options['max_record_bytes'], 16 * 1024 * 1024),
  }
}

const afterLoads = ['keep', 'move', 'delete'] as const

function texts(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return [value]
  return isJsonArray(value) ? value.filter((item) => typeof item === 'string') : []
}

function numberOf(value: Json | undefined, standard: number): number {
  return typeof value === 'number' ? value : standard
}
