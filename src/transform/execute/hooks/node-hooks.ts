/** Where a node's hooks stand in its publication: before the build, after the publishing, and owed after the commit. */
import type { Session } from '../../../core/adapter.ts'
import type { RelationState } from '../../../core/database/warehouse-state.ts'
import type { BuiltNode } from '../../../core/node.ts'
import { relationKey } from '../../../core/relation.ts'
import { type PendingHook, recordPending, settleHook } from '../../../ledger/pending-hooks.ts'
import { mayChangeRows } from '../../plan/hooks/changes-rows.ts'
import { addsBatch, isFullRefresh } from '../../plan/make-publish-unit.ts'
import { nothingPending, type Pending, type PublishRequest } from '../publish/publish-request.ts'
import type { RunContext } from '../run-context.ts'
import { isReusable } from '../state/reuse-node.ts'
import { type OpenedNode, openNode } from '../state/open-node.ts'
import {
  type HookRun,
  hookStatements,
  type PlacedStatement,
  runHookStatements,
} from './hook-steps.ts'

/** A statement that runs after the commit, and what the ledger knows it by. */
export interface OwedStatement {
  readonly pending: PendingHook
  readonly statement: PlacedStatement
}

/** dbt's rule: what the node's own SQL is told may differ, when its cursors turn out to be of no use. */
function startsAsBatch(
  context: RunContext,
  node: BuiltNode,
  existing: RelationState | undefined,
): boolean {
  if (node.resourceType !== 'model' || context.backfill !== undefined) return false
  return addsBatch(node, existing, isFullRefresh(node, context.isFullRefresh))
}

/** Before the transaction begins. A node that is left as it is has no hooks. Throws a `StepError`. */
export async function runBeforeBegin(
  context: RunContext,
  { step, run: batch }: Pick<PublishRequest, 'step' | 'run'>,
  ran: string[],
): Promise<void> {
  const { node } = step
  if (batch?.isFirst === false) return
  if (node.hooks.pre.every(({ isInTransaction }) => isInTransaction)) return
  const { signal, adapter } = context
  const existing = await adapter.readOnly({ signal }, async (session) => {
    const opened = await openNode(context, session, step, nothingPending)
    // Under --atomic its inputs may still change in the run: nobody knows yet whether it will be left.
    const mayBeLeft = context.onlyChanged && !context.isFullRefresh && !context.isAtomic
    const isLeft = mayBeLeft && (await isReusable(opened.context, session, node, opened.survey))
    return isLeft ? 'left' : opened.survey.existing
  })
  if (existing === 'left') return
  const isIncremental = startsAsBatch(context, node, existing)
  const run: HookRun = { node, kind: 'pre-hook', isIncremental, standIns: new Map() }
  const statements = hookStatements(context, run, false)
  await adapter.session({ signal }, (session) =>
    runHookStatements({ adapter, session, node, kind: run.kind, ran }, statements),
  )
}

interface InTransaction {
  readonly session: Session
  /** Statements as they ran, for target/run. */
  readonly ran: string[]
}

interface Opened {
  readonly pending: Pending
  readonly opened: OpenedNode
}

/** Gives what stands there now: a hook may have made, changed or dropped it. */
export async function runBeforeBuild(
  context: RunContext,
  { step, run: batch }: PublishRequest,
  { session, ran, pending, opened }: InTransaction & Opened,
): Promise<RelationState | undefined> {
  const { existing } = opened.survey
  const { node } = step
  if (node.hooks.pre.length === 0 || batch?.isFirst === false) return existing
  const isIncremental = startsAsBatch(context, node, existing)
  const run: HookRun = { node, kind: 'pre-hook', isIncremental, standIns: pending.standIns }
  const statements = hookStatements(context, run, true)
  await runHookStatements(
    { adapter: context.adapter, session, node, kind: run.kind, ran },
    statements,
  )
  return await session.describe(node.relation)
}

export interface AfterPublish {
  /** Rows may be others than the ones that were built. */
  readonly mayHaveChangedRows: boolean
  readonly owed: readonly OwedStatement[]
}

/** The node has taken its place; the ledger row is still to be written. */
export async function runAfterPublish(
  context: RunContext,
  { step, run: batch }: Pick<PublishRequest, 'step' | 'run'>,
  { session, ran, isIncremental }: InTransaction & { readonly isIncremental: boolean },
): Promise<AfterPublish> {
  const { node } = step
  if (node.hooks.post.length === 0 || batch?.isLast === false)
    return { mayHaveChangedRows: false, owed: [] }
  const run: HookRun = { node, kind: 'post-hook', isIncremental, standIns: new Map() }
  const inside = hookStatements(context, run, true)
  const outside = hookStatements(context, run, false)
  await runHookStatements({ adapter: context.adapter, session, node, kind: run.kind, ran }, inside)
  const key = relationKey(node.relation)
  const { runId } = context.run
  const owed = outside.map((statement, index): OwedStatement => {
    const hookId = `${runId}/${key}/${index + 1}`
    const { sql } = statement
    return {
      pending: { hookId, runId, uniqueId: node.uniqueId, relationKey: key, sql },
      statement,
    }
  })
  const own = context.adapter.dialect.relation(node.relation)
  const mayHaveChangedRows = [...inside, ...outside].some(({ sql }) =>
    mayChangeRows(sql, (written) => written === own),
  )
  return { mayHaveChangedRows, owed }
}

/** In the transaction of the data: what is owed after it, and what is owed no more because of it. */
export async function recordOwed(
  context: RunContext,
  session: Session,
  { key, owed }: { readonly key: string; readonly owed: readonly OwedStatement[] },
): Promise<void> {
  const recordedAt = context.now().toISOString()
  const failed = context.owed.get(key) ?? []
  for (const hook of failed) {
    const message = 'a later publication has hooks of its own'
    await settleHook(session, hook, { phase: 'dropped', message, recordedAt })
  }
  await recordPending(
    session,
    owed.map(({ pending }) => pending),
    recordedAt,
  )
}
