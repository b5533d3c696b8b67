/** The nodes of a command, and what of them the database could not hold. */
import { type Diagnostic, errorDiagnostic } from '../core/diagnostic.ts'
import type { BuiltNode, ModelNode, UniqueId } from '../core/node.ts'
import { type Result, success } from '../core/result.ts'
import type { Manifest } from '../project/parse/manifest.ts'
import { selectNodes, stateMethodsUsed } from '../project/select/select-nodes.ts'
import { checkNameLength } from '../transform/plan/make-publish-unit.ts'
import type { Plan } from '../transform/plan/plan.ts'
import { outlineSql } from '../transform/plan/sql/sql-text.ts'
import type { LoadedProject } from './load-project.ts'
import { dialectOf } from './open-adapter.ts'
import { readSelectionState } from './state/selection-state.ts'
import type { SelectionOptions } from './surroundings.ts'
import { withArticle } from '../core/with-article.ts'

/** The nodes a command was told to look at, in the graph's order; of any type. */
export async function chooseNodes(
  loaded: LoadedProject,
  options: Pick<
    SelectionOptions,
    'select' | 'exclude' | 'selector' | 'indirectSelection' | 'state'
  >,
): Promise<Result<ReadonlySet<UniqueId>>> {
  const { graph, manifest, selectors } = loaded
  const { state: folder, ...asked } = options
  const request = { ...asked, selectors }
  const methods = stateMethodsUsed(request)
  if (folder === undefined || methods.size === 0) return selectNodes(graph, manifest, request)
  const state = await readSelectionState(loaded, folder, methods)
  if (!state.ok) return state
  const selected = selectNodes(graph, manifest, { ...request, state: state.value })
  return selected.ok ? success(selected.value, [...state.warnings, ...selected.warnings]) : selected
}

/** What is left of them by `--resource-type` and its opposite. */
export function ofTypes(
  manifest: Manifest,
  ids: ReadonlySet<UniqueId>,
  options: Pick<SelectionOptions, 'resourceTypes' | 'excludeResourceTypes'>,
): ReadonlySet<UniqueId> {
  const { resourceTypes, excludeResourceTypes } = options
  const isAll =
    resourceTypes.length === 0 || resourceTypes.some((type) => type === 'all' || type === 'default')
  if (isAll && excludeResourceTypes.length === 0) return ids
  const isWanted = (id: UniqueId) => {
    const type = manifest.nodes.get(id)?.resourceType ?? ''
    return (isAll || resourceTypes.includes(type)) && !excludeResourceTypes.includes(type)
  }
  return new Set([...ids].filter(isWanted))
}

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
