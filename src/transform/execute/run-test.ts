/** One data test in a session: its failures counted, some of its failing rows fetched. */
import type { Session, SqlValue } from '../../core/adapter.ts'
import { errorDiagnostic } from '../../core/diagnostic.ts'
import type { TestNode, UniqueId } from '../../core/node.ts'
import type { Relation } from '../../core/relation.ts'
import type { RunResult } from '../../core/run-result.ts'
import { limitedRows, testQuery } from '../plan/test-query.ts'
import { compileAsking } from './ask/compile-asking.ts'
import { askerOf, compileContext } from './data-tests/compile-context.ts'
import { rememberRows, whereStored } from './data-tests/failing-rows.ts'
import { databaseDiagnostic } from './database-diagnostic.ts'
import type { RunContext } from './run-context.ts'

/** Failing rows that are fetched and shown. */
const sampleRows = 5

/** Gives `pass`, `warn`, `fail` or `error`; on Postgres an `error` has aborted the transaction. */
export async function runTest(
  context: RunContext,
  session: Session,
  node: TestNode,
  standIns: ReadonlyMap<UniqueId, Relation> = new Map(),
): Promise<RunResult> {
  const started = context.now()
  const base = () => ({
    uniqueId: node.uniqueId,
    startedAt: started.toISOString(),
    elapsedMs: context.now().getTime() - started.getTime(),
  })
  const asker = askerOf(context, session, standIns)
  const compiled = await compileAsking(compileContext(context, standIns), asker, node)
  if (!compiled.ok) return { ...base(), status: 'error', diagnostics: compiled.diagnostics }
  const { sql: select, map } = compiled.value
  const query = testQuery(node, select)
  const published =
    standIns.size === 0 ? compiled : await compileAsking(compileContext(context), asker, node)
  const compiledCode = published.ok ? published.value.sql : select
  context.keep({ kind: 'compiled', uniqueId: node.uniqueId, sql: compiledCode })
  context.keep({ kind: 'run', uniqueId: node.uniqueId, sql: query.sql })
  try {
    const [row] = await session.query(query.sql)
    const failures = countOf(row?.['failures'])
    const isBad = (flag: string) => isTrue(row?.[flag])
    if (failures === undefined) {
      return { ...base(), compiledCode, status: 'error', diagnostics: [noNumber(node)] }
    }
    const status =
      node.severity === 'error' && isBad('should_error')
        ? 'fail'
        : isBad('should_warn')
          ? 'warn'
          : 'pass'
    await rememberRows(context, session, { node, select, failures })
    const stored = whereStored(context, node, failures)
    const said = typeof row?.['message'] === 'string' ? row['message'] : undefined
    if (status === 'pass') {
      if (said !== undefined) context.emit({ type: 'log', message: said, node: node.name })
      const message = said === undefined ? {} : { message: said }
      return {
        ...base(),
        compiledCode,
        status,
        ...(failures === 0 ? {} : { failures }),
        ...message,
      }
    }
    const sample = await session.queryTable(
      limitedRows(select, Math.min(sampleRows, node.limit ?? sampleRows)),
    )
    const condition = status === 'fail' ? node.errorIf : node.warnIf
    const found = `found ${failures} (${status}s if ${condition})${stored}`
    const message = said === undefined ? found : `${said}; ${found}`
    return { ...base(), compiledCode, status, failures, message, sample }
  } catch (error) {
    const failed = { node, sql: query.sql, origin: { start: query.start, map } }
    if (context.adapter.explainError(error).retryable) throw error
    const diagnostics = [databaseDiagnostic(context.adapter, error, failed)]
    return { ...base(), compiledCode, status: 'error', diagnostics }
  }
}

/** undefined for NULL and for what is no number. */
function countOf(value: SqlValue | undefined): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined
  const count = Number(value)
  return Number.isNaN(count) ? undefined : count
}

function isTrue(value: unknown): boolean {
  return value === true || value === 1 || value === 't'
}

function noNumber(node: TestNode) {
  return errorDiagnostic({
    code: 'invalid-value',
    message: `expected "fail_calc" to give a number, found none from ${node.failCalc}`,
    span: node.span,
    hint: `wrap it: coalesce(${node.failCalc}, 0)`,
  })
}
