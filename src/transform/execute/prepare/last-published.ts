/** What a node was when it was published last, or is by its target, as its next unit has to know. */
import type { ModelNode } from '../../../core/node.ts'
import { relationKey } from '../../../core/relation.ts'
import type { SwapMethod } from '../../../core/target.ts'
import { recordedContract } from '../../plan/contracts/table-contract.ts'
import { readComponents } from '../../plan/state/components.ts'
import { withIndexes } from '../../plan/materializations/storage/with-indexes.ts'
import type { PublishUnit } from '../../plan/publish-unit.ts'
import type { PrepareContext, PrepareRequest } from './prepare-context.ts'

/** A table refilled in place would stay what its config made it before. */
export function becomesLogged(
  { publications }: PrepareContext,
  { relation, storage }: ModelNode,
): boolean {
  if (storage.isUnlogged) return false
  const last = readComponents(publications.get(relationKey(relation))?.components)
  return last?.config['unlogged'] === true
}

/** Nothing is asked of the database for a node whose config never named an index. */
export function indexed(
  { dialect, publications }: PrepareContext,
  { node, existing }: Pick<PrepareRequest, 'node' | 'existing'>,
  unit: PublishUnit,
): PublishUnit {
  const { relation, storage } = node
  const last = readComponents(publications.get(relationKey(relation))?.components)
  const isAsked = storage.indexes.length > 0 || last?.config['indexes'] !== undefined
  if (!isAsked) return unit
  return withIndexes(unit, { dialect, relation, existing, configs: storage.indexes })
}

/** As it was when the node was published last. */
export function lastContract({ publications }: PrepareContext, { relation }: ModelNode) {
  return recordedContract(readComponents(publications.get(relationKey(relation))?.components))
}

export function swapOfTarget({ manifest }: PrepareContext): SwapMethod | undefined {
  const { target } = manifest.project
  return target.type === 'postgres' ? target.swap : undefined
}
