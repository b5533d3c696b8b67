/** Sources of property files to drafts. */
import { isJsonObject } from '../../core/json.ts'
import { configLayers } from '../read/config-layers.ts'
import { mergeConfigs } from '../read/merge-configs.ts'
import type { PropertyFile, SourceProperties, SourceTable } from '../read/project.ts'
import { type Draft, noFacts } from './draft.ts'
import type { DraftContext } from './draft-files.ts'
import { sourceRelation } from './relation-names.ts'
import { arrivalOf, isEnabled, plainConfig, textsOf, unrenderedConfig } from './resolve-config.ts'

export function draftSources(context: DraftContext, file: PropertyFile): readonly Draft[] {
  return file.sources.flatMap((source) =>
    source.tables.map((table) => draftSource(context, file, source, table)),
  )
}

function draftSource(
  { project }: DraftContext,
  file: PropertyFile,
  source: SourceProperties,
  table: SourceTable,
): Draft {
  const folders = file.path.split('/').slice(1, -1)
  const fqn = [project.name, ...folders, source.name, table.name]
  const config = mergeConfigs([
    ...configLayers(project.configTrees.sources, fqn, project.name),
    source.config,
    table.config,
  ])
  const meta = config['meta']?.value
  const loader = table.loader ?? source.loader
  return {
    facts: noFacts,
    config,
    isEnabled: isEnabled(config),
    node: {
      resourceType: 'source',
      uniqueId: `source.${project.name}.${source.name}.${table.name}`,
      name: table.name,
      packageName: project.name,
      path: file.path,
      fqn,
      description: table.description,
      tags: textsOf(config, 'tags'),
      meta: isJsonObject(meta) ? meta : {},
      config: plainConfig(config, { enabled: true }),
      ...unrenderedConfig({ ...config, ...writtenPlace(source) }),
      checksum: file.checksum,
      span: table.span,
      sourceName: source.name,
      arrival: arrivalOf(config),
      relation: sourceRelation(project.target, source.schema, table.identifier),
      columns: table.columns.map((column) => ({
        name: column.name,
        description: column.description,
        tags: column.tags,
        meta: column.meta,
        ...(column.dataType === undefined ? {} : { dataType: column.dataType }),
      })),
      ...(loader === undefined ? {} : { loader }),
    },
  }
}

/** A schema or database that was rendered, as it was written: the same on every target. */
function writtenPlace({ unrendered, span }: SourceProperties) {
  return Object.fromEntries(
    Object.entries(unrendered ?? {}).map(([key, text]) => [
      key,
      { value: text, span, unrendered: text },
    ]),
  )
}
