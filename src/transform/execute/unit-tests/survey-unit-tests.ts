/** What is known of unit tests before they run: their inputs, what each tests, and whether that has passed before. Asked for all of them at once. */
import type { UniqueId } from '../../../core/node.ts'
import type { UnitTestNode } from '../../../core/node/unit-test.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import type { ReadNode } from '../../plan/unit-tests/required-inputs.ts'
import { unitTestModel, type UnitTestModel } from '../../plan/unit-tests/unit-test-model.ts'
import type { RunContext } from '../run-context.ts'
import { readPassed } from '../state/test-state.ts'
import { type FilledInput, planInputs } from './fill-inputs.ts'
import { type BuiltColumns, describeBuilt } from './input-columns.ts'
import { unitTestFingerprint } from './unit-test-fingerprint.ts'

export interface SurveyedTest {
  readonly scope: UnitTestModel
  readonly inputs: readonly FilledInput[]
  /** What it tests; undefined: that gives something else each time. */
  readonly fingerprint: string | undefined
  /** It has passed with this code and these rows, and is not asked again. */
  readonly hasPassed: boolean
}

/** Reads only. */
export async function surveyUnitTests(
  context: RunContext,
  tests: readonly UnitTestNode[],
): Promise<ReadonlyMap<UniqueId, Result<SurveyedTest>>> {
  const scopes = tests.map((test) => ({ test, scope: scopeOf(context, test) }))
  const nodes = scopes.flatMap(({ scope }) => (scope.ok ? inputNodes(scope.value) : []))
  const built = await describeBuilt(context, nodes)
  const found = new Map<UniqueId, Result<Omit<SurveyedTest, 'hasPassed'>>>()
  for (const { test, scope } of scopes) {
    found.set(test.uniqueId, await planTest(context, test, { scope, built }))
  }
  const passed = await readPassedOf(context, [...found.values()])
  return new Map(
    [...found].map(([id, each]) => {
      if (!each.ok) return [id, each] as const
      const hasPassed = passed.has(each.value.fingerprint ?? '')
      return [id, success({ ...each.value, hasPassed })] as const
    }),
  )
}

/** Whose columns are asked for: SQL of its own gives an input those that it has. */
function inputNodes({ inputs }: UnitTestModel): readonly ReadNode[] {
  return inputs.flatMap(({ given, node }) => (given.fixture?.kind === 'sql' ? [] : [node]))
}

function scopeOf({ manifest, adapter, run, runStartedAt }: RunContext, test: UnitTestNode) {
  const { dialect } = adapter
  return unitTestModel({ manifest, dialect, invocationId: run.runId, runStartedAt }, test)
}

async function planTest(
  context: RunContext,
  test: UnitTestNode,
  { scope, built }: { readonly scope: Result<UnitTestModel>; readonly built: BuiltColumns },
): Promise<Result<Omit<SurveyedTest, 'hasPassed'>>> {
  if (!scope.ok) return failure(scope.diagnostics)
  const inputs = await planInputs(context, scope.value.inputs, built)
  if (!inputs.ok) return failure(inputs.diagnostics)
  const planned = { scope: scope.value, inputs: inputs.value }
  return success({ ...planned, fingerprint: unitTestFingerprint(context, test, planned) })
}

async function readPassedOf(
  context: RunContext,
  found: readonly Result<Pick<SurveyedTest, 'fingerprint'>>[],
): Promise<ReadonlySet<string>> {
  const { adapter, signal, reusesUnitTests } = context
  const fingerprints = found.flatMap((each) => (each.ok ? (each.value.fingerprint ?? []) : []))
  if (!reusesUnitTests || fingerprints.length === 0) return new Set()
  return await adapter.readOnly({ signal }, (session) => readPassed(session, fingerprints))
}
