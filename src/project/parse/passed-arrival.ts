/** Whether rows only ever come to a node: declared where they enter, and passed on by views that filter or project. */
import type { Arrival, ModelNode, Node, UniqueId } from '../../core/node.ts'
import { parseTemplate } from '../template/parse-template.ts'
import { render } from '../template/render.ts'
import type { RelationValue, RenderState, TemplateEnvironment } from '../template/template.ts'
import type { Draft } from './draft.ts'
import { findMixing } from './find-mixing.ts'

export interface KnownNodes {
  readonly nodes: ReadonlyMap<UniqueId, Node>
  readonly drafts: readonly Draft[]
  readonly environment: TemplateEnvironment
}

export type PassedArrival =
  | { readonly kind: 'passed'; readonly arrival: Arrival }
  /** What it is instead, and what to do about it. */
  | { readonly kind: 'not'; readonly what: string; readonly hint: string }

export function passedArrival(known: KnownNodes, node: Node): PassedArrival {
  switch (node.resourceType) {
    case 'source':
      return (
        declared(node.arrival) ?? {
          kind: 'not',
          what: 'a source that declares no arrival column',
          hint: `declare it where the source is described: config: { arrival_column: .. }, a column that grows with every commit`,
        }
      )
    case 'seed':
      return (
        declared(node.arrival) ?? {
          kind: 'not',
          what: 'a seed that declares no arrival column',
          hint: 'declare config: { arrival_column: .. } for the seed, a column that grows with every line added',
        }
      )
    case 'model':
      return passedByModel(known, node)
    case 'test':
    case 'analysis':
      return { kind: 'not', what: `a ${node.resourceType}`, hint: 'name a model, seed or source' }
  }
}

function declared(arrival: Arrival | undefined): PassedArrival | undefined {
  return arrival === undefined ? undefined : { kind: 'passed', arrival }
}

function passedByModel(known: KnownNodes, node: ModelNode): PassedArrival {
  const { materialization } = node
  switch (materialization.name) {
    case 'ephemeral':
      return { kind: 'not', what: 'an ephemeral model', hint: 'make it a view' }
    case 'table':
      return {
        kind: 'not',
        what: 'a table, whose rows are made anew in every run',
        hint: `make it an incremental model that appends, or a view`,
      }
    case 'incremental':
      if (materialization.strategy !== 'append') {
        return {
          kind: 'not',
          what: `an incremental model that rewrites rows (${materialization.strategy})`,
          hint: 'use touched_keys',
        }
      }
      return (
        declared(node.arrival) ?? {
          kind: 'not',
          what: 'an incremental model that declares no arrival column',
          hint: 'pass the arrival column of its upstream on and declare it: config arrival_column=".."',
        }
      )
    case 'view':
      return passedByView(known, node)
  }
}

function passedByView(known: KnownNodes, node: ModelNode): PassedArrival {
  const hint =
    'make it a projection or filter of one append-only source or model, or an incremental model'
  const not = (what: string): PassedArrival => ({ kind: 'not', what, hint })
  const facts = known.drafts.find((draft) => draft.node.uniqueId === node.uniqueId)?.facts
  const [parentId, ...others] = node.dependsOn
  const parent = parentId === undefined ? undefined : known.nodes.get(parentId)
  if (parent === undefined) return not('a view that reads no model or source')
  if (others.length > 0 || (facts?.references.length ?? 0) > 1) {
    return not('a view that reads more than once')
  }
  const below = passedArrival(known, parent)
  if (below.kind === 'not') {
    return { ...below, what: `a view of "${parent.name}", ${below.what}` }
  }
  const mixing = mixingOf(known, node)
  if (mixing !== undefined) return not(`a view with ${mixing}, which is no projection or filter`)
  return { kind: 'passed', arrival: node.arrival ?? below.arrival }
}

/** As it is rendered: what macros and conditions make of it counts. */
function mixingOf({ environment }: KnownNodes, { code }: ModelNode): string | undefined {
  if (code.kind !== 'file') return 'no SQL of its own'
  const template = parseTemplate(code)
  const rendered = template.ok ? render(template.value, { environment, state }) : undefined
  return rendered?.kind === 'sql' ? findMixing(rendered.sql) : 'what only the run knows'
}

const somewhere: RelationValue = {
  kind: 'relation',
  text: 'upstream',
  relation: { schema: '', identifier: 'upstream' },
}
const state: RenderState = {
  this: somewhere,
  isIncremental: false,
  invocationId: '',
  runStartedAt: '',
  resolve: () => somewhere,
  cursorQuery: () => 'upstream',
}
