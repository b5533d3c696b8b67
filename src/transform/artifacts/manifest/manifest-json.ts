/** The Manifest as dbt's manifest.json, version 12: camelCase becomes snake_case here and nowhere else. */
import { hash } from 'node:crypto'
import { metricJson } from './metric-json.ts'
import type { Node, SourceNode, UniqueId } from '../../../core/node.ts'
import type { UnitTestNode } from '../../../core/node/unit-test.ts'
import type { ExposureNode } from '../../../core/node/exposure.ts'
import type { Dialect } from '../../../core/dialect.ts'
import { type JsonObject, isJsonObject } from '../../../core/json.ts'
import type { Graph } from '../../../project/graph/graph.ts'
import type { Manifest } from '../../../project/parse/manifest.ts'
import { exposureJson } from './exposure-json.ts'
import { macrosJson } from './macros-json.ts'
import { type NodeInput, nodeJson } from './manifest-node-json.ts'
import { sourceJson } from './source-json.ts'
import { operationJson } from './operation-json.ts'
import { type ArtifactMetadata, metadataJson } from '../metadata-json.ts'
import { type PathOf, pathsBelowRoots } from './node-path.ts'
import { unitTestJson } from './unit-test-json.ts'

const manifestSchema = 'https://schemas.getdbt.com/dbt/manifest/v12.json'

export interface ManifestInput {
  readonly manifest: Manifest
  readonly graph: Graph
  readonly dialect: Dialect
  readonly metadata: ArtifactMetadata
  /** SQL of the nodes that were compiled in this command. */
  readonly compiled: ReadonlyMap<UniqueId, string>
}

/** The text of the file, in pieces: as one object it would take several times the memory of the project. */
export function* manifestJson(input: ManifestInput): Generator<string> {
  const { manifest, graph } = input
  const all = [...manifest.nodes.values()]
  const head = {
    metadata: {
      ...metadataJson(input.metadata, manifestSchema),
      project_name: manifest.project.name,
      project_id: hash('md5', manifest.project.name),
      user_id: null,
      send_anonymous_usage_stats: false,
      adapter_type: manifest.project.target.type,
      quoting: { database: true, schema: true, identifier: true, column: null },
      run_started_at: input.metadata.invocationStartedAt,
    },
  }
  yield `${JSON.stringify(head).slice(0, -1)},"nodes":{`
  const shared = {
    manifest,
    dialect: input.dialect,
    database: databaseOf(manifest),
    createdAt: input.metadata.generatedAtSeconds,
    compiled: input.compiled,
    pathOf: pathsBelowRoots(manifest.project),
  }
  yield* members(all, (node) => (isElsewhere(node) ? undefined : nodeJson(shared, node)))
  for (const operation of manifest.operations) {
    const comma =
      all.some((node) => !isElsewhere(node)) || operation !== manifest.operations[0] ? ',' : ''
    yield `${comma}${JSON.stringify(operation.uniqueId)}:${operationJson(shared, operation)}`
  }
  yield '},"sources":{'
  yield* members(all, (node) =>
    node.resourceType === 'source' ? sourceJson(shared, node) : undefined,
  )
  const macros = JSON.stringify(macrosJson(manifest))
  yield `},"macros":${macros},"docs":${JSON.stringify(docsJson(manifest, shared.pathOf))},"exposures":{`
  yield* members(all, (node) =>
    node.resourceType === 'exposure' ? exposureJson(shared, node) : undefined,
  )
  const middle = {
    metrics: Object.fromEntries(
      [...manifest.metrics.values()].map((metric) => [metric.uniqueId, metricJson(shared, metric)]),
    ),
    groups: groupsJson(manifest, shared.pathOf),
    selectors: Object.fromEntries(
      manifest.project.selectors.map(({ name, json }) => [name, json] as const),
    ),
  }
  yield `},${JSON.stringify(middle).slice(1, -1)},"disabled":{`
  yield* disabledJson(shared)
  yield '},"parent_map":{'
  const { parents, children } = relativesOf(manifest, graph)
  const related = [...all, ...manifest.operations]
  yield* members(related, ({ uniqueId }) => JSON.stringify([...parents(uniqueId)].sort()))
  yield '},"child_map":{'
  yield* members(related, ({ uniqueId }) => JSON.stringify([...children(uniqueId)].sort()))
  yield '},"unit_tests":{'
  yield* members(all, (node) =>
    node.resourceType === 'unit_test' ? unitTestJson(shared, node) : undefined,
  )
  const tail = {
    group_map: groupMap(manifest),
    saved_queries: {},
    semantic_models: {},
    functions: {},
  }
  yield `},${JSON.stringify(tail).slice(1)}`
}

/** What has a section of its own. */
function isElsewhere(node: Node): node is SourceNode | UnitTestNode | ExposureNode {
  return ['source', 'unit_test', 'exposure'].includes(node.resourceType)
}

/** One member a node, by unique id; undefined leaves the node out. */
function* members<N extends { readonly uniqueId: UniqueId }>(
  nodes: readonly N[],
  textOf: (node: N) => string | undefined,
): Generator<string> {
  let comma = ''
  for (const node of nodes) {
    const text = textOf(node)
    if (text === undefined) continue
    yield `${comma}${JSON.stringify(node.uniqueId)}:${text}`
    comma = ','
  }
}

/** With the hooks of runs, which the graph does not hold: nothing is built for them. */
function relativesOf({ operations }: Manifest, graph: Graph) {
  const reads = new Map<UniqueId, readonly UniqueId[]>(
    operations.map(({ uniqueId, dependsOn }) => [uniqueId, dependsOn]),
  )
  const readers = new Map<UniqueId, readonly UniqueId[]>()
  for (const { uniqueId, dependsOn } of operations) {
    for (const id of dependsOn) readers.set(id, [...(readers.get(id) ?? []), uniqueId])
  }
  return {
    parents: (id: UniqueId) => reads.get(id) ?? [...graph.parents(id)],
    children: (id: UniqueId) =>
      reads.has(id) ? [] : [...graph.children(id), ...(readers.get(id) ?? [])],
  }
}

function docsJson({ docs }: Manifest, pathOf: PathOf): JsonObject {
  return Object.fromEntries(
    docs.map(({ name, packageName, path, text }) => {
      const id = `doc.${packageName}.${name}`
      const block: JsonObject = {
        name,
        resource_type: 'doc',
        package_name: packageName,
        path: pathOf(path),
        original_file_path: path,
        unique_id: id,
        block_contents: text,
      }
      return [id, block]
    }),
  )
}

function groupsJson({ groups, project }: Manifest, pathOf: PathOf): JsonObject {
  return Object.fromEntries(
    [...groups.values()].map(({ name, span, owner, description, meta }) => {
      const { path } = span
      const id = `group.${project.name}.${name}`
      const group: JsonObject = {
        name,
        resource_type: 'group',
        package_name: project.name,
        path: pathOf(path),
        original_file_path: path,
        unique_id: id,
        owner,
        description,
        config: { meta },
      }
      return [id, group]
    }),
  )
}

/** The nodes of each group, by unique id. */
function groupMap({ groups, nodes }: Manifest): JsonObject {
  const members = new Map([...groups.keys()].map((name): [string, string[]] => [name, []]))
  for (const { group, uniqueId } of nodes.values()) {
    if (group !== undefined) members.get(group)?.push(uniqueId)
  }
  return Object.fromEntries(members)
}

/** A list each: two nodes of one unique id may both be disabled. */
function* disabledJson(input: NodeInput): Generator<string> {
  const { disabled } = input.manifest
  const firsts = new Map(disabled.map((node) => [node.uniqueId, node]))
  yield* members([...firsts.values()], ({ uniqueId }) => {
    const texts = disabled
      .filter((node) => node.uniqueId === uniqueId)
      .map((node) => textOf(input, node))
    return `[${texts.join(',')}]`
  })
}

function textOf(input: NodeInput, node: Node): string {
  if (node.resourceType === 'source') return sourceJson(input, node)
  if (node.resourceType === 'exposure') return exposureJson(input, node)
  return node.resourceType === 'unit_test' ? unitTestJson(input, node) : nodeJson(input, node)
}

/** On DuckDB the name of the file, as DuckDB calls it. */
export function databaseOf(manifest: Manifest): string {
  const place = manifest.environment.target['database']
  if (typeof place === 'string') return place
  const path = manifest.environment.target['path']
  const file = typeof path === 'string' ? (path.split(/[\\/]/).at(-1) ?? '') : ''
  return isJsonObject(place) ? '' : file.replace(/\..*$/, '')
}
