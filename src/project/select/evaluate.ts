/** A selection to the ids it names, tests included whose tested node is among them (dbt's eager indirect selection). */
import { type Diagnostic, nearestName, warningDiagnostic } from '../../core/diagnostic.ts'
import type { UniqueId } from '../../core/node.ts'
import type { Graph } from '../graph/graph.ts'
import type { Manifest } from '../parse/manifest.ts'
import { isAboutOthers, matchCriterion } from './match-criterion.ts'
import { stateValues } from './methods.ts'
import type { Criterion } from './parse-selector.ts'
import type { Selection, SelectionState, YamlSelector } from './selection.ts'

export interface Scope {
  readonly graph: Graph
  readonly manifest: Manifest
  /** By name. */
  readonly selectors: ReadonlyMap<string, YamlSelector>
  /** Given wherever a criterion asks for it. */
  readonly state: SelectionState | undefined
  readonly warnings: Diagnostic[]
}

export function evaluate(selection: Selection, scope: Scope): ReadonlySet<UniqueId> {
  switch (selection.kind) {
    case 'criterion':
      return withTests(expand(selection.criterion, scope), scope)
    case 'union':
      return new Set(selection.parts.flatMap((part) => [...evaluate(part, scope)]))
    case 'intersection': {
      const [first, ...others] = selection.parts.map((part) => evaluate(part, scope))
      return new Set([...(first ?? [])].filter((id) => others.every((other) => other.has(id))))
    }
    case 'difference': {
      const without = evaluate(selection.without, scope)
      return new Set([...evaluate(selection.from, scope)].filter((id) => !without.has(id)))
    }
  }
}

function expand(criterion: Criterion, scope: Scope): ReadonlySet<UniqueId> {
  const { graph, manifest } = scope
  const found = findNodes(criterion, scope)
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

function findNodes(criterion: Criterion, scope: Scope): readonly UniqueId[] {
  const { method, value, argument } = criterion
  if (!isAboutOthers(method)) {
    return [...scope.manifest.nodes.values()]
      .filter((node) => matchCriterion(node, { method, argument, value }))
      .map((node) => node.uniqueId)
  }
  const { state } = scope
  const ids = [...scope.manifest.nodes.keys()]
  switch (method) {
    case 'selector': {
      const named = scope.selectors.get(value)
      return named === undefined ? [] : [...evaluate(named.selection, scope)]
    }
    case 'state': {
      const wanted = stateValues.find((candidate) => candidate === value)
      return wanted === undefined ? [] : ids.filter((id) => state?.statesOf(id).has(wanted))
    }
    case 'result': {
      const status = value === 'reused' ? 'no-op' : value
      return ids.filter((id) => state?.results.get(id) === status)
    }
    case 'source_status':
      return ids.filter((id) => state?.fresher.has(id))
  }
}

/** The view under the plain name goes with the version it shows. */
function pointersAmong(ids: readonly UniqueId[], { nodes }: Manifest): readonly UniqueId[] {
  return ids.filter((id) => {
    const node = nodes.get(id)
    return node?.resourceType === 'model' && node.pointsTo !== undefined
  })
}

/** A test joins when any node it looks at is selected. */
function withTests(ids: ReadonlySet<UniqueId>, { graph, manifest }: Scope): ReadonlySet<UniqueId> {
  const children = [...ids].flatMap((id) => graph.children(id))
  const tests = children.filter((id) => manifest.nodes.get(id)?.resourceType === 'test')
  return new Set([...ids, ...tests, ...pointersAmong(children, manifest)])
}

function noMatch(criterion: Criterion, manifest: Manifest): Diagnostic {
  const names = [...manifest.nodes.values()]
    .filter((node) => node.resourceType !== 'test')
    .map((node) => node.name)
  const isName = criterion.method === 'fqn'
  const nearest = isName ? nearestName(criterion.value, names) : undefined
  return warningDiagnostic({
    code: 'empty-selection',
    message: `expected "${criterion.text}" to match a node, found none`,
    hint: nearest === undefined ? 'see "assay ls"' : `did you mean "${nearest}"?`,
  })
}
