/** The tests of one moment, in one session: those that look at one table in one scan of it, the others one by one. */
import type { Session } from '../../../core/adapter.ts'
import type { TestNode, UniqueId } from '../../../core/node.ts'
import type { Relation } from '../../../core/relation.ts'
import type { RunResult } from '../../../core/run-result.ts'
import {
  batchQuery,
  batchTests,
  countsRowsOfGroups,
  type TestBatch,
} from '../../plan/data-tests/test-batch.ts'
import { sendComment } from '../hooks/send-comment.ts'
import type { RunContext } from '../run-context.ts'
import { askTest, type CompiledTest, compileTest, isTrue, judgeTest } from './run-test.ts'

/** One of several tests that were asked at once could not be answered, and the database does not say which. */
class BatchFailed extends Error {
  constructor(cause: unknown) {
    super('tests that were asked at once could not be answered', { cause })
    this.name = 'BatchFailed'
  }
}

/**
 * In the order given, and no more behind one that could not run: a statement that the database refused has aborted the
 * transaction. Throws `BatchFailed`.
 */
export async function runTests(
  context: RunContext,
  session: Session,
  tests: readonly TestNode[],
  standIns: ReadonlyMap<UniqueId, Relation> = new Map(),
): Promise<readonly RunResult[]> {
  const ready: CompiledTest[] = []
  const results = new Map<UniqueId, RunResult>()
  for (const node of tests) {
    const compiled = await compileTest(context, session, { node, standIns })
    if (compiled.kind === 'ready') ready.push(compiled)
    else results.set(node.uniqueId, compiled.result)
  }
  for (const batch of context.batchesTests ? batchTests(ready) : []) {
    for (const result of await askBatch(context, session, batch)) {
      results.set(result.uniqueId, result)
    }
  }
  for (const test of ready) {
    if (results.has(test.node.uniqueId)) continue
    const result = await askTest(context, session, test)
    results.set(test.node.uniqueId, result)
    if (result.status === 'error') break
  }
  return tests.flatMap(({ uniqueId }) => results.get(uniqueId) ?? [])
}

/** Leaves out those that have to be asked alone. */
async function askBatch(
  context: RunContext,
  session: Session,
  batch: TestBatch<CompiledTest>,
): Promise<readonly RunResult[]> {
  const started = context.now()
  const [first] = batch
  if (first !== undefined) sendComment(context, session, first.test.node)
  const [row] = await session.query(batchQuery(batch)).catch((error: unknown) => {
    if (context.adapter.explainError(error).retryable) throw error
    throw new BatchFailed(error)
  })
  const share = (context.now().getTime() - started.getTime()) / batch.length
  const results: RunResult[] = []
  for (const [index, { test, shape }] of batch.entries()) {
    if (countsRowsOfGroups(shape) && Number(row?.[`failures_${index}`]) > 0) continue
    const asked = context.now()
    const result = await judgeTest(context, session, {
      test,
      failures: row?.[`failures_${index}`] ?? null,
      shouldWarn: isTrue(row?.[`should_warn_${index}`]),
      shouldError: isTrue(row?.[`should_error_${index}`]),
      said: undefined,
    })
    const own = context.now().getTime() - asked.getTime()
    results.push({ ...result, elapsedMs: Math.round(share + own) })
  }
  return results
}

/** Asked at once first; where that fails, again one by one, so that the one at fault can be named. */
export async function unbatchedOnFailure<T>(
  context: RunContext,
  work: (context: RunContext) => Promise<T>,
): Promise<T> {
  try {
    return await work(context)
  } catch (error) {
    if (!(error instanceof BatchFailed)) throw error
    return await work({ ...context, batchesTests: false })
  }
}
