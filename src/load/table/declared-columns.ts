/** The columns that a source table is declared with, as loading holds them. */
import type { Dialect } from '../../core/dialect.ts'
import type { JsonObject } from '../../core/json.ts'
import type { ColumnProperties } from '../../core/node.ts'
import type { DeclaredColumn } from '../records/cell.ts'
import { columnType } from '../records/column-type.ts'
import type { LoadedSource } from './load-table-types.ts'

export function declaredColumns(node: LoadedSource, dialect: Dialect): readonly DeclaredColumn[] {
  const idColumn = idColumnOf(node.load.options)
  return node.columns.map((column) => ({
    name: column.name,
    dataType: heldType(column.dataType, dialect),
    isRequired: isRequired(column) || column.name === idColumn,
  }))
}

/** As the database takes it: a cell is checked by what its column holds. */
function heldType(declared: string | undefined, dialect: Dialect): string {
  if (declared === undefined) return dialect.seedType('text')
  const [, name = declared, brackets = ''] = /^(.*?)((?: *\[ *\d* *\])*)$/s.exec(declared) ?? []
  const type = columnType(name)
  const isPlain = type.kind === 'decimal' && type.precision === undefined
  return isPlain ? `${dialect.plainNumeric}${brackets}` : declared
}

function isRequired({ constraints = [] }: ColumnProperties): boolean {
  return constraints.some(({ type }) => type === 'not_null' || type === 'primary_key')
}

/** undefined: nothing tells the records of the table apart. */
export function idColumnOf(options: JsonObject): string | undefined {
  const id = options['id']
  return typeof id === 'string' ? id : undefined
}
