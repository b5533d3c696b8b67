/** Calls of the library's macros on literal rows. */
import type { TestAdapter } from '../../support/adapters.ts'
import type { Ran } from '../../support/run-assay.ts'
import { createLibrary, valuesOf } from '../library.ts'
import type { Row } from '../rows.ts'

export type Value = number | string | boolean | null

export interface Asked {
  /** The rows that a call gives, in order of the columns of `order`. */
  ask(call: string, order?: string): Promise<readonly Row[]>
  show(query: string): Promise<Ran>
}

export async function createAsked(adapter: TestAdapter): Promise<Asked> {
  const library = await createLibrary(adapter)
  return {
    show: (query) => library.show(query),
    ask: (call, order = '1, 2') =>
      library.rows(`select * from ({{${call}}}) as asked order by ${order}`),
  }
}

/** Columns with blanks between them, and rows of values. */
export function rel(columns: string, rows: readonly (readonly Value[])[]): string {
  return valuesOf(
    columns.split(' '),
    rows.map((row) => row.map(literal)),
  )
}

/** A value, a double among them exactly, as SQL. */
export function literal(value: Value): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'boolean') return String(value)
  return Number.isInteger(value) ? String(value) : `cast('${value}' as double precision)`
}
