/** What of a plan the database could not hold, or could not build in part. */
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import type { BuiltNode, ModelNode } from '../../core/node.ts'
import { withArticle } from '../../core/with-article.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import { checkNameLength } from '../../transform/plan/make-publish-unit.ts'
import type { Plan } from '../../transform/plan/plan.ts'
import { outlineSql } from '../../transform/plan/sql/sql-text.ts'
import { dialectOf } from '../dialect-of.ts'

export async function checkSelection(
  manifest: Manifest,
  plan: Plan,
): Promise<readonly Diagnostic[]> {
  const dialect = await dialectOf(manifest.project.target)
  return plan.steps.flatMap((step) =>
    step.kind === 'publish'
      ? publishedNames(step.node).flatMap((node) => checkNameLength(dialect, node) ?? [])
      : [],
  )
}

/** The longer one first: of two that are too long one is said. */
function publishedNames(node: BuiltNode): readonly Pick<BuiltNode, 'name' | 'relation' | 'span'>[] {
  if (node.resourceType !== 'model' || node.quarantine === undefined) return [node]
  return [{ ...node, relation: node.quarantine.relation }]
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
    if (step.kind !== 'publish') return []
    const { node } = step
    const isIncremental =
      node.resourceType === 'model' && node.materialization.name === 'incremental'
    if (isIncremental) return node.quarantine === undefined ? [] : [noBackfill(node)]
    const kind = node.resourceType === 'model' ? node.materialization.name : node.resourceType
    return [
      errorDiagnostic({
        code: 'invalid-value',
        message: `expected incremental models for --backfill, found "${node.name}", ${withArticle(kind)}`,
        span: node.span,
        hint: 'name the models with --select; what reads them is built in a run of its own',
      }),
    ]
  })
}

function noBackfill(node: ModelNode): Diagnostic {
  return errorDiagnostic({
    code: 'no-quarantine',
    message: `expected no --backfill of a model that sets rows aside, found "${node.name}"`,
    span: node.span,
    hint: 'rebuild it with --full-refresh',
  })
}
