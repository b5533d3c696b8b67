/** A source as dbt's manifest.json shows it, as text. */
import { isJsonObject } from '../../../core/json.ts'
import type { SourceNode } from '../../../core/node.ts'
import { readableText } from '../../plan/compile/relation-text.ts'
import { freshnessJson } from '../sources-json.ts'
import { sourceConfigJson } from './config-json.ts'
import { type NodeInput, unrenderedConfig, joined, columnsJson } from './manifest-node-json.ts'

export function sourceJson(input: NodeInput, node: SourceNode): string {
  const config = `{"config":${sourceConfigJson(node)}}`
  const shown = JSON.stringify({
    database: node.relation.database ?? input.database,
    schema: node.relation.schema,
    name: node.name,
    resource_type: 'source',
    package_name: node.packageName,
    path: node.path,
    original_file_path: node.path,
    unique_id: node.uniqueId,
    fqn: node.fqn,
    source_name: node.sourceName,
    source_description: node.sourceDescription,
    loader: node.loader ?? '',
    identifier: node.relation.identifier,
    quoting: {
      database: null,
      schema: null,
      identifier: null,
      column: null,
      ...(isJsonObject(node.config['quoting']) ? node.config['quoting'] : {}),
    },
    loaded_at_field: node.loadedAt?.kind === 'field' ? node.loadedAt.expression : null,
    loaded_at_query: node.loadedAt?.kind === 'query' ? node.loadedAt.query.text : null,
    freshness: freshnessJson(node.freshness),
    external: node.external ?? null,
    description: node.description,
    columns: columnsJson(node.columns),
    meta: node.meta,
    source_meta: node.sourceMeta,
    tags: node.tags,
    patch_path: null,
    unrendered_config: unrenderedConfig(node),
    relation_name: readableText(input.dialect, node),
    created_at: input.createdAt,
    unrendered_database: node.unrendered?.['database'] ?? null,
    unrendered_schema: node.unrendered?.['schema'] ?? null,
    doc_blocks: node.docBlocks ?? [],
  })
  return joined(shown, config)
}
