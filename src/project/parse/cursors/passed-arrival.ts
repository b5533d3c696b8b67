/** Whether rows only ever come to a node: declared where they enter, and passed on by views that filter or project. */
import type { Arrival, ModelNode, Node, UniqueId } from '../../../core/node.ts'
import { parseTemplate } from '../../template/parse-template.ts'
import { render } from '../../template/render.ts'
import type {
  RelationValue,
  RenderState,
  TemplateEnvironment,
  TemplateFacts,
} from '../../template/template.ts'
import { findVolatileUses } from '../../sql/volatile-functions.ts'
import { findMixing } from './find-mixing.ts'
import { passesColumn } from './passes-column.ts'
import { withArticle } from '../../../core/with-article.ts'

export interface KnownNodes {
  readonly nodes: ReadonlyMap<UniqueId, Node>
  readonly facts: ReadonlyMap<UniqueId, TemplateFacts>
  /** By package. */
  readonly environments: ReadonlyMap<string, TemplateEnvironment>
  /** What has been found out, filled as it is asked for. */
  readonly passed: Map<UniqueId, PassedArrival>
}

export type PassedArrival =
  | { readonly kind: 'passed'; readonly arrival: Arrival }
  | {
      readonly kind: 'not'
      /** What it is instead. */
      readonly what: string
      /** What to do about it. */
      readonly hint: string
      /** Itself, or the node below it whose rows are not only added to. */
      readonly cause: Node
    }
  /** It reads itself, which is told when the graph is built. */
  | { readonly kind: 'circular' }

export function passedArrival(known: KnownNodes, node: Node): PassedArrival {
  const found = known.passed.get(node.uniqueId)
  if (found !== undefined) return found
  known.passed.set(node.uniqueId, { kind: 'circular' })
  const passed = passedBy(known, node)
  known.passed.set(node.uniqueId, passed)
  return passed
}

function passedBy(known: KnownNodes, node: Node): PassedArrival {
  const not = (what: string, hint: string): PassedArrival => ({
    kind: 'not',
    what,
    hint,
    cause: node,
  })
  switch (node.resourceType) {
    case 'source':
      return (
        declared(node.arrival) ??
        not(
          'a source that declares no arrival column',
          'declare it where the source is described: config: { arrival_column: .. }, a column that grows with every commit',
        )
      )
    case 'seed':
      return (
        declared(node.arrival) ??
        not(
          'a seed that declares no arrival column',
          'declare config: { arrival_column: .. } for the seed, a column that grows with every line added',
        )
      )
    case 'snapshot':
      return not('a snapshot, which ends versions that are there', '')
    case 'model':
      return passedByModel(known, node, not)
    case 'test':
    case 'unit_test':
    case 'analysis':
    case 'exposure':
      return not(withArticle(node.resourceType), 'name a model, seed or source')
  }
}

type Not = (what: string, hint: string) => PassedArrival

/** As it is referred to. */
export function titleOf(node: Node): string {
  return node.resourceType === 'source' ? `${node.sourceName}.${node.name}` : node.name
}

function declared(arrival: Arrival | undefined): PassedArrival | undefined {
  return arrival === undefined ? undefined : { kind: 'passed', arrival }
}

function passedByModel(known: KnownNodes, node: ModelNode, not: Not): PassedArrival {
  const { materialization } = node
  switch (materialization.name) {
    case 'ephemeral':
      return not('an ephemeral model', 'make it a view')
    case 'table':
      return not(
        'a table, whose rows are made anew in every run',
        'make it an incremental model that appends, or a view',
      )
    case 'scd2':
      return not('a history, whose versions are ended and made anew (scd2)', 'use touched_keys')
    case 'incremental':
      if (materialization.strategy !== 'append') {
        return not(
          `an incremental model that rewrites rows (${materialization.strategy})`,
          'use touched_keys',
        )
      }
      return (
        declared(node.arrival) ??
        not(
          'an incremental model that declares no arrival column',
          'pass the arrival column of its upstream on and declare it: config arrival_column=".."',
        )
      )
    case 'external':
      return not(
        'a file, whose rows are made anew in every run',
        'make it an incremental model that appends, or a view',
      )
    case 'materialized_view':
      return not(
        'a materialized view, whose rows are made anew in every run',
        'make it an incremental model that appends, or a view',
      )
    case 'view':
      return passedByView(known, node, not)
  }
}

const viewHint =
  'make it a projection or filter of one append-only source or model, or an incremental model'

function passedByView(known: KnownNodes, node: ModelNode, not: Not): PassedArrival {
  const facts = known.facts.get(node.uniqueId)
  const [parentId, ...others] = node.dependsOn
  const parent = parentId === undefined ? undefined : known.nodes.get(parentId)
  if (parent === undefined) return not('a view that reads no model or source', viewHint)
  if (others.length > 0 || (facts?.references.length ?? 0) > 1) {
    return not('a view that reads more than once', viewHint)
  }
  const below = passedArrival(known, parent)
  if (below.kind === 'circular') return below
  if (below.kind === 'not') {
    return { ...below, what: `a view of "${titleOf(parent)}", ${below.what}` }
  }
  const sql = sqlOf(known, node)
  if (sql === undefined) return not('a view whose SQL only the run knows', viewHint)
  const mixing = findMixing(sql, somewhere.text)
  if (mixing !== undefined) {
    return not(`a view with ${mixing}, which is no projection or filter`, viewHint)
  }
  const arrival = node.arrival ?? below.arrival
  if (!passesColumn(sql, { from: below.arrival.column, to: arrival.column })) {
    return not(
      `a view that does not pass the arrival column "${arrival.column}" on as it is`,
      `select "${below.arrival.column}" itself, in each of its SELECTs`,
    )
  }
  const [volatile] = findVolatileUses(sql)
  const unsteady = facts?.isStable === false ? 'run_started_at or invocation_id' : undefined
  const call = volatile?.parentheses === undefined ? '' : '()'
  const moving = unsteady ?? (volatile && `${volatile.function.name}${call}`)
  if (moving === undefined) return { kind: 'passed', arrival }
  return not(
    `a view with ${moving}, so rows may come to it without an arrival of their own`,
    'use it in the models that read the view',
  )
}

/** As it is rendered: what macros and conditions make of it counts. undefined: it could not be rendered. */
function sqlOf({ environments }: KnownNodes, { code, packageName }: ModelNode): string | undefined {
  if (code.kind !== 'file') return undefined
  const template = parseTemplate(code)
  const environment = environments.get(packageName)
  if (environment === undefined || !template.ok) return undefined
  const rendered = render(template.value, { environment, state })
  return rendered.kind === 'sql' ? rendered.sql : undefined
}

/** A name that no SQL has by chance. */
const somewhere: RelationValue = {
  kind: 'relation',
  text: '"what the view reads"',
  relation: { schema: '', identifier: 'what the view reads' },
}
const state: RenderState = {
  this: somewhere,
  isIncremental: false,
  invocationId: '',
  runStartedAt: '',
  resolve: (reference) => ({ ...somewhere, reference }),
  cursorQuery: ({ kind }) =>
    kind === 'new_rows'
      ? `(select * from ${somewhere.text})`
      : `(select distinct 1 from ${somewhere.text})`,
}
