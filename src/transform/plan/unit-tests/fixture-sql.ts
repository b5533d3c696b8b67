/** Rows of a fixture to SQL: each cell a literal, cast to the type of its column. */
import type { Dialect } from '../../../core/dialect.ts'
import type { Column, Relation } from '../../../core/relation.ts'
import type { FixtureCell, FixtureRow } from '../../../core/node/unit-test.ts'

/** A column that a row leaves out is NULL. undefined: there are no rows. */
export function insertRows(
  dialect: Dialect,
  into: Relation,
  { columns, rows }: { readonly columns: readonly Column[]; readonly rows: readonly FixtureRow[] },
): string | undefined {
  if (rows.length === 0) return undefined
  const values = rows.map((row) => {
    const cells = columns.map((column) => cellSql(dialect, cellOf(row, column.name), column))
    return `  (${cells.join(', ')})`
  })
  const list = columns.map(({ name }) => dialect.quote(name)).join(', ')
  return `insert into ${dialect.relation(into)} (${list})\nvalues\n${values.join(',\n')}`
}

/** The rows as a query, in their order. */
export function selectRows(
  dialect: Dialect,
  columns: readonly Column[],
  rows: readonly FixtureRow[],
): string {
  const selects = rows.map((row, index) => {
    const cells = columns.map((column) => {
      const cell = cellSql(dialect, cellOf(row, column.name), column)
      return `${cell} as ${dialect.quote(column.name)}`
    })
    return `select ${[...cells, `${index} as assay_row`].join(', ')}`
  })
  const list = columns.map(({ name }) => dialect.quote(name)).join(', ')
  return `select ${list}\nfrom (\n${selects.join('\nunion all\n')}\n) as expected\norder by assay_row`
}

export function cellOf(row: FixtureRow, column: string): FixtureCell | undefined {
  return row.cells.find((cell) => cell.column.toLowerCase() === column.toLowerCase())
}

function cellSql(dialect: Dialect, cell: FixtureCell | undefined, { dataType }: Column): string {
  const text = cell?.text ?? null
  if (text === null) return `cast(null as ${dataType})`
  const literal = dialect.literal(text)
  if (cell?.written !== 'json' || isText(dataType)) return `cast(${literal} as ${dataType})`
  if (dialect.name === 'duckdb') return `cast(cast(${literal} as json) as ${dataType})`
  return dataType.endsWith('[]')
    ? `cast(array(select jsonb_array_elements_text(cast(${literal} as jsonb))) as ${dataType})`
    : `cast(${literal} as ${dataType})`
}

function isText(dataType: string): boolean {
  return /^(?:text|varchar|character|json)/i.test(dataType)
}
