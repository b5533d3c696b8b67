/** A JSON list to the text of a cell in an array column: each item is checked as a cell of its own. */
import { isJsonArray, type Json, parseJson } from '../../core/json.ts'
import type { ListText } from '../../core/list-text.ts'
import { type Cell, fine, tooGreat, type ToCell, wrong } from './cell-result.ts'
import type { ColumnType } from './column-type.ts'
import { holdsNul } from './characters.ts'
import { writtenItems } from './parse-json.ts'

export interface ListReader {
  readonly type: Extract<ColumnType, { readonly kind: 'list' }>
  readonly readItem: ToCell
  readonly listText: ListText
}

/** A text that holds a JSON list is one: CSV files have no other way to write it. */
export function listCell(
  { type, readItem, listText }: ListReader,
  value: Json,
  written: string | undefined,
): Cell {
  const list = typeof value === 'string' ? parseJson(value) : value
  if (list === undefined || !isJsonArray(list)) return wrong('a list', value)
  if (type.length !== undefined && list.length !== type.length) {
    return tooGreat(`a list of ${type.length}`, value, written)
  }
  const whole = typeof value === 'string' ? value : written
  const texts = whole === undefined ? undefined : writtenItems(whole)
  const items: (string | null)[] = []
  for (const [index, item] of list.entries()) {
    const cell = item === null ? nothing : readItem(item, texts?.[index])
    if (!cell.ok) return { ...cell, message: `${cell.message} as item ${index + 1}` }
    if (cell.text !== null && type.of.kind === 'json' && holdsNul(cell.text, true)) {
      const message = `expected text, found the character NUL as item ${index + 1}`
      return { ok: false, code: 'nul-character', message }
    }
    items.push(cell.text)
  }
  const { kind } = type.of
  return fine(listText(items, kind === 'list' || kind === 'json' ? kind : 'text'))
}

const nothing: Cell = { ok: true, text: null }
