/** What comes of a field: the text of a cell, or why it is none. */
import type { Json } from '../../core/json.ts'
import type { DeadReason } from './dead-record.ts'

export type Cell =
  | { readonly ok: true; readonly text: string | null }
  | {
      readonly ok: false
      readonly code: 'wrong-type' | 'out-of-range' | 'nul-character'
      readonly message: string
    }

/** `written`: the value as it stood in the record, where JavaScript would change its digits. */
export type ToCell = (value: Json, written: string | undefined) => Cell

export function fine(text: string): Cell {
  return { ok: true, text }
}

export function wrong(expected: string, value: Json): Cell {
  return { ok: false, code: 'wrong-type', message: `expected ${expected}, found ${shown(value)}` }
}

export function tooGreat(expected: string, value: Json, written: string | undefined): Cell {
  const found = written ?? shown(value)
  return { ok: false, code: 'out-of-range', message: `expected ${expected}, found ${cut(found)}` }
}

/** Of the field that the cell was to come of. */
export function cellReason(
  { code, message }: Extract<Cell, { readonly ok: false }>,
  field: string,
): DeadReason {
  return { code, message: `${message} in "${field}"`, field }
}

function shown(value: Json): string {
  return cut(JSON.stringify(value))
}

/** Enough to know it by. */
function cut(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 60)}...`
}
