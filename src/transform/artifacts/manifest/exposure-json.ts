/** An exposure as dbt's manifest.json shows it, as text. */
import type { ExposureNode } from '../../../core/node/exposure.ts'
import type { NodeInput } from './manifest-node-json.ts'

export function exposureJson(input: NodeInput, node: ExposureNode): string {
  const { name, email, ...others } = node.owner
  const { refs, sources, metrics } = node.references
  return JSON.stringify({
    name: node.name,
    resource_type: 'exposure',
    package_name: node.packageName,
    path: input.pathOf(node.path),
    original_file_path: node.path,
    unique_id: node.uniqueId,
    fqn: node.fqn,
    type: node.type,
    owner: { email: email ?? null, name: name ?? null, ...others },
    description: node.description,
    label: node.label ?? null,
    maturity: node.maturity ?? null,
    meta: node.meta,
    tags: node.tags,
    config: { ...node.config, tags: node.tags, meta: node.meta },
    unrendered_config: node.unrendered ?? {},
    url: node.url ?? null,
    depends_on: {
      macros: [],
      nodes: [...node.dependsOn, ...metrics.map((name) => `metric.${node.packageName}.${name}`)],
    },
    refs: refs.map((ref) => ({
      name: ref.name,
      package: ref.packageName ?? null,
      version: ref.version ?? null,
    })),
    sources,
    metrics: metrics.map((metric) => [metric]),
    created_at: input.createdAt,
  })
}
