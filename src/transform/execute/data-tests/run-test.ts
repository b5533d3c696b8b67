/** One data test in a session: its failures counted, some of its failing rows fetched. */
import type { Session, SqlValue } from '../../../core/adapter.ts'
import { errorDiagnostic } from '../../../core/diagnostic.ts'
import { configSpan } from '../../../core/node/config-places.ts'
import type { TestNode, UniqueId } from '../../../core/node.ts'
import type { Relation } from '../../../core/relation.ts'
import type { RunResult } from '../../../core/run-result.ts'
import { shiftMap } from '../../../project/template/segment-map.ts'
import type { SegmentMap } from '../../../project/template/template.ts'
import { limitedRows, testQuery } from '../../plan/data-tests/test-query.ts'
import { compileAsking } from '../ask/compile-asking.ts'
import { askerOf, compileContext } from './compile-context.ts'
import { rememberRows, whereStored } from './failing-rows.ts'
import { rowsSetAside, type TestQuarantine, testQuarantine } from './set-aside-rows.ts'
import { sendComment } from '../hooks/send-comment.ts'
import { databaseDiagnostic } from '../database-diagnostic.ts'
import type { RunContext } from '../run-context.ts'

/** Failing rows that are fetched and shown. */
const sampleRows = 5

/** Gives `pass`, `warn`, `fail` or `error`; on Postgres an `error` has aborted the transaction. */
export async function runTest(
  context: RunContext,
  session: Session,
  node: TestNode,
  standIns: ReadonlyMap<UniqueId, Relation> = new Map(),
): Promise<RunResult> {
  const compiled = await compileTest(context, session, { node, standIns })
  return compiled.kind === 'ready' ? await askTest(context, session, compiled) : compiled.result
}

export interface CompiledTest {
  readonly kind: 'ready'
  readonly node: TestNode
  readonly started: Date
  /** Gives the failing rows. */
  readonly select: string
  readonly map: SegmentMap
  /** As it stands without stand-ins. */
  readonly compiledCode: string
  /** Where its rows at fault were set aside; undefined: they are not. */
  readonly quarantine: TestQuarantine | undefined
}

export async function compileTest(
  context: RunContext,
  session: Session,
  {
    node,
    standIns,
  }: { readonly node: TestNode; readonly standIns: ReadonlyMap<UniqueId, Relation> },
): Promise<CompiledTest | { readonly kind: 'failed'; readonly result: RunResult }> {
  const started = context.now()
  const asker = askerOf(context, session, standIns)
  const compiled = await compileAsking(compileContext(context, standIns), asker, node)
  if (!compiled.ok) {
    const { diagnostics } = compiled
    return {
      kind: 'failed',
      result: { ...base(context, { node, started }), status: 'error', diagnostics },
    }
  }
  const { sql: select, map } = compiled.value
  const published =
    standIns.size === 0 ? compiled : await compileAsking(compileContext(context), asker, node)
  const compiledCode = published.ok ? published.value.sql : select
  context.keep({ kind: 'compiled', uniqueId: node.uniqueId, sql: compiledCode })
  context.keep({ kind: 'run', uniqueId: node.uniqueId, sql: testQuery(node, select).sql })
  const quarantine = await testQuarantine(context, session, { node, standIns })
  return { kind: 'ready', node, started, select, map, compiledCode, quarantine }
}

/** By itself. */
export async function askTest(
  context: RunContext,
  session: Session,
  test: CompiledTest,
): Promise<RunResult> {
  sendComment(context, session, test.node)
  const query = testQuery(test.node, test.select)
  try {
    const [row] = await session.query(query.sql)
    return await judgeTest(context, session, {
      test,
      failures: row?.['failures'] ?? null,
      shouldWarn: isTrue(row?.['should_warn']),
      shouldError: isTrue(row?.['should_error']),
      said: typeof row?.['message'] === 'string' ? row['message'] : undefined,
    })
  } catch (error) {
    const { node, map } = test
    const origin = { start: 0, map: [...query.head, ...shiftMap(map, query.start)] }
    const failed = { node, manifest: context.manifest, sql: query.sql, origin }
    if (context.adapter.explainError(error).retryable) throw error
    const diagnostics = [databaseDiagnostic(context.adapter, error, failed)]
    return { ...resultBase(context, test), status: 'error', diagnostics }
  }
}

export interface Counted {
  readonly test: CompiledTest
  readonly failures: SqlValue
  readonly shouldWarn: boolean
  readonly shouldError: boolean
  /** What `message_calc` gave. */
  readonly said: string | undefined
}

/** dbt's rule: an error where severity and `error_if` say so, else a warning where `warn_if` does. */
export async function judgeTest(
  context: RunContext,
  session: Session,
  { test, failures: counted, shouldWarn, shouldError, said }: Counted,
): Promise<RunResult> {
  const { node, select } = test
  const failures = countOf(counted)
  if (failures === undefined) {
    return { ...resultBase(context, test), status: 'error', diagnostics: [noNumber(node)] }
  }
  const status = node.severity === 'error' && shouldError ? 'fail' : shouldWarn ? 'warn' : 'pass'
  const aside = status === 'pass' ? await rowsSetAside(context, session, test) : undefined
  await rememberRows(context, session, { node, select, failures, ...aside })
  if (aside?.outcome !== undefined) return { ...resultBase(context, test), ...aside.outcome }
  if (status === 'pass') {
    if (said !== undefined) context.emit({ type: 'log', message: said, node: node.name })
    return {
      ...resultBase(context, test),
      status,
      ...(failures === 0 ? {} : { failures }),
      ...(said === undefined ? {} : { message: said }),
    }
  }
  const most = Math.min(sampleRows, node.limit ?? sampleRows)
  const sample = await session.queryTable(limitedRows(select, most))
  const condition = status === 'fail' ? node.errorIf : node.warnIf
  const found = `found ${failures} (${status}s if ${condition})${whereStored(context, node, failures)}`
  const message = said === undefined ? found : `${said}; ${found}`
  return { ...resultBase(context, test), status, failures, message, sample }
}

function resultBase(context: RunContext, test: CompiledTest) {
  return { ...base(context, test), compiledCode: test.compiledCode }
}

function base(context: RunContext, { node, started }: Pick<CompiledTest, 'node' | 'started'>) {
  return {
    uniqueId: node.uniqueId,
    startedAt: started.toISOString(),
    elapsedMs: context.now().getTime() - started.getTime(),
  }
}

/** undefined for NULL and for what is no number. */
function countOf(value: SqlValue): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined
  const count = Number(value)
  return Number.isNaN(count) ? undefined : count
}

export function isTrue(value: unknown): boolean {
  return value === true || value === 1 || value === 't'
}

function noNumber(node: TestNode) {
  return errorDiagnostic({
    code: 'invalid-value',
    message: `expected "fail_calc" to give a number, found none from ${node.failCalc}`,
    span: configSpan(node, 'fail_calc'),
    hint: `wrap it: coalesce(${node.failCalc}, 0)`,
  })
}
