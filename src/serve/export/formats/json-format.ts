/** Rows to JSON: an array of objects, or an object a line (JSONL); keys in the order of the columns. */
import { parseJson } from '../../../core/json.ts'
import type { SqlValue, TableColumn } from '../../../core/adapter.ts'
import { cellJson } from '../../../core/database/cell-text.ts'
import type { TextFormat, TextFormatOptions } from './text-format.ts'

interface JsonFormatOptions extends TextFormatOptions {
  /** False: JSONL. */
  readonly isArray: boolean
}

/** Rows are written by hand: an object would put columns named like numbers first. */
export function jsonFormat({ asNumbers, jsonColumns, isArray }: JsonFormatOptions): TextFormat {
  const cell = (value: SqlValue, column: TableColumn): string =>
    typeof value === 'string' && jsonColumns.has(column.name)
      ? onOneLine(value)
      : cellJson(value, column, asNumbers)
  return {
    head: () => (isArray ? '[' : ''),
    rows: ({ columns, rows }, isFirst) => {
      const keys = columns.map(({ name }) => `${JSON.stringify(name)}: `)
      const objects = rows.map((row) => {
        const cells = columns.map(
          (column, index) => (keys[index] ?? '') + cell(row[index] ?? null, column),
        )
        return `{${cells.join(', ')}}`
      })
      if (!isArray) return objects.map((object) => `${object}\n`).join('')
      const text = objects.join(',\n')
      return text === '' || isFirst ? `${text === '' ? '' : '\n'}${text}` : `,\n${text}`
    },
    foot: (isEmpty) => (isArray ? `${isEmpty ? '' : '\n'}]\n` : ''),
  }
}

/** JSON as the database keeps it, whose numbers must keep their digits. What is no JSON is a text. */
function onOneLine(text: string): string {
  if (parseJson(text) === undefined) return JSON.stringify(text)
  return text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1')
}
