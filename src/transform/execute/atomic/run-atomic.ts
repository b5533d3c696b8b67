/** Runs a whole Plan in one transaction: readers see all of it or nothing. */
import { hasHooks } from '../../../core/node/hook.ts'
import { isReferable, type Node, type UniqueId } from '../../../core/node.ts'
import type { RunResult } from '../../../core/run-result.ts'
import { nodesOfStep, type Plan, type PlanStep, stepCount } from '../../plan/plan.ts'
import { blamingItself, JoinedWorkError } from './joined-work.ts'
import { AtomicTransaction, type Committable } from './atomic-transaction.ts'
import { runAfterCommit } from '../hooks/after-commit.ts'
import { runBeforeBegin } from '../hooks/node-hooks.ts'
import { storeFailingRows } from '../data-tests/failing-rows.ts'
import { unbatchedOnFailure } from '../data-tests/run-tests.ts'
import { inputsOf } from '../publish/node-inputs.ts'
import { whatItSays } from '../publish/publish-node.ts'
import { type Published, RolledBack } from '../publish/publish-request.ts'
import { recordFailure, recordStandaloneTests, type StandaloneResult } from '../record-results.ts'
import type { RunContext } from '../run-context.ts'
import { isCommitted } from '../publish/settle-commit.ts'
import {
  brokenResult,
  skippedResult,
  stoppedResult,
  surveyUnitTestSteps,
  testSteps,
  unitTestStep,
} from '../run-step.ts'
import { withRetries } from '../with-retries.ts'

/** What was rolled back is skipped and names what failed. */
export async function runAtomic(plan: Plan, context: RunContext): Promise<readonly RunResult[]> {
  const isLate = (step: PlanStep) => step.kind === 'test' && step.node.severity === 'warn'
  const joined = plan.steps.filter((step) => step.kind !== 'unit_test' && !isLate(step))
  const reporter = new Reporter(context, stepCount(plan))
  const failed = await runUnitTests(context, plan.steps, reporter)
  const results =
    failed === undefined
      ? await runJoined(context, joined, reporter)
      : { all: skippedSteps(context, joined, failed), culprit: failed }
  await storeFailingRows(context, results.all, { areRolledBack: results.culprit !== undefined })
  reporter.finish(results.all, joined)
  await runWarnings(context, plan.steps.filter(isLate), {
    reporter,
    because: results.culprit,
  })
  return reporter.results
}

/** They need nothing of the transaction: one that fails keeps it from being begun. Gives the first that failed. */
async function runUnitTests(
  context: RunContext,
  steps: readonly PlanStep[],
  reporter: Reporter,
): Promise<UniqueId | undefined> {
  const results: StandaloneResult[] = []
  const unitTests = steps.filter((step) => step.kind === 'unit_test')
  const survey = await surveyUnitTestSteps(
    context,
    unitTests.map(({ node }) => node),
  )
  for (const step of unitTests) {
    reporter.begin(step)
    const standalone = await unitTestStep(context, step.node, survey)
    results.push(standalone)
    reporter.finish([standalone.result], [step])
  }
  await recordStandaloneTests(context, results)
  return results.find(({ result }) => result.status === 'fail' || result.status === 'error')?.result
    .uniqueId
}

function skippedSteps(
  context: RunContext,
  steps: readonly PlanStep[],
  because: UniqueId,
): readonly RunResult[] {
  return steps
    .flatMap((step) => [
      ...(step.kind === 'publish' ? step.blockingTests.map(({ node }) => node) : []),
      step.node,
    ])
    .map((node) => skippedResult(context, node, because))
}

interface Joined {
  readonly all: readonly RunResult[]
  /** undefined: everything is committed. */
  readonly culprit: UniqueId | 'interrupted' | undefined
}

async function runJoined(
  context: RunContext,
  steps: readonly PlanStep[],
  reporter: Reporter,
): Promise<Joined> {
  const { signal, adapter } = context
  const nodes = steps.flatMap(nodesOfStep)
  const inputs = inputsOf(context.manifest, nodes)
  const begin = (step: PlanStep) => reporter.begin(step)
  let finished: Committable | undefined
  const published = async ({ results, publications, owed }: Committable): Promise<Joined> => {
    for (const [key, publication] of publications) context.publications.set(key, publication)
    return { all: await runAllOwed(context, results, owed), culprit: undefined }
  }
  const attempt = (trying: RunContext) => {
    finished = undefined
    context.versions.clear()
    return adapter.transaction({ signal, inputs }, async (session) => {
      const { joined } = context
      const isRetryable = (error: unknown) => adapter.explainError(error).retryable
      await blamingItself(isRetryable, async () => joined?.before(session, context.run.tokens))
      const committable = await new AtomicTransaction(trying, session, begin).run(steps)
      await blamingItself(isRetryable, async () => joined?.after(session))
      finished = committable
      return finished
    })
  }
  try {
    for (const step of steps) {
      if (step.kind !== 'publish' || !hasHooks(step.node.hooks)) continue
      begin(step)
      await runBeforeBegin(context, { step }, [])
    }
    const done = await unbatchedOnFailure(context, (trying) =>
      withRetries(context, () => mending(context, () => attempt(trying))),
    )
    return await published(done)
  } catch (error) {
    if (error instanceof JoinedWorkError && !signal.aborted) throw error
    const keys = [...(finished?.publications.keys() ?? [])]
    if (finished !== undefined && (await isCommitted(context, error, keys))) {
      return await published(finished)
    }
    return await afterRollback(context, nodes, { current: reporter.current, error })
  }
}

/** Again as long as what has joined the transaction finds what to leave out. */
async function mending<T>({ joined, signal }: RunContext, attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof JoinedWorkError) || signal.aborted) throw error
      if (!(await joined?.mend?.(error.cause))) throw error
    }
  }
}

/** One node's after the other's, in the order of publishing; each failure is its node's. */
async function runAllOwed(
  context: RunContext,
  results: readonly RunResult[],
  owed: Committable['owed'],
): Promise<readonly RunResult[]> {
  const settled: RunResult[] = []
  for (const result of results) {
    const node = context.manifest.nodes.get(result.uniqueId)
    const hooks = owed.get(result.uniqueId)
    if (hooks === undefined || node === undefined || !isReferable(node)) {
      settled.push(result)
      continue
    }
    settled.push(await runAfterCommit(context, { node, owed: hooks, result }, []))
  }
  return settled
}

interface Failure {
  readonly current: Current | undefined
  readonly error: unknown
}

/** What the culprit has to say; all others are skipped because of it. */
async function afterRollback(
  context: RunContext,
  nodes: readonly Node[],
  { current, error }: Failure,
): Promise<Joined> {
  if (current === undefined) {
    // What has joined was stopped before the first node.
    if (!context.signal.aborted) throw error
    const all = nodes.map((node) => skippedResult(context, node, 'interrupted'))
    return { all, culprit: 'interrupted' }
  }
  const { step } = current
  const culprit = context.signal.aborted ? 'interrupted' : step.node.uniqueId
  const said = sayFailure(context, current, error)
  if (step.kind === 'publish') await recordFailure(context, step.node, said)
  const failed = [...said.tests, said.result]
  const known = new Set(failed.map((result) => result.uniqueId))
  const others = nodes.filter((node) => !known.has(node.uniqueId))
  return {
    all: [...failed, ...others.map((node) => skippedResult(context, node, culprit))],
    culprit,
  }
}

function sayFailure(context: RunContext, { step, started }: Current, error: unknown): Published {
  if (context.signal.aborted) {
    return { result: stoppedResult(context, step.node, started), tests: [] }
  }
  if (error instanceof RolledBack) return error.published
  if (step.kind === 'publish') {
    const request = { step, tests: step.blockingTests, rebuiltLater: new Set<string>() }
    try {
      return whatItSays(context, request, { error, started })
    } catch {
      // Not a fault of the node's own: told as the database's, below.
    }
  }
  return { result: brokenResult(context, step.node, { started, error }), tests: [] }
}

/** They block nothing, so they look at what is committed. */
async function runWarnings(
  context: RunContext,
  steps: readonly PlanStep[],
  { reporter, because }: { readonly reporter: Reporter; readonly because: Joined['culprit'] },
): Promise<void> {
  const results: StandaloneResult[] = []
  for (const step of steps) {
    if (step.kind !== 'test') continue
    reporter.begin(step)
    const asked =
      because === undefined
        ? await testSteps(context, [step.node])
        : [skippedResult(context, step.node, because)]
    results.push(...asked.map((result) => ({ result, fingerprint: undefined })))
    reporter.finish(asked, [step])
  }
  await recordStandaloneTests(context, results)
}

interface Current {
  readonly step: PlanStep
  readonly started: Date
}

/** Nodes begin when their turn comes; all of them are finished when the transaction is. */
class Reporter {
  readonly results: RunResult[] = []
  readonly #context: RunContext
  readonly #total: number
  readonly #begun = new Set<UniqueId>()
  #current: Current | undefined

  constructor(context: RunContext, total: number) {
    this.#context = context
    this.#total = total
  }

  get current(): Current | undefined {
    return this.#current
  }

  begin(step: PlanStep): void {
    this.#current = { step, started: this.#context.now() }
    const { node } = step
    if (this.#begun.has(node.uniqueId)) return
    this.#begun.add(node.uniqueId)
    const index = this.#begun.size
    this.#context.emit({ type: 'node-started', node, index, total: this.#total })
  }

  /** A test that decides about a node is told as deciding about it. */
  finish(results: readonly RunResult[], steps: readonly PlanStep[]): void {
    // What fails from here on is not this step's.
    this.#current = undefined
    const owners = new Map(
      steps.flatMap((step) =>
        step.kind === 'publish'
          ? step.blockingTests.map((test) => [test.node.uniqueId, step.node.uniqueId] as const)
          : [],
      ),
    )
    for (const result of results) {
      this.results.push(result)
      const node = this.#context.manifest.nodes.get(result.uniqueId)
      if (node === undefined) continue
      const decides = owners.get(result.uniqueId)
      this.#context.emit({
        type: 'node-finished',
        node,
        result,
        index: this.results.length,
        total: this.#total,
        ...(decides === undefined ? {} : { decides }),
      })
    }
  }
}
