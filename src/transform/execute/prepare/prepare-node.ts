/** A node to its publish unit, as the database is now: `plan` shows it, a run executes it. */
import type { Session } from '../../../core/adapter.ts'
import { never } from '../../../core/never.ts'
import type { Result } from '../../../core/result.ts'
import { isMicrobatch } from '../../plan/microbatch/microbatch-node.ts'
import type { PrepareContext, PrepareRequest, Prepared } from './prepare-context.ts'
import { prepareSeed } from './prepare-seed.ts'
import { prepareSnapshot } from './prepare-snapshot.ts'
import { prepareModel } from './prepare-model.ts'
import { prepareMicrobatch } from './prepare-batches.ts'

/** Reads only. */
export async function prepareNode(
  context: PrepareContext,
  session: Session,
  request: PrepareRequest,
): Promise<Result<Prepared>> {
  const { node } = request
  switch (node.resourceType) {
    case 'seed':
      return await prepareSeed(context, node, request.existing)
    case 'snapshot':
      return await prepareSnapshot(context, session, { ...request, node })
    case 'model':
      return isMicrobatch(node)
        ? await prepareMicrobatch(context, session, { ...request, node })
        : await prepareModel(context, session, { ...request, node })
    default:
      return never(node)
  }
}
