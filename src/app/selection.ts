/** What is left of a selection by resource type, and what of it the database could not hold. */
import { type Diagnostic, errorDiagnostic } from '../core/diagnostic.ts'
import type { UniqueId } from '../core/node.ts'
import type { Manifest } from '../project/parse/manifest.ts'
import { checkNameLength } from '../transform/plan/make-publish-unit.ts'
import type { Plan } from '../transform/plan/plan.ts'
import { outlineSql } from '../transform/plan/sql-text.ts'
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

/** Only incremental models have rows that stay: of anything else a part cannot be built. */
export function checkBackfill(plan: Plan, condition: string): readonly Diagnostic[] {
  const { semicolons, start, unclosedComment } = outlineSql(condition)
  if (start < 0 || semicolons.length > 0 || unclosedComment >= 0) {
    return [
      errorDiagnostic({
        code: 'invalid-value',
        message: `expected one condition for --backfill, found "${condition}"`,
        hint: `for example: --backfill "day between '2026-01-01' and '2026-01-31'"`,
      }),
    ]
  }
  return plan.steps.flatMap((step) => {
    if (step.kind === 'test') return []
    const { node } = step
    const isIncremental =
      node.resourceType === 'model' && node.materialization.name === 'incremental'
    if (isIncremental) return []
    const kind = node.resourceType === 'seed' ? 'seed' : node.materialization.name
    return [
      errorDiagnostic({
        code: 'invalid-value',
        message: `expected incremental models for --backfill, found "${node.name}", a ${kind}`,
        span: node.span,
        hint: 'name the models with --select; what reads them is built in a run of its own',
      }),
    ]
  })
}
