/** A node's template to the SQL it stands for: refs resolved, ephemeral models put in as CTEs, one statement. */
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import type { Dialect } from '../../core/dialect.ts'
import type { InputLimit } from '../../core/time/event-window.ts'
import type { JsonObject } from '../../core/json.ts'
import {
  isInlined,
  type ModelNode,
  type Node,
  type TemplateCode,
  type TestNode,
  type UniqueId,
} from '../../core/node.ts'
import type { Column, Relation } from '../../core/relation.ts'
import { failure, type Result, success } from '../../core/result.ts'
import { environmentOf, type Manifest, referencedId } from '../../project/parse/manifest.ts'
import { argumentReference } from '../../project/parse/tests/test-arguments.ts'
import { parseTemplate } from '../../project/template/parse-template.ts'
import { render, renderTestCall } from '../../project/template/render.ts'
import type {
  BatchValue,
  CursorCall,
  LogLine,
  Question,
  Reference,
  RelationValue,
  Rendered,
  RenderState,
  SegmentMap,
  TemplateValue,
} from '../../project/template/template.ts'
import { cursorQuery, type Interval } from './cursor-query.ts'
import { type Answers, type Asked, askedKey, toAsked } from './compile/questions.ts'
import { type CommonTable, withCommonTables } from './compile/common-tables.ts'
import { limitInput } from './compile/limit-inputs.ts'
import { batchAt } from './microbatch/microbatch-node.ts'
import { singleStatement } from './compile/single-statement.ts'

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
  /** How much it is given of what it reads; left out: all of it. */
  readonly limit?: InputLimit
  /** Of a microbatch model; left out: there is none. */
  readonly batch?: BatchValue
  /**
   * ISO 8601: a microbatch model without a batch is given the rows of the one of this moment; left out: all rows, and its
   * batch is called that of the run.
   */
  readonly batchMoment?: string
  /** What `this` stands for; left out: the node's own relation. */
  readonly thisRelation?: Relation
  /** What the database has answered so far; left out: it was not asked. */
  readonly answers?: Answers
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

/** Done, or a question of the template that has no answer yet. */
export type Compilation =
  | { readonly kind: 'done'; readonly result: Result<Compiled> }
  | { readonly kind: 'asks'; readonly asked: Asked }

/** SQL without a trailing semicolon; empty for a blank model. For where nobody can be asked: a question is a fault. */
export function compileNode(context: CompileContext, node: CodedNode): Result<Compiled> {
  const compilation = tryCompile(context, node)
  return compilation.kind === 'done'
    ? compilation.result
    : failure([notAsked(compilation.asked, node)])
}

/** The database is not to be asked. */
export function notAsked({ kind, span, related }: Asked, node: Node): Diagnostic {
  const helper = kind === 'query' ? 'query' : kind === 'exists' ? 'relation_exists' : 'columns'
  return errorDiagnostic({
    code: 'introspection-off',
    message: `expected SQL that is known without the database, found that "${node.name}" asks it (${helper})`,
    span,
    ...(related.length === 0 ? {} : { related }),
    hint: 'leave out --no-introspect',
  })
}

export function tryCompile(given: CompileContext, node: CodedNode): Compilation {
  const tables: CommonTable[] = []
  const context = withBatch(given, node)
  const rendered = renderNode(context, node, tables)
  switch (rendered.kind) {
    case 'failed':
      return { kind: 'done', result: failure(rendered.diagnostics) }
    case 'asks':
      return rendered
    case 'sql':
      return { kind: 'done', result: finish(context, rendered, tables) }
  }
}

/** One that is not built has no batch of its own: it is shown with that of its moment. */
function withBatch(context: CompileContext, node: CodedNode): CompileContext {
  if (context.batch !== undefined) return context
  const moment = context.batchMoment ?? context.runStartedAt
  const { batch, limit } = batchAt(node, moment)
  if (batch === undefined) return context
  if (context.batchMoment === undefined || context.limit !== undefined) return { ...context, batch }
  return limit === undefined ? { ...context, batch } : { ...context, batch, limit }
}

function finish(
  context: CompileContext,
  rendered: Compiled,
  tables: readonly CommonTable[],
): Result<Compiled> {
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

type Rendering =
  | Exclude<Rendered, { readonly kind: 'asks' }>
  | { readonly kind: 'asks'; readonly asked: Asked }

/** Renders and collects, in dependency order and each once, the CTEs that the text needs. */
function renderNode(context: CompileContext, node: CodedNode, tables: CommonTable[]): Rendering {
  const failed: Diagnostic[] = []
  const asked: Asked[] = []
  const gathered = { tables, failed, asked }
  const { limit, ...whole } = context
  const readerText = node.code.kind === 'file' ? node.code.text : ''
  const place: Place = (referenced, isWhole) => {
    const isUnlimited = limit === undefined || isWhole === true || node.resourceType === 'test'
    const limited = isUnlimited ? whole : context
    return placeNode({ ...limited, readerText }, referenced, gathered)
  }
  const state: RenderState = {
    ...renderState(context, node, place),
    answer: (question) => answerTo(context, question, { tables, asked }),
  }
  const rendered = renderCode(context, node, state, { tables, place })
  const [first] = asked
  if (first !== undefined) return { kind: 'asks', asked: first }
  if (failed.length > 0) return { kind: 'failed', diagnostics: failed }
  if (rendered.kind === 'asks') throw new Error(`${node.uniqueId} asks what is answered`)
  return rendered
}

/** What a template of the node may ask of the project; nothing of the database. */
export function renderState(context: CompileContext, node: CodedNode, place: Place): RenderState {
  return {
    this:
      node.resourceType === 'model' || node.resourceType === 'snapshot'
        ? relationValue(context, context.thisRelation ?? node.relation)
        : undefined,
    ...(context.batch === undefined ? {} : { batch: context.batch }),
    isIncremental: context.isIncremental,
    invocationId: context.invocationId,
    runStartedAt: context.runStartedAt,
    resolve: (reference) => ({
      ...place(referencedNode(context, reference, node), reference.isWhole),
      reference,
    }),
    cursorQuery: (call) => {
      const upstream = referencedNode(context, call.reference, node)
      const scope = context.reads.get(upstream.uniqueId)
      return cursorText(context, call, { scope, from: place(upstream).text })
    },
  }
}

/** What a rendering gathers on its way. */
interface Gathered {
  readonly tables: CommonTable[]
  readonly failed: Diagnostic[]
  /** Questions without an answer, of an ephemeral model that is read too. */
  readonly asked: Asked[]
}

function answerTo(
  context: CompileContext,
  question: Question,
  { tables, asked }: Omit<Gathered, 'failed'>,
): TemplateValue | undefined {
  const { dialect } = context
  const named = {
    ...context,
    isCommonTable: (text: string) => tables.some(({ name }) => dialect.quote(name) === text),
    withCommonTables: (sql: string) => {
      const needed = tables.some(({ name }) => sql.includes(dialect.quote(name)))
      return needed ? withCommonTables({ sql, map: [] }, tables, dialect).sql : sql
    },
  }
  const found = toAsked(named, question)
  if (found.kind === 'known') return found.value
  const answer = context.answers?.get(askedKey(found))
  if (answer === undefined) asked.push(found)
  return answer
}

function renderCode(
  context: CompileContext,
  node: CodedNode,
  state: RenderState,
  call: Pick<TestArguments, 'tables' | 'place'>,
): Rendered {
  const environment = environmentOf(context.manifest, node.packageName)
  switch (node.code.kind) {
    case 'file': {
      const template = parseTemplate(node.code)
      if (!template.ok) return { kind: 'failed', diagnostics: template.diagnostics }
      return render(template.value, { environment, state })
    }
    case 'all-rows': {
      const [read] = node.dependsOn
      const from = call.place(readableNode(context, read))
      const map = [{ start: 0, span: node.span, isLiteral: false, callers: [] }]
      return { kind: 'sql', sql: `select *\nfrom ${from.text}`, map, logs: [] }
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
export type Place = (node: Readable, isWhole?: boolean) => RelationValue

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
  return readableNode({ manifest }, referencedId(manifest, reference, reader.packageName))
}

function readableNode(
  { manifest }: Pick<CompileContext, 'manifest'>,
  id: UniqueId | undefined,
): Readable {
  const node = id === undefined ? undefined : manifest.nodes.get(id)
  if (node !== undefined && 'relation' in node) return node
  throw new Error(`parse let a reference to nothing pass: ${id ?? ''}`)
}

function placeNode(
  context: CompileContext & { readonly readerText: string },
  node: Readable,
  gathered: Gathered,
): RelationValue {
  const { limit, readerText } = context
  const isPart = isInlined(node) && !context.standIns.has(node.uniqueId)
  const from =
    isPart && node.resourceType === 'model'
      ? commonTable(withinOf(context, node), node, gathered)
      : standingRelation(context, node)
  return limitInput(context.dialect, { node, from, readerText, limit }, gathered.tables)
}

/** One that says when its rows happened is limited by that: what it reads, it reads whole. */
function withinOf({ limit, ...context }: CompileContext, node: ModelNode): CompileContext {
  const isOwn = limit?.kind === 'window' && node.eventTime !== undefined
  return limit === undefined || isOwn ? context : { ...context, limit }
}

/** The node's own, or what stands in for it. */
export function standingRelation(context: CompileContext, node: Readable): RelationValue {
  const standIn = context.standIns.get(node.uniqueId)
  if (standIn !== undefined) return relationValue(context, standIn)
  return { ...relationValue(context, node.relation), text: readableText(context.dialect, node) }
}

/** What stands after `from`: its name, or what reads it from files. */
export function readableText(dialect: Dialect, node: Readable): string {
  const files = node.resourceType === 'source' ? node.externalLocation : undefined
  return files ?? dialect.relation(node.relation)
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
  { tables, failed, asked }: Gathered,
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
  if (rendered.kind === 'asks') asked.push(rendered.asked)
  if (rendered.kind !== 'sql') return value
  const single = singleStatement(rendered)
  if (single.ok) tables.push({ name, ...single.value })
  else failed.push(...single.diagnostics)
  return value
}

function relationValue({ dialect }: CompileContext, relation: Relation): RelationValue {
  return { kind: 'relation', text: dialect.relation(relation), relation }
}
