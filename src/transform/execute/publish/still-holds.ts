/** Who was taken for dead finds it out: in its publishing transaction, or by the connection that was ended under it. */
import type { Session } from '../../../core/adapter.ts'
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import type { BuiltNode } from '../../../core/node.ts'
import { relationKey } from '../../../core/relation.ts'
import { checkLease, LeaseLostError } from '../../../ledger/leases/leases.ts'
import { StepError } from '../database-diagnostic.ts'
import type { RunContext } from '../run-context.ts'

type Written = BuiltNode

/** Throws a `StepError` when another run has the lease. */
export async function stillHolds(
  context: RunContext,
  session: Session,
  node: Written,
): Promise<void> {
  const key = relationKey(node.relation)
  try {
    const token = context.run.tokens.get(key) ?? 0
    await checkLease(context.adapter, session, { relationKey: key, token })
  } catch (error) {
    if (!(error instanceof LeaseLostError)) throw error
    throw new StepError([leaseLost(node, error)], { cause: error })
  }
}

/** After an error of the connection: undefined when the lease is still held, or nobody can say. */
export async function findLeaseLost(
  context: RunContext,
  node: Written,
): Promise<readonly Diagnostic[] | undefined> {
  if (context.adapter.isExclusive) return undefined
  try {
    await context.adapter.transaction({}, (session) => stillHolds(context, session, node))
    return undefined
  } catch (error) {
    return error instanceof StepError ? error.diagnostics : undefined
  }
}

function leaseLost(node: Written, { message }: LeaseLostError): Diagnostic {
  return errorDiagnostic({
    code: 'lease-lost',
    message,
    span: node.span,
    hint: 'not published; the other run has the last word. A longer "lease_timeout" on the target lets a run that sleeps keep its leases',
  })
}
