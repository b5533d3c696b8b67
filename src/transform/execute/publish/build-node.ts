/** The first half of publishing a node: the candidate is built beside and tested; nothing takes a lock that readers feel. */
import { errorDiagnostic } from '../../../core/diagnostic.ts'
import type { Session } from '../../../core/adapter.ts'
import type { UniqueId } from '../../../core/node.ts'
import type { Column, Relation } from '../../../core/relation.ts'
import type { RunResult } from '../../../core/run-result.ts'
import type { PublishUnit } from '../../plan/publish-unit.ts'
import { runTests } from '../data-tests/run-tests.ts'
import { codeChangedWarning } from '../state/code-changed.ts'
import { continueEpoch } from '../cursors/continue-epoch.ts'
import { StepError } from '../database-diagnostic.ts'
import { sendComment } from '../hooks/send-comment.ts'
import { runBeforeBuild } from '../hooks/node-hooks.ts'
import type { OpenedNode } from '../state/open-node.ts'
import type { Prepared } from '../prepare/prepare-context.ts'
import { prepareNode } from '../prepare/prepare-node.ts'
import type { Pending, PublishRequest, PublishStep } from './publish-request.ts'
import type { RunContext } from '../run-context.ts'
import { runSteps, type StepCounts, stepsOf } from '../run-steps.ts'
import type { StrayFaults } from '../typescript/stray-faults.ts'
import { generatingOf } from '../typescript/write-generated.ts'
import type { StepRunner } from '../step-runner.ts'
import { stopOnFailure } from '../data-tests/stop-on-failure.ts'

export interface Attempt {
  readonly session: Session
  readonly started: Date
  /** Statements as they ran, for target/run. */
  readonly ran: string[]
  readonly pending: Pending
  readonly opened: OpenedNode
  /** The transaction is shared with other nodes. */
  readonly isAtomic: boolean
  /** undefined: no code of the project gives its rows. */
  readonly strays: StrayFaults | undefined
}

/** A candidate that has passed its tests. */
export interface Built extends Attempt {
  readonly request: PublishRequest
  readonly prepared: Prepared
  readonly runner: StepRunner
  readonly rows: number | undefined
  /** Rows at fault; undefined: the node has no quarantine. */
  readonly setAside: number | undefined
  /** Of the candidate or batch. */
  readonly columns: readonly Column[]
  readonly tests: readonly RunResult[]
  readonly epoch: string
  /** This will be the n-th publication. */
  readonly version: number
  /** For its turn to be published, while others were built: no work of its own. Left out: it had none. */
  readonly waitedMs?: number
}

/** Throws a `StepError` or `RolledBack` for a fault of the node. */
export async function buildNode(
  context: RunContext,
  request: PublishRequest,
  attempt: Attempt,
): Promise<Built> {
  const { session, ran, pending, opened } = attempt
  const { node } = request.step
  const { publications } = opened.context
  const { last } = opened.survey
  const existing = await runBeforeBuild(context, request, attempt)
  const prepared = await prepareNode(
    {
      manifest: context.manifest,
      dialect: context.adapter.dialect,
      publications,
      standIns: pending.standIns,
      cursors: pending.cursors,
      invocationId: context.run.runId,
      runStartedAt: context.runStartedAt,
      isFullRefresh: context.isFullRefresh,
      backfill: context.backfill,
      limit: context.limit,
      order: context.order,
      now: attempt.started.toISOString(),
      isAtomic: attempt.isAtomic,
      ask: opened.ask,
    },
    session,
    { node, existing, hasTests: request.tests.length > 0, run: request.run },
  )
  if (!prepared.ok) throw new StepError(prepared.diagnostics)
  say(context, request.step, prepared.value)
  const warning = codeChangedWarning(node, prepared.value.unit, opened.survey.changes)
  if (warning !== undefined) context.emit({ type: 'diagnostic', diagnostic: warning })
  const { unit } = prepared.value
  if (unit.warning !== undefined) context.emit({ type: 'diagnostic', diagnostic: unit.warning })
  const runner: StepRunner = {
    adapter: context.adapter,
    session,
    node,
    manifest: context.manifest,
    ran,
    rebuiltLater: request.rebuiltLater,
    generating: generatingOf(context, node, attempt.strays),
  }
  const made = await runSteps(runner, unit.build)
  checkCount(node, unit, made)
  const columns = await candidateColumns(context, session, request.step, unit)
  const { rows = made.rows } = await checkCandidate(runner, unit, columns)
  // For the tests, for what publishes it, and under --atomic for the nodes after it.
  if (unit.effect !== 'view') await session.freshenStatistics(unit.batch ?? unit.candidate)
  const { setAside } = made
  const built = { ...attempt, request, prepared: prepared.value, runner, rows, setAside }
  const tests = unit.testsRun === 'before-publish' ? await testCandidate(context, built) : []
  const version = (last?.version ?? 0) + 1
  const publishing = { node, unit, existing, last, version, columns }
  const epoch = await continueEpoch(context, session, publishing)
  return { ...built, tests, columns, epoch, version }
}

function say(context: RunContext, { node }: PublishStep, { compiled, batches }: Prepared): void {
  for (const { label, sql } of batches?.files ?? []) {
    context.keep({ kind: 'compiled', uniqueId: node.uniqueId, sql, batch: label })
  }
  if (compiled === undefined) return
  for (const { kind, message } of compiled.logs) {
    context.emit({ type: kind, message, node: node.name })
  }
  if (batches !== undefined) return
  context.keep({ kind: 'compiled', uniqueId: node.uniqueId, sql: compiled.sql })
}

/** Asked only where something is decided by them. */
async function candidateColumns(
  context: RunContext,
  session: Session,
  { node }: PublishStep,
  unit: PublishUnit,
): Promise<readonly Column[]> {
  const isDecisive = unit.batch !== undefined || unit.checks !== undefined
  const isShaped = node.resourceType === 'seed' && node.onSchemaChange !== 'sync_all_columns'
  const isAsked =
    unit.asksColumns === true || isDecisive || isShaped || context.followers.has(node.uniqueId)
  if (!isAsked || unit.effect === 'view') return []
  return (await session.describe(unit.batch ?? unit.candidate))?.columns ?? []
}

/** What was made of the rows is compared before anything is published. */
function checkCount(
  { name, span }: PublishStep['node'],
  { keepsAllRows }: PublishUnit,
  { rows, generated }: StepCounts,
): void {
  if (keepsAllRows !== true || rows === undefined || rows === generated) return
  throw new StepError([
    errorDiagnostic({
      code: 'rows-lost',
      message: `expected the ${generated ?? 0} rows that "${name}" yielded, found ${rows} in what was built`,
      span,
    }),
  ])
}

async function checkCandidate(
  runner: StepRunner,
  unit: PublishUnit,
  columns: readonly Column[],
): Promise<Pick<StepCounts, 'rows'>> {
  const checks = unit.checks?.(columns)
  return checks === undefined
    ? { rows: undefined }
    : await runSteps(runner, stepsOf(runner, checks))
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
  const nodes = request.tests.map(({ node }) => node)
  const results = await runTests(context, session, nodes, standIns)
  stopOnFailure(context, request.step, {
    started: built.started,
    tests: results,
    compiledCode: prepared.compiled?.sql,
    isOneOfBatches: request.run !== undefined,
  })
  sendComment(context, session, request.step.node)
  return results
}
