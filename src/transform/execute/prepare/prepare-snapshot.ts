/** A snapshot to its publish unit: what changed since its newest versions. */
import type { Session } from '../../../core/adapter.ts'
import type { SnapshotNode } from '../../../core/node.ts'
import { type Result, success } from '../../../core/result.ts'
import { planSnapshot } from '../../plan/materializations/snapshot/plan-snapshot.ts'
import { markOf, partOf } from '../publish/part-of-inputs.ts'
import type { PrepareContext, PrepareRequest, Prepared } from './prepare-context.ts'
import { compileTexts } from './compile-texts.ts'
import { indexed } from './last-published.ts'

export async function prepareSnapshot(
  context: PrepareContext,
  session: Session,
  { node, existing }: PrepareRequest & { readonly node: SnapshotNode },
): Promise<Result<Prepared>> {
  const { dialect, now, limit } = context
  const texts = await compileTexts(context, session, node, {
    isIncremental: false,
    reads: new Map(),
    ...(limit === undefined ? {} : { limit }),
  })
  if (!texts.ok) return texts
  // Rows that it is not shown are not gone.
  const shown = limit === undefined ? node : { ...node, hardDeletes: 'ignore' as const }
  const unit = planSnapshot({ node: shown, ...texts.value, dialect, existing, now })
  if (!unit.ok) return unit
  const { compiled } = texts.value
  const part = partOf(context, node)
  const isIdle = existing !== undefined && limit?.kind === 'none'
  const mark = markOf(part, { isIdle })
  const prepared = {
    unit: indexed(context, { node, existing }, unit.value),
    compiled,
    cursors: [],
    isIncremental: false,
  }
  return success({ ...prepared, limit: mark, isIdle })
}
