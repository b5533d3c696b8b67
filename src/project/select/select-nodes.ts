/** What flags and selectors.yml say to the nodes of a command. */
import { type Diagnostic, errorDiagnostic, nearestName } from '../../core/diagnostic.ts'
import type { IndirectSelection } from '../../core/settings/indirect-selection.ts'
import type { UniqueId } from '../../core/node.ts'
import { failure, type Result, success } from '../../core/result.ts'
import type { Graph } from '../graph/graph.ts'
import type { Manifest } from '../parse/manifest.ts'
import { evaluate, type Scope } from './evaluate.ts'
import type { Method } from './methods.ts'
import { parseSelector } from './parse-selector.ts'
import {
  criteriaOf,
  type Selection,
  type SelectionState,
  selectionOf,
  type YamlSelector,
} from './selection.ts'

export interface SelectRequest {
  /** Empty: everything, or what the default selector names. */
  readonly select: readonly string[]
  readonly exclude: readonly string[]
  /** The name of a selector of selectors.yml. */
  readonly selector?: string | undefined
  /** Those of selectors.yml. */
  readonly selectors?: readonly YamlSelector[]
  readonly state?: SelectionState | undefined
  /** Default `eager`. */
  readonly indirectSelection?: IndirectSelection | undefined
}

/** In the graph's order. */
export function selectNodes(
  graph: Graph,
  manifest: Manifest,
  request: SelectRequest,
): Result<ReadonlySet<UniqueId>> {
  const wanted = readSelection(request)
  if (!wanted.ok) return wanted
  const { included, excluded } = wanted.value
  const [unanswered] = stateMethodsUsed(request)
  if (request.state === undefined && unanswered !== undefined) {
    return failure([missingState(unanswered)])
  }
  const scope: Scope = {
    graph,
    manifest,
    selectors: byName(request),
    state: request.state,
    indirectSelection: request.indirectSelection ?? 'eager',
    warnings: [],
  }
  const inside = included === undefined ? new Set(manifest.nodes.keys()) : evaluate(included, scope)
  const outside = evaluate(excluded, scope)
  const chosen = graph.order.filter((id) => inside.has(id) && !outside.has(id))
  return success(new Set(chosen), scope.warnings)
}

/** Through the selectors that are named, too. */
function methodsUsed(request: SelectRequest): ReadonlySet<Method> {
  const wanted = readSelection(request)
  if (!wanted.ok) return new Set()
  const { included, excluded } = wanted.value
  const selectors = byName(request)
  const used = new Set<Method>()
  const seen = new Set<string>()
  const note = (selection: Selection): void => {
    for (const { method, value } of criteriaOf(selection)) {
      used.add(method)
      const named = method === 'selector' && !seen.has(value) ? selectors.get(value) : undefined
      if (named === undefined) continue
      seen.add(value)
      note(named.selection)
    }
  }
  if (included !== undefined) note(included)
  note(excluded)
  return used
}

/** Methods that ask what another run left, so that its files are read only then. */
export function stateMethodsUsed(request: SelectRequest): ReadonlySet<StateMethod> {
  const used = methodsUsed(request)
  return new Set(stateMethods.filter((method) => used.has(method)))
}

const stateMethods = ['state', 'result', 'source_status'] as const
export type StateMethod = (typeof stateMethods)[number]

function missingState(method: StateMethod): Diagnostic {
  return errorDiagnostic({
    code: 'missing-state',
    message: `expected --state with the folder of another run's artifacts for "${method}:", found none`,
    hint: 'for example: --state target/production, where its manifest.json lies',
  })
}

function byName({ selectors = [] }: SelectRequest): ReadonlyMap<string, YamlSelector> {
  return new Map(selectors.map((selector) => [selector.name, selector]))
}

interface Wanted {
  /** undefined: everything. */
  readonly included: Selection | undefined
  readonly excluded: Selection
}

function readSelection(request: SelectRequest): Result<Wanted> {
  const select = parseSelector(request.select)
  const exclude = parseSelector(request.exclude)
  if (!select.ok || !exclude.ok) {
    return failure([
      ...(select.ok ? [] : select.diagnostics),
      ...(exclude.ok ? [] : exclude.diagnostics),
    ])
  }
  const unknown = [...select.value, ...exclude.value]
    .flat()
    .filter(({ method }) => method === 'selector')
    .flatMap(({ value }) => unknownSelector(value, request) ?? [])
  if (unknown.length > 0) return failure(unknown)
  const excluded = selectionOf(exclude.value)
  if (request.selector !== undefined) {
    const fault = unknownSelector(request.selector, request)
    if (fault !== undefined) return failure([fault])
    return success({ included: byName(request).get(request.selector)?.selection, excluded })
  }
  if (!isEmpty(request.select)) return success({ included: selectionOf(select.value), excluded })
  const byDefault = request.selectors?.find((selector) => selector.isDefault)
  // As in dbt, --exclude alone starts from everything.
  const included = isEmpty(request.exclude) ? byDefault?.selection : undefined
  return success({ included, excluded })
}

function unknownSelector(name: string, { selectors = [] }: SelectRequest): Diagnostic | undefined {
  const names = selectors.map((selector) => selector.name)
  if (names.includes(name)) return undefined
  const nearest = nearestName(name, names)
  const known =
    names.length === 0
      ? 'write one into selectors.yml, beside assay.yml'
      : `selectors.yml has ${names.map((each) => `"${each}"`).join(', ')}`
  return errorDiagnostic({
    code: 'unknown-selector',
    message: `expected the name of a selector, found "${name}"`,
    hint: nearest === undefined ? known : `did you mean "${nearest}"?`,
  })
}

function isEmpty(texts: readonly string[]): boolean {
  return texts.every((text) => text.trim() === '')
}
