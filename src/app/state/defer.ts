/** `--defer`: what this command does not build is read where the manifest of another run says it is. */
import type { Adapter } from '../../core/adapter.ts'
import { stateOf } from '../../core/database/warehouse-state.ts'
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import type { JsonObject } from '../../core/json.ts'
import { configSpan } from '../../core/node/config-places.ts'
import { isInlined, type Node, type UniqueId } from '../../core/node.ts'
import { type Relation, relationKey } from '../../core/relation.ts'
import { failure, type Result, success } from '../../core/result.ts'
import type { Target } from '../../core/target.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import { databaseOf } from '../../transform/artifacts/manifest/manifest-json.ts'
import { type StateManifest, textAt } from '../../transform/artifacts/state/state-manifest.ts'
import { nodesOfStep, type Plan } from '../../transform/plan/plan.ts'
import type { LoadedProject } from '../load-project.ts'
import type { DeferOptions, Surroundings } from '../surroundings.ts'
import { readManifestOf } from './read-state.ts'

export interface DeferRequest {
  readonly loaded: LoadedProject
  readonly options: DeferOptions
  /** What is compiled or run: their refs are looked at. */
  readonly nodes: readonly Node[]
  /** What this command publishes: never read elsewhere. */
  readonly published: ReadonlySet<UniqueId>
}

export interface Deferred {
  /** The project, its refs to these nodes resolved elsewhere. */
  readonly loaded: LoadedProject
  /** What is read where, in order of name. */
  readonly relations: ReadonlyMap<UniqueId, Relation>
}

/** Ephemeral models and sources stay; what exists in the target stays too, but for `--favor-state`. */
export async function deferRefs(
  request: DeferRequest,
  adapter: Adapter,
): Promise<Result<Deferred>> {
  const { loaded, options } = request
  const { manifest } = loaded
  const { defer } = options
  if (defer === undefined) return success({ loaded, relations: new Map() })
  const state = readManifestOf({ root: manifest.project.root, folder: defer.folder })
  if (!state.ok) return state
  const overwritten = sameAsState(request, state.value)
  if (overwritten.length > 0) return failure(overwritten)
  const elsewhere = relationsIn(manifest, state.value)
  const referred = referredBy(request).filter((node) => elsewhere.has(node.uniqueId))
  const missing = defer.isFavored ? referred : await absent(referred, adapter)
  const direct = new Map(missing.map((node) => [node.uniqueId, node]))
  const below = new Map(
    [...direct.values()].map((node) => [node.uniqueId, tablesBelow(manifest, node)]),
  )
  const kept = new Set([
    ...request.published,
    ...referredBy(request).flatMap(({ uniqueId }) => (direct.has(uniqueId) ? [] : [uniqueId])),
  ])
  const isTorn = (id: UniqueId) =>
    (below.get(id) ?? []).some((lower) => kept.has(lower) || !elsewhere.has(lower))
  const moved = new Map<UniqueId, Relation>()
  for (const id of direct.keys()) {
    for (const each of isTorn(id) ? [id] : [id, ...(below.get(id) ?? [])]) {
      const relation = elsewhere.get(each)
      if (relation !== undefined) moved.set(each, relation)
    }
  }
  const faults = [
    ...unreachable(
      manifest,
      [...direct.keys()].flatMap((id) => moved.get(id) ?? []),
    ),
    ...tornCursors(request, (id) => direct.has(id) && isTorn(id)),
  ]
  if (faults.length > 0) return failure(faults)
  const nodes = new Map(
    [...manifest.nodes].map(([id, node]) => {
      const relation = moved.get(id)
      return [id, relation === undefined ? node : movedTo(node, relation, isTorn(id))] as const
    }),
  )
  const relations = new Map([...moved].filter(([id]) => direct.has(id)))
  return success({ loaded: { ...loaded, manifest: { ...manifest, nodes } }, relations })
}

/** What a plan compiles, and what of it is published. */
export function nodesOf({ steps }: Plan): Pick<DeferRequest, 'nodes' | 'published'> {
  // Unit tests bring their own rows.
  const nodes = steps.flatMap((step): readonly Node[] => {
    return step.kind === 'unit_test' ? [] : nodesOfStep(step)
  })
  const published = steps.flatMap(({ kind, node }) => (kind === 'publish' ? [node.uniqueId] : []))
  return { nodes, published: new Set(published) }
}

export function tellDeferred({ relations }: Deferred, { emit }: Surroundings): void {
  if (relations.size === 0) return
  const names = [...relations.values()].map(relationKey)
  const shown = `${names.slice(0, 5).join(', ')}${names.length > 5 ? ', ...' : ''}`
  emit({ type: 'log', message: `deferred to --state: ${shown}`, node: undefined })
}

/** Nodes with a relation of their own that the given ones read, through ephemeral models, and do not publish. */
function referredBy({ loaded, nodes, published }: DeferRequest): readonly Node[] {
  const found = new Map<UniqueId, Node>()
  const seen = new Set<UniqueId>()
  const collect = (from: Node): void => {
    for (const id of from.dependsOn) {
      const parent = loaded.manifest.nodes.get(id)
      if (parent === undefined || seen.has(id)) continue
      seen.add(id)
      if (isInlined(parent)) collect(parent)
      else if (isDeferrable(parent) && !published.has(id)) found.set(id, parent)
    }
  }
  for (const node of nodes) collect(node)
  return [...found.values()].toSorted((a, b) => (a.uniqueId < b.uniqueId ? -1 : 1))
}

function isDeferrable(node: Node): boolean {
  return 'relation' in node && node.resourceType !== 'source' && !isInlined(node)
}

/** One catalogue query for all of them. */
async function absent(nodes: readonly Node[], adapter: Adapter): Promise<readonly Node[]> {
  if (nodes.length === 0) return []
  const relationOf = (node: Node) => ('relation' in node ? [node.relation] : [])
  const schemas = [...new Set(nodes.flatMap(relationOf).map((relation) => relation.schema))]
  const state = await adapter.readState(schemas)
  return nodes.filter((node) =>
    relationOf(node).some((relation) => stateOf(state, relation) === undefined),
  )
}

/** Where the other run's nodes are; those without a relation (ephemeral ones) are nowhere. */
export function relationsIn(
  manifest: Manifest,
  state: StateManifest,
): ReadonlyMap<UniqueId, Relation> {
  const own = databaseOf(manifest)
  return new Map(
    [...manifest.nodes.values()].flatMap((node) => {
      const relation = isDeferrable(node)
        ? relationFrom(state.nodes.get(node.uniqueId), own)
        : undefined
      return relation === undefined || isAt(node, relation)
        ? []
        : [[node.uniqueId, relation] as const]
    }),
  )
}

function isAt(node: Node, relation: Relation): boolean {
  return 'relation' in node && relationKey(relation) === relationKey(node.relation)
}

/**
 * Who defers to another run builds beside it. Where a node is built that is the other run's own, the schema was not moved
 * as was meant, and production would be overwritten; deferring does nothing there, so nobody needs it.
 */
function sameAsState(
  { loaded, published }: DeferRequest,
  state: StateManifest,
): readonly Diagnostic[] {
  const { manifest } = loaded
  const own = databaseOf(manifest)
  return [...published].flatMap((id) => {
    const node = manifest.nodes.get(id)
    const relation =
      node !== undefined && isDeferrable(node) ? relationFrom(state.nodes.get(id), own) : undefined
    if (node === undefined || relation === undefined || !isAt(node, relation)) return []
    return [
      errorDiagnostic({
        code: 'same-as-state',
        message: `expected "${node.name}" to be built beside the one of --state, found both to be ${relationKey(relation)}`,
        span: configSpan(node, 'schema'),
        hint: 'a "prefix" of the target moves it, whatever schema it names; if it is meant, leave --defer out',
      }),
    ]
  })
}

function relationFrom(node: JsonObject | undefined, ownDatabase: string): Relation | undefined {
  if (node === undefined || textAt(node, 'relation_name') === '') return undefined
  const [database, schema] = [textAt(node, 'database'), textAt(node, 'schema')]
  const alias = textAt(node, 'alias')
  const identifier = alias === '' ? textAt(node, 'name') : alias
  if (schema === '' || identifier === '') return undefined
  const isElsewhere = database !== '' && database !== ownDatabase
  return isElsewhere ? { database, schema, identifier } : { schema, identifier }
}

/** What a view passes on: its rows change when those do, so they are looked at where the view reads them. */
function tablesBelow(manifest: Manifest, node: Node): readonly UniqueId[] {
  if (!isView(node) && !isInlined(node)) return []
  return node.dependsOn.flatMap((id) => {
    const parent = manifest.nodes.get(id)
    if (parent === undefined || parent.resourceType === 'source') return []
    return [...(isInlined(parent) ? [] : [id]), ...tablesBelow(manifest, parent)]
  })
}

function isView(node: Node): boolean {
  return node.resourceType === 'model' && node.materialization.name === 'view'
}

/** A view whose tables are read elsewhere in this run says nothing of when its rows change: taken for a table nobody knows. */
function movedTo(node: Node, relation: Relation, isTorn: boolean): Node {
  if (!('relation' in node)) return node
  if (node.resourceType !== 'model') return { ...node, relation }
  return isTorn && isView(node)
    ? { ...node, relation, materialization: { name: 'table' } }
    : { ...node, relation }
}

function tornCursors(
  { nodes }: DeferRequest,
  isTorn: (id: UniqueId) => boolean,
): readonly Diagnostic[] {
  return nodes.flatMap((node) => {
    if (node.resourceType !== 'model') return []
    const upstream = node.cursorReads.find((read) => isTorn(read.upstream))
    if (upstream === undefined) return []
    const name = upstream.upstream.split('.').at(-1) ?? ''
    return [
      errorDiagnostic({
        code: 'torn-state',
        message: `expected "${node.name}" to follow "${name}" with all that it filters, found part of it in the target and part in --state`,
        span: upstream.span,
        hint: `build "${name}" in this target too: --select +${node.name}`,
      }),
    ]
  })
}

/** Told before anything runs: Postgres reads one database only, DuckDB those that are attached. */
export function unreachable(
  manifest: Manifest,
  relations: readonly Relation[],
): readonly Diagnostic[] {
  const { target } = manifest.project
  const reachable = reachableFrom(target)
  const databases = [...new Set(relations.flatMap(({ database }) => database ?? []))]
  return databases
    .filter((database) => !reachable.includes(database))
    .map((database) =>
      errorDiagnostic({
        code: 'unreachable-state',
        message: `expected the relations of --state where target "${target.name}" can read them, found them in the database "${database}"`,
        hint:
          target.type === 'postgres'
            ? 'a Postgres connection reads one database: use a target in it, with a schema or prefix of its own'
            : `attach it to the target: attach: [{ path: .., alias: ${database} }]`,
      }),
    )
}

function reachableFrom(target: Target): readonly string[] {
  return target.type === 'duckdb' ? target.extras.attach.map(({ alias }) => alias) : []
}
