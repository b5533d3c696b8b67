/** By which tests rows of a build are set aside, and what stands in its quarantine now. */
import type { Session } from '../../../core/adapter.ts'
import type { ModelNode } from '../../../core/node.ts'
import { type Result, success } from '../../../core/result.ts'
import { faultRules } from '../../plan/compile/fault-rules.ts'
import type { CompileContext } from '../../plan/compile/compile-context.ts'
import type { QuarantineInput } from '../../plan/materializations/quarantine/quarantine-input.ts'

export interface QuarantineRequest {
  readonly node: ModelNode
  /** ISO 8601, UTC. */
  readonly now: string
}

/** undefined: none are. */
export async function quarantineOf(
  context: CompileContext,
  session: Session,
  { node, now }: QuarantineRequest,
): Promise<Result<QuarantineInput | undefined>> {
  if (node.quarantine === undefined) return success(undefined)
  const { relation } = node.quarantine
  const rules = faultRules(context, node)
  if (!rules.ok) return rules
  const existing = await session.describe(relation)
  const run = { runId: context.invocationId, at: now }
  return success({ relation, existing, rules: rules.value, ...run })
}
