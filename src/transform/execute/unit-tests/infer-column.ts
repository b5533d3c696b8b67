/** The type of a fixture's column from what its cells hold, where nothing else tells it. */
import type { Dialect } from '../../../core/dialect.ts'
import type { Column } from '../../../core/relation.ts'
import type { FixtureCell, FixtureRow } from '../../../core/node/unit-test.ts'
import { cellOf } from '../../plan/unit-tests/fixture-sql.ts'
import { inferType } from '../seeds/infer-type.ts'

export function inferColumn(dialect: Dialect, name: string, rows: readonly FixtureRow[]): Column {
  const cells = rows.flatMap((row) => cellOf(row, name) ?? []).filter((cell) => cell.text !== null)
  return { name, dataType: typeOf(dialect, cells) }
}

function typeOf(dialect: Dialect, cells: readonly FixtureCell[]): string {
  const inferred = inferType(cells.map((cell) => cell.text))
  if (cells.some((cell) => cell.written === 'json')) {
    return dialect.name === 'duckdb' ? 'json' : 'jsonb'
  }
  // What stands in quotes in YAML is a text, unless it has the form of a date or time.
  const isQuoted = cells.some((cell) => cell.written === 'text')
  const isTime = inferred === 'date' || inferred === 'timestamp' || inferred === 'timestamptz'
  return dialect.seedType(isQuoted && !isTime ? 'text' : inferred)
}
