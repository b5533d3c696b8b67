/** A node as dbt's manifest.json shows it, as text. */
import { join, relative } from 'node:path'
import type { Dialect } from '../../../core/dialect.ts'
import type { Contract } from '../../../core/node/contract.ts'
import { never } from '../../../core/never.ts'
import { isJsonObject, type JsonObject } from '../../../core/json.ts'
import {
  type ColumnProperties,
  isInlined,
  type ModelNode,
  type Node,
  type SeedNode,
  type SourceNode,
  type TestNode,
  type UniqueId,
} from '../../../core/node.ts'
import type { Relation } from '../../../core/relation.ts'
import type { ExposureNode } from '../../../core/node/exposure.ts'
import type { UnitTestNode } from '../../../core/node/unit-test.ts'
import type { Manifest } from '../../../project/parse/manifest.ts'
import { sqlPath } from '../../plan/sql/sql-path.ts'
import { configJson } from './config-json.ts'
import { macrosOf } from './macro-id.ts'
import { type PathOf, pathOfNode } from './node-path.ts'

export interface NodeInput {
  readonly manifest: Manifest
  readonly dialect: Dialect
  readonly database: string
  /** Seconds since 1970. */
  readonly createdAt: number
  /** SQL of the nodes that were compiled in this command. */
  readonly compiled: ReadonlyMap<UniqueId, string>
  readonly pathOf: PathOf
}

/** Object literals without spreads, joined as text: V8 is several times slower at objects of forty spread keys. */
export function nodeJson(
  input: NodeInput,
  node: Exclude<Node, SourceNode | UnitTestNode | ExposureNode>,
): string {
  const { manifest, dialect } = input
  const shared = JSON.stringify({
    database: input.database,
    schema: relationOf(node)?.schema ?? manifest.project.target.schema,
    name: nameOf(node),
    resource_type: node.resourceType,
    package_name: node.packageName,
    path: pathOfNode(input.pathOf, node),
    original_file_path: node.path,
    unique_id: node.uniqueId,
    fqn: node.fqn,
    alias: relationOf(node)?.identifier ?? node.name,
    checksum: { name: 'sha256', checksum: node.checksum },
    tags: node.tags,
    description: node.description,
    columns: 'columns' in node ? columnsJson(node.columns) : {},
    meta: node.meta,
    group: node.group ?? null,
    docs: docsOf(node),
    patch_path: node.patchPath === undefined ? null : `${node.packageName}://${node.patchPath}`,
    build_path: null,
    unrendered_config: unrenderedConfig(node),
    created_at: input.createdAt,
    relation_name: relationName(dialect, node),
    raw_code: rawCode(node),
    doc_blocks: node.docBlocks ?? [],
  })
  const config = `{"config":${configJson(node)}}`
  if (node.resourceType === 'seed') {
    return joined(shared, config, JSON.stringify({ root_path: null, depends_on: { macros: [] } }))
  }
  const own = node.resourceType === 'model' ? modelMembers(node) : '{}'
  return joined(
    shared,
    config,
    JSON.stringify(testJson(manifest, node)),
    codeJson(input, node),
    own,
  )
}

/** What every node with SQL of its own has. */
function codeJson(
  { manifest, compiled }: NodeInput,
  node: Exclude<Node, SourceNode | SeedNode | UnitTestNode>,
): string {
  const sql = compiled.get(node.uniqueId)
  const references = node.dependsOn.flatMap((id) => manifest.nodes.get(id) ?? [])
  return JSON.stringify({
    language: 'code' in node && node.code.kind === 'typescript' ? 'typescript' : 'sql',
    refs: references
      .filter((parent) => parent.resourceType !== 'source')
      .map((parent) => ({
        name: nameOf(parent),
        package: null,
        version: parent.resourceType === 'model' ? (parent.version?.version ?? null) : null,
      })),
    sources: references.flatMap((parent) =>
      parent.resourceType === 'source' ? [[parent.sourceName, parent.name]] : [],
    ),
    metrics: [],
    functions: [],
    depends_on: {
      macros: macrosOf(manifest, node),
      nodes: node.dependsOn,
    },
    compiled_path: sql === undefined ? null : compiledPath(manifest, node),
    compiled: sql !== undefined,
    compiled_code: sql ?? null,
    extra_ctes_injected: sql !== undefined,
    extra_ctes: [],
    contract: contractJson(node),
  })
}

/** As it is written: what a template gave on this target is not in it. */
export function unrenderedConfig({ config, unrendered }: Node): JsonObject {
  return unrendered === undefined ? config : { ...config, ...unrendered }
}

function docsOf({ config }: Node): JsonObject {
  const docs = config['docs']
  return { show: true, node_color: null, ...(isJsonObject(docs) ? docs : {}) }
}

/** Relative to the project, as `write-artifacts.ts` writes it. */
function compiledPath({ project }: Manifest, node: Node): string {
  const folder = relative(project.root, join(project.targetPath, 'compiled'))
  return `${folder}/${sqlPath(node)}`
}

function contractJson(node: Node): JsonObject {
  if (node.resourceType !== 'model' || node.contract === undefined) {
    return { enforced: false, alias_types: true, checksum: null }
  }
  const { aliasTypes, checksum } = node.contract
  return { enforced: true, alias_types: aliasTypes, checksum }
}

function primaryKey(contract: Contract | undefined): readonly string[] {
  const key = contract?.constraints.find(({ kind }) => kind === 'primary_key')
  return key?.kind === 'primary_key' ? key.columns : []
}

function constraintsJson(constraints: readonly JsonObject[] | undefined): readonly JsonObject[] {
  const defaults = { name: null, expression: null, to: null, to_columns: [] }
  const warns = { warn_unenforced: true, warn_unsupported: true }
  return (constraints ?? []).map((constraint) => ({ ...defaults, ...warns, ...constraint }))
}

function modelMembers({
  access,
  version,
  deprecationDate,
  constraints,
  contract,
}: ModelNode): string {
  return JSON.stringify({
    access,
    constraints: constraintsJson(constraints).map((each) => ({ columns: [], ...each })),
    version: version?.version ?? null,
    latest_version: version?.latestVersion ?? null,
    deprecation_date: deprecationDate ?? null,
    primary_key: primaryKey(contract),
    time_spine: null,
    defer_relation: null,
  })
}

/** dbt keeps the version beside the name, not in it. */
function nameOf(node: Node): string {
  return node.resourceType === 'model' ? (node.version?.modelName ?? node.name) : node.name
}

/** The texts of objects to the text of one that has the members of all. */
export function joined(...objects: readonly string[]): string {
  const members = objects.map((text) => text.slice(1, -1)).filter((text) => text !== '')
  return `{${members.join(',')}}`
}

function testJson(manifest: Manifest, node: Node): JsonObject {
  if (node.resourceType !== 'test' || node.variant.kind === 'singular') return {}
  const { variant } = node
  return {
    column_name: variant.columnName ?? null,
    file_key_name: fileKeyName(manifest, node, variant.attachedTo),
    attached_node: variant.attachedTo,
    test_metadata: {
      name: variant.testName,
      kwargs: {
        ...variant.arguments,
        model: `{{ get_where_subquery(${referenceText(manifest, variant.attachedTo)}) }}`,
        ...(variant.columnName === undefined ? {} : { column_name: variant.columnName }),
      },
      namespace: variant.namespace ?? null,
    },
  }
}

/** As dbt writes it. */
function referenceText(manifest: Manifest, id: UniqueId): string {
  const node = manifest.nodes.get(id)
  if (node?.resourceType === 'source') return `source('${node.sourceName}', '${node.name}')`
  const version = node?.resourceType === 'model' ? node.version?.version : undefined
  const name = node === undefined ? '' : nameOf(node)
  return version === undefined ? `ref('${name}')` : `ref('${name}', version='${version}')`
}

/** The section and the entry of the properties file. */
function fileKeyName(manifest: Manifest, test: TestNode, attachedTo: UniqueId): string {
  const node = manifest.nodes.get(attachedTo)
  if (node === undefined) return test.name
  if (node.resourceType === 'source') return `sources.${node.sourceName}`
  return `${node.resourceType}s.${nameOf(node)}`
}

export function columnsJson(columns: readonly ColumnProperties[]): JsonObject {
  return Object.fromEntries(
    columns.map((column) => [
      column.name,
      {
        name: column.name,
        description: column.description,
        meta: column.meta,
        data_type: column.dataType ?? null,
        constraints: constraintsJson(column.constraints),
        quote: column.quote ?? null,
        tags: column.tags,
        config: { meta: column.meta, tags: column.tags },
        granularity: null,
        doc_blocks: column.docBlocks ?? [],
      },
    ]),
  )
}

function rawCode(node: Exclude<Node, SourceNode | UnitTestNode>): string {
  if (!('code' in node)) return ''
  switch (node.code.kind) {
    case 'file':
    case 'typescript':
      return node.code.text
    case 'all-rows':
      return 'select * from {{relation}}'
    case 'test-call':
      return `{{${node.code.testName}}}`
    default:
      return never(node.code)
  }
}

/** Of a test: where its failing rows are kept. */
function relationOf(node: Node): Relation | undefined {
  if (node.resourceType === 'test') return node.storedFailures.relation
  return 'relation' in node ? node.relation : undefined
}

/** null: nothing of it is in the database. */
export function relationName(dialect: Dialect, node: Node): string | null {
  if (node.resourceType === 'test') {
    const { isStored, relation } = node.storedFailures
    return isStored === true ? dialect.relation(relation) : null
  }
  return 'relation' in node && !isInlined(node) ? dialect.relation(node.relation) : null
}
