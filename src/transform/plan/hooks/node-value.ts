/** A node as hooks and query comments see it, under dbt's keys. */
import type { Node } from '../../../core/node.ts'
import type { TemplateValue } from '../../../project/template/template.ts'

export function nodeValue(node: Node): Readonly<Record<string, TemplateValue>> {
  return {
    unique_id: node.uniqueId,
    name: node.name,
    resource_type: node.resourceType,
    package_name: node.packageName,
    path: node.path,
    original_file_path: node.path,
    alias: 'relation' in node ? node.relation.identifier : node.name,
    schema: 'relation' in node ? node.relation.schema : null,
    description: node.description,
    fqn: node.fqn,
    tags: node.tags,
    meta: node.meta,
    config: node.config,
  }
}
