/** The Manifest as dbt's manifest.json, version 12: camelCase becomes snake_case here and nowhere else. */
import type {
  ColumnProperties,
  Node,
  SeedNode,
  SourceNode,
  TestNode,
  UniqueId,
} from '../../core/node.ts'
import type { Dialect } from '../../core/dialect.ts'
import { type Json, type JsonObject, isJsonObject } from '../../core/json.ts'
import type { Graph } from '../../project/graph/graph.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import { type ArtifactMetadata, metadataJson } from './metadata-json.ts'

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
      adapter_type: manifest.project.target.type,
    },
  }
  yield `${JSON.stringify(head).slice(0, -1)},"nodes":{`
  const shared = { ...input, database: databaseOf(manifest) }
  yield* members(all, (node) =>
    node.resourceType === 'source' ? undefined : nodeJson(shared, node),
  )
  yield '},"sources":{'
  yield* members(all, (node) =>
    node.resourceType === 'source' ? sourceJson(shared, node) : undefined,
  )
  const middle = {
    macros: macrosJson(manifest),
    docs: {},
    exposures: {},
    metrics: {},
    groups: {},
    selectors: {},
    disabled: disabledJson(manifest),
  }
  yield `},${JSON.stringify(middle).slice(1, -1)},"parent_map":{`
  yield* members(all, (node) => JSON.stringify([...graph.parents(node.uniqueId)].sort()))
  yield '},"child_map":{'
  yield* members(all, (node) => JSON.stringify([...graph.children(node.uniqueId)].sort()))
  const tail = {
    group_map: {},
    saved_queries: {},
    semantic_models: {},
    unit_tests: {},
    functions: {},
  }
  yield `},${JSON.stringify(tail).slice(1)}`
}

/** One member a node, by unique id; undefined leaves the node out. */
function* members(
  nodes: readonly Node[],
  textOf: (node: Node) => string | undefined,
): Generator<string> {
  let comma = ''
  for (const node of nodes) {
    const text = textOf(node)
    if (text === undefined) continue
    yield `${comma}${JSON.stringify(node.uniqueId)}:${text}`
    comma = ','
  }
}

interface NodeInput extends ManifestInput {
  readonly database: string
}

/** Object literals without spreads, joined as text: V8 is several times slower at objects of forty spread keys. */
function nodeJson(input: NodeInput, node: Exclude<Node, SourceNode>): string {
  const { manifest, dialect } = input
  const shared = JSON.stringify({
    database: input.database,
    schema: 'relation' in node ? node.relation.schema : manifest.project.target.schema,
    name: node.name,
    resource_type: node.resourceType,
    package_name: node.packageName,
    path: node.path,
    original_file_path: node.path,
    unique_id: node.uniqueId,
    fqn: node.fqn,
    alias: 'relation' in node ? node.relation.identifier : node.name,
    checksum: { name: 'sha256', checksum: node.checksum },
    config: node.config,
    tags: node.tags,
    description: node.description,
    columns: 'columns' in node ? columnsJson(node.columns) : {},
    meta: node.meta,
    group: null,
    docs: { show: true, node_color: null },
    patch_path: node.patchPath === undefined ? null : `${node.packageName}://${node.patchPath}`,
    build_path: null,
    unrendered_config: {},
    created_at: input.metadata.generatedAtSeconds,
    relation_name: relationName(dialect, node),
    raw_code: rawCode(node),
    doc_blocks: [],
  })
  if (node.resourceType === 'seed') {
    return joined(shared, JSON.stringify({ root_path: null, depends_on: { macros: [] } }))
  }
  const own = node.resourceType === 'model' ? modelMembers : '{}'
  return joined(shared, JSON.stringify(testJson(node)), codeJson(input, node), own)
}

/** What every node with SQL of its own has. */
function codeJson(
  { manifest, compiled }: NodeInput,
  node: Exclude<Node, SourceNode | SeedNode>,
): string {
  const sql = compiled.get(node.uniqueId)
  const references = node.dependsOn.flatMap((id) => manifest.nodes.get(id) ?? [])
  return JSON.stringify({
    language: 'sql',
    refs: references
      .filter((parent) => parent.resourceType !== 'source')
      .map((parent) => ({ name: parent.name, package: null, version: null })),
    sources: references.flatMap((parent) =>
      parent.resourceType === 'source' ? [[parent.sourceName, parent.name]] : [],
    ),
    metrics: [],
    functions: [],
    depends_on: {
      macros: (manifest.macrosUsed.get(node.uniqueId) ?? []).map((name) => `macro.assay.${name}`),
      nodes: node.dependsOn,
    },
    compiled_path: sql === undefined ? null : `target/compiled/${node.path}`,
    compiled: sql !== undefined,
    compiled_code: sql ?? null,
    extra_ctes_injected: sql !== undefined,
    extra_ctes: [],
    contract: { enforced: false, alias_types: true, checksum: null },
  })
}

const modelMembers = JSON.stringify({
  access: 'protected',
  constraints: [],
  version: null,
  latest_version: null,
  deprecation_date: null,
  primary_key: [],
  time_spine: null,
})

/** The texts of objects to the text of one that has the members of all. */
function joined(...objects: readonly string[]): string {
  const members = objects.map((text) => text.slice(1, -1)).filter((text) => text !== '')
  return `{${members.join(',')}}`
}

function testJson(node: Node): JsonObject {
  if (node.resourceType !== 'test' || node.variant.kind === 'singular') return {}
  const { variant } = node
  return {
    column_name: variant.columnName ?? null,
    file_key_name: fileKeyName(node, variant.attachedTo),
    attached_node: variant.attachedTo,
    test_metadata: {
      name: variant.testName,
      kwargs: {
        ...variant.arguments,
        ...(variant.columnName === undefined ? {} : { column_name: variant.columnName }),
      },
      namespace: null,
    },
  }
}

function fileKeyName(node: TestNode, attachedTo: UniqueId): string {
  const [kind] = attachedTo.split('.')
  return `${kind ?? 'model'}s.${attachedTo.split('.').slice(2).join('.') || node.name}`
}

function sourceJson(input: NodeInput, node: SourceNode): string {
  return JSON.stringify({
    database: input.database,
    schema: node.relation.schema,
    name: node.name,
    resource_type: 'source',
    package_name: node.packageName,
    path: node.path,
    original_file_path: node.path,
    unique_id: node.uniqueId,
    fqn: node.fqn,
    source_name: node.sourceName,
    source_description: '',
    loader: node.loader ?? '',
    identifier: node.relation.identifier,
    quoting: { database: null, schema: null, identifier: null, column: null },
    loaded_at_field: null,
    loaded_at_query: null,
    freshness: null,
    external: null,
    description: node.description,
    columns: columnsJson(node.columns),
    meta: node.meta,
    source_meta: {},
    tags: node.tags,
    config: node.config,
    patch_path: null,
    unrendered_config: {},
    relation_name: input.dialect.relation(node.relation),
    created_at: input.metadata.generatedAtSeconds,
    unrendered_database: null,
    unrendered_schema: null,
    doc_blocks: [],
  })
}

function columnsJson(columns: readonly ColumnProperties[]): JsonObject {
  return Object.fromEntries(
    columns.map((column) => [
      column.name,
      {
        name: column.name,
        description: column.description,
        meta: column.meta,
        data_type: column.dataType ?? null,
        constraints: [],
        quote: null,
        tags: column.tags,
        config: { meta: column.meta, tags: column.tags },
        granularity: null,
        doc_blocks: [],
      },
    ]),
  )
}

function macrosJson(manifest: Manifest): JsonObject {
  const { macros, tests } = manifest.environment.library
  const definitions = [...macros.values(), ...tests.values()].flat()
  return Object.fromEntries(
    definitions.map((definition) => {
      const name = definition.kind === 'test' ? `test_${definition.name}` : variantName(definition)
      const macro: Json = {
        name,
        resource_type: 'macro',
        package_name: definition.isBuiltIn ? 'assay' : manifest.project.name,
        path: definition.span.path,
        original_file_path: definition.span.path,
        unique_id: `macro.assay.${name}`,
        macro_sql: '',
        depends_on: { macros: [] },
        description: '',
        meta: {},
        config: { meta: {}, docs: { show: true, node_color: null } },
        docs: { show: true, node_color: null },
        patch_path: null,
        arguments: [],
        created_at: 0,
        supported_languages: null,
      }
      return [`macro.assay.${name}`, macro]
    }),
  )
}

function variantName(definition: { readonly name: string; readonly adapter: string | undefined }) {
  return definition.adapter === undefined
    ? definition.name
    : `${definition.adapter}__${definition.name}`
}

function disabledJson(manifest: Manifest): JsonObject {
  return Object.fromEntries(
    manifest.disabled.map((node) => [
      node.uniqueId,
      [
        {
          unique_id: node.uniqueId,
          resource_type: node.resourceType,
          name: node.name,
          path: node.path,
          original_file_path: node.path,
          package_name: manifest.project.name,
        },
      ],
    ]),
  )
}

function rawCode(node: Exclude<Node, SourceNode>): string {
  if (!('code' in node)) return ''
  return node.code.kind === 'file' ? node.code.text : `{{${node.code.testName}}}`
}

function relationName(dialect: Dialect, node: Node): string | null {
  const isEphemeral = node.resourceType === 'model' && node.materialization.name === 'ephemeral'
  return 'relation' in node && !isEphemeral ? dialect.relation(node.relation) : null
}

function databaseOf(manifest: Manifest): string {
  const place = manifest.environment.target['database']
  if (typeof place === 'string') return place
  const path = manifest.environment.target['path']
  const file = typeof path === 'string' ? (path.split(/[\\/]/).at(-1) ?? '') : ''
  return isJsonObject(place) ? '' : file.replace(/\..*$/, '')
}
