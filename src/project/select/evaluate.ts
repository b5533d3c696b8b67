/** A selection to the ids it names, and the tests that come along with them. */
import { type Diagnostic, nearestName, warningDiagnostic } from '../../core/diagnostic.ts'
import type { IndirectSelection } from '../../core/settings/indirect-selection.ts'
import type { Node, UniqueId } from '../../core/node.ts'
import type { Graph } from '../graph/graph.ts'
import type { Manifest } from '../parse/manifest.ts'
import { type Selected, withHeld, withTests } from './indirect-tests.ts'
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
  /** Where a criterion says nothing else. */
  readonly indirectSelection: IndirectSelection
  readonly warnings: Diagnostic[]
}

export function evaluate(selection: Selection, scope: Scope): ReadonlySet<UniqueId> {
  return select(selection, scope).ids
}

function select(selection: Selection, scope: Scope): Selected {
  const found = selectParts(selection, scope)
  return withHeld(found, scope.indirectSelection, scope)
}

function selectParts(selection: Selection, scope: Scope): Selected {
  switch (selection.kind) {
    case 'criterion': {
      const { criterion } = selection
      const mode = criterion.indirectSelection ?? scope.indirectSelection
      return withPointers(withTests(expand(criterion, scope), mode, scope), scope)
    }
    case 'union': {
      const parts = selection.parts.map((part) => select(part, scope))
      return {
        ids: new Set(parts.flatMap(({ ids }) => [...ids])),
        held: new Set(parts.flatMap(({ held }) => [...held])),
      }
    }
    case 'intersection': {
      const parts = selection.parts.map((part) => select(part, scope))
      return {
        ids: intersection(parts.map(({ ids }) => ids)),
        held: intersection(parts.map(({ held }) => held)),
      }
    }
    case 'difference': {
      const without = select(selection.without, scope).ids
      const { ids, held } = select(selection.from, scope)
      const isLeft = (id: UniqueId) => !without.has(id)
      return { ids: new Set([...ids].filter(isLeft)), held: new Set([...held].filter(isLeft)) }
    }
  }
}

function intersection(sets: readonly ReadonlySet<UniqueId>[]): ReadonlySet<UniqueId> {
  const [first = new Set<UniqueId>(), ...others] = sets
  return new Set([...first].filter((id) => others.every((other) => other.has(id))))
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
function withPointers({ ids, held }: Selected, { graph, manifest }: Scope): Selected {
  const pointers = [...ids]
    .flatMap((id) => graph.children(id))
    .filter((id) => {
      const node = manifest.nodes.get(id)
      return node?.resourceType === 'model' && node.pointsTo !== undefined
    })
  return pointers.length === 0 ? { ids, held } : { ids: new Set([...ids, ...pointers]), held }
}

function noMatch(criterion: Criterion, manifest: Manifest): Diagnostic {
  const selectors = new Map([...manifest.nodes.values()].flatMap(selectorsOf))
  const isName = criterion.method === 'fqn'
  const name = isName ? nearestName(criterion.value, selectors.keys()) : undefined
  const nearest = name === undefined ? undefined : selectors.get(name)
  const disabled = isName
    ? manifest.disabled.find((node) => node.name === criterion.value)
    : undefined
  const nearestHint = nearest === undefined ? emptyHint(criterion) : `did you mean "${nearest}"?`
  return warningDiagnostic({
    code: 'empty-selection',
    message: `expected "${criterion.text}" to match a node, found none`,
    hint: disabled === undefined ? nearestHint : `it is disabled: ${disabled.path}`,
  })
}

/** Where nothing is a common answer: that it is one. */
function emptyHint({ method, value }: Criterion): string {
  if (method === 'state') return `no node is ${value} compared with the manifest.json of --state`
  if (method === 'result') return 'no node that is there ended so in the run of --state'
  if (method !== 'source_status') return 'see "assay ls"'
  return 'no source is fresher than in the sources.json of --state'
}

/** By its name, what selects a node: what is none of the database's is not meant by its name alone. */
function selectorsOf(node: Node): readonly (readonly [string, string])[] {
  const { name, resourceType } = node
  if (resourceType === 'test') return []
  if (resourceType === 'exposure') return [[name, `exposure:${name}`]]
  if (resourceType !== 'source') return [[name, name]]
  const full = `${node.sourceName}.${name}`
  return [
    [name, `source:${full}`],
    [full, `source:${full}`],
  ]
}
