/** The one transaction of `--atomic`: every candidate first, built over the others; what takes a lock last. */
import type { Session } from '../../../core/adapter.ts'
import type { SwapRequest } from '../../../core/database/publish-requests.ts'
import {
  isInlined,
  type ModelNode,
  type Node,
  type TestNode,
  type UniqueId,
} from '../../../core/node.ts'
import { type Relation, relationKey } from '../../../core/relation.ts'
import type { RunResult } from '../../../core/run-result.ts'
import { readCursorsOfAll, type ReaderVersion } from '../../../ledger/cursors/cursors.ts'
import type { Publication } from '../../../ledger/runs/node-runs.ts'
import { recordTestResults } from '../../../ledger/runs/test-results.ts'
import { candidateOf } from '../../plan/materializations/materialization.ts'
import type { PlanStep } from '../../plan/plan.ts'
import { type Built, buildNode } from '../publish/build-node.ts'
import { finishNode, versionOf } from '../publish/finish-node.ts'
import type { OwedStatement } from '../hooks/node-hooks.ts'
import { surveyNode } from '../state/node-state.ts'
import { sendComment } from '../hooks/send-comment.ts'
import { openNode } from '../state/open-node.ts'
import { isLeft } from '../publish/publish-node.ts'
import { type Pending, type PublishStep, RolledBack } from '../publish/publish-request.ts'
import { reuseNode } from '../state/reuse-node.ts'
import type { RunContext } from '../run-context.ts'
import { type StrayFaults, strayFaultsOf } from '../typescript/stray-faults.ts'
import { swapRequestOf } from '../run-steps.ts'
import { compileAsking } from '../ask/compile-asking.ts'
import { askerOf, compileContext } from '../data-tests/compile-context.ts'
import { runTest } from '../data-tests/run-test.ts'
import { testRow } from '../data-tests/test-row.ts'

/** What the transaction did; it counts once it is committed. */
export interface Committable {
  readonly results: readonly RunResult[]
  /** By `relationKey`. */
  readonly publications: ReadonlyMap<string, Publication>
  /** Hooks to run when it is committed. */
  readonly owed: ReadonlyMap<UniqueId, readonly OwedStatement[]>
}

export class AtomicTransaction {
  readonly #context: RunContext
  readonly #session: Session
  /** Told whose turn it is: who fails is to blame. */
  readonly #begin: (step: PlanStep) => void
  readonly #standIns = new Map<UniqueId, Relation>()
  readonly #publications = new Map<string, Publication>()
  #readers: readonly ReaderVersion[] = []
  #cursors: Pending['cursors'] | undefined
  readonly #results: RunResult[] = []
  readonly #owed = new Map<UniqueId, readonly OwedStatement[]>()
  readonly #waiting: { readonly built: Built; readonly since: number }[] = []
  /** Of models in TypeScript: they answer until the commit. */
  readonly #strays: { readonly step: PublishStep; readonly strays: StrayFaults }[] = []
  /** Views of candidates, dropped before what they read takes its place. */
  readonly #candidateViews: Relation[] = []

  constructor(context: RunContext, session: Session, begin: (step: PlanStep) => void) {
    this.#context = context
    this.#session = session
    this.#begin = begin
  }

  /** Throws a `StepError` or `RolledBack` for a fault of the step that began last. */
  async run(steps: readonly PlanStep[]): Promise<Committable> {
    try {
      return await this.#runAll(steps)
    } finally {
      for (const { strays } of this.#strays) strays.end()
    }
  }

  async #runAll(steps: readonly PlanStep[]): Promise<Committable> {
    const later = new Set(
      steps.flatMap((step) => (step.kind === 'publish' ? [relationKey(step.node.relation)] : [])),
    )
    this.#readers = readersOf(this.#context, steps)
    for (const step of steps) {
      this.#context.signal.throwIfAborted()
      this.#begin(step)
      sendComment(this.#context, this.#session, step.node)
      await this.#bridge(step.node)
      if (step.kind === 'test') await this.#test(step.node)
      else if (step.kind === 'publish') {
        later.delete(relationKey(step.node.relation))
        await this.#build(step, new Set(later))
      }
    }
    await this.#publishWaiting()
    for (const { step, strays } of this.#strays) {
      this.#begin(step)
      await strays.settle()
    }
    return { results: this.#results, publications: this.#publications, owed: this.#owed }
  }

  async #build(step: PublishStep, rebuiltLater: ReadonlySet<string>): Promise<void> {
    const session = this.#session
    const started = this.#context.now()
    this.#cursors ??= await readCursorsOfAll(session, this.#readers)
    const cursors = this.#cursors
    const pending = { standIns: this.#standIns, publications: this.#publications, cursors }
    const request = { step, tests: step.blockingTests, rebuiltLater }
    const opened = await openNode(this.#context, session, step, pending)
    // A view may be unchanged and read what is about to change: then it needs a candidate all the same.
    if (
      !this.#readsStandIn(step.node) &&
      (await isLeft(this.#context, request, { session, opened }))
    ) {
      const known = { session, started, survey: opened.context, node: opened.survey }
      const { result, tests } = await reuseNode(this.#context, request, known)
      this.#results.push(...tests, result)
      return
    }
    const strays = strayFaultsOf(this.#context.manifest, step.node)
    if (strays !== undefined) this.#strays.push({ step, strays })
    const attempt = { session, started, ran: [], pending, opened, isAtomic: true, strays }
    const built = await buildNode(this.#context, request, attempt)
    const { unit } = built.prepared
    if (!unit.isPublishedLast) return await this.#finish(built)
    this.#standIns.set(step.node.uniqueId, unit.candidate)
    if (unit.effect === 'view') this.#candidateViews.push(unit.candidate)
    const key = relationKey(step.node.relation)
    this.#publications.set(key, pendingPublication(built))
    this.#context.versions.set(key, versionOf(this.#context, built, undefined))
    this.#waiting.push({ built, since: this.#context.now().getTime() })
  }

  async #finish(built: Built): Promise<void> {
    const { node } = built.request.step
    const { publication, owed, tests, result } = await finishNode(this.#context, built)
    if (owed.length > 0) this.#owed.set(node.uniqueId, owed)
    this.#publications.set(relationKey(node.relation), publication)
    this.#results.push(...tests, result)
    this.#context.keep({ kind: 'run', uniqueId: node.uniqueId, sql: built.ran.join(';\n\n') })
  }

  async #publishWaiting(): Promise<void> {
    for (const view of this.#candidateViews.toReversed()) {
      await this.#session.execute(this.#context.adapter.dialect.drop('view', view))
    }
    await this.#lock()
    for (const { built, since } of this.#waiting) {
      this.#begin(built.request.step)
      sendComment(this.#context, this.#session, built.request.step.node)
      const waitedMs = this.#context.now().getTime() - since
      await this.#finish({ ...(await this.#surveyedAgain(built)), waitedMs })
    }
  }

  /** A refill that changed no row has left the version as it was: what reads it is recorded with that. */
  async #surveyedAgain(built: Built): Promise<Built> {
    const { opened } = built
    const { context, survey } = opened
    const components = await surveyNode(context, this.#session, built.request.step.node)
    return { ...built, opened: { ...opened, survey: { ...survey, components } } }
  }

  /** All at once: who holds one lock and waits for the next keeps readers waiting. */
  async #lock(): Promise<void> {
    const swaps: SwapRequest[] = []
    const views: Relation[] = []
    for (const { built } of this.#waiting) {
      const { prepared, columns, request } = built
      const steps = prepared.unit.publish(columns)
      for (const step of steps.ok ? steps.value : []) {
        if (step.kind === 'replace-view') views.push(step.relation)
        if (step.kind === 'swap') swaps.push(swapRequestOf(step, request.rebuiltLater))
      }
    }
    await this.#session.lockForSwap(swaps, views)
  }

  async #test(node: TestNode): Promise<void> {
    const result = await runTest(this.#context, this.#session, node, this.#standIns)
    if (result.status === 'fail' || result.status === 'error') {
      throw new RolledBack({ result, tests: [] })
    }
    await recordTestResults(this.#session, [testRow(this.#context, result)])
    this.#results.push(result)
  }

  /** A view that is not selected would show a later node the tables as they were: it gets a candidate too. */
  async #bridge(node: Node): Promise<void> {
    for (const id of node.dependsOn) {
      const parent = this.#context.manifest.nodes.get(id)
      if (parent?.resourceType !== 'model' || this.#standIns.has(id)) continue
      if (this.#publications.has(relationKey(parent.relation))) continue
      await this.#bridge(parent)
      const isView = parent.materialization.name === 'view'
      if (isView && this.#readsStandIn(parent)) await this.#makeCandidateView(parent)
    }
  }

  #readsStandIn(node: Node): boolean {
    return node.dependsOn.some((id) => {
      if (this.#standIns.has(id)) return true
      const parent = this.#context.manifest.nodes.get(id)
      return parent !== undefined && isInlined(parent) && this.#readsStandIn(parent)
    })
  }

  async #makeCandidateView(view: ModelNode): Promise<void> {
    const compiled = await compileAsking(
      compileContext(this.#context, this.#standIns),
      askerOf(this.#context, this.#session, this.#standIns),
      view,
    )
    // It was published once, so it renders; if it does not, what reads it says so.
    if (!compiled.ok) return
    const candidate = candidateOf(view.relation)
    const { dialect } = this.#context.adapter
    await this.#session.execute(dialect.createView(candidate, compiled.value.sql))
    this.#standIns.set(view.uniqueId, candidate)
    this.#candidateViews.push(candidate)
  }
}

/** Publications of nodes that go on from cursors, as of the beginning of the run: where another has come since, it is asked. */
function readersOf(
  { publications, isFullRefresh }: RunContext,
  steps: readonly PlanStep[],
): readonly ReaderVersion[] {
  if (isFullRefresh) return []
  return steps.flatMap((step) => {
    if (step.kind !== 'publish' || step.node.resourceType !== 'model') return []
    if (step.node.cursorReads.length === 0) return []
    const key = relationKey(step.node.relation)
    const version = publications.get(key)?.version
    return version === undefined ? [] : [{ relationKey: key, version }]
  })
}

/** What the transaction's later nodes go by until the node is finished. */
function pendingPublication({ prepared, epoch, version, rows }: Built): Publication {
  return {
    fingerprint: prepared.unit.fingerprint,
    epoch,
    fencingToken: 0,
    version,
    rowCount: rows,
    dataVersion: undefined,
    identity: undefined,
    components: undefined,
    runId: '',
    finishedAt: '',
  }
}
