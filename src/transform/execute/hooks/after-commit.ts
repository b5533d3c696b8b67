/** Hooks that run when their node is committed: at least once, since what a killed run owes the next one does first. */
import { type Diagnostic, errorDiagnostic, warningDiagnostic } from '../../../core/diagnostic.ts'
import type { BuiltNode } from '../../../core/node.ts'
import type { RunResult } from '../../../core/run-result.ts'
import { type OwedHook, readOwed, settleHook } from '../../../ledger/pending-hooks.ts'
import { StepError } from '../database-diagnostic.ts'
import type { RunContext } from '../run-context.ts'
import { withRetries } from '../with-retries.ts'
import { runHookStatements } from './hook-steps.ts'
import type { OwedStatement } from './node-hooks.ts'

interface Committed {
  readonly node: BuiltNode
  readonly owed: readonly OwedStatement[]
  readonly result: RunResult
}

/** The node's result: that of its publication, unless a hook fails. What did not run stays owed. */
export async function runAfterCommit(
  context: RunContext,
  { node, owed, result }: Committed,
  ran: string[],
): Promise<RunResult> {
  if (owed.length === 0) return result
  const { adapter, signal } = context
  try {
    await adapter.session({ signal }, async (session) => {
      const runner = { adapter, session, node, kind: 'post-hook', ran } as const
      for (const { pending, statement } of owed) {
        try {
          await withRetries(context, () => runHookStatements(runner, [statement]))
        } catch (error) {
          await markFailed(context, pending, error)
          throw error
        }
        const recordedAt = context.now().toISOString()
        await settleHook(session, pending, { phase: 'done', message: '', recordedAt })
      }
    })
    return result
  } catch (error) {
    return {
      uniqueId: result.uniqueId,
      startedAt: result.startedAt,
      elapsedMs: context.now().getTime() - Date.parse(result.startedAt),
      status: 'error',
      diagnostics: diagnosticsOf(context, node, error),
      isPublished: true,
      ...(result.compiledCode === undefined ? {} : { compiledCode: result.compiledCode }),
    }
  }
}

const owedHint = 'the node is published; the next run that builds it tries the hook again first'

function diagnosticsOf(
  context: RunContext,
  node: BuiltNode,
  error: unknown,
): readonly Diagnostic[] {
  if (context.signal.aborted) {
    const message = 'expected to run the hooks after the commit, was stopped'
    return [errorDiagnostic({ code: 'interrupted', message, span: node.span, hint: owedHint })]
  }
  if (error instanceof StepError) {
    return error.diagnostics.map((fault) => ({ hint: owedHint, ...fault }))
  }
  const { message } = context.adapter.explainError(error)
  return [
    errorDiagnostic({
      code: 'hook-failed',
      message: `the post-hook failed: ${message}`,
      span: node.span,
      hint: owedHint,
    }),
  ]
}

/** Never throws: why the hook failed is what is to be said. */
async function markFailed(
  context: RunContext,
  pending: OwedStatement['pending'],
  error: unknown,
): Promise<void> {
  if (context.signal.aborted) return
  const message = error instanceof Error ? error.message : String(error)
  const recordedAt = context.now().toISOString()
  try {
    await context.adapter.session({}, (session) =>
      settleHook(session, pending, { phase: 'failed', message, recordedAt }),
    )
  } catch {
    // It stays owed all the same.
  }
}

/**
 * What earlier runs owe for relations that this run has the lease of, so that no living run owes them too. Gives, by
 * `relationKey`, those that failed: the next publication drops them.
 */
export async function runOwed(
  context: Pick<RunContext, 'adapter' | 'emit' | 'signal' | 'now' | 'run'>,
): Promise<ReadonlyMap<string, readonly OwedHook[]>> {
  const { adapter, run, signal } = context
  const failed = new Map<string, OwedHook[]>()
  if (run.tokens.size === 0) return failed
  await adapter.session({ signal }, async (session) => {
    for (const hook of await readOwed(session)) {
      if (!run.tokens.has(hook.relationKey)) continue
      const name = hook.uniqueId.split('.').slice(2).join('.')
      context.emit({
        type: 'log',
        message: `run ${hook.runId} ended before an after-commit hook of "${name}" was done: it runs now`,
        node: undefined,
      })
      const recordedAt = context.now().toISOString()
      try {
        await session.execute(hook.sql)
      } catch (error) {
        const { message } = adapter.explainError(error)
        await settleHook(session, hook, { phase: 'failed', message, recordedAt })
        failed.set(hook.relationKey, [...(failed.get(hook.relationKey) ?? []), hook])
        context.emit({ type: 'diagnostic', diagnostic: stillOwed(name, hook, message) })
        continue
      }
      await settleHook(session, hook, { phase: 'done', message: '', recordedAt })
    }
  })
  return failed
}

function stillOwed(name: string, { sql }: OwedHook, message: string): Diagnostic {
  return warningDiagnostic({
    code: 'hook-failed',
    message: `expected to run what an earlier run owed after publishing "${name}", found: ${message}`,
    hint: `it is given up when "${name}" is published again; the statement: ${firstLine(sql)}`,
  })
}

function firstLine(sql: string): string {
  const [line = ''] = sql.split('\n')
  return line === sql ? sql : `${line} ..`
}
