/** The name of a text format to how it is written. */
import { never } from '../../../core/never.ts'
import { csvFormat } from './csv-format.ts'
import { jsonFormat } from './json-format.ts'
import type { TextFormat, TextFormatName, TextFormatOptions } from './text-format.ts'

export function chooseTextFormat(name: TextFormatName, options: TextFormatOptions): TextFormat {
  switch (name) {
    case 'csv':
      return csvFormat
    case 'json':
      return jsonFormat({ ...options, isArray: true })
    case 'jsonl':
      return jsonFormat({ ...options, isArray: false })
    default:
      return never(name)
  }
}
