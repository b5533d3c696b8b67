/** The header of a CSV file to the names of its fields, by the columns that are declared. */
import { listed } from '../../../records/listed.ts'
import { UnreadableError } from '../file-errors.ts'

export interface CsvHeader {
  /** A field that is a declared column but for its case has the name of the column. */
  readonly names: readonly string[]
  /** Declared columns that it lacks. */
  readonly missing: readonly string[]
}

/** Throws where the file cannot be what is declared. */
export function readHeader(
  found: readonly string[],
  columns: readonly string[],
  delimiter: string,
): CsvHeader {
  const fields = found.map((text) => text.trim())
  checkNames(fields)
  const names = fields.map((field) => columnOf(field, columns, fields))
  checkNames(names)
  const missing = columns.filter((column) => !names.includes(column))
  if (missing.length === columns.length && columns.length > 0) {
    throw new UnreadableError(
      `its header has none of the declared columns (${listed(columns)}): ${listed(fields)}`,
      hintOf(fields, delimiter),
    )
  }
  return { names, missing }
}

function checkNames(names: readonly string[]): void {
  const empty = names.indexOf('')
  if (empty >= 0) throw new UnreadableError(`its header has no name for column ${empty + 1}`)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new UnreadableError(`its header names "${twice}" twice`)
}

function columnOf(field: string, columns: readonly string[], fields: readonly string[]): string {
  if (columns.includes(field)) return field
  const alike = columns.filter((column) => column.toLowerCase() === field.toLowerCase())
  const [column] = alike
  return column === undefined || alike.length > 1 || fields.includes(column) ? field : column
}

function hintOf(fields: readonly string[], delimiter: string): string {
  const [only = ''] = fields
  const others = [';', '\t', '|', ','].filter((other) => other !== delimiter)
  const other = fields.length === 1 ? others.find((each) => only.includes(each)) : undefined
  return other === undefined
    ? 'declare the columns by the names in the header, or say "header: false" under "load" where the first line is a record'
    : `say delimiter: ${JSON.stringify(other)} under "load"`
}
