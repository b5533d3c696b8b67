/** A table to the JSON of `assay show`, piece by piece: `{"node": ..., "show": [rows]}`. */
import type { Table } from '../../../core/adapter.ts'
import { cellJson } from '../../../core/database/cell-text.ts'
import { uniqueNames } from './unique-names.ts'

export interface JsonTable {
  readonly node: string
  readonly table: Table
  /** Decimals and wide integers as JSON numbers instead of strings. */
  readonly asNumbers: boolean
}

/**
 * Valid JSON when all pieces are put together; one row a line. Rows are written by hand: an object
 * would put columns named like numbers first, and a decimal written as a number must keep its digits.
 */
export function* tableJson({ node, table, asNumbers }: JsonTable): Generator<string> {
  const names = uniqueNames(table.columns.map((column) => column.name))
  const keys = names.map((name) => `${JSON.stringify(name)}: `)
  yield `{"node": ${JSON.stringify(node)}, "show": [`
  for (const [index, row] of table.rows.entries()) {
    const cells = table.columns.map(
      (column, position) => keys[position] + cellJson(row[position] ?? null, column, asNumbers),
    )
    yield `${index === 0 ? '\n' : ',\n'}  {${cells.join(', ')}}`
  }
  yield table.rows.length === 0 ? ']}\n' : '\n]}\n'
}
