/** What a rolled back node and standalone tests have to say, written in transactions of their own. */
import { type BuiltNode, isReferable } from '../../core/node.ts'
import { relationKey } from '../../core/relation.ts'
import type { RunResult } from '../../core/run-result.ts'
import { type NodeRun, recordNodeRun } from '../../ledger/runs/node-runs.ts'
import { recordTestResults } from '../../ledger/runs/test-results.ts'
import type { Published } from './publish/publish-request.ts'
import type { RunContext } from './run-context.ts'
import { testRow } from './data-tests/test-row.ts'

/** Never throws: a ledger that cannot be written (the connection is gone) must not hide why the node failed. */
export async function recordFailure(
  context: RunContext,
  node: BuiltNode,
  { result, tests }: Published,
): Promise<void> {
  const message =
    result.status === 'error' ? result.diagnostics.map((fault) => fault.message).join('; ') : ''
  await quietly(context, async () => {
    await context.adapter.transaction({}, async (session) => {
      await recordNodeRun(session, {
        ...unpublished(context, node, result.startedAt),
        status: 'error',
        message,
      })
      await recordTestResults(
        session,
        tests.map((test) => testRow(context, test)),
      )
    })
  })
}

function unpublished(
  context: RunContext,
  node: BuiltNode,
  startedAt: string,
): Omit<NodeRun, 'status' | 'message'> {
  const key = relationKey(node.relation)
  return {
    runId: context.run.runId,
    uniqueId: node.uniqueId,
    relation: node.relation,
    fingerprint: '',
    rowCount: undefined,
    epoch: context.publications.get(key)?.epoch ?? '',
    fencingToken: context.run.tokens.get(key) ?? 0,
    version: undefined,
    dataVersion: undefined,
    identity: undefined,
    because: '',
    components: undefined,
    startedAt,
    finishedAt: context.now().toISOString(),
  }
}

/** What did not come to its turn, and because of what. Never throws. */
export async function recordSkipped(
  context: RunContext,
  results: readonly RunResult[],
): Promise<void> {
  const skipped = results.flatMap((result) => {
    const node = context.manifest.nodes.get(result.uniqueId)
    const isSkipped = result.status === 'skipped'
    return isSkipped && node !== undefined && isReferable(node) ? [{ result, node }] : []
  })
  if (skipped.length === 0) return
  await quietly(context, () =>
    context.adapter.transaction({}, async (session) => {
      for (const { result, node } of skipped) {
        await recordNodeRun(session, {
          ...unpublished(context, node, result.startedAt),
          status: 'skipped',
          message: whySkipped(result.because),
        })
      }
    }),
  )
}

function whySkipped(because: string): string {
  if (because === 'interrupted') return 'the run was interrupted before'
  if (because === 'fail-fast') return 'the run stopped at the first failure'
  return `because of ${because.split('.').slice(2).join('.')}`
}

/** Of a test that no publication waits for in its transaction. */
export interface StandaloneResult {
  readonly result: RunResult
  /** What it looked at, where that can be told. */
  readonly fingerprint: string | undefined
}

export async function recordStandaloneTests(
  context: RunContext,
  results: readonly StandaloneResult[],
): Promise<void> {
  if (results.length === 0) return
  await quietly(context, async () => {
    await context.adapter.transaction({}, (session) =>
      recordTestResults(
        session,
        results.map(({ result, fingerprint }) => testRow(context, result, fingerprint)),
      ),
    )
  })
}

/** What a failing database cannot take any more must not hide what became of the nodes: it is said and left. */
export async function quietly(
  context: Pick<RunContext, 'adapter' | 'emit'>,
  work: () => Promise<void>,
  what = 'the ledger was not written',
): Promise<void> {
  try {
    await work()
  } catch (error) {
    const { message } = context.adapter.explainError(error)
    context.emit({
      type: 'log',
      message: `${what}: ${message}`,
      node: undefined,
    })
  }
}
