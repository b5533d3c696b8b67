/** A hook of a run as dbt's manifest.json shows it, as text. */
import { hash } from 'node:crypto'
import type { Operation } from '../../../core/node/hook.ts'
import { environmentOf } from '../../../project/parse/manifest.ts'
import { macroId } from './macro-id.ts'
import type { NodeInput } from './manifest-node-json.ts'

export function operationJson(input: NodeInput, operation: Operation): string {
  const { manifest } = input
  const { name, packageName, uniqueId, kind, index, hook } = operation
  const references = operation.dependsOn.flatMap((id) => manifest.nodes.get(id) ?? [])
  const { library, adapter } = environmentOf(manifest, packageName)
  const macros = operation.macrosUsed
    .flatMap((used) => library.macros.get(used) ?? [])
    .filter((definition) => definition.adapter === undefined || definition.adapter === adapter)
    .map((definition) => macroId(manifest, definition))
  return JSON.stringify({
    database: input.database,
    schema: manifest.project.target.schema,
    name,
    resource_type: 'operation',
    package_name: packageName,
    path: `hooks/${name}.sql`,
    original_file_path: hook.span.path,
    unique_id: uniqueId,
    fqn: [packageName, 'hooks', name],
    alias: name,
    checksum: { name: 'sha256', checksum: hash('sha256', hook.text) },
    config: { enabled: true },
    tags: [kind],
    description: '',
    columns: {},
    meta: {},
    group: null,
    docs: { show: true, node_color: null },
    patch_path: null,
    build_path: null,
    unrendered_config: {},
    created_at: input.createdAt,
    relation_name: null,
    raw_code: hook.text,
    doc_blocks: [],
    language: 'sql',
    refs: references
      .filter((parent) => parent.resourceType !== 'source')
      .map((parent) => ({ name: parent.name, package: null, version: null })),
    sources: references.flatMap((parent) =>
      parent.resourceType === 'source' ? [[parent.sourceName, parent.name]] : [],
    ),
    metrics: [],
    functions: [],
    depends_on: { macros, nodes: operation.dependsOn },
    compiled_path: null,
    compiled: false,
    compiled_code: null,
    extra_ctes_injected: false,
    extra_ctes: [],
    contract: { enforced: false, alias_types: true, checksum: null },
    index,
  })
}
