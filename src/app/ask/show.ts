/** `show`: the rows of a node, or of a query typed on the command line, read-only. */
import type { Adapter } from '../../core/adapter.ts'
import type { Table } from '../../core/adapter.ts'
import { ConnectionError } from '../../core/database/database-errors.ts'
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import { isReferable, type Node } from '../../core/node.ts'
import { isTest } from '../../core/node/is-test.ts'
import { withArticle } from '../../core/with-article.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import { failure, type Result, success } from '../../core/result.ts'
import { sayColumns } from '../../transform/execute/columns-there.ts'
import { databaseDiagnostic } from '../../transform/execute/database-diagnostic.ts'
import { compileAsking } from '../../transform/execute/ask/compile-asking.ts'
import type {
  CodedNode,
  CompileContext,
  Compiled,
} from '../../transform/plan/compile/compile-context.ts'
import { readableText } from '../../transform/plan/compile/relation-text.ts'
import { tryCompile } from '../../transform/plan/compile-node.ts'
import { emptyInline, isCoded, limitedContext, placeRefs, readingAsker } from '../compile.ts'
import { inlineName, parseInline } from './inline.ts'
import { type LoadedProject, loadProject } from '../load-project.ts'
import { createAdapter } from '../open-adapter.ts'
import { dialectOf } from '../dialect-of.ts'
import { chooseNodes } from '../selection.ts'
import type { Outcome, Surroundings } from '../surroundings.ts'
import type { ShowOptions, ShowValue } from '../use-cases.ts'

export async function show(
  options: ShowOptions,
  surroundings: Surroundings,
): Promise<Outcome<ShowValue>> {
  const loaded = await loadProject(options, surroundings)
  if (!loaded.ok) return { kind: 'invalid', diagnostics: loaded.diagnostics }
  const query = await queryFor(loaded.value, options, surroundings)
  if (!query.ok) return { kind: 'invalid', diagnostics: query.diagnostics }
  const { name, node } = query.value
  const adapter = await createAdapter(loaded.value.manifest.project.target)
  let compiled = noText
  try {
    await adapter.connect()
    const answered = await query.value.compile(adapter, options.introspect)
    if (!answered.ok) return { kind: 'invalid', diagnostics: answered.diagnostics }
    compiled = answered.value
    const table = await readTable(adapter, {
      compiled,
      limit: options.limit,
      signal: surroundings.signal,
    })
    return { kind: 'done', exitCode: 0, value: { node: name, table } }
  } catch (error) {
    if (error instanceof ConnectionError) return { kind: 'invalid', diagnostics: [refused(error)] }
    const fault = databaseDiagnostic(adapter, error, {
      node,
      manifest: loaded.value.manifest,
      sql: compiled.sql,
      origin: { start: wrapHead.length, map: compiled.map },
    })
    const isMissing = adapter.explainError(error).missingRelation !== undefined
    const hint = notThere(node)
    const diagnostic =
      query.value.isBuilt && isMissing ? { ...fault, span: node.span, hint } : fault
    const asked = { adapter, manifest: loaded.value.manifest, signal: surroundings.signal }
    for (const told of await sayColumns(asked, node, [diagnostic])) {
      surroundings.emit({ type: 'diagnostic', diagnostic: told })
    }
    const value = { node: name, table: { columns: [], rows: [] } }
    return { kind: 'done', exitCode: surroundings.signal.aborted ? 130 : 1, value }
  } finally {
    await adapter.close()
  }
}

/** Of what is read from its table. */
function notThere(node: Node): string {
  return node.resourceType === 'source'
    ? 'a source is loaded by others: load it, or correct where its YAML says it lies'
    : `it is not built yet: assay build --select ${node.name}`
}

const noText: Compiled = { sql: '', map: [], logs: [] }

/** A LIMIT of the query's own stays inside. */
const wrapHead = 'select * from (\n'

async function readTable(
  adapter: Adapter,
  query: { readonly compiled: Compiled; readonly limit: number; readonly signal: AbortSignal },
): Promise<Table> {
  const limit = query.limit < 0 ? '' : `\nlimit ${query.limit}`
  const sql = `${wrapHead}${query.compiled.sql}\n) as assay_show${limit}`
  return await adapter.readOnly({ signal: query.signal }, (session) => session.queryTable(sql))
}

interface Query {
  readonly name: string
  readonly node: Node
  /** What could be compiled without the database already is. */
  readonly compile: (adapter: Adapter, introspect: boolean) => Promise<Result<Compiled>>
  /** Read from its table or view, which may not be there yet. */
  readonly isBuilt: boolean
}

async function queryFor(
  loaded: LoadedProject,
  options: ShowOptions,
  surroundings: Surroundings,
): Promise<Result<Query>> {
  const { manifest } = loaded
  const dialect = await dialectOf(manifest.project.target)
  if (options.inline !== undefined) {
    const node = parseInline(manifest, options.inline)
    if (!node.ok) return node
    const place = await placeRefs(loaded, { nodes: [node.value], options, surroundings })
    if (!place.ok) return place
    const compile = compiling(
      limitedContext(place.value, dialect, { options, surroundings }),
      node.value,
    )
    return compile.ok
      ? success({ name: 'inline', node: node.value, compile: compile.value, isBuilt: false })
      : compile
  }
  const selected = await chooseNodes(loaded, { ...options, exclude: [] })
  if (!selected.ok) return selected
  const nodes = [...selected.value].flatMap((id) => manifest.nodes.get(id) ?? [])
  const shown = nodes.filter((node) => !isTest(node))
  const [node, ...others] = shown.length > 0 ? shown : nodes
  if (node === undefined) return failure(selected.warnings.map(asError))
  if (options.select.length === 0 || others.length > 0) return failure([onlyOne(shown)])
  // A seed, a source and a model in TypeScript are what the database holds; whatever has SQL is run as it is written now, as dbt does.
  const isBuilt = 'relation' in node && (!isCoded(node) || node.code.kind === 'typescript')
  if (isBuilt) {
    const text = `select * from ${readableText(dialect, node)}`
    const compile = async () => success({ ...noText, sql: text })
    return success({ name: node.name, node, compile, isBuilt })
  }
  if (!isCoded(node)) return failure([withoutRows(manifest, node)])
  const place = await placeRefs(loaded, { nodes: [node], options, surroundings })
  if (!place.ok) return place
  const compile = compiling(limitedContext(place.value, dialect, { options, surroundings }), node)
  return compile.ok ? success({ name: node.name, node, compile: compile.value, isBuilt }) : compile
}

/** The faults of what can be compiled without the database are told before it is opened. */
function compiling(context: CompileContext, node: CodedNode): Result<Query['compile']> {
  const compilation = tryCompile(context, node)
  if (compilation.kind === 'done') {
    const { result } = compilation
    if (!result.ok) return result
    if (result.value.sql === '' && node.name === inlineName) return failure([emptyInline()])
    return success(async () => result)
  }
  return success((adapter, isAllowed) =>
    adapter.readOnly({}, (session) =>
      compileAsking(context, { ...readingAsker(adapter, session), isAllowed }, node),
    ),
  )
}

function onlyOne(found: readonly Node[]): Diagnostic {
  const names = found.slice(0, 5).map((node) => node.name)
  return errorDiagnostic({
    code: 'invalid-selector',
    message: `expected --select to name one node, found ${found.length}: ${names.join(', ')}${found.length > 5 ? ', ...' : ''}`,
    hint: 'assay show --select <name>, or --inline "select ..."',
  })
}

function withoutRows({ nodes }: Manifest, node: Node): Diagnostic {
  const read = node.dependsOn.flatMap((id) => nodes.get(id) ?? []).find(isReferable)
  return errorDiagnostic({
    code: 'invalid-selector',
    message: `expected a node that has rows or SQL, found "${node.name}", ${withArticle(node.resourceType)}`,
    span: node.span,
    hint:
      read === undefined
        ? undefined
        : `what it reads can be shown: assay show --select ${read.name}`,
  })
}

function asError(warning: Diagnostic): Diagnostic {
  return { ...warning, severity: 'error' }
}

function refused(error: ConnectionError): Diagnostic {
  return errorDiagnostic({ code: error.code, message: error.message, hint: error.hint })
}
