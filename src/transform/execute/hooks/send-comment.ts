/** From now on the statements of a session are sent with what the project says of a node. */
import type { Session } from '../../../core/adapter.ts'
import type { Node } from '../../../core/node.ts'
import { nodeComment } from '../../plan/hooks/node-comment.ts'
import { StepError } from '../database-diagnostic.ts'
import type { RunContext } from '../run-context.ts'

/** Throws a `StepError` where the template of the comment fails. */
export function sendComment(
  { manifest, adapter, run, runStartedAt }: RunContext,
  session: Session,
  node: Node,
): void {
  const { runId: invocationId, version } = run
  const { dialect } = adapter
  const comment = nodeComment({ manifest, dialect, invocationId, runStartedAt, version }, node)
  if (!comment.ok) throw new StepError(comment.diagnostics)
  session.setComment(comment.value)
}
