/** `ls`: the nodes a selection names, one a line, in the form asked for. */
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts'
import { never } from '../../core/never.ts'
import type { ModelNode, Node } from '../../core/node.ts'
import { unitTestName } from '../../core/node/unit-test.ts'
import { loadSelection } from '../load-selection.ts'
import type { Outcome, Surroundings } from '../surroundings.ts'
import type { ListOptions, ListValue } from '../use-cases.ts'

export async function list(
  options: ListOptions,
  surroundings: Surroundings,
): Promise<Outcome<ListValue>> {
  const begun = await loadSelection(options, surroundings, { runsCode: false })
  if (!begun.ok) return { kind: 'invalid', diagnostics: begun.diagnostics }
  const { loaded, ids } = begun.value
  const { manifest } = loaded
  const wantsAnalyses = options.resourceTypes.some((type) => type === 'analysis' || type === 'all')
  const nodes = [...ids]
    .flatMap((id) => manifest.nodes.get(id) ?? [])
    .filter((node) => node.resourceType !== 'analysis' || wantsAnalyses)
    .toSorted((a, b) => (a.uniqueId < b.uniqueId ? -1 : 1))
  const lines = nodes.map((node) => lineOf(node, options))
  return { kind: 'done', exitCode: 0, value: { lines } }
}

function lineOf(node: Node, { output, outputKeys }: ListOptions): string {
  switch (output) {
    case 'selector':
      return selectorOf(node)
    case 'name':
      if (node.resourceType === 'unit_test') return unitTestName(node)
      return node.resourceType === 'source' ? `${node.sourceName}.${node.name}` : node.name
    case 'path':
      return node.path
    case 'json':
      return JSON.stringify(pick(jsonOf(node), outputKeys))
    default:
      return never(output)
  }
}

/** What selects it again: kinds that the method `fqn` does not find stand behind their own. */
function selectorOf(node: Node): string {
  const kind = node.uniqueId.slice(0, node.uniqueId.indexOf('.'))
  if (node.resourceType === 'source') {
    return `source:${node.packageName}.${node.sourceName}.${node.name}`
  }
  const hasOwn = ['exposure', 'metric', 'unit_test'].includes(kind)
  return hasOwn ? `${kind}:${node.packageName}.${node.name}` : node.fqn.join('.')
}

/** dbt's default keys. */
const defaultKeys = [
  'alias',
  'name',
  'package_name',
  'depends_on',
  'tags',
  'config',
  'resource_type',
  'source_name',
  'original_file_path',
  'unique_id',
]

function jsonOf(node: Node): JsonObject {
  return {
    alias: 'relation' in node ? node.relation.identifier : node.name,
    name: node.name,
    package_name: node.packageName,
    depends_on: { nodes: node.dependsOn },
    tags: node.tags,
    config: node.config,
    resource_type: node.resourceType,
    ...(node.resourceType === 'source' ? { source_name: node.sourceName } : {}),
    original_file_path: node.path,
    unique_id: node.uniqueId,
    description: node.description,
    meta: node.meta,
    fqn: node.fqn,
    ...(node.resourceType === 'model' ? versionJson(node) : {}),
    ...('relation' in node
      ? { schema: node.relation.schema, identifier: node.relation.identifier }
      : {}),
  }
}

function versionJson({ access, version }: ModelNode): JsonObject {
  return {
    access,
    version: version?.version ?? null,
    latest_version: version?.latestVersion ?? null,
  }
}

function pick(json: JsonObject, keys: readonly string[]): JsonObject {
  const wanted = keys.length === 0 ? defaultKeys : keys
  return Object.fromEntries(
    wanted.flatMap((key) => {
      const value = valueAt(json, key.split('.'))
      return value === undefined ? [] : [[key, value]]
    }),
  )
}

function valueAt(json: Json | undefined, path: readonly string[]): Json | undefined {
  const [key, ...rest] = path
  if (key === undefined) return json
  return isJsonObject(json) ? valueAt(json[key], rest) : undefined
}
