/** A node's template to the SQL it stands for: refs resolved, ephemeral models put in as CTEs, one statement. */
import type { Diagnostic } from '../../core/diagnostic.ts'
import { isInlined, type ModelNode } from '../../core/node.ts'
import { failure, type Result, success } from '../../core/result.ts'
import { environmentOf } from '../../project/parse/manifest.ts'
import { parseTemplate } from '../../project/template/parse-template.ts'
import { render, renderTestCall } from '../../project/template/render.ts'
import type {
  Question,
  RelationValue,
  Rendered,
  RenderState,
  TemplateValue,
} from '../../project/template/template.ts'
import { type Asked, askedKey, toAsked } from './compile/questions.ts'
import { type CommonTable, withCommonTables } from './compile/common-tables.ts'
import { limitInput } from './compile/limit-inputs.ts'
import { batchAt } from './microbatch/microbatch-node.ts'
import { singleStatement } from './compile/single-statement.ts'
import type { CompileContext, Compiled, CodedNode, Compilation } from './compile/compile-context.ts'
import {
  type Readable,
  type Place,
  referencedNode,
  readableNode,
  standingRelation,
  relationValue,
  cursorText,
} from './compile/relation-text.ts'
import { type TestArguments, testArguments } from './compile/test-arguments.ts'
import { readTexts } from './typescript/read-texts.ts'
import { rowsQuery } from './typescript/rows-table.ts'
import { notAsked } from './compile/not-asked.ts'

/** SQL without a trailing semicolon; empty for a blank model. For where nobody can be asked: a question is a fault. */
export function compileNode(context: CompileContext, node: CodedNode): Result<Compiled> {
  const compilation = tryCompile(context, node)
  return compilation.kind === 'done'
    ? compilation.result
    : failure([notAsked(compilation.asked, node)])
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
  if (rendered.reads !== undefined) return success(rendered)
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
  | Exclude<Rendered, { readonly kind: 'asks' | 'sql' }>
  | (Compiled & { readonly kind: 'sql' })
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
): Exclude<Rendering, { readonly kind: 'asks' }> | Extract<Rendered, { readonly kind: 'asks' }> {
  const environment = environmentOf(context.manifest, node.packageName)
  switch (node.code.kind) {
    case 'file': {
      const template = parseTemplate(node.code)
      if (!template.ok) return { kind: 'failed', diagnostics: template.diagnostics }
      return render(template.value, { environment, state })
    }
    case 'typescript': {
      const facts = context.manifest.project.modules.get(node.code.path)?.facts.model
      if (facts === undefined || state.this === undefined) {
        throw new Error(`${node.uniqueId} has no generator`)
      }
      const sql = rowsQuery(context.dialect, state.this.relation, node.code.columns)
      const map = [{ start: 0, span: facts.span, isLiteral: false, callers: [] }]
      return { kind: 'sql', sql, map, logs: [], reads: readTexts(facts, state, call.tables) }
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
