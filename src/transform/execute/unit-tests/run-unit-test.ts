/** One unit test: its inputs as temporary tables, the model's SQL over them, what comes out against what is expected. */
import type { Adapter, Session } from '../../../core/adapter.ts'
import type { Diagnostic } from '../../../core/diagnostic.ts'
import type { Result } from '../../../core/result.ts'
import type { RunResult } from '../../../core/run-result.ts'
import type { UnitTestNode } from '../../../core/node/unit-test.ts'
import { frozenAdapter } from '../../frozen-adapter.ts'
import type { UnitTestModel } from '../../plan/unit-tests/unit-test-model.ts'
import type { Compiled } from '../../plan/compile/compile-context.ts'
import { compileAsking } from '../ask/compile-asking.ts'
import { StepError } from '../database-diagnostic.ts'
import type { RunContext } from '../run-context.ts'
import { compareExpectation, type ExpectationDiff } from './compare-expectation.ts'
import { type FilledInput, fillInputs } from './fill-inputs.ts'
import { inScratch } from './in-scratch.ts'
import { joinSamples } from './join-samples.ts'
import { runGenerator } from './run-generator.ts'
import { ScratchRunner } from './scratch-runner.ts'
import { type SurveyedTest, surveyUnitTests } from './survey-unit-tests.ts'

export interface UnitTestOutcome {
  readonly result: RunResult
  /** What it tested; undefined: that gives something else each time. */
  readonly fingerprint: string | undefined
}

/** Throws what is not the test's fault. */
export async function runUnitTest(
  context: RunContext,
  test: UnitTestNode,
  surveyed?: Result<SurveyedTest>,
): Promise<UnitTestOutcome> {
  const started = context.now()
  const base = () => ({
    uniqueId: test.uniqueId,
    startedAt: started.toISOString(),
    elapsedMs: context.now().getTime() - started.getTime(),
  })
  const failed = (diagnostics: readonly Diagnostic[]): UnitTestOutcome => ({
    result: { ...base(), status: 'error', diagnostics },
    fingerprint: undefined,
  })
  const survey = surveyed ?? (await surveyUnitTests(context, [test])).get(test.uniqueId)
  if (survey === undefined) throw new Error(`${test.uniqueId} was not looked at`)
  if (!survey.ok) return failed(survey.diagnostics)
  const { fingerprint, hasPassed, scope, inputs } = survey.value
  if (hasPassed) {
    const because = 'it passed with this code and these rows before'
    return { result: { ...base(), status: 'reused', because }, fingerprint: undefined }
  }
  try {
    const { diffs, compiledCode } = await runInScratch(context, test, { scope, inputs })
    const sample = joinSamples(diffs)
    if (sample === undefined)
      return { result: { ...base(), compiledCode, status: 'pass' }, fingerprint }
    const message = `expected -> found, ${diffs.map(({ summary }) => summary).join('; ')}`
    const result = {
      ...base(),
      compiledCode,
      status: 'fail',
      failures: 1,
      message,
      sample,
    } as const
    return { result, fingerprint: undefined }
  } catch (error) {
    if (error instanceof StepError) return failed(error.diagnostics)
    throw error
  }
}

interface ScratchOutcome {
  readonly diffs: readonly ExpectationDiff[]
  readonly compiledCode: string
}

interface Prepared {
  readonly scope: UnitTestModel
  readonly inputs: readonly FilledInput[]
}

async function runInScratch(
  context: RunContext,
  test: UnitTestNode,
  { scope, inputs }: Prepared,
): Promise<ScratchOutcome> {
  const ran: string[] = ['begin']
  const { now } = test.overrides
  const adapter: Adapter = now === undefined ? context.adapter : frozenAdapter(context.adapter, now)
  try {
    return await inScratch(adapter, context.signal, async (session: Session) => {
      const runner = new ScratchRunner({ adapter, session, ran }, test, columnHint(inputs))
      await fillInputs(runner, inputs)
      const compiled = await compileIn(context, runner, scope)
      await runGenerator(context, runner, { scope, compiled })
      context.keep({ kind: 'compiled', uniqueId: test.uniqueId, sql: compiled.sql })
      const running = { runner, test, scope, inputs, compiled }
      const diffs: ExpectationDiff[] = []
      for (const expectation of test.expectations) {
        const diff = await compareExpectation(context, running, expectation)
        if (diff !== undefined) diffs.push(diff)
      }
      return { diffs, compiledCode: compiled.sql }
    })
  } finally {
    ran.push('rollback')
    context.keep({ kind: 'run', uniqueId: test.uniqueId, sql: ran.join(';\n\n') })
  }
}

/** Questions of its template are put to the rows that are given. Throws a `StepError`. */
async function compileIn(
  { adapter }: RunContext,
  { session }: ScratchRunner,
  { compiled, compileContext, model, standIns }: UnitTestModel,
): Promise<Compiled> {
  if (compiled !== undefined) return compiled
  const explainError = (error: unknown) => adapter.explainError(error)
  const asker = { session, explainError, answers: new Map(), standIns }
  const asked = await compileAsking(compileContext, asker, model)
  if (!asked.ok) throw new StepError(asked.diagnostics)
  return asked.value
}

/** Where only the fixture tells which columns an input has, one that is missing there is missing at all. */
function columnHint(inputs: readonly FilledInput[]): string | undefined {
  const unsure = inputs.flatMap((filled) => {
    if (filled.kind !== 'rows' || (filled.isComplete && !filled.isDeclared)) return []
    const { text } = filled.input.given
    const names = filled.columns.map(({ name }) => name).join(', ')
    return [
      filled.isDeclared
        ? `${text} has the columns that its YAML declares (${names}): declare the others with data_type`
        : `${text} has the columns of its rows (${names}): name the others in a row, or declare them with data_type where it is described`,
    ]
  })
  return unsure.length === 0 ? undefined : unsure.join('; ')
}
