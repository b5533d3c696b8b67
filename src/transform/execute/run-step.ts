/** One step of a plan, tried again where another try may pass, its failure written to the ledger after the rollback. */
import { errorDiagnostic } from '../../core/diagnostic.ts'
import type { Node, TestNode, UniqueId } from '../../core/node.ts'
import type { Result } from '../../core/result.ts'
import type { RunResult } from '../../core/run-result.ts'
import type { UnitTestNode } from '../../core/node/unit-test.ts'
import { withColumnsThere } from './columns-there.ts'
import { databaseDiagnostic, StepError } from './database-diagnostic.ts'
import { runBeforeBegin } from './hooks/node-hooks.ts'
import { storeFailingRows } from './data-tests/failing-rows.ts'
import { runTests, unbatchedOnFailure } from './data-tests/run-tests.ts'
import { publishInBatches } from './microbatch/publish-batches.ts'
import { publishNode } from './publish/publish-node.ts'
import type { Published, PublishRequest } from './publish/publish-request.ts'
import { recordFailure, type StandaloneResult } from './record-results.ts'
import type { RunContext } from './run-context.ts'
import { findLeaseLost } from './publish/still-holds.ts'
import type { SurveyedTest } from './unit-tests/survey-unit-tests.ts'
import { withRetries } from './with-retries.ts'

export async function publishStep(
  context: RunContext,
  request: PublishRequest,
): Promise<Published> {
  const { result: plain, ...rest } = await publishInBatches(context, request, publishOrSay)
  const result = await withColumnsThere(context, request.step.node, plain)
  const tests = await Promise.all(rest.tests.map((test) => testWithColumns(context, test)))
  const published = { ...rest, result, tests }
  const areRolledBack =
    result.status === 'partial success' ||
    (result.status === 'error' && result.isPublished !== true)
  await storeFailingRows(context, published.tests, { areRolledBack })
  return published
}

async function testWithColumns(context: RunContext, result: RunResult): Promise<RunResult> {
  const node = context.manifest.nodes.get(result.uniqueId)
  return node === undefined ? result : await withColumnsThere(context, node, result)
}

async function publishOrSay(context: RunContext, request: PublishRequest): Promise<Published> {
  const started = context.now()
  const { node } = request.step
  try {
    const before: string[] = []
    await runBeforeBegin(context, request, before)
    const published = await unbatchedOnFailure(context, (attempt) =>
      withRetries(context, () => publishNode(attempt, request, before)),
    )
    if (published.result.status !== 'error' || published.result.isPublished) return published
    const result = context.signal.aborted
      ? stoppedResult(context, node, started)
      : await orLeaseLost(context, node, published.result)
    const tests = published.tests.map((test) => orStopped(context, test, started))
    const failed = { ...published, result, tests }
    if (result.status === 'error') await recordFailure(context, node, failed)
    return failed
  } catch (error) {
    const result = context.signal.aborted
      ? stoppedResult(context, node, started)
      : await orLeaseLost(context, node, brokenResult(context, node, { started, error }))
    if (result.status === 'error') await recordFailure(context, node, { result, tests: [] })
    return { result, tests: [] }
  }
}

/** What a stopped run broke off says nothing of the test. */
function orStopped(context: RunContext, test: RunResult, started: Date): RunResult {
  if (!context.signal.aborted || test.status !== 'error') return test
  const node = context.manifest.nodes.get(test.uniqueId)
  return node === undefined ? test : stoppedResult(context, node, started)
}

/** A taker ends the connections of who held the lease: what the database says of that is not the reason. */
async function orLeaseLost(
  context: RunContext,
  node: PublishRequest['step']['node'],
  result: RunResult,
): Promise<RunResult> {
  if (result.status !== 'error') return result
  if (!result.diagnostics.some(({ code }) => code === 'database-error')) return result
  const diagnostics = await findLeaseLost(context, node)
  return diagnostics === undefined ? result : { ...result, diagnostics }
}

/** Standalone tests that look at one table, in one session. Gives a result for each. */
export async function testSteps(
  context: RunContext,
  nodes: readonly TestNode[],
): Promise<readonly RunResult[]> {
  const started = context.now()
  const { signal, adapter } = context
  try {
    const results = await unbatchedOnFailure(context, (attempt) =>
      withRetries(context, () =>
        adapter.readOnly({ signal }, (session) => runTests(attempt, session, nodes)),
      ),
    )
    await storeFailingRows(context, results, { areRolledBack: false })
    const byId = new Map(results.map((result) => [result.uniqueId, result]))
    // One that could not run has ended the session's transaction: those behind it are asked in another.
    const rest = nodes.filter(({ uniqueId }) => !byId.has(uniqueId))
    const others = rest.length === 0 || signal.aborted ? [] : await testSteps(context, rest)
    for (const result of others) byId.set(result.uniqueId, result)
    const told: RunResult[] = []
    for (const node of nodes) {
      const result = byId.get(node.uniqueId)
      const isStopped = signal.aborted && (result === undefined || result.status === 'error')
      told.push(
        result === undefined || isStopped
          ? stoppedResult(context, node, started)
          : await withColumnsThere(context, node, result),
      )
    }
    return told
  } catch (error) {
    return nodes.map((node) =>
      signal.aborted
        ? stoppedResult(context, node, started)
        : brokenResult(context, node, { started, error }),
    )
  }
}

/** What a run knows of its unit tests before the first; each is taken out once, so that another try looks anew. */
export type UnitTestSurvey = Map<UniqueId, Result<SurveyedTest>>

/** Empty where it cannot be told: then each looks by itself, and says what is wrong. */
export async function surveyUnitTestSteps(
  context: RunContext,
  nodes: readonly UnitTestNode[],
): Promise<UnitTestSurvey> {
  if (nodes.length === 0) return new Map()
  const { surveyUnitTests } = await import('./unit-tests/survey-unit-tests.ts')
  try {
    return new Map(await surveyUnitTests(context, nodes))
  } catch {
    return new Map()
  }
}

export async function unitTestStep(
  context: RunContext,
  node: UnitTestNode,
  survey: UnitTestSurvey = new Map(),
): Promise<StandaloneResult> {
  const started = context.now()
  const stopped = () => ({ result: stoppedResult(context, node, started), fingerprint: undefined })
  try {
    // Loaded now: most runs have none.
    const { runUnitTest } = await import('./unit-tests/run-unit-test.ts')
    const outcome = await withRetries(context, () => {
      const surveyed = survey.get(node.uniqueId)
      survey.delete(node.uniqueId)
      return runUnitTest(context, node, surveyed)
    })
    return outcome.result.status === 'error' && context.signal.aborted ? stopped() : outcome
  } catch (error) {
    if (context.signal.aborted) return stopped()
    return { result: brokenResult(context, node, { started, error }), fingerprint: undefined }
  }
}

export function skippedResult(
  context: RunContext,
  node: Node,
  because: UniqueId | 'interrupted' | 'fail-fast',
): RunResult {
  return {
    uniqueId: node.uniqueId,
    startedAt: context.now().toISOString(),
    elapsedMs: 0,
    status: 'skipped',
    because,
  }
}

/** Why a run stops by itself: the first failure ends it. */
export const failFast = 'fail-fast'

/** Begun, then cancelled and rolled back. */
export function stoppedResult(context: RunContext, node: Node, started: Date): RunResult {
  if (context.signal.reason === failFast) return skippedResult(context, node, failFast)
  return {
    uniqueId: node.uniqueId,
    startedAt: started.toISOString(),
    elapsedMs: context.now().getTime() - started.getTime(),
    status: 'error',
    diagnostics: [
      errorDiagnostic({
        code: 'interrupted',
        message: 'expected to finish, was stopped and rolled back',
        span: node.span,
      }),
    ],
  }
}

export function brokenResult(
  context: RunContext,
  node: Node,
  fault: { readonly started: Date; readonly error: unknown },
): RunResult {
  const { started, error } = fault
  const diagnostics =
    error instanceof StepError
      ? error.diagnostics
      : [
          databaseDiagnostic(context.adapter, error, {
            node,
            manifest: context.manifest,
            sql: '',
            origin: undefined,
          }),
        ]
  return {
    uniqueId: node.uniqueId,
    startedAt: started.toISOString(),
    elapsedMs: context.now().getTime() - started.getTime(),
    status: 'error',
    diagnostics,
  }
}
