/** The rows that a model's code gives for the rows of a unit test, in the table that its SQL reads. */
import type { RunContext } from '../run-context.ts'
import { runSteps } from '../run-steps.ts'
import type { Compiled } from '../../plan/compile/compile-context.ts'
import { scratchDialect } from '../../plan/unit-tests/scratch.ts'
import type { UnitTestModel } from '../../plan/unit-tests/unit-test-model.ts'
import { rowsTable, typedColumns } from '../../plan/typescript/rows-table.ts'
import { generateRows } from '../typescript/generate-rows.ts'
import { StrayFaults } from '../typescript/stray-faults.ts'
import { generatingOf } from '../typescript/write-generated.ts'
import type { ScratchRunner } from './scratch-runner.ts'

/** Nothing for a model in SQL. Throws a `StepError`. */
export async function runGenerator(
  context: RunContext,
  { adapter, session, ran }: ScratchRunner,
  { scope, compiled }: { readonly scope: UnitTestModel; readonly compiled: Compiled },
): Promise<void> {
  const { model, compileContext } = scope
  const { manifest, isIncremental, runStartedAt, invocationId } = compileContext
  const { reads } = compiled
  const { code } = model
  if (reads === undefined || code.kind !== 'typescript') return
  const dialect = scratchDialect(adapter.dialect)
  const into = rowsTable(dialect, model.relation)
  const columns = typedColumns(dialect, code.columns)
  const run = { manifest, node: model, reads, isIncremental, runStartedAt, invocationId }
  const strays = new StrayFaults(manifest, model)
  const generating = generatingOf(context, model, strays)
  const rebuiltLater = new Set<string>()
  try {
    await runSteps(
      { adapter, session, node: model, manifest: undefined, ran, rebuiltLater, generating },
      [
        {
          kind: 'statement',
          purpose: 'build',
          sql: dialect.createTable(into, columns),
          countsRows: false,
        },
        {
          kind: 'generated-rows',
          into,
          columns,
          label: code.path,
          rows: (host) => generateRows(run, host),
        },
      ],
    )
    await strays.settle()
  } finally {
    strays.end()
  }
}
