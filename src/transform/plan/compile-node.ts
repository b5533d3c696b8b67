/** A node's template to the SQL it stands for: refs resolved, ephemeral models put in as CTEs, one statement. */
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import type { Dialect } from '../../core/dialect.ts'
import type { JsonObject } from '../../core/json.ts'
import type { ModelNode, Node, TemplateCode, TestNode, UniqueId } from '../../core/node.ts'
import type { Column, Relation } from '../../core/relation.ts'
import { failure, type Result, success } from '../../core/result.ts'
import { type Manifest, referencedId } from '../../project/parse/manifest.ts'
import { argumentReference } from '../../project/parse/test-arguments.ts'
import { parseTemplate } from '../../project/template/parse-template.ts'
import { render, renderTestCall } from '../../project/template/render.ts'
import { locate } from '../../project/template/segment-map.ts'
import type {
  CursorCall,
  LogLine,
  Reference,
  RelationValue,
  Rendered,
  RenderState,
  SegmentMap,
  TemplateValue,
} from '../../project/template/template.ts'
import { cursorQuery, type Interval } from './cursor-query.ts'
import { spliceSql } from './splice-sql.ts'
import { commonTableSlot, outlineSql } from './sql-text.ts'

export interface CompileContext {
  readonly manifest: Manifest
  readonly dialect: Dialect
  readonly invocationId: string
  /** ISO 8601, UTC. */
  readonly runStartedAt: string
  /** Relations that stand in for a node's own: the candidate its tests look at. */
  readonly standIns: ReadonlyMap<UniqueId, Relation>
  readonly isIncremental: boolean
  /** What `new_rows` and `touched_keys` read of each upstream; one that is absent is read whole. */
  readonly reads: ReadonlyMap<UniqueId, CursorScope>
}

/** What a build reads of an upstream, and the types of its columns, for `touched_keys`. */
export interface CursorScope {
  readonly interval: Interval | undefined
  readonly columns: readonly Column[]
}

export interface Compiled {
  readonly sql: string
  readonly map: SegmentMap
  readonly logs: readonly LogLine[]
}

/** What has SQL of its own. */
export type CodedNode = Extract<Node, { readonly code: TemplateCode }>

/** SQL without a trailing semicolon; empty for a blank model. */
export function compileNode(context: CompileContext, node: CodedNode): Result<Compiled> {
  const tables: CommonTable[] = []
  const rendered = renderNode(context, node, tables)
  switch (rendered.kind) {
    case 'failed':
      return failure(rendered.diagnostics)
    case 'asks':
      throw new Error(`${node.uniqueId} asks the database, which has no answer yet`)
    case 'sql':
      break
  }
  const single = singleStatement(rendered)
  if (!single.ok) return single
  if (single.value.sql === '' || tables.length === 0) {
    return success({ ...single.value, logs: rendered.logs })
  }
  return success({
    ...withCommonTables(single.value, tables, context.dialect),
    logs: rendered.logs,
  })
}

interface Text {
  readonly sql: string
  readonly map: SegmentMap
}

interface CommonTable extends Text {
  readonly name: string
}

/** Renders and collects, in dependency order and each once, the CTEs that the text needs. */
function renderNode(context: CompileContext, node: CodedNode, tables: CommonTable[]): Rendered {
  const failed: Diagnostic[] = []
  const place: Place = (referenced) => placeNode(context, referenced, tables, failed)
  const state = renderState(context, node, place)
  const rendered = renderCode(context, node, state, { tables, place })
  return failed.length > 0 ? { kind: 'failed', diagnostics: failed } : rendered
}

/** What a template of the node may ask. */
export function renderState(context: CompileContext, node: CodedNode, place: Place): RenderState {
  return {
    this: node.resourceType === 'model' ? ownRelation(context, node) : undefined,
    isIncremental: context.isIncremental,
    invocationId: context.invocationId,
    runStartedAt: context.runStartedAt,
    resolve: (reference) => ({ ...place(referencedNode(context, reference, node)), reference }),
    cursorQuery: (call) => {
      const upstream = referencedNode(context, call.reference, node)
      const scope = context.reads.get(upstream.uniqueId)
      return cursorText(context, call, { scope, from: place(upstream).text })
    },
  }
}

function renderCode(
  context: CompileContext,
  node: CodedNode,
  state: RenderState,
  call: Pick<TestArguments, 'tables' | 'place'>,
): Rendered {
  const { environment } = context.manifest
  switch (node.code.kind) {
    case 'file': {
      const template = parseTemplate(node.code)
      if (!template.ok) return { kind: 'failed', diagnostics: template.diagnostics }
      return render(template.value, { environment, state })
    }
    case 'test-call': {
      if (node.resourceType !== 'test') throw new Error(`${node.uniqueId} is not a test`)
      const { testName, arguments: named } = node.code
      const values = testArguments(context, node, { ...call, state, named })
      const testCall = { testName, arguments: values, span: node.span }
      return renderTestCall(testCall, { environment, state })
    }
  }
}

/** A node's relation, or its CTE. */
export type Place = (node: Readable) => RelationValue

interface TestArguments {
  readonly state: RenderState
  readonly named: JsonObject
  readonly tables: CommonTable[]
  readonly place: Place
}

/** `model` is the tested relation, filtered by `where` if there is one; `ref('x')` arguments are relations. */
function testArguments(
  context: CompileContext,
  node: TestNode,
  call: TestArguments,
): Readonly<Record<string, TemplateValue>> {
  const { variant } = node
  if (variant.kind !== 'generic') return call.named
  const values = Object.entries(call.named).map(([key, value]) => {
    const reference = argumentReference(key, value, node.span)
    return [key, reference === undefined ? value : call.state.resolve(reference)] as const
  })
  const tested = context.manifest.nodes.get(variant.attachedTo)
  if (tested === undefined || !('relation' in tested)) {
    throw new Error(`${node.uniqueId} tests nothing`)
  }
  const relation = call.place(tested)
  const model =
    variant.where === undefined
      ? relation
      : filtered(context, { node, relation, where: variant.where, tables: call.tables })
  return { ...Object.fromEntries(values), model }
}

/** The rows that `where` leaves, as a CTE: a name works with and without an alias behind it. */
function filtered(
  { dialect }: CompileContext,
  input: {
    readonly node: TestNode
    readonly relation: RelationValue
    readonly where: string
    readonly tables: CommonTable[]
  },
): RelationValue {
  const name = '__assay__filtered'
  const sql = `select *\nfrom ${input.relation.text}\nwhere ${input.where}`
  const map = [{ start: 0, span: input.node.span, isLiteral: false, callers: [] }]
  input.tables.push({ name, sql, map })
  return { kind: 'relation', text: dialect.quote(name), relation: input.relation.relation }
}

type Readable = Extract<Node, { readonly relation: Relation }>

function referencedNode(
  { manifest }: CompileContext,
  reference: Reference,
  reader: Node,
): Readable {
  const id = referencedId(manifest, reference, reader.packageName)
  const node = id === undefined ? undefined : manifest.nodes.get(id)
  if (node !== undefined && 'relation' in node) return node
  throw new Error(`parse let a reference to nothing pass: ${JSON.stringify(reference)}`)
}

function placeNode(
  context: CompileContext,
  node: Readable,
  tables: CommonTable[],
  failed: Diagnostic[],
): RelationValue {
  if (node.resourceType === 'model' && node.materialization.name === 'ephemeral') {
    return commonTable(context, node, tables, failed)
  }
  return standingRelation(context, node)
}

/** The node's own, or what stands in for it. */
export function standingRelation(context: CompileContext, node: Readable): RelationValue {
  return relationValue(context, context.standIns.get(node.uniqueId) ?? node.relation)
}

function cursorText(
  { dialect }: CompileContext,
  call: CursorCall,
  { scope, from }: { readonly scope: CursorScope | undefined; readonly from: string },
): string {
  const key = call.kind === 'touched_keys' ? typedColumns(scope, call.key) : undefined
  return cursorQuery({ dialect, from, interval: scope?.interval, key })
}

/** In the upstream's types; text where it does not exist yet. */
export function typedColumns(
  scope: CursorScope | undefined,
  names: readonly string[],
): readonly Column[] {
  return names.map(
    (name) => scope?.columns.find((column) => column.name === name) ?? { name, dataType: 'text' },
  )
}

function commonTable(
  context: CompileContext,
  node: ModelNode,
  tables: CommonTable[],
  failed: Diagnostic[],
): RelationValue {
  const isOwn = node.packageName === context.manifest.projectName
  const name = `__assay__cte__${isOwn ? '' : `${node.packageName}__`}${node.name.replaceAll('.', '_')}`
  const value: RelationValue = {
    kind: 'relation',
    text: context.dialect.quote(name),
    relation: node.relation,
  }
  if (tables.some((table) => table.name === name)) return value
  const rendered = renderNode({ ...context, isIncremental: false }, node, tables)
  if (rendered.kind === 'failed') failed.push(...rendered.diagnostics)
  if (rendered.kind !== 'sql') return value
  const single = singleStatement(rendered)
  if (single.ok) tables.push({ name, ...single.value })
  else failed.push(...single.diagnostics)
  return value
}

function ownRelation(context: CompileContext, node: ModelNode): RelationValue {
  return relationValue(context, node.relation)
}

function relationValue({ dialect }: CompileContext, relation: Relation): RelationValue {
  return { kind: 'relation', text: dialect.relation(relation), relation }
}

/** One statement, its trailing semicolon dropped; a leading comment is kept. */
function singleStatement(text: Text): Result<Text> {
  const outline = outlineSql(text.sql)
  if (outline.unclosedComment >= 0) return unclosedComment(text, outline.unclosedComment)
  if (outline.start < 0) return success({ sql: '', map: text.map })
  const inner = outline.semicolons.find((offset) => offset < outline.end)
  if (inner === undefined) return success({ sql: text.sql.slice(0, outline.end), map: text.map })
  const place = locate(text.map, inner)
  return failure([
    errorDiagnostic({
      code: 'several-statements',
      message: 'expected one SELECT, found a second statement behind ";"',
      span: place?.span,
      hint: 'a model is one SELECT; move the other statement to a model of its own',
      ...(place === undefined ? {} : { related: place.related }),
    }),
  ])
}

/** What follows it would be taken for a comment, and the rest of the model be gone without a word. */
function unclosedComment(text: Text, offset: number): Result<Text> {
  const place = locate(text.map, offset)
  return failure([
    errorDiagnostic({
      code: 'unclosed-comment',
      message: 'expected "*/" behind "/*", found the end of the file',
      span: place?.span,
      ...(place === undefined ? {} : { related: place.related }),
    }),
  ])
}

function withCommonTables(text: Text, tables: readonly CommonTable[], dialect: Dialect): Text {
  const slot = commonTableSlot(text.sql)
  const first = { at: slot.at, before: slot.open, after: '' }
  return tables.reduce<Text & { readonly at: number }>(
    (into, table, index) => {
      const isLast = index === tables.length - 1
      const before = `${index === 0 ? first.before : ' '}${dialect.quote(table.name)} as (\n`
      const after = `\n)${isLast ? slot.close : ','}`
      const spliced = spliceSql(into, into.at, { before, text: table, after })
      return { ...spliced, at: into.at + before.length + table.sql.length + after.length }
    },
    { ...text, at: slot.at },
  )
}
