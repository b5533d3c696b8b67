/** `compile`: the SQL that nodes stand for, to `target/compiled` and to the caller; a node that cannot be rendered ends it. */
import { join, relative } from 'node:path'
import type { Diagnostic } from '../core/diagnostic.ts'
import { errorDiagnostic } from '../core/diagnostic.ts'
import type { Dialect } from '../core/dialect.ts'
import type { Adapter, Session } from '../core/adapter.ts'
import type { Node, UniqueId } from '../core/node.ts'
import { failure, type Result, success } from '../core/result.ts'
import { manifestJson } from '../transform/artifacts/manifest/manifest-json.ts'
import { SqlFolder, writePieces } from '../transform/artifacts/write-artifacts.ts'
import type {
  CodedNode,
  CompileContext,
  Compiled,
} from '../transform/plan/compile/compile-context.ts'
import { compileNode, tryCompile } from '../transform/plan/compile-node.ts'
import { artifactMetadata } from './files/artifact-metadata.ts'
import { parseInline } from './ask/inline.ts'
import { inputLimit, type LimitOptions } from './run/input-limit.ts'
import { lintWarnings } from './warnings/lint-warnings.ts'
import { type LoadedProject, loadProject } from './load-project.ts'
import { compileAsking } from '../transform/execute/ask/compile-asking.ts'
import type { Asker } from '../transform/execute/ask/asker.ts'
import { dialectOf } from './dialect-of.ts'
import { withAdapter } from './open-adapter.ts'
import { chooseNodes, ofTypes } from './selection.ts'
import { deferRefs, tellDeferred } from './state/defer.ts'
import type { DeferOptions, Outcome, Surroundings } from './surroundings.ts'
import type { CompileOptions, CompileValue, IntrospectOption } from './use-cases.ts'
import { writeTarget } from './files/write-target.ts'
import { raiseWarnings } from './warnings/raise-warnings.ts'

export async function compile(
  options: CompileOptions,
  surroundings: Surroundings,
): Promise<Outcome<CompileValue>> {
  const loaded = await loadProject(options, surroundings)
  if (!loaded.ok) return { kind: 'invalid', diagnostics: loaded.diagnostics }
  const { manifest } = loaded.value
  const { targetPath, root } = manifest.project
  const dialect = await dialectOf(manifest.project.target)
  const folder = relative(root, join(targetPath, 'compiled'))
  if (options.inline !== undefined) {
    const inline = parseInline(manifest, options.inline)
    if (!inline.ok) return { kind: 'invalid', diagnostics: inline.diagnostics }
    const nodes = [inline.value]
    const place = await placeRefs(loaded.value, { nodes, options, surroundings })
    if (!place.ok) return { kind: 'invalid', diagnostics: place.diagnostics }
    const context = shownContext(place.value, dialect, { options, surroundings })
    const { compiled, faults } = await compileAll(context, nodes, options)
    const [only] = compiled
    if (only?.sql === '') faults.push(emptyInline())
    if (only === undefined || faults.length > 0) return { kind: 'invalid', diagnostics: faults }
    const node = { ...only, name: 'inline', path: 'inline' }
    return { kind: 'done', exitCode: 0, value: { nodes: [node], folder } }
  }
  const selected = await chooseNodes(loaded.value, options)
  if (!selected.ok) return { kind: 'invalid', diagnostics: selected.diagnostics }
  const looked = ofTypes(manifest, selected.value, options)
  const found = lintWarnings(loaded.value, looked).filter(({ code }) => code === 'dialect-gap')
  loaded.value.cache.save()
  const raised = raiseWarnings(surroundings, [...selected.warnings, ...found])
  if (raised.length > 0) return { kind: 'invalid', diagnostics: raised }
  const nodes = [...looked].flatMap((id) => manifest.nodes.get(id) ?? [])
  const done = await compileSelection(loaded.value, nodes, { options, surroundings })
  if (!done.ok) return { kind: 'invalid', diagnostics: done.diagnostics }
  const compiled = done.value
  const unwritten = surroundings.writesJson
    ? writeTarget(root, () => writeManifest(loaded.value, dialect, { surroundings, compiled }))
    : undefined
  if (unwritten !== undefined) return { kind: 'invalid', diagnostics: [unwritten] }
  const value = compiled.map(({ node, ...rest }) => ({ name: node.name, path: node.path, ...rest }))
  return { kind: 'done', exitCode: 0, value: { nodes: value, folder } }
}

/** To files below `target/compiled`; those that could be compiled are there even if others could not. */
export async function compileSelection(
  loaded: LoadedProject,
  nodes: readonly Node[],
  {
    options,
    surroundings,
  }: {
    readonly options: DeferOptions & IntrospectOption & LimitOptions
    readonly surroundings: Surroundings
  },
): Promise<Result<CompiledNodes['compiled']>> {
  const coded = nodes.filter(isCoded)
  const place = await placeRefs(loaded, { nodes: coded, options, surroundings })
  if (!place.ok) return place
  const { target, targetPath, root } = loaded.manifest.project
  const dialect = await dialectOf(target)
  const context = shownContext(place.value, dialect, { options, surroundings })
  const { compiled, faults } = await compileAll(context, coded, options)
  const files = new SqlFolder(targetPath)
  for (const { node, sql } of compiled) files.write('compiled', node, { sql })
  const unwritten = writeTarget(root, () => files.finish())
  if (unwritten !== undefined) faults.push(unwritten)
  return faults.length > 0 ? failure(faults) : success(compiled)
}

/** With `--defer` the database is asked what it has; else there is no connection. */
export async function placeRefs(
  loaded: LoadedProject,
  {
    nodes,
    options,
    surroundings,
  }: {
    readonly nodes: readonly Node[]
    readonly options: DeferOptions
    readonly surroundings: Surroundings
  },
): Promise<Result<LoadedProject>> {
  if (options.defer === undefined) return success(loaded)
  const request = { loaded, options, nodes, published: new Set(nodes.map((node) => node.uniqueId)) }
  const deferred = await withAdapter(loaded.manifest.project.target, (adapter) =>
    deferRefs(request, adapter),
  )
  if (!deferred.ok) return deferred
  if (!deferred.value.ok) return deferred.value
  tellDeferred(deferred.value.value, surroundings)
  return success(deferred.value.value.loaded)
}

/** As if nothing was built: an incremental model shows what its first run executes. */
export function compileContextFor(
  { manifest }: LoadedProject,
  dialect: Dialect,
  surroundings: Surroundings,
): CompileContext {
  return {
    manifest,
    dialect,
    invocationId: surroundings.newId(),
    runStartedAt: surroundings.now().toISOString(),
    standIns: new Map(),
    isIncremental: false,
    reads: new Map(),
  }
}

/** With microbatch models over one batch: that of `--event-time-start`, or of now. */
function shownContext(
  loaded: LoadedProject,
  dialect: Dialect,
  asked: { readonly options: LimitOptions; readonly surroundings: Surroundings },
): CompileContext {
  const context = limitedContext(loaded, dialect, asked)
  return { ...context, batchMoment: asked.options.eventTime?.start ?? context.runStartedAt }
}

/** The same, given what `--empty` and `--sample` leave. */
export function limitedContext(
  loaded: LoadedProject,
  dialect: Dialect,
  {
    options,
    surroundings,
  }: { readonly options: LimitOptions; readonly surroundings: Surroundings },
): CompileContext {
  const limit = inputLimit(options, surroundings.now())
  const context = compileContextFor(loaded, dialect, surroundings)
  return limit === undefined ? context : { ...context, limit }
}

interface CompiledNodes {
  readonly compiled: readonly {
    readonly node: CodedNode
    readonly sql: string
    readonly dependsOnDatabase: boolean
  }[]
  readonly faults: Diagnostic[]
}

/** The database is opened only when a template asks it. */
async function compileAll(
  context: CompileContext,
  nodes: readonly CodedNode[],
  { introspect }: IntrospectOption,
): Promise<CompiledNodes> {
  const { target } = context.manifest.project
  const tried = nodes.map((node) => ({ node, compilation: tryCompile(context, node) }))
  const asking = tried.filter(({ compilation }) => compilation.kind === 'asks')
  const asked =
    asking.length > 0 && introspect
      ? await withAdapter(target, (adapter) =>
          adapter.readOnly({}, (session) =>
            compileInTurn(
              context,
              asking.map(({ node }) => node),
              readingAsker(adapter, session),
            ),
          ),
        )
      : success(new Map<UniqueId, Result<Compiled>>())
  if (!asked.ok) return { compiled: [], faults: [...asked.diagnostics] }
  const results = tried.map(({ node, compilation }) => ({
    node,
    dependsOnDatabase: compilation.kind === 'asks',
    result: asked.value.get(node.uniqueId) ?? compileNode(context, node),
  }))
  return {
    compiled: results.flatMap(({ node, dependsOnDatabase, result }) =>
      result.ok ? [{ node, sql: result.value.sql, dependsOnDatabase }] : [],
    ),
    faults: results.flatMap(({ result }) => (result.ok ? [] : result.diagnostics)),
  }
}

/** For a transaction that only reads: all its answers are of one snapshot. */
export function readingAsker(adapter: Adapter, session: Session): Asker {
  const explainError = (error: unknown) => adapter.explainError(error)
  return { session, explainError, answers: new Map(), standIns: new Map() }
}

async function compileInTurn(
  context: CompileContext,
  nodes: readonly CodedNode[],
  asker: Asker,
): Promise<ReadonlyMap<UniqueId, Result<Compiled>>> {
  const results = new Map<UniqueId, Result<Compiled>>()
  for (const node of nodes) results.set(node.uniqueId, await compileAsking(context, asker, node))
  return results
}

export function emptyInline(): Diagnostic {
  return errorDiagnostic({ code: 'empty-model', message: 'expected a query, found nothing' })
}

export function isCoded(node: Node): node is CodedNode {
  return 'code' in node
}

export function writeManifest(
  { manifest, graph }: LoadedProject,
  dialect: Dialect,
  {
    surroundings,
    compiled,
  }: {
    readonly surroundings: Surroundings
    readonly compiled: readonly { readonly node: Node; readonly sql: string }[]
  },
): void {
  const now = surroundings.now()
  const metadata = artifactMetadata(surroundings, now, surroundings.newId())
  const sql = new Map(compiled.map((entry) => [entry.node.uniqueId, entry.sql]))
  const json = manifestJson({ manifest, graph, dialect, metadata, compiled: sql })
  writePieces(manifest.project.targetPath, 'manifest.json', json)
}
