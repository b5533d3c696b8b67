/** Runs a Plan: as many nodes at once as there are threads, each in its own transaction; a failure skips what needs it. */
import type { Node, UniqueId } from '../../core/node.ts'
import { relationKey } from '../../core/relation.ts'
import type { RunResult } from '../../core/run-result.ts'
import { type Plan, type PlanStep, stepCount } from '../plan/plan.ts'
import { mayBeBatched } from '../plan/data-tests/test-batch.ts'
import type { PublishStep } from './publish/publish-request.ts'
import { quietly, recordStandaloneTests, type StandaloneResult } from './record-results.ts'
import { runAtomic } from './atomic/run-atomic.ts'
import type { RunContext } from './run-context.ts'
import { failFast, skippedResult, publishStep, testSteps, unitTestStep } from './run-step.ts'

type TestStep = Extract<PlanStep, { readonly kind: 'test' }>

/** In order of finishing; nodes that never began are last, as skipped. */
export async function runPlan(plan: Plan, context: RunContext): Promise<readonly RunResult[]> {
  if (context.isAtomic) return await runAtomic(plan, context)
  const stopper = new AbortController()
  const signal = AbortSignal.any([context.signal, stopper.signal])
  const schedule = new Schedule(plan, { ...context, signal }, stopper)
  const workers = Array.from({ length: Math.max(1, context.threads) }, (_, index) => index + 1)
  await Promise.all(workers.map((worker) => schedule.work(worker)))
  schedule.skipRest()
  await recordStandaloneTests(context, schedule.standaloneResults)
  const schemas = new Set(schedule.publishedSchemas)
  if (schemas.size > 0) {
    const drop = () => context.adapter.dropDetached([...schemas])
    await quietly(context, drop, 'tables left behind by swaps were not dropped')
  }
  return schedule.results
}

/** Nothing of it is run: all of it is skipped because of what failed before, or of a stop. */
export function skipPlan(
  plan: Plan,
  context: RunContext,
  because: UniqueId | 'interrupted',
): readonly RunResult[] {
  const schedule = new Schedule(plan, context, new AbortController())
  schedule.skipRest(because)
  return schedule.results
}

/**
 * What is waiting, running and done.
 *
 *     waiting --(needs and after ended)--> ready --> running --> ended
 *        \--(a need failed or was skipped)------------------------^ skipped
 */
class Schedule {
  readonly results: RunResult[] = []
  readonly standaloneResults: StandaloneResult[] = []
  readonly publishedSchemas: string[] = []
  readonly #context: RunContext
  readonly #stopper: AbortController
  readonly #total: number
  readonly #waiting = new Map<UniqueId, { readonly step: PlanStep; open: number }>()
  readonly #followers = new Map<UniqueId, UniqueId[]>()
  readonly #ready: PlanStep[] = []
  /** Nodes that failed or were skipped, with the node that is to blame. */
  readonly #blame = new Map<UniqueId, UniqueId>()
  readonly #toBePublished = new Set<string>()
  readonly #workers = new Map<UniqueId, number>()
  #running = 0
  #wake: (() => void)[] = []

  constructor(plan: Plan, context: RunContext, stopper: AbortController) {
    this.#context = context
    this.#stopper = stopper
    this.#total = stepCount(plan)
    const ids = new Set(plan.steps.map((step) => step.node.uniqueId))
    for (const step of plan.steps) {
      const before = [...new Set([...step.needs, ...step.after])].filter((id) => ids.has(id))
      for (const id of before) {
        const followers = this.#followers.get(id)
        if (followers === undefined) this.#followers.set(id, [step.node.uniqueId])
        else followers.push(step.node.uniqueId)
      }
      if (before.length === 0) this.#ready.push(step)
      else this.#waiting.set(step.node.uniqueId, { step, open: before.length })
      if (step.kind === 'publish') this.#toBePublished.add(relationKey(step.node.relation))
    }
  }

  /** One worker: takes what is ready until nothing is ready, running or waiting. */
  async work(worker: number): Promise<void> {
    for (;;) {
      if (this.#context.signal.aborted) return
      const step = this.#ready.shift()
      if (step !== undefined) {
        await this.#run(step, worker)
        continue
      }
      if (this.#running === 0) return
      await new Promise<void>((resolve) => this.#wake.push(resolve))
    }
  }

  /** After a stop: what never began. */
  skipRest(culprit?: UniqueId | 'interrupted'): void {
    const because = culprit ?? (this.#stopper.signal.aborted ? 'fail-fast' : 'interrupted')
    const rest = [...this.#ready, ...[...this.#waiting.values()].map(({ step }) => step)]
    for (const step of rest) this.#skip(step, because)
  }

  async #run(step: PlanStep, worker: number): Promise<void> {
    this.#running += 1
    try {
      const { node } = step
      const culprit = this.#culpritOf(step.needs)
      if (culprit !== undefined) this.#skip(step, culprit)
      else {
        this.#begin(node, worker)
        if (step.kind === 'publish') await this.#publish(step)
        else if (step.kind === 'test') await this.#test(step, worker)
        else this.#finishTest(await unitTestStep(this.#context, step.node))
      }
      this.#release(node.uniqueId)
    } finally {
      this.#running -= 1
      for (const wake of this.#wake.splice(0)) wake()
    }
  }

  #begin(node: Node, worker: number): void {
    this.#workers.set(node.uniqueId, worker)
    const index = this.results.length + 1
    this.#context.emit({ type: 'node-started', node, index, total: this.#total })
  }

  /** With those that are ready too and look at the same nodes: they may be one scan. */
  async #test(first: TestStep, worker: number): Promise<void> {
    const parents = JSON.stringify(first.node.dependsOn)
    const isAlone = this.#context.failFast || !mayBeBatched(first.node)
    const others = this.#ready.filter(
      (step): step is TestStep =>
        step.kind === 'test' &&
        mayBeBatched(step.node) &&
        JSON.stringify(step.node.dependsOn) === parents,
    )
    const joined = (isAlone ? [] : others).filter(
      ({ needs }) => this.#culpritOf(needs) === undefined,
    )
    for (const step of joined) this.#ready.splice(this.#ready.indexOf(step), 1)
    for (const { node } of joined) this.#begin(node, worker)
    const steps = [first, ...joined]
    const results = await testSteps(
      this.#context,
      steps.map(({ node }) => node),
    )
    for (const [index, step] of steps.entries()) {
      const result = results[index]
      if (result !== undefined) this.#finishTest({ result, fingerprint: undefined })
      if (step !== first) this.#release(step.node.uniqueId)
    }
  }

  async #publish(step: PublishStep): Promise<void> {
    this.#toBePublished.delete(relationKey(step.node.relation))
    const runnable = step.blockingTests.filter((test) => this.#culpritOf(test.needs) === undefined)
    const { result, tests } = await publishStep(this.#context, {
      step,
      tests: runnable,
      rebuiltLater: this.#toBePublished,
    })
    const isPublished =
      result.status === 'partial success' ||
      (result.status === 'error' && result.isPublished === true)
    if (result.status === 'success' || isPublished)
      this.publishedSchemas.push(step.node.relation.schema)
    const ran = new Map(tests.map((test) => [test.uniqueId, test]))
    const all = step.blockingTests.map(({ node, needs }) => {
      const because = this.#culpritOf(needs) ?? step.node.uniqueId
      return ran.get(node.uniqueId) ?? skippedResult(this.#context, node, because)
    })
    this.#finish(result, all)
  }

  #finishTest(ended: StandaloneResult): void {
    this.standaloneResults.push(ended)
    this.#finish(ended.result, [])
  }

  /** The tests that decided about a node are reported before it. */
  #finish(own: RunResult, tests: readonly RunResult[]): void {
    for (const test of tests) this.#report(test, own.uniqueId)
    this.#report(own)
    const failures: readonly RunResult['status'][] = ['error', 'fail', 'partial success']
    const hasFailed = [own, ...tests].some(({ status }) => failures.includes(status))
    if (isBad(own) && !goesOn(this.#context.manifest.nodes.get(own.uniqueId), own))
      this.#blame.set(own.uniqueId, own.uniqueId)
    if (hasFailed && this.#context.failFast) this.#stopper.abort(failFast)
  }

  #skip(step: PlanStep, because: UniqueId | 'interrupted' | 'fail-fast'): void {
    const { node } = step
    const culprit = because === 'interrupted' || because === 'fail-fast' ? node.uniqueId : because
    this.#blame.set(node.uniqueId, culprit)
    const tests = step.kind === 'publish' ? step.blockingTests : []
    for (const test of tests) {
      this.#report(skippedResult(this.#context, test.node, because), node.uniqueId)
    }
    this.#report(skippedResult(this.#context, node, because))
  }

  #report(found: RunResult, decides?: UniqueId): void {
    const worker = this.#workers.get(decides ?? found.uniqueId)
    const result = worker === undefined ? found : { ...found, worker }
    this.results.push(result)
    const node = this.#context.manifest.nodes.get(result.uniqueId)
    if (node === undefined) return
    this.#context.emit({
      type: 'node-finished',
      node,
      result,
      index: this.results.length,
      total: this.#total,
      ...(decides === undefined ? {} : { decides }),
    })
  }

  #culpritOf(needs: readonly UniqueId[]): UniqueId | undefined {
    const id = needs.find((need) => this.#blame.has(need))
    return id === undefined ? undefined : this.#blame.get(id)
  }

  #release(id: UniqueId): void {
    for (const follower of this.#followers.get(id) ?? []) {
      const waiting = this.#waiting.get(follower)
      if (waiting === undefined) continue
      waiting.open -= 1
      if (waiting.open > 0) continue
      this.#waiting.delete(follower)
      this.#ready.push(waiting.step)
    }
  }
}

/** `on_error: continue`: what reads the node goes on with the table that is there. */
function goesOn(node: Node | undefined, { status }: RunResult): boolean {
  return status === 'error' && node?.config['on_error'] === 'continue'
}

function isBad(result: RunResult): boolean {
  return ['error', 'fail', 'skipped', 'partial success'].includes(result.status)
}
