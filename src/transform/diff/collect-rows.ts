/** Rows of two databases into one, as text in their normal form, where they can be compared by SQL. */
import type { Session } from '../../core/adapter.ts'
import type { Dialect } from '../../core/dialect.ts'
import type { Column, Relation } from '../../core/relation.ts'
import { cellName } from './canonical-select.ts'
import type { ComparedColumn } from './compare-columns.ts'
import { normalJson } from './normal-json.ts'

export interface Collected {
  /** The session of the side that is read, and what `canonicalSelect` made for it. */
  readonly from: Session
  readonly sql: string
  readonly columns: readonly ComparedColumn[]
  readonly into: Session
  readonly dialect: Dialect
  readonly relation: Relation
}

/** Gives the select that reads them back. No more than a few thousand rows are in memory at once. */
export async function collectRows(collected: Collected): Promise<string> {
  const { from, sql, columns, into, dialect, relation } = collected
  const count = Math.max(1, columns.length)
  const cells: readonly Column[] = Array.from({ length: count }, (_, index) => ({
    name: cellName(index),
    dataType: 'text',
  }))
  await into.execute(dialect.drop('table', relation))
  await into.execute(dialect.createTable(relation, cells))
  const json = columns.flatMap(({ isJson }, index) => (isJson ? [index] : []))
  const rows = from.readText(sql)
  await into.appendText(relation, cells, json.length === 0 ? rows : withNormalJson(rows, json))
  return `select ${cells.map(({ name }) => name).join(', ')}\nfrom ${dialect.relation(relation)}`
}

async function* withNormalJson(
  rows: AsyncIterable<readonly (string | null)[]>,
  places: readonly number[],
): AsyncIterable<readonly (string | null)[]> {
  for await (const row of rows) {
    const cells = [...row]
    for (const place of places) {
      const cell = cells[place] ?? null
      cells[place] = cell === null ? null : normalJson(cell)
    }
    yield cells
  }
}
