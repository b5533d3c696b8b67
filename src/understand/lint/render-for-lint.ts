/** Renders a model with stand-ins for relations and for what only a run knows, and leads tokens back to the template. */
import type { SourceSpan } from '../../core/diagnostic.ts'
import type { ModelNode, Node } from '../../core/node.ts'
import { environmentOf, type Manifest, referencedId } from '../../project/parse/manifest.ts'
import type { SqlToken } from '../../project/sql/tokenize.ts'
import { parseTemplate } from '../../project/template/parse-template.ts'
import { render } from '../../project/template/render.ts'
import { locate } from '../../project/template/segment-map.ts'
import type {
  Reference,
  RelationValue,
  RenderState,
  SegmentMap,
  Template,
} from '../../project/template/template.ts'
import { type Place, standIns } from './linted-model.ts'

export interface RenderedSql {
  readonly sql: string
  readonly map: SegmentMap
  /** The nodes that the stand-ins mean, by their text. */
  readonly relations: ReadonlyMap<string, Node>
}

/** Once as a first run would render it and, for an incremental model that asks, once as a later one. */
export function renderForLint(manifest: Manifest, node: ModelNode): readonly RenderedSql[] {
  if (node.code.kind !== 'file') return []
  const template = parseTemplate(node.code)
  if (!template.ok) return []
  const run = (isIncremental: boolean) =>
    renderOnce({ manifest, node, template: template.value, isIncremental })
  if (node.materialization.name !== 'incremental') return run(false)
  const [later, first] = [run(true), run(false)]
  return later[0]?.sql === first[0]?.sql ? later : [...later, ...first]
}

interface Rendering {
  readonly manifest: Manifest
  readonly node: ModelNode
  readonly template: Template
  readonly isIncremental: boolean
}

/** None when it cannot be rendered: the command that needs the SQL says why. */
function renderOnce(rendering: Rendering): readonly RenderedSql[] {
  const { manifest, template, isIncremental } = rendering
  const relations = new Map<string, Node>()
  const standInFor = (reference: Reference, kind: 'ref' | 'rows'): string => {
    const id = referencedId(manifest, reference, rendering.node.packageName)
    const node = id === undefined ? undefined : manifest.nodes.get(id)
    const text = `__assay_${kind}_${relations.size}`
    if (node !== undefined) relations.set(text, node)
    return text
  }
  const state: RenderState = {
    this: relationCalled(standIns.this),
    isIncremental,
    invocationId: standIns.invocationId,
    runStartedAt: standIns.runStartedAt,
    resolve: (reference) => ({ ...relationCalled(standInFor(reference, 'ref')), reference }),
    cursorQuery: (call) => standInFor(call.reference, 'rows'),
  }
  const rendered = render(template, {
    environment: environmentOf(manifest, rendering.node.packageName),
    state,
  })
  return rendered.kind === 'sql' ? [{ sql: rendered.sql, map: rendered.map, relations }] : []
}

function relationCalled(text: string): RelationValue {
  return { kind: 'relation', text, relation: { schema: text, identifier: text } }
}

/**
 * Where two tokens and what is between them were written. What a macro wrote is placed at its call in the template, with
 * the place in the macro as related. undefined when all of it is the text of a macro that ships with the framework.
 */
export function placeOf(map: SegmentMap, first: SqlToken, last: SqlToken): Place | undefined {
  if (isBuiltIn(map, first, last)) return undefined
  const start = locate(map, first.start)
  if (start === undefined) return undefined
  const span = widened(start.span, locate(map, last.end - 1)?.span)
  const call = start.related.at(-1)
  if (call === undefined) return { span, related: [] }
  const inside = { message: 'the SQL stands here', span }
  return { span: call.span, related: [inside, ...start.related.slice(0, -1)] }
}

/** Up to the end of `last` when it lies on the same line. */
function widened(first: SourceSpan, last: SourceSpan | undefined): SourceSpan {
  if (last === undefined || last.path !== first.path || last.line !== first.line) return first
  const length = last.column + last.length - first.column
  return length > first.length ? { ...first, length } : first
}

function isBuiltIn(map: SegmentMap, first: SqlToken, last: SqlToken): boolean {
  const start = map.findLastIndex((segment) => segment.start <= first.start)
  const behind = map.findIndex((segment) => segment.start >= last.end)
  const segments = map.slice(Math.max(start, 0), behind === -1 ? map.length : behind)
  return segments.every(({ isLiteral, span }) => isLiteral && span.path.startsWith('library/'))
}
