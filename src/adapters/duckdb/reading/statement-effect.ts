/** A statement to what it changes of what is known of tables and views in its transaction. */

import { endAt, findName, type WrittenName } from './written-name.ts'

export type StatementEffect =
  | { readonly kind: 'nothing' }
  /** How the count of rows changes by those that the statement says it wrote; undefined: that cannot be told. */
  | { readonly kind: 'rows'; readonly name: WrittenName; readonly sign: 1 | 0 | -1 | undefined }
  /** A table with the rows that the statement says it wrote. */
  | { readonly kind: 'table made'; readonly name: WrittenName }
  | { readonly kind: 'view made'; readonly name: WrittenName }
  /** `to`: the name as a whole, in the place of the old one. */
  | { readonly kind: 'table renamed'; readonly name: WrittenName; readonly to: WrittenName }
  | { readonly kind: 'dropped'; readonly name: WrittenName }
  | { readonly kind: 'anything' }

const reads = /^\s*select\b/i
const writesLedger = /^\s*insert\s+into\s+_assay\./i
const inserts = /\s*insert\s+into\s+/iy
const deletes = /\s*delete\s+from\s+/iy
const updates = /\s*update\s+/iy
const changesRows = /\s*(?:merge\s+into|truncate(?:\s+table)?)\s+/iy
const makesTable = /\s*create\s+table\s+(?!if\b)/iy
const makesView = /\s*create\s+(?:or\s+replace\s+)?view\s+(?!if\b)/iy
const drops = /\s*drop\s+(?:table|view)\s+(?:if\s+exists\s+)?/iy
const alters = /\s*alter\s+table\s+/iy
const renames = /\s+rename\s+to\s+/iy
const ending = /\s*;?\s*$/y
const writing =
  /\b(?:insert|update|delete|merge|truncate|create|alter|drop|attach|detach|copy|import|call|load|use|set|reset|rollback|execute)\b/i
/** A semicolon in a text counts too: it costs no more than a question. */
const several = /;\s*\S/

export function effectOf(sql: string): StatementEffect {
  if (!writing.test(sql)) return { kind: 'nothing' }
  if (several.test(sql)) return { kind: 'anything' }
  if (reads.test(sql) || writesLedger.test(sql)) return { kind: 'nothing' }
  return ofRows(sql) ?? ofDefinition(sql) ?? { kind: 'anything' }
}

function ofRows(sql: string): StatementEffect | undefined {
  const inserted = nameBehind(sql, inserts)
  if (inserted !== undefined) {
    const sign = /\b(?:conflict|returning)\b/i.test(sql) ? undefined : 1
    return { kind: 'rows', name: inserted, sign }
  }
  const deleted = nameBehind(sql, deletes)
  if (deleted !== undefined) {
    const sign = /\b(?:using|returning)\b/i.test(sql) ? undefined : -1
    return { kind: 'rows', name: deleted, sign }
  }
  const updated = nameBehind(sql, updates)
  if (updated !== undefined) return { kind: 'rows', name: updated, sign: 0 }
  const changed = nameBehind(sql, changesRows)
  return changed === undefined ? undefined : { kind: 'rows', name: changed, sign: undefined }
}

function ofDefinition(sql: string): StatementEffect | undefined {
  const table = nameBehind(sql, makesTable)
  if (table !== undefined) return { kind: 'table made', name: table }
  const view = nameBehind(sql, makesView)
  if (view !== undefined) return { kind: 'view made', name: view }
  return ofDropped(sql) ?? ofRenamed(sql)
}

function ofDropped(sql: string): StatementEffect | undefined {
  const found = foundBehind(sql, drops)
  if (found === undefined || endAt(ending, sql, found.end) === undefined) return undefined
  return { kind: 'dropped', name: found.name }
}

function ofRenamed(sql: string): StatementEffect | undefined {
  const old = foundBehind(sql, alters)
  const start = old === undefined ? undefined : endAt(renames, sql, old.end)
  const next = start === undefined ? undefined : findName(sql, start)
  if (old === undefined || next === undefined) return undefined
  if (endAt(ending, sql, next.end) === undefined) return undefined
  const { text, identifier } = next.name
  const place = old.name.text.slice(0, old.name.text.length - (old.end - old.last))
  return { kind: 'table renamed', name: old.name, to: { text: place + text, identifier } }
}

function nameBehind(sql: string, words: RegExp): WrittenName | undefined {
  return foundBehind(sql, words)?.name
}

function foundBehind(sql: string, words: RegExp) {
  const start = endAt(words, sql, 0)
  return start === undefined ? undefined : findName(sql, start)
}
