/** A statement to what it changes of what is known of tables and views in its transaction. */

/** As it is written. */
export interface WrittenName {
  readonly text: string
  /** Its last part, in lower case: DuckDB finds names in any case. */
  readonly identifier: string
}

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

const part = String.raw`(?:"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*)`
const dotted = String.raw`(${part}(?:\s*\.\s*${part}){0,2})`
const beginning = (words: string) =>
  new RegExp(String.raw`^\s*${words}\s+${dotted}(?=[\s(;]|$)`, 'iu')

const reads = /^\s*select\b/i
const writesLedger = /^\s*insert\s+into\s+_assay\./i
const inserts = beginning(String.raw`insert\s+into`)
const deletes = beginning(String.raw`delete\s+from`)
const updates = beginning('update')
const changesRows = beginning(String.raw`(?:merge\s+into|truncate(?:\s+table)?)`)
const makesTable = beginning(String.raw`create\s+table(?!\s+if\b)`)
const makesView = beginning(String.raw`create\s+(?:or\s+replace\s+)?view(?!\s+if\b)`)
const renames = new RegExp(
  String.raw`^\s*alter\s+table\s+${dotted}\s+rename\s+to\s+(${part})\s*;?\s*$`,
  'iu',
)
const drops = new RegExp(
  String.raw`^\s*drop\s+(?:table|view)\s+(?:if\s+exists\s+)?${dotted}\s*;?\s*$`,
  'iu',
)
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
  const inserted = nameIn(inserts.exec(sql))
  if (inserted !== undefined) {
    return {
      kind: 'rows',
      name: inserted,
      sign: /\b(?:conflict|returning)\b/i.test(sql) ? undefined : 1,
    }
  }
  const deleted = nameIn(deletes.exec(sql))
  if (deleted !== undefined) {
    return {
      kind: 'rows',
      name: deleted,
      sign: /\b(?:using|returning)\b/i.test(sql) ? undefined : -1,
    }
  }
  const updated = nameIn(updates.exec(sql))
  if (updated !== undefined) return { kind: 'rows', name: updated, sign: 0 }
  const changed = nameIn(changesRows.exec(sql))
  return changed === undefined ? undefined : { kind: 'rows', name: changed, sign: undefined }
}

function ofDefinition(sql: string): StatementEffect | undefined {
  const table = nameIn(makesTable.exec(sql))
  if (table !== undefined) return { kind: 'table made', name: table }
  const view = nameIn(makesView.exec(sql))
  if (view !== undefined) return { kind: 'view made', name: view }
  const dropped = nameIn(drops.exec(sql))
  if (dropped !== undefined) return { kind: 'dropped', name: dropped }
  const renamed = renames.exec(sql)
  const name = nameIn(renamed)
  const last = renamed?.[2]
  if (name === undefined || last === undefined) return undefined
  const to = writtenName(name.text.replace(new RegExp(`${part}$`, 'u'), () => last))
  return { kind: 'table renamed', name, to }
}

function nameIn(found: RegExpExecArray | null): WrittenName | undefined {
  const text = found?.[1]
  return text === undefined ? undefined : writtenName(text)
}

export function writtenName(text: string): WrittenName {
  const last = new RegExp(`${part}$`, 'u').exec(text)?.[0] ?? text
  const plain = last.startsWith('"') ? last.slice(1, -1).replaceAll('""', '"') : last
  return { text, identifier: plain.toLowerCase() }
}
