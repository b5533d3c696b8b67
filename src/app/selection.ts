/** What is left of a selection by resource type, and what of it the database could not hold. */
import type { Diagnostic } from '../core/diagnostic.ts'
import type { UniqueId } from '../core/node.ts'
import type { Manifest } from '../project/parse/manifest.ts'
import { checkNameLength } from '../transform/plan/make-publish-unit.ts'
import type { Plan } from '../transform/plan/plan.ts'
import { dialectOf } from './open-adapter.ts'

/** `types` empty: all. */
export function ofTypes(
  manifest: Manifest,
  ids: ReadonlySet<UniqueId>,
  types: readonly string[],
): ReadonlySet<UniqueId> {
  if (types.length === 0 || types.includes('all')) return ids
  const isWanted = (id: UniqueId) => types.includes(manifest.nodes.get(id)?.resourceType ?? '')
  return new Set([...ids].filter(isWanted))
}

export async function checkSelection(
  manifest: Manifest,
  plan: Plan,
): Promise<readonly Diagnostic[]> {
  const dialect = await dialectOf(manifest.project.target)
  return plan.steps.flatMap((step) =>
    step.kind === 'publish' ? (checkNameLength(dialect, step.node) ?? []) : [],
  )
}
