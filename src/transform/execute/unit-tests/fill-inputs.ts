/** Makes the temporary tables of a unit test's inputs and fills them with the rows that are given. */
import { type Diagnostic, errorDiagnostic, nearestName } from '../../../core/diagnostic.ts'
import { firstOfEach } from '../../../core/first-of-each.ts'
import type { Column } from '../../../core/relation.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import type { Fixture, FixtureRow } from '../../../core/node/unit-test.ts'
import { insertRows } from '../../plan/unit-tests/fixture-sql.ts'
import { inputText } from '../../plan/unit-tests/required-inputs.ts'
import { scratchDialect } from '../../plan/unit-tests/scratch.ts'
import type { UnitTestInput } from '../../plan/unit-tests/unit-test-model.ts'
import type { RunContext } from '../run-context.ts'
import { inferColumn } from './infer-column.ts'
import {
  type BuiltColumns,
  inputColumns,
  type KnownColumns,
  readSeedFile,
} from './input-columns.ts'
import { readCsv } from './read-csv.ts'
import type { ScratchRunner } from './scratch-runner.ts'

/** How an input comes to hold its rows. */
export type FilledInput =
  | {
      readonly kind: 'rows'
      readonly input: UnitTestInput
      readonly columns: readonly Column[]
      readonly rows: readonly FixtureRow[]
      /** False: nothing but the fixture tells which columns there are. */
      readonly isComplete: boolean
      /** YAML alone tells which there are. */
      readonly isDeclared: boolean
    }
  | { readonly kind: 'sql'; readonly input: UnitTestInput; readonly sql: string }

/** Reads only: which columns of which types, every fault at once. */
export async function planInputs(
  context: RunContext,
  inputs: readonly UnitTestInput[],
  built: BuiltColumns,
): Promise<Result<readonly FilledInput[]>> {
  const faults: Diagnostic[] = []
  const filled: FilledInput[] = []
  for (const input of inputs) {
    const planned = await planInput(context, input, built)
    if (planned.ok) filled.push(planned.value)
    else faults.push(...planned.diagnostics)
  }
  return faults.length > 0 ? failure(faults) : success(filled)
}

async function planInput(
  context: RunContext,
  input: UnitTestInput,
  built: BuiltColumns,
): Promise<Result<FilledInput>> {
  const { given, node } = input
  const { fixture } = given
  if (fixture?.kind === 'sql') return success({ kind: 'sql', input, sql: fixture.sql })
  const written = fixture === undefined ? await seedRows(context, input) : rowsOfFixture(fixture)
  if (!written.ok) return written
  const { rows } = written.value
  const named = namesIn(written.value.columns, rows)
  const known = await inputColumns(context, { node, named }, built)
  const unknown = named.filter((name) => !has(known.columns, name))
  if (known.isComplete && unknown.length > 0) {
    return failure(unknown.map((name) => unknownColumn(input, { name, rows, known })))
  }
  const { dialect } = context.adapter
  const columns = [...known.columns, ...unknown.map((name) => inferColumn(dialect, name, rows))]
  if (columns.length === 0) return failure([noColumns(input)])
  return success({
    kind: 'rows',
    input,
    columns,
    rows,
    isComplete: known.isComplete,
    isDeclared: known.isDeclared,
  })
}

interface Written {
  readonly columns: readonly string[]
  readonly rows: readonly FixtureRow[]
}

export function rowsOfFixture(
  fixture: Exclude<Fixture, { readonly kind: 'sql' }>,
): Result<Written> {
  return fixture.kind === 'csv' ? readCsv(fixture) : success(fixture)
}

/** A seed whose rows are in its file. */
async function seedRows(
  context: RunContext,
  { node, given }: UnitTestInput,
): Promise<Result<Written>> {
  const content = node.resourceType === 'seed' ? await readSeedFile(context, node) : undefined
  if (content === undefined) {
    return failure([
      errorDiagnostic({
        code: 'invalid-csv',
        message: `expected a seed that can be read, found faults in ${node.path}`,
        span: given.span,
      }),
    ])
  }
  const names = content.columns.map(({ name }) => name)
  const rows = content.rows.map(
    (cells): FixtureRow => ({
      span: given.span,
      cells: names.map((column, index) => {
        const text = cells[index] ?? null
        return { column, text, written: text === null ? 'null' : 'plain' }
      }),
    }),
  )
  return success({ columns: names, rows })
}

/** Each once, in order of first mention; a name counts whatever its case. */
function namesIn(header: readonly string[], rows: readonly FixtureRow[]): readonly string[] {
  const all = [...header, ...rows.flatMap((row) => row.cells.map((cell) => cell.column))]
  return firstOfEach(all, (name) => name.toLowerCase())
}

function has(columns: readonly Column[], name: string): boolean {
  return columns.some((column) => column.name.toLowerCase() === name.toLowerCase())
}

function unknownColumn(
  { given, node }: UnitTestInput,
  found: {
    readonly name: string
    readonly rows: readonly FixtureRow[]
    readonly known: KnownColumns
  },
): Diagnostic {
  const names = found.known.columns.map(({ name }) => name)
  const row = found.rows.find(({ cells }) => cells.some(({ column }) => column === found.name))
  const nearest = nearestName(found.name, names)
  const what = given.input === 'this' ? 'this' : inputText(node)
  return errorDiagnostic({
    code: 'unknown-fixture-column',
    message: `expected a column of ${what} (${names.join(', ')}), found "${found.name}"`,
    span: row?.span ?? given.fixture?.span ?? given.span,
    hint:
      nearest !== undefined
        ? `did you mean "${nearest}"?`
        : found.known.isDeclared
          ? `declare "${found.name}" with its data_type among the columns of the source`
          : undefined,
  })
}

function noColumns({ given, node }: UnitTestInput): Diagnostic {
  return errorDiagnostic({
    code: 'missing-key',
    message: `expected to know the columns of ${given.text}, found that nothing tells them`,
    span: given.span,
    hint:
      node.resourceType === 'source'
        ? 'declare its columns with their data_type, or give a row that names them'
        : 'give a row that names them',
  })
}

/** Throws a `StepError` that leads to the row. */
export async function fillInputs(
  runner: ScratchRunner,
  inputs: readonly FilledInput[],
): Promise<void> {
  const dialect = scratchDialect(runner.adapter.dialect)
  for (const filled of inputs) {
    const { relation, given } = filled.input
    const { fixture, span } = given
    const place = fixture?.span ?? span
    if (filled.kind === 'sql') {
      await runner.execute(dialect.createTableAs(relation, filled.sql), { span: place, rows: [] })
      continue
    }
    const { columns, rows } = filled
    await runner.execute(dialect.createTable(relation, columns), { span: place, rows: [] })
    const insert = insertRows(dialect, relation, { columns, rows })
    if (insert !== undefined) await runner.execute(insert, { span: place, rows })
  }
}
