/** One expectation of a unit test: the rows of the model, of a CTE of it, or of its table after the step. */
import { type Diagnostic, errorDiagnostic, nearestName } from '../../../core/diagnostic.ts'
import type { Column, Relation } from '../../../core/relation.ts'
import type { Expectation, FixtureRow } from '../../../core/node/unit-test.ts'
import { cteQuery } from '../../plan/unit-tests/cte-query.ts'
import { cellOf, selectRows } from '../../plan/unit-tests/fixture-sql.ts'
import type { UnitTestModel } from '../../plan/unit-tests/unit-test-model.ts'
import type { Cells } from '../../verify/compare-rows.ts'
import { StepError } from '../database-diagnostic.ts'
import type { RunContext } from '../run-context.ts'
import { type CellDiff, cellDiff } from './cell-diff.ts'
import { rowsOfFixture } from './fill-inputs.ts'
import { runTableStep } from './run-table-step.ts'
import type { RunningTest } from './running-test.ts'
import type { ScratchRunner } from './scratch-runner.ts'

export interface ExpectationDiff extends CellDiff {
  /** What was expected of: `expect`, `expect_table` or the name of a CTE. */
  readonly of: string
}

interface FoundTable {
  readonly relation: Relation
  readonly columns: readonly Column[]
}

/** undefined: as expected. Throws a `StepError`. */
export async function compareExpectation(
  context: RunContext,
  running: RunningTest,
  expectation: Expectation,
): Promise<ExpectationDiff | undefined> {
  const found = await findTable(context, running, expectation)
  const expected = await expectedRows(running.runner, expectation, found.columns)
  const rows = await running.runner.rowsOf(found.relation, expected.columns)
  const diff = cellDiff({ columns: expected.columns, expected: expected.rows, found: rows })
  return diff === undefined
    ? undefined
    : { ...diff, summary: `${whatOf(expectation)}${diff.summary}`, of: keyOf(expectation) }
}

function whatOf({ of }: Expectation): string {
  switch (of.kind) {
    case 'rows':
      return ''
    case 'cte':
      return `in the CTE "${of.name}" `
    case 'table':
      return 'in the table after the step '
  }
}

function keyOf({ of }: Expectation): string {
  switch (of.kind) {
    case 'rows':
      return 'expect'
    case 'cte':
      return of.name
    case 'table':
      return 'expect_table'
  }
}

async function findTable(
  context: RunContext,
  running: RunningTest,
  { of, fixture }: Expectation,
): Promise<FoundTable> {
  const { runner, scope, test, compiled } = running
  const { names } = scope
  switch (of.kind) {
    case 'rows': {
      const relation = names.take('assay_actual')
      return { relation, columns: await runner.materialize(relation, compiled) }
    }
    case 'cte': {
      const query = cteQuery(compiled.sql, of.name)
      if (query.kind === 'none') {
        throw new StepError([
          noCte(scope, { name: of.name, known: query.names, span: fixture.span }),
        ])
      }
      const relation = names.take('assay_actual')
      return {
        relation,
        columns: await runner.materialize(relation, { ...compiled, sql: query.sql }),
      }
    }
    case 'table':
      return await runTableStep(context, running, test)
  }
}

function noCte(
  { model }: UnitTestModel,
  asked: {
    readonly name: string
    readonly known: readonly string[]
    readonly span: Diagnostic['span']
  },
): Diagnostic {
  const own = asked.known.filter((name) => !name.startsWith('__assay__cte__'))
  const nearest = nearestName(asked.name, own)
  const known = own.length === 0 ? 'it has none' : own.join(', ')
  return errorDiagnostic({
    code: 'unknown-cte',
    message: `expected a CTE of "${model.name}" (${known}), found "${asked.name}"`,
    span: asked.span,
    hint: nearest === undefined ? undefined : `did you mean "${nearest}"?`,
  })
}

interface ExpectedRows {
  /** Those that are compared, as the model has them. */
  readonly columns: readonly Column[]
  readonly rows: readonly Cells[]
}

async function expectedRows(
  runner: ScratchRunner,
  { fixture }: Expectation,
  actual: readonly Column[],
): Promise<ExpectedRows> {
  const { span } = fixture
  const { dialect } = runner.adapter
  if (fixture.kind === 'sql') {
    const written = await runner.columnsOf(fixture.sql, { span, rows: [] })
    const columns = comparedColumns(
      actual,
      written.map(({ name }) => name),
      { span, rows: [] },
    )
    const casts = columns.map((column, index) => {
      const name = dialect.quote(written[index]?.name ?? column.name)
      return `cast(${name} as ${column.dataType}) as ${dialect.quote(column.name)}`
    })
    const sql = `select ${casts.join(', ')}\nfrom (\n${fixture.sql}\n) as expected`
    return { columns, rows: await runner.read(sql, { span, rows: [] }) }
  }
  const read = rowsOfFixture(fixture)
  if (!read.ok) throw new StepError(read.diagnostics)
  const { rows } = read.value
  // Nothing is said of columns: no rows are expected, and those that come are shown whole.
  if (rows.length === 0) return { columns: actual, rows: [] }
  const columns = comparedColumns(actual, read.value.columns, { span, rows })
  const castable = rows.map((row) => withoutUncastable(columns, row))
  const cast = await runner.read(selectRows(dialect, columns, castable), { span, rows })
  return { columns, rows: cast.map((cells, index) => asWritten(columns, cells, rows[index])) }
}

function comparedColumns(
  actual: readonly Column[],
  names: readonly string[],
  { span, rows }: { readonly span: Diagnostic['span']; readonly rows: readonly FixtureRow[] },
): readonly Column[] {
  const unknown: Diagnostic[] = []
  const columns = names.flatMap((name) => {
    const column = actual.find((other) => other.name.toLowerCase() === name.toLowerCase())
    if (column !== undefined) return [column]
    const nearest = nearestName(
      name,
      actual.map((other) => other.name),
    )
    unknown.push(
      errorDiagnostic({
        code: 'unknown-fixture-column',
        message: `expected a column of what the model gives (${actual.map((other) => other.name).join(', ')}), found "${name}"`,
        span: rows[0]?.span ?? span,
        hint: nearest === undefined ? undefined : `did you mean "${nearest}"?`,
      }),
    )
    return []
  })
  if (unknown.length > 0) throw new StepError(unknown)
  return columns
}

/** A whole number is never 1.5, which DuckDB rounds and Postgres refuses: it is compared as it is written. */
function withoutUncastable(columns: readonly Column[], row: FixtureRow): FixtureRow {
  const cells = row.cells.filter(({ column, text }) => {
    const type = columns.find(({ name }) => name.toLowerCase() === column.toLowerCase())?.dataType
    return text === null || !isWhole(type) || /^\s*[+-]?\d+\s*$/.test(text)
  })
  return { ...row, cells }
}

function isWhole(dataType: string | undefined): boolean {
  return dataType !== undefined && /^u?(?:big|small|tiny|huge)?int(?:eger)?$/i.test(dataType)
}

/** What the cast left out, or changed: a decimal of fewer digits than are expected is rounded. */
function asWritten(columns: readonly Column[], cells: Cells, row: FixtureRow | undefined): Cells {
  return cells.map((cell, index) => {
    const { name = '', dataType } = columns[index] ?? {}
    const text = row === undefined ? null : (cellOf(row, name)?.text ?? null)
    if (text === null) return cell
    if (isWhole(dataType)) return cell ?? text
    if (cell === null || !/^(?:decimal|numeric)/i.test(dataType ?? '')) return cell
    const [written, cast] = [Number(text), Number(cell)]
    return Math.abs(written - cast) > 1e-12 * Math.abs(written) ? text : cell
  })
}
