/** One node, published in one transaction: build beside, test the candidate, swap, ledger row; or nothing of it. */
import { type RelationState, type Session, stateOf } from '../../core/adapter.ts'
import type { Diagnostic } from '../../core/diagnostic.ts'
import { errorDiagnostic } from '../../core/diagnostic.ts'
import type { UniqueId } from '../../core/node.ts'
import { type Relation, relationKey } from '../../core/relation.ts'
import { failure, type Result, success } from '../../core/result.ts'
import type { RunResult } from '../../core/run-result.ts'
import { recordNodeRun } from '../../ledger/node-runs.ts'
import { recordTestResults } from '../../ledger/test-results.ts'
import { takeToken } from '../../ledger/runs.ts'
import { compileNode } from '../plan/compile-node.ts'
import { addsBatch, isFullRefresh, makePublishUnit } from '../plan/make-publish-unit.ts'
import { planSeed } from '../plan/materializations/seed.ts'
import type { BlockingTest, PlanStep } from '../plan/plan.ts'
import type { PublishUnit } from '../plan/publish-unit.ts'
import { StepError } from './database-diagnostic.ts'
import { decideEpoch } from './decide-epoch.ts'
import { inputsOf, inputsSignature } from './node-inputs.ts'
import type { RunContext } from './run-context.ts'
import { runSteps, type StepRunner } from './run-steps.ts'
import { compileContext, runTest } from './run-test.ts'
import { testRow } from './test-row.ts'

export type PublishStep = Extract<PlanStep, { readonly kind: 'publish' }>

export interface PublishRequest {
  readonly step: PublishStep
  /** The step's tests whose other nodes are in order. */
  readonly tests: readonly BlockingTest[]
  /** `relationKey`s that a later step of this run makes again. */
  readonly rebuiltLater: ReadonlySet<string>
}

export interface Published {
  readonly result: RunResult
  readonly tests: readonly RunResult[]
}

/** Thrown inside the transaction so that it rolls back, with what the node has to say. */
class RolledBack extends Error {
  readonly published: Published
  constructor(published: Published) {
    super('rolled back')
    this.name = 'RolledBack'
    this.published = published
  }
}

/** Never throws for a fault of the node; a retryable one goes up, since another try may pass. */
export async function publishNode(
  context: RunContext,
  request: PublishRequest,
): Promise<Published> {
  const { node } = request.step
  const started = context.now()
  const ran: string[] = []
  const inputs = inputsOf(context.manifest, [node, ...request.tests.map((test) => test.node)])
  try {
    return await context.adapter.transaction({ signal: context.signal, inputs }, (session) =>
      publishInTransaction(context, request, { session, started, ran }),
    )
  } catch (error) {
    if (error instanceof RolledBack) return error.published
    if (!(error instanceof StepError)) throw error
    return {
      result: failed(context, request, { started, diagnostics: error.diagnostics }),
      tests: [],
    }
  } finally {
    context.keep({ kind: 'run', uniqueId: node.uniqueId, sql: ran.join(';\n\n') })
  }
}

interface Attempt {
  readonly session: Session
  readonly started: Date
  readonly ran: string[]
}

async function publishInTransaction(
  context: RunContext,
  request: PublishRequest,
  attempt: Attempt,
): Promise<Published> {
  const { session, started, ran } = attempt
  const { node } = request.step
  const key = relationKey(node.relation)
  const fencingToken = await takeToken(session, key, context.run)
  const existing =
    context.state === undefined
      ? await session.describe(node.relation)
      : stateOf(context.state, node.relation)
  const prepared = await prepareUnit(context, request, session, existing)
  if (!prepared.ok) throw new StepError(prepared.diagnostics)
  const { unit, compiledCode } = prepared.value
  const runner: StepRunner = {
    adapter: context.adapter,
    session,
    node,
    ran,
    rebuiltLater: request.rebuiltLater,
  }
  ran.push('begin')
  const rows = await runSteps(runner, unit.build)
  const tests = (): Promise<readonly RunResult[]> => runTests(context, request, session, unit)
  const before = unit.testsRun === 'before-publish' ? await tests() : []
  stopOnFailure(context, request, { started, compiledCode, tests: before })
  await publish(runner, unit)
  const after = unit.testsRun === 'after-publish' ? await tests() : []
  stopOnFailure(context, request, { started, compiledCode, tests: after })
  const finished = context.now()
  const message = pastTense(unit.action)
  await recordNodeRun(session, {
    runId: context.run.runId,
    uniqueId: node.uniqueId,
    relation: node.relation,
    status: 'success',
    fingerprint: unit.fingerprint,
    rowCount: rows,
    epoch: await decideEpoch(context, session, { relationKey: key, unit, existing }),
    fencingToken,
    startedAt: started.toISOString(),
    finishedAt: finished.toISOString(),
    message,
  })
  const tested = [...before, ...after]
  await recordTestResults(
    session,
    tested.map((test) => testRow(context, test)),
  )
  ran.push('commit')
  return {
    result: {
      uniqueId: node.uniqueId,
      startedAt: started.toISOString(),
      elapsedMs: finished.getTime() - started.getTime(),
      status: 'success',
      rows,
      message,
      ...(compiledCode === undefined ? {} : { compiledCode }),
    },
    tests: tested,
  }
}

async function publish(runner: StepRunner, unit: PublishUnit): Promise<void> {
  const { session, node } = runner
  const built = unit.batch === undefined ? undefined : await session.describe(unit.batch)
  const steps = unit.publish(built?.columns ?? [])
  if (!steps.ok)
    throw new StepError(steps.diagnostics.map((fault) => ({ span: node.span, ...fault })))
  await runSteps(runner, steps.value)
}

async function prepareUnit(
  context: RunContext,
  { step, tests }: PublishRequest,
  session: Session,
  existing: RelationState | undefined,
): Promise<Result<{ readonly unit: PublishUnit; readonly compiledCode: string | undefined }>> {
  const { node } = step
  const { dialect } = context.adapter
  if (node.resourceType === 'seed') {
    const file = context.manifest.project.seeds.find((seed) => seed.path === node.path)
    // Loaded now: most runs have no seeds, and reading CSV takes a package.
    const { readSeed } = await import('./read-seed.ts')
    const content = readSeed(node, file?.text ?? '', dialect)
    if (!content.ok) return content
    const { rows, ...rest } = content.value
    const unit = planSeed({ node, dialect, existing, ...rest, rows: () => streamOf(rows) })
    return success({ unit, compiledCode: undefined })
  }
  const fullRefresh = isFullRefresh(node, context.isFullRefresh)
  const isIncremental = addsBatch(node, existing, fullRefresh)
  const compiled = compileNode(compileContext(context, new Map(), isIncremental), node)
  if (!compiled.ok) return compiled
  for (const { message } of compiled.value.logs) {
    context.emit({ type: 'log', message, node: node.name })
  }
  if (compiled.value.sql === '') {
    return failure([
      errorDiagnostic({
        code: 'empty-model',
        message: 'expected a SELECT, found nothing after rendering',
        span: node.span,
      }),
    ])
  }
  context.keep({ kind: 'compiled', uniqueId: node.uniqueId, sql: compiled.value.sql })
  const unit = makePublishUnit(node, {
    relation: node.relation,
    compiled: compiled.value,
    dialect,
    existing,
    lastFingerprint: context.publications.get(relationKey(node.relation))?.fingerprint,
    inputsSignature: await inputsSignature(context, session, node),
    isFullRefresh: fullRefresh,
    hasTests: tests.length > 0,
  })
  return success({ unit, compiledCode: compiled.value.sql })
}

async function* streamOf<T>(rows: readonly T[]): AsyncIterable<T> {
  yield* rows
}

async function runTests(
  context: RunContext,
  { step, tests }: PublishRequest,
  session: Session,
  unit: PublishUnit,
): Promise<readonly RunResult[]> {
  const standIns = new Map<UniqueId, Relation>([[step.node.uniqueId, unit.candidate]])
  const results: RunResult[] = []
  for (const { node } of tests) {
    const result = await runTest(context, session, node, standIns)
    results.push(result)
    // A statement that the database refused has aborted the transaction: nothing more can be asked of it.
    if (result.status === 'error') break
  }
  return results
}

interface Tested {
  readonly started: Date
  readonly compiledCode: string | undefined
  readonly tests: readonly RunResult[]
}

function stopOnFailure(
  context: RunContext,
  request: PublishRequest,
  { started, compiledCode, tests }: Tested,
): void {
  const bad = tests.filter((test) => test.status === 'fail' || test.status === 'error')
  if (bad.length === 0) return
  const nodes = bad.flatMap((test) => context.manifest.nodes.get(test.uniqueId) ?? [])
  const broken = bad.filter((test) => test.status === 'error').length
  const found = broken === bad.length ? `${broken} that could not run` : `${bad.length} failing`
  const diagnostic = errorDiagnostic({
    code: 'test-failed',
    message: `expected every test to pass, found ${found}: ${nodes.map((node) => node.name).join(', ')}`,
    span: nodes[0]?.span,
    hint: 'not published; what was there before is still in place',
  })
  const result = failed(context, request, { started, diagnostics: [diagnostic], compiledCode })
  throw new RolledBack({ result, tests })
}

function failed(
  context: RunContext,
  { step }: PublishRequest,
  fault: {
    readonly started: Date
    readonly diagnostics: readonly Diagnostic[]
    readonly compiledCode?: string | undefined
  },
): RunResult {
  return {
    uniqueId: step.node.uniqueId,
    startedAt: fault.started.toISOString(),
    elapsedMs: context.now().getTime() - fault.started.getTime(),
    status: 'error',
    diagnostics: fault.diagnostics,
    ...(fault.compiledCode === undefined ? {} : { compiledCode: fault.compiledCode }),
  }
}

const pastTenses: Readonly<Record<string, string>> = {
  'create view': 'created view',
  'replace view': 'replaced view',
  'create table': 'created table',
  'replace table': 'replaced table',
  'load seed': 'loaded seed',
  'reload seed': 'reloaded seed',
  append: 'appended',
  merge: 'merged',
  'delete+insert': 'deleted and inserted',
}

function pastTense(action: string): string {
  return pastTenses[action] ?? action
}
