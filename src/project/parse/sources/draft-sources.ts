/** Sources of property files to drafts. */
import { docBlocksOf } from '../docs/doc-blocks-of.ts'
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import { isJsonObject } from '../../../core/json.ts'
import { loadColumns } from '../../../core/load/load.ts'
import { mergeConfigs } from '../../read/merge-configs.ts'
import type { Project } from '../../read/project.ts'
import type {
  PropertyFile,
  SourceProperties,
  SourceTable,
} from '../../read/properties/property-file.ts'
import { type Draft, noFacts } from '../drafts/draft.ts'
import { type DraftContext, foldersOfProperties, layersAround } from '../drafts/draft-context.ts'
import { sourceRelation } from '../relation-names.ts'
import {
  arrivalOf,
  isEnabled,
  objectOf,
  plainConfig,
  textOf,
  textsOf,
  unrenderedConfig,
} from '../resolve-config.ts'
import { externalLocationOf } from './external-location.ts'
import { freshnessOf, loadedAtOf } from './resolve-freshness.ts'
import { loadOf } from './resolve-load.ts'

/** A row that is committed later has a greater number. */
const loadArrival = { column: loadColumns.sequence, delivery: 'exactly_once' } as const

export function draftSources(context: DraftContext, file: PropertyFile): readonly Draft[] {
  return file.sources.flatMap((source) =>
    source.tables.map((table) => draftSource(context, file, source, table)),
  )
}

function draftSource(
  context: DraftContext,
  file: PropertyFile,
  source: SourceProperties,
  table: SourceTable,
): Draft {
  const { project, faults } = context
  const folders = foldersOfProperties(context, file.path)
  const fqn = [project.name, ...folders, source.name, table.name]
  const { before, after } = layersAround(context, 'sources', fqn)
  const layers = [...before, source.config, table.config, ...after]
  const config = mergeConfigs(layers)
  const meta = config['meta']?.value
  const loader = (table.loader ?? source.loader)?.text
  const faultsBefore = faults.length
  const load = loadOf(source, table, faults)
  // One whose `load` has a fault would be followed by its number too: that it cannot be is no second fault.
  const isLoaded = load !== undefined || faults.length > faultsBefore
  const group = textOf(config, 'group')
  const eventTime = textOf(config, 'event_time')
  const relation = sourceRelation(project.target, {
    database: databaseOf(project, source, faults),
    schema: source.schema,
    identifier: table.identifier,
    quoting: objectOf(config, 'quoting'),
  })
  const external = { project, config, relation, sourceName: source.name, tableName: table.name }
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
      ...docBlocksOf(table),
      tags: textsOf(config, 'tags'),
      meta: isJsonObject(meta) ? meta : {},
      config: plainConfig(config, { enabled: true }),
      ...unrenderedConfig({ ...config, ...writtenPlace(source) }),
      checksum: file.checksum,
      span: table.span,
      sourceName: source.name,
      arrival: arrivalOf(config) ?? (isLoaded ? loadArrival : undefined),
      relation,
      sourceDescription: source.description,
      sourceMeta: objectOf(source.config, 'meta'),
      freshness: freshnessOf(config),
      loadedAt:
        loadedAtOf(layers, faults) ??
        (isLoaded ? { kind: 'field', expression: loadColumns.loadedAt } : undefined),
      external: table.external,
      externalLocation: externalLocationOf(external, faults),
      ...(group === undefined ? {} : { group }),
      ...(eventTime === undefined ? {} : { eventTime }),
      columns: table.columns.map((column) => ({
        name: column.name,
        span: column.span,
        description: column.description,
        ...docBlocksOf(column),
        tags: column.tags,
        meta: column.meta,
        ...(column.dataType === undefined ? {} : { dataType: column.dataType }),
        ...(column.constraints === undefined
          ? {}
          : { constraints: column.constraints.map(({ json }) => json) }),
      })),
      ...(loader === undefined ? {} : { loader }),
      ...(load === undefined ? {} : { load }),
    },
  }
}

/** undefined: that of the connection. Postgres reads no other. */
function databaseOf(
  { target }: Project,
  { database, databaseSpan }: SourceProperties,
  faults: Diagnostic[],
): string | undefined {
  if (database === undefined || target.type === 'duckdb') return database
  if (database === target.database) return undefined
  faults.push(
    errorDiagnostic({
      code: 'invalid-value',
      message: `expected the database of the target, "${target.database}", found "${database}", which Postgres cannot read from there`,
      span: databaseSpan,
      hint: 'leave "database" out, or make its tables foreign tables of this one',
    }),
  )
  return undefined
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
