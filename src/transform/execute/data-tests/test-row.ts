/** A test's result as the ledger keeps it. */
import type { RunResult } from '../../../core/run-result.ts'
import type { TestResultRow } from '../../../ledger/runs/test-results.ts'
import type { RunContext } from '../run-context.ts'

/** `fingerprint`: what it looked at, where that can be told. */
export function testRow(
  context: RunContext,
  result: RunResult,
  fingerprint?: string,
): TestResultRow {
  return {
    runId: context.run.runId,
    uniqueId: result.uniqueId,
    status: statusOf(result),
    failures: failuresOf(result),
    dimension: dimensionOf(context, result),
    recordedAt: context.now().toISOString(),
    message: messageOf(result),
    fingerprint,
  }
}

function dimensionOf({ manifest }: RunContext, { uniqueId }: RunResult): string | undefined {
  const node = manifest.nodes.get(uniqueId)
  return node?.resourceType === 'test' ? node.dimension : undefined
}

function failuresOf(result: RunResult): number {
  if (result.status === 'pass') return result.failures ?? 0
  return result.status === 'fail' || result.status === 'warn' ? result.failures : 0
}

function statusOf(result: RunResult): TestResultRow['status'] {
  const { status } = result
  if (status === 'partial success') throw new Error(`${result.uniqueId} is no test`)
  return status === 'success' || status === 'reused' ? 'pass' : status
}

function messageOf(result: RunResult): string {
  if (result.status === 'error') return result.diagnostics.map(({ message }) => message).join('; ')
  return result.status === 'fail' || result.status === 'warn' || result.status === 'pass'
    ? (result.message ?? '')
    : ''
}
