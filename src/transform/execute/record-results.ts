/** What a rolled back node and standalone tests have to say, written in transactions of their own. */
import type { ModelNode, SeedNode } from '../../core/node.ts'
import { relationKey } from '../../core/relation.ts'
import type { RunResult } from '../../core/run-result.ts'
import { recordNodeRun } from '../../ledger/node-runs.ts'
import { recordTestResults } from '../../ledger/test-results.ts'
import type { Published } from './publish-request.ts'
import type { RunContext } from './run-context.ts'
import { testRow } from './test-row.ts'

/** Never throws: a ledger that cannot be written (the connection is gone) must not hide why the node failed. */
export async function recordFailure(
  context: RunContext,
  node: ModelNode | SeedNode,
  { result, tests }: Published,
): Promise<void> {
  const message =
    result.status === 'error' ? result.diagnostics.map((fault) => fault.message).join('; ') : ''
  const last = context.publications.get(relationKey(node.relation))
  await quietly(context, async () => {
    await context.adapter.transaction({}, async (session) => {
      await recordNodeRun(session, {
        runId: context.run.runId,
        uniqueId: node.uniqueId,
        relation: node.relation,
        status: 'error',
        fingerprint: '',
        rowCount: undefined,
        epoch: last?.epoch ?? '',
        fencingToken: context.run.tokens.get(relationKey(node.relation)) ?? 0,
        version: undefined,
        dataVersion: undefined,
        identity: undefined,
        because: '',
        components: undefined,
        startedAt: result.startedAt,
        finishedAt: context.now().toISOString(),
        message,
      })
      await recordTestResults(
        session,
        tests.map((test) => testRow(context, test)),
      )
    })
  })
}

export async function recordStandaloneTests(
  context: RunContext,
  results: readonly RunResult[],
): Promise<void> {
  if (results.length === 0) return
  await quietly(context, async () => {
    await context.adapter.transaction({}, (session) =>
      recordTestResults(
        session,
        results.map((result) => testRow(context, result)),
      ),
    )
  })
}

/** What a failing database cannot take any more must not hide what became of the nodes: it is said and left. */
export async function quietly(
  context: RunContext,
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
