/** The hooks of a run, one after the other, each in a transaction of its own; behind one that fails the others are skipped. */
import { adviceOf } from '../../../core/database/database-errors.ts'
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import type { Operation, OperationKind } from '../../../core/node/hook.ts'
import type { RunResult } from '../../../core/run-result.ts'
import type { TemplateValue } from '../../../project/template/template.ts'
import { renderHook } from '../../plan/hooks/render-hook.ts'
import { locate } from '../../../project/template/segment-map.ts'
import { StepError } from '../database-diagnostic.ts'
import type { RunContext } from '../run-context.ts'
import { compileContext } from '../data-tests/compile-context.ts'
import { withRetries } from '../with-retries.ts'
import type { Session } from '../../../core/adapter.ts'

export type OperationContext = Pick<
  RunContext,
  'manifest' | 'adapter' | 'run' | 'runStartedAt' | 'signal' | 'now' | 'emit' | 'random'
>

export async function runOperations(
  context: OperationContext,
  kind: OperationKind,
  names: ReadonlyMap<string, TemplateValue>,
): Promise<readonly RunResult[]> {
  const operations = context.manifest.operations.filter((operation) => operation.kind === kind)
  const results: RunResult[] = []
  let culprit: Operation | undefined
  for (const operation of operations) {
    const started = context.now()
    const base = { uniqueId: operation.uniqueId, startedAt: started.toISOString() }
    const elapsedMs = () => context.now().getTime() - started.getTime()
    let result: RunResult
    if (culprit !== undefined) {
      result = { ...base, elapsedMs: 0, status: 'skipped', because: culprit.uniqueId }
    } else {
      const { diagnostics, sql } = await runOperation(context, operation, names)
      result =
        diagnostics.length > 0
          ? { ...base, elapsedMs: elapsedMs(), status: 'error', diagnostics, compiledCode: sql }
          : {
              ...base,
              elapsedMs: elapsedMs(),
              status: 'success',
              rows: undefined,
              message: 'ran',
              compiledCode: sql,
            }
      if (diagnostics.length > 0) culprit = operation
    }
    results.push(result)
    const place = { index: results.length, total: operations.length }
    context.emit({ type: 'operation-finished', operation, result, ...place })
  }
  return results
}

async function runOperation(
  context: OperationContext,
  { hook, packageName }: Operation,
  names: ReadonlyMap<string, TemplateValue>,
): Promise<{ readonly diagnostics: readonly Diagnostic[]; readonly sql: string }> {
  const { adapter, signal } = context
  const rendered = renderHook(
    { ...compileContext(context), own: undefined, packageName, names },
    hook,
  )
  if (!rendered.ok) return { diagnostics: rendered.diagnostics, sql: '' }
  const { statements, logs } = rendered.value
  for (const line of logs) context.emit({ type: line.kind, message: line.message, node: undefined })
  const sql = statements.map((statement) => statement.sql).join(';\n')
  const work = async (session: Session) => {
    for (const statement of statements) {
      try {
        await session.execute(statement.sql)
      } catch (error) {
        const fault = adapter.explainError(error)
        if (fault.retryable) throw error
        const place = fault.offset === undefined ? undefined : locate(statement.map, fault.offset)
        throw new StepError([
          errorDiagnostic({
            code: 'hook-failed',
            message: fault.message,
            span: place?.span ?? hook.span,
            hint: adviceOf(fault),
            ...(place === undefined || place.related.length === 0
              ? {}
              : { related: place.related }),
          }),
        ])
      }
    }
  }
  if (statements.length === 0) return { diagnostics: [], sql }
  try {
    await withRetries(context, () =>
      hook.isInTransaction
        ? adapter.transaction({ signal }, work)
        : adapter.session({ signal }, work),
    )
    return { diagnostics: [], sql }
  } catch (error) {
    if (error instanceof StepError) return { diagnostics: error.diagnostics, sql }
    const { message } = adapter.explainError(error)
    return {
      diagnostics: [errorDiagnostic({ code: 'hook-failed', message, span: hook.span })],
      sql,
    }
  }
}
