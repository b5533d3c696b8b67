/** `compile`: the SQL that nodes stand for, to `target/compiled` and to the caller; a node that cannot be rendered ends it. */
import { join, relative } from 'node:path'
import type { Diagnostic } from '../core/diagnostic.ts'
import { errorDiagnostic } from '../core/diagnostic.ts'
import type { Dialect } from '../core/dialect.ts'
import type { Node } from '../core/node.ts'
import { failure, type Result } from '../core/result.ts'
import { manifestJson } from '../transform/artifacts/manifest-json.ts'
import { SqlFolder, writePieces } from '../transform/artifacts/write-artifacts.ts'
import {
  type CodedNode,
  type CompileContext,
  type Compiled,
  compileNode,
} from '../transform/plan/compile-node.ts'
import { artifactMetadata } from './artifact-metadata.ts'
import { parseInline } from './inline.ts'
import { type LoadedProject, loadProject } from './load-project.ts'
import { dialectOf } from './open-adapter.ts'
import { chooseNodes, ofTypes } from './selection.ts'
import type { Outcome, Surroundings } from './surroundings.ts'
import type { CompileOptions, CompileValue } from './use-cases.ts'
import { writeTarget } from './write-target.ts'

export async function compile(
  options: CompileOptions,
  surroundings: Surroundings,
): Promise<Outcome<CompileValue>> {
  const loaded = await loadProject(options, surroundings)
  if (!loaded.ok) return { kind: 'invalid', diagnostics: loaded.diagnostics }
  const { manifest } = loaded.value
  const { targetPath, root } = manifest.project
  const dialect = await dialectOf(manifest.project.target)
  const context = compileContextFor(loaded.value, dialect, surroundings)
  const folder = relative(root, join(targetPath, 'compiled'))
  if (options.inline !== undefined) {
    const inline = compileInline(loaded.value, context, options.inline)
    if (!inline.ok) return { kind: 'invalid', diagnostics: inline.diagnostics }
    const node = { name: 'inline', path: 'inline', sql: inline.value.sql }
    return { kind: 'done', exitCode: 0, value: { nodes: [node], folder } }
  }
  const selected = chooseNodes(loaded.value, options)
  if (!selected.ok) return { kind: 'invalid', diagnostics: selected.diagnostics }
  for (const diagnostic of selected.warnings) surroundings.emit({ type: 'diagnostic', diagnostic })
  const nodes = [...ofTypes(manifest, selected.value, options)]
    .flatMap((id) => manifest.nodes.get(id) ?? [])
    .filter(isCoded)
  const faults: Diagnostic[] = []
  const files = new SqlFolder(targetPath)
  const compiled = nodes.flatMap((node) => {
    const result = compileNode(context, node)
    if (!result.ok) {
      faults.push(...result.diagnostics)
      return []
    }
    files.write('compiled', node, result.value.sql)
    return [{ node, sql: result.value.sql }]
  })
  const unwritten = writeTarget(root, () => {
    files.finish()
    writeManifest(loaded.value, dialect, { surroundings, compiled })
  })
  if (unwritten !== undefined) faults.push(unwritten)
  if (faults.length > 0) return { kind: 'invalid', diagnostics: faults }
  const value = compiled.map(({ node, sql }) => ({ name: node.name, path: node.path, sql }))
  return { kind: 'done', exitCode: 0, value: { nodes: value, folder } }
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

/** A query typed on the command line, with refs like a model's. */
export function compileInline(
  { manifest }: LoadedProject,
  context: CompileContext,
  text: string,
): Result<Compiled> {
  const parsed = parseInline(manifest, text)
  if (!parsed.ok) return parsed
  const compiled = compileNode(context, parsed.value)
  if (!compiled.ok || compiled.value.sql !== '') return compiled
  return failure([
    errorDiagnostic({ code: 'empty-model', message: 'expected a query, found nothing' }),
  ])
}

export function isCoded(node: Node): node is CodedNode {
  return 'code' in node
}

function writeManifest(
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
