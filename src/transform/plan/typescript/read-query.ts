/** What a generator asks to read, as one query. */
import type { ReadOptions } from '../../../core/authoring/define-model.ts'
import type { Dialect } from '../../../core/dialect.ts'
import { type ReadText, type ReadTexts, withTables } from './read-texts.ts'

/** `order`: columns by name, or SQL. Throws what is wrong with the options, to the code that gave them. */
export function readQuery(
  dialect: Dialect,
  { text }: ReadText,
  { options, tables }: { readonly options: ReadOptions; readonly tables: ReadTexts['tables'] },
): string {
  const { columns, where, orderBy } = options
  if (columns?.length === 0) throw new TypeError('expected columns to read, found none')
  const list = columns === undefined ? '*' : columns.map((name) => dialect.quote(name)).join(', ')
  const lines = [
    `select ${list}`,
    `from ${text} as assay_input`,
    ...(where === undefined ? [] : [`where ${String(where)}`]),
    ...(orderBy === undefined ? [] : [`order by ${orderText(dialect, orderBy)}`]),
  ]
  return withTables(dialect, lines.join('\n'), tables)
}

/** Nothing is left out, so the table can be counted. */
export function isWhole({ where }: ReadOptions): boolean {
  return where === undefined
}

function orderText(dialect: Dialect, orderBy: NonNullable<ReadOptions['orderBy']>): string {
  if (!isList(orderBy)) return orderBy.text
  if (orderBy.length === 0) throw new TypeError('expected columns to order by, found none')
  return orderBy.map((name) => dialect.quote(name)).join(', ')
}

function isList(value: NonNullable<ReadOptions['orderBy']>): value is readonly string[] {
  return Array.isArray(value)
}
