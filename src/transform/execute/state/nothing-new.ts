/** A model that goes on from its cursors, with nothing beyond them and all else as it was: its batch would be empty. */
import type { Session } from '../../../core/adapter.ts'
import { hasHooks } from '../../../core/node/hook.ts'
import { type BuiltNode, keepsRows, type ModelNode } from '../../../core/node.ts'
import { wantedGrants } from '../../plan/contracts/grants.ts'
import type { Interval } from '../../plan/cursor-query.ts'
import { isFullRefresh } from '../../plan/make-publish-unit.ts'
import { readCursorScopes } from '../cursors/cursor-reads.ts'
import type { OpenedNode } from './open-node.ts'
import { isReusable } from './reuse-node.ts'

/**
 * Looks at versions and cursors only, so that it costs the same whatever the tables hold. What it does not follow by a
 * cursor counts too: another version of it is another input.
 */
export async function hasNothingNew(
  session: Session,
  node: BuiltNode,
  { context, survey, ask, cursors }: OpenedNode,
): Promise<boolean> {
  if (!goesOn(node) || !(await isReusable(context, session, node, survey))) return false
  const { manifest, dialect, publications } = context
  const reads = { manifest, dialect, publications, standIns: ask.standIns, cursors }
  return await hasNothingBeyondCursors(session, node, reads)
}

/** Of one whose code, config and inputs are as they were. */
export async function hasNothingBeyondCursors(
  session: Session,
  node: BuiltNode,
  reads: Parameters<typeof readCursorScopes>[0],
): Promise<boolean> {
  if (!goesOn(node)) return false
  const { scopes, refreshReason, faults } = await readCursorScopes(reads, session, node, 'new')
  if (refreshReason !== undefined || faults.length > 0) return false
  return [...scopes.values()].every(({ interval }) => interval !== undefined && isEmpty(interval))
}

/** Its rows are made by its SELECT and by nothing else that a run would do. */
function goesOn(node: BuiltNode): node is ModelNode {
  if (node.resourceType !== 'model' || node.cursorReads.length === 0) return false
  const { materialization, code, hooks } = node
  if (!keepsRows(materialization) || isFullRefresh(node, false)) return false
  const isOwn = materialization.name === 'incremental' && materialization.strategy === 'custom'
  // What roles may read is said again by each run, whatever was revoked by hand.
  return !isOwn && code.kind !== 'typescript' && !hasHooks(hooks) && wantedGrants(node).size === 0
}

/** Of a change feed: the rows are as they were, so whatever was published since changed none. */
function isEmpty(interval: Interval): boolean {
  return interval.kind === 'changes' || interval.low === interval.high
}
