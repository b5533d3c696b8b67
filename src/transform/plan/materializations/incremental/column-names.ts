/** Names of columns as a config writes them to those that a table has. */
import type { Dialect } from '../../../../core/dialect.ts'
import { type Diagnostic, errorDiagnostic, nearestName } from '../../../../core/diagnostic.ts'
import type { Column } from '../../../../core/relation.ts'

/** Two columns of a table and its batch that are one. */
export function isSameColumn(dialect: Dialect, left: string, right: string): boolean {
  return dialect.hasCaseSensitiveNames ? left === right : equalsIgnoringCase(left, right)
}

/** The column that a config means, whatever case it is written in; one in just this case first. */
export function findColumn(columns: readonly Column[], name: string): Column | undefined {
  return (
    columns.find((column) => column.name === name) ??
    columns.find((column) => equalsIgnoringCase(column.name, name))
  )
}

/** As the table spells it; as written where the columns are not known. */
export function spelled(columns: readonly Column[] | undefined, name: string): string {
  return findColumn(columns ?? [], name)?.name ?? name
}

/** Of a config that names columns: those that the model does not have. */
export function unknownColumns(
  columns: readonly Column[],
  key: string,
  names: readonly string[],
): readonly Diagnostic[] {
  const known = columns.map((column) => column.name)
  return names
    .filter((name) => findColumn(columns, name) === undefined)
    .map((name) =>
      errorDiagnostic({
        code: 'unknown-column',
        message: `expected "${key}" to name columns of the model, found "${name}"`,
        config: key,
        hint: hintFor(name, known),
      }),
    )
}

function hintFor(name: string, known: readonly string[]): string {
  if (name.includes(',')) return 'name several columns in a list'
  const has = `it has ${known.map((column) => `"${column}"`).join(', ')}`
  if (/[^\w\s$]/.test(name)) return `an expression must be a column: select it under a name; ${has}`
  const nearest = nearestName(name, known)
  return nearest === undefined ? has : `did you mean "${nearest}"?`
}

function equalsIgnoringCase(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase()
}
