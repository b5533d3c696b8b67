/** The query of a request to conditions on columns: values are parameters, each cast to the type of its column. */
import { type RawBuilder, sql } from 'kysely'
import type { TableColumn } from '../../core/adapter.ts'
import { nearestName } from '../../core/diagnostic.ts'
import type { Json, JsonObject } from '../../core/json.ts'
import { isJsonArray } from '../../core/json.ts'
import { ProblemError } from '../problem.ts'

export interface Filter {
  readonly column: TableColumn
  readonly operator: Operator
  /** One, but for `in`. */
  readonly values: readonly string[]
}

const operators = {
  eq: '=',
  ne: '<>',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
  in: 'in',
  null: 'is null',
} as const
type Operator = keyof typeof operators

function isOperator(text: string): text is Operator {
  return Object.hasOwn(operators, text)
}

/** `country=NL`, `amount.gte=10`, `country.in=NL&country.in=BE`, `ended_at.null=true`. Throws a `ProblemError`. */
export function filtersOf(
  query: JsonObject,
  columns: readonly TableColumn[],
  reserved: ReadonlySet<string>,
): readonly Filter[] {
  return Object.entries(query).flatMap(([key, value]) => {
    if (reserved.has(key)) return []
    const dot = key.lastIndexOf('.')
    const word = dot === -1 ? '' : key.slice(dot + 1)
    const operator = isOperator(word) ? word : 'eq'
    const name = isOperator(word) ? key.slice(0, dot) : key
    const column = columnNamed(name, columns)
    return [{ column, operator, values: textsOf(value) }]
  })
}

export function columnNamed(name: string, columns: readonly TableColumn[]): TableColumn {
  const column = columns.find((each) => each.name === name)
  if (column !== undefined) return column
  const names = columns.map((each) => each.name)
  const near = nearestName(name, names)
  throw new ProblemError(
    'invalid-request',
    `expected the name of a column, found another one${near === undefined ? '' : `; did you mean "${near}"?`}`,
    { more: { columns: names } },
  )
}

function textsOf(value: Json): readonly string[] {
  const values = isJsonArray(value) ? value : [value]
  return values.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)))
}

export function conditionOf({ column, operator, values }: Filter): RawBuilder<unknown> {
  const name = sql.ref(column.name)
  if (operator === 'null') {
    return values[0] === 'false' ? sql`${name} is not null` : sql`${name} is null`
  }
  const cast = values.map((value) => castTo(value, column))
  if (operator === 'in') return sql`${name} in (${sql.join(cast)})`
  const conditions = cast.map((value) => sql`${name} ${sql.raw(operators[operator])} ${value}`)
  return sql.join(conditions, sql` and `)
}

/** The type is the database's own word for it, never what was sent. */
export function castTo(value: string, { dataType }: TableColumn): RawBuilder<unknown> {
  return sql`cast(${value} as ${sql.raw(dataType)})`
}
