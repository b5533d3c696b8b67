/** The first half of publishing a node: the candidate is built beside and tested; nothing takes a lock that readers feel. */
import { type Session, stateOf } from '../../core/adapter.ts'
import { errorDiagnostic } from '../../core/diagnostic.ts'
import type { UniqueId } from '../../core/node.ts'
import { type Column, type Relation, relationKey } from '../../core/relation.ts'
import type { RunResult } from '../../core/run-result.ts'
import { type Publication, readPublications } from '../../ledger/node-runs.ts'
import { passedOnFrom } from '../plan/followers.ts'
import type { PublishUnit } from '../plan/publish-unit.ts'
import { continueEpoch } from './continue-epoch.ts'
import { StepError } from './database-diagnostic.ts'
import { type Prepared, prepareNode } from './prepare-node.ts'
import {
  failedResult,
  type Pending,
  type PublishRequest,
  type PublishStep,
  RolledBack,
} from './publish-request.ts'
import type { RunContext } from './run-context.ts'
import { runSteps, type StepRunner } from './run-steps.ts'
import { runTest } from './run-test.ts'

export interface Attempt {
  readonly session: Session
  readonly started: Date
  /** Statements as they ran, for target/run. */
  readonly ran: string[]
  readonly pending: Pending
  /** The transaction is shared with other nodes. */
  readonly isAtomic: boolean
}

/** A candidate that has passed its tests. */
export interface Built extends Attempt {
  readonly request: PublishRequest
  readonly prepared: Prepared
  readonly runner: StepRunner
  readonly rows: number | undefined
  /** Of the candidate or batch. */
  readonly columns: readonly Column[]
  readonly tests: readonly RunResult[]
  readonly epoch: string
  /** This will be the n-th publication. */
  readonly version: number
}

/** Throws a `StepError` or `RolledBack` for a fault of the node. */
export async function buildNode(
  context: RunContext,
  request: PublishRequest,
  attempt: Attempt,
): Promise<Built> {
  const { session, ran, pending } = attempt
  const { node } = request.step
  const existing =
    context.state === undefined
      ? await session.describe(node.relation)
      : stateOf(context.state, node.relation)
  const publications = await knownPublications(context, session, request.step, pending)
  const prepared = await prepareNode(
    {
      manifest: context.manifest,
      dialect: context.adapter.dialect,
      publications,
      standIns: pending.standIns,
      invocationId: context.run.runId,
      runStartedAt: context.runStartedAt,
      isFullRefresh: context.isFullRefresh,
      backfill: context.backfill,
      isAtomic: attempt.isAtomic,
    },
    session,
    { node, existing, hasTests: request.tests.length > 0 },
  )
  if (!prepared.ok) throw new StepError(prepared.diagnostics)
  say(context, request.step, prepared.value)
  const { unit } = prepared.value
  const runner: StepRunner = {
    adapter: context.adapter,
    session,
    node,
    ran,
    rebuiltLater: request.rebuiltLater,
  }
  const rows = await runSteps(runner, unit.build)
  const built = { ...attempt, request, prepared: prepared.value, runner, rows }
  const tests = unit.testsRun === 'before-publish' ? await testCandidate(context, built) : []
  const columns = await candidateColumns(context, session, request.step, unit)
  const last = publications.get(relationKey(node.relation))
  const version = (last?.version ?? 0) + 1
  const publishing = { node, unit, existing, last, version, columns }
  const epoch = await continueEpoch(context, session, publishing)
  return { ...built, tests, columns, epoch, version }
}

/**
 * What the ledger says now of the node and of what it follows: another run may have published an upstream since this one
 * began. Only asked where it matters.
 */
async function knownPublications(
  context: RunContext,
  session: Session,
  { node }: PublishStep,
  pending: Pending,
): Promise<ReadonlyMap<string, Publication>> {
  if (node.resourceType !== 'model' || node.cursorReads.length === 0) {
    if (pending.publications.size === 0) return context.publications
    return new Map([...context.publications, ...pending.publications])
  }
  const { manifest } = context
  const upstreams = node.cursorReads.flatMap((read) => {
    const upstream = manifest.nodes.get(read.upstream)
    return upstream === undefined ? [] : passedOnFrom(manifest, upstream)
  })
  const keys = [...new Set(upstreams)].flatMap((id) => {
    const upstream = manifest.nodes.get(id)
    return upstream !== undefined && 'relation' in upstream ? [relationKey(upstream.relation)] : []
  })
  const now = await readPublications(session, [relationKey(node.relation), ...keys])
  return new Map([...context.publications, ...now, ...pending.publications])
}

function say(context: RunContext, { node }: PublishStep, { compiled }: Prepared): void {
  if (compiled === undefined) return
  for (const { message } of compiled.logs) {
    context.emit({ type: 'log', message, node: node.name })
  }
  context.keep({ kind: 'compiled', uniqueId: node.uniqueId, sql: compiled.sql })
}

/** Asked only where something is decided by them. */
async function candidateColumns(
  context: RunContext,
  session: Session,
  { node }: PublishStep,
  unit: PublishUnit,
): Promise<readonly Column[]> {
  const isAsked = unit.batch !== undefined || context.followers.has(node.uniqueId)
  if (!isAsked || unit.effect === 'view') return []
  return (await session.describe(unit.batch ?? unit.candidate))?.columns ?? []
}

/** Throws `RolledBack` when one fails. */
export async function testCandidate(
  context: RunContext,
  built: Pick<Built, 'request' | 'session' | 'prepared' | 'started' | 'pending'>,
): Promise<readonly RunResult[]> {
  const { request, session, prepared, pending } = built
  const standIns = new Map<UniqueId, Relation>([
    ...pending.standIns,
    [request.step.node.uniqueId, prepared.unit.candidate],
  ])
  const results: RunResult[] = []
  for (const { node } of request.tests) {
    const result = await runTest(context, session, node, standIns)
    results.push(result)
    // A statement that the database refused has aborted the transaction: nothing more can be asked of it.
    if (result.status === 'error') break
  }
  stopOnFailure(context, built, results)
  return results
}

function stopOnFailure(
  context: RunContext,
  { request, prepared, started }: Pick<Built, 'request' | 'prepared' | 'started'>,
  tests: readonly RunResult[],
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
  const compiledCode = prepared.compiled?.sql
  const result = failedResult(context, request.step, {
    started,
    diagnostics: [diagnostic],
    compiledCode,
  })
  throw new RolledBack({ result, tests })
}
