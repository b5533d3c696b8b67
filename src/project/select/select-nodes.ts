/** A selector to the nodes it names, tests included whose tested node is among them (dbt's eager indirect selection). */
import { type Diagnostic, nearestName, warningDiagnostic } from '../../core/diagnostic.ts'
import type { UniqueId } from '../../core/node.ts'
import { failure, type Result, success } from '../../core/result.ts'
import type { Graph } from '../graph/graph.ts'
import type { Manifest } from '../parse/manifest.ts'
import { matchCriterion } from './match-criterion.ts'
import { type Criterion, parseSelector, type Selector } from './parse-selector.ts'

export interface SelectRequest {
  /** Empty: everything. */
  readonly select: readonly string[]
  readonly exclude: readonly string[]
}

/** In the graph's order. */
export function selectNodes(
  graph: Graph,
  manifest: Manifest,
  request: SelectRequest,
): Result<ReadonlySet<UniqueId>> {
  const select = parseSelector(request.select)
  const exclude = parseSelector(request.exclude)
  if (!select.ok || !exclude.ok) {
    return failure([
      ...(select.ok ? [] : select.diagnostics),
      ...(exclude.ok ? [] : exclude.diagnostics),
    ])
  }
  const warnings: Diagnostic[] = []
  const included = isEmpty(request.select)
    ? new Set(manifest.nodes.keys())
    : evaluate(select.value, { graph, manifest, warnings })
  const excluded = evaluate(exclude.value, { graph, manifest, warnings })
  const chosen = graph.order.filter((id) => included.has(id) && !excluded.has(id))
  return success(new Set(chosen), warnings)
}

function isEmpty(texts: readonly string[]): boolean {
  return texts.every((text) => text.trim() === '')
}

interface Scope {
  readonly graph: Graph
  readonly manifest: Manifest
  readonly warnings: Diagnostic[]
}

function evaluate(selector: Selector, scope: Scope): ReadonlySet<UniqueId> {
  const union = selector.map((intersection) => {
    const sets = intersection.map((criterion) => withTests(expand(criterion, scope), scope))
    return sets.reduce((left, right) => new Set([...left].filter((id) => right.has(id))))
  })
  return new Set(union.flatMap((set) => [...set]))
}

function expand(criterion: Criterion, scope: Scope): ReadonlySet<UniqueId> {
  const { graph, manifest } = scope
  const found = [...manifest.nodes.values()]
    .filter((node) => matchCriterion(node, criterion))
    .map((node) => node.uniqueId)
  if (found.length === 0) scope.warnings.push(noMatch(criterion, manifest))
  const all = new Set<UniqueId>(found)
  const add = (ids: Iterable<UniqueId>) => {
    for (const id of ids) all.add(id)
  }
  for (const id of found) {
    if (criterion.ancestors > 0) add(graph.ancestors(id, criterion.ancestors))
    const down = criterion.isClosed ? Number.POSITIVE_INFINITY : criterion.descendants
    if (down > 0) add(graph.descendants(id, down))
  }
  if (criterion.isClosed) {
    // All of them first: the set grows while it is walked.
    add([...all].flatMap((id) => [...graph.ancestors(id)]))
  }
  return all
}

/** A test joins when any node it looks at is selected. */
function withTests(ids: ReadonlySet<UniqueId>, { graph, manifest }: Scope): ReadonlySet<UniqueId> {
  const tests = [...ids]
    .flatMap((id) => graph.children(id))
    .filter((id) => manifest.nodes.get(id)?.resourceType === 'test')
  return new Set([...ids, ...tests])
}

function noMatch(criterion: Criterion, manifest: Manifest): Diagnostic {
  const names = [...manifest.nodes.values()]
    .filter((node) => node.resourceType !== 'test')
    .map((node) => node.name)
  const nearest = nearestName(criterion.value, names)
  return warningDiagnostic({
    code: 'empty-selection',
    message: `expected "${criterion.text}" to match a node, found none`,
    hint: nearest === undefined ? 'see "assay ls"' : `did you mean "${nearest}"?`,
  })
}
