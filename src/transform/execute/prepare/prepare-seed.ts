/** A seed to its publish unit: its file read, its types found, its rows loaded. */
import type { RelationState } from '../../../core/database/warehouse-state.ts'
import { placedAt } from '../../../core/node/config-places.ts'
import type { SeedNode } from '../../../core/node.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import { planSeed } from '../../plan/materializations/seed.ts'
import type { PrepareContext, Prepared } from './prepare-context.ts'
import { indexed, swapOfTarget } from './last-published.ts'

export async function prepareSeed(
  context: PrepareContext,
  node: SeedNode,
  existing: RelationState | undefined,
): Promise<Result<Prepared>> {
  const { manifest, dialect } = context
  const file = manifest.project.seeds.find((seed) => seed.path === node.path)
  // Loaded now: most runs have no seeds, and reading CSV takes a package.
  const { readSeed } = await import('../seeds/read-seed.ts')
  const content = readSeed(node, file?.text ?? '', dialect)
  if (!content.ok) return content
  const { rows, ...rest } = content.value
  const unit = planSeed({
    node,
    dialect,
    existing,
    swap: swapOfTarget(context),
    ...rest,
    rows: () => streamOf(rows),
    isFullRefresh: node.fullRefresh ?? context.isFullRefresh,
  })
  if (!unit.ok) return failure(unit.diagnostics.map((fault) => placedAt(node, fault)))
  return success({
    unit: indexed(context, { node, existing }, unit.value),
    compiled: undefined,
    isIncremental: false,
    cursors: [],
    limit: null,
    isIdle: false,
  })
}

async function* streamOf<T>(rows: readonly T[]): AsyncIterable<T> {
  yield* rows
}
