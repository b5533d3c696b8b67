/** A node's hooks in its transaction: rendered in the node's context, run statement by statement. */
import type { Adapter, Session } from '../../../core/adapter.ts'
import { adviceOf } from '../../../core/database/database-errors.ts'
import { errorDiagnostic } from '../../../core/diagnostic.ts'
import type { Hook, HookKind } from '../../../core/node/hook.ts'
import type { BuiltNode, Node, UniqueId } from '../../../core/node.ts'
import type { Relation } from '../../../core/relation.ts'
import { type HookContext, type HookStatement, renderHook } from '../../plan/hooks/render-hook.ts'
import { databaseDiagnostic, StepError } from '../database-diagnostic.ts'
import type { RunContext } from '../run-context.ts'
import { compileContext } from '../data-tests/compile-context.ts'

type Hooked = BuiltNode

export interface HookRun {
  readonly node: Hooked
  readonly kind: HookKind
  readonly isIncremental: boolean
  /** What stands for other nodes that are not published yet. */
  readonly standIns: ReadonlyMap<UniqueId, Relation>
}

export interface PlacedStatement extends HookStatement {
  readonly hook: Hook
}

/** Those inside the transaction, or those outside. Throws a `StepError` for one that cannot be rendered. */
export function hookStatements(
  context: RunContext,
  run: HookRun,
  isInTransaction: boolean,
): readonly PlacedStatement[] {
  const { node, kind } = run
  const hooks = kind === 'pre-hook' ? node.hooks.pre : node.hooks.post
  const chosen = hooks.filter((hook) => hook.isInTransaction === isInTransaction)
  return chosen.flatMap((hook) => statementsOf(context, hookContext(context, run), hook))
}

function hookContext(context: RunContext, { node, isIncremental, standIns }: HookRun): HookContext {
  return {
    ...compileContext(context, standIns, isIncremental),
    own: node.relation,
    packageName: node.packageName,
  }
}

function statementsOf(
  context: RunContext,
  hookIn: HookContext,
  hook: Hook,
): readonly PlacedStatement[] {
  const rendered = renderHook(hookIn, hook)
  if (!rendered.ok) throw new StepError(rendered.diagnostics)
  for (const { kind, message } of rendered.value.logs) {
    context.emit({ type: kind, message, node: hookIn.own?.identifier })
  }
  return rendered.value.statements.map((statement) => ({ ...statement, hook }))
}

export interface StatementRunner {
  readonly adapter: Adapter
  readonly session: Session
  readonly node: Node
  readonly kind: HookKind
  /** Statements as they ran, for target/run. */
  readonly ran: string[]
}

/** Throws a `StepError`; an error that another try may mend goes up as it is. */
export async function runHookStatements(
  runner: StatementRunner,
  statements: readonly PlacedStatement[],
): Promise<void> {
  for (const statement of statements) {
    try {
      await runner.session.execute(statement.sql)
    } catch (error) {
      if (runner.adapter.explainError(error).retryable) throw error
      runner.ran.push(`${statement.sql}\n-- failed`)
      throw hookError(runner, statement, error)
    }
    runner.ran.push(statement.sql)
  }
}

function hookError(
  { adapter, node, kind }: StatementRunner,
  { sql, map, hook }: PlacedStatement,
  error: unknown,
): StepError {
  const origin = { start: 0, map }
  const fault = databaseDiagnostic(adapter, error, { node, manifest: undefined, sql, origin })
  const isPlaced = fault.span !== undefined && fault.span !== node.span
  const placed = errorDiagnostic({
    code: 'hook-failed',
    message: `the ${hook.title ?? kind} failed: ${fault.message}`,
    span: isPlaced ? fault.span : hook.span,
    hint: adviceOf(adapter.explainError(error)),
    ...(fault.related === undefined ? {} : { related: fault.related }),
  })
  return new StepError([placed], { cause: error })
}
