/** The checked values of a properties file to the properties of models, seeds, snapshots, sources, tests and analyses. */
import { isJsonObject, type JsonObject } from '../../../core/json.ts'
import { mergeToLayer } from '../merge-configs.ts'
import type {
  ColumnEntry,
  ConstraintEntry,
  GroupProperties,
  ModelProperties,
  PropertyFile,
  SnapshotProperties,
  SourceProperties,
  SourceTable,
} from './property-file.ts'
import type { ConfigEntry } from '../config-entry.ts'
import { laterSections, notApplied } from '../settings/not-applied.ts'
import { readConfig } from '../settings/read-config-tree.ts'
import {
  entriesOf,
  entryOf,
  itemsOf,
  type PlacedValue,
  textOf,
  textsOf,
  toJson,
  unrenderedJson,
  valueOf,
} from '../yaml/placed-value.ts'
import { descriptionTemplates } from './description-templates.ts'
import { readExperiment } from './read-experiment.ts'
import { readExposure } from './read-exposure.ts'
import { readMetric } from './read-metric.ts'
import { readMacro } from './read-macro.ts'
import { metaOf, readNamed } from './read-named.ts'
import { readTests } from './read-tests.ts'
import { readVersions } from './read-versions.ts'
import { readUnitTest } from './read-unit-test.ts'

/** Configs that may stand beside `config:`, which wins over them. */
const bareConfigs = new Set([
  'tags',
  'meta',
  'docs',
  'group',
  'access',
  'enabled',
  'freshness',
  'loaded_at_field',
  'loaded_at_query',
  'quoting',
  'event_time',
  'arrival_column',
  'delivery',
])

export function readProperties(
  file: PlacedValue | undefined,
  origin: { readonly path: string; readonly checksum: string },
): PropertyFile {
  const { path, checksum } = origin
  return {
    path,
    checksum,
    models: itemsOf(file, 'models').flatMap(readModel),
    seeds: itemsOf(file, 'seeds').map(readNode),
    snapshots: itemsOf(file, 'snapshots').map(readSnapshot),
    analyses: itemsOf(file, 'analyses').map(readNode),
    sources: itemsOf(file, 'sources').map(readSource),
    singularTests: [...itemsOf(file, 'data_tests'), ...itemsOf(file, 'tests')].map(readNode),
    groups: itemsOf(file, 'groups').map(readGroup),
    metrics: itemsOf(file, 'metrics').map(readMetric),
    experiments: itemsOf(file, 'experiments').map(readExperiment),
    macros: itemsOf(file, 'macros').map(readMacro),
    unitTests: itemsOf(file, 'unit_tests').map(readUnitTest),
    exposures: itemsOf(file, 'exposures').map(readExposure),
    descriptions: descriptionTemplates(file),
    notApplied: notApplied(file, laterSections),
  }
}

function readModel(node: PlacedValue): readonly ModelProperties[] {
  const readers = {
    columns: readColumns,
    config: readNodeConfig,
    constraints: readConstraints,
    tests: readTests,
  }
  return readVersions(node, readNode(node), readers)
}

function readGroup(group: PlacedValue): GroupProperties {
  const owner = valueOf(group, 'owner')
  const json = owner === undefined ? undefined : toJson(owner)
  const config = valueOf(group, 'config')
  return {
    ...readNamed(group),
    owner: isJsonObject(json) ? json : {},
    meta: { ...metaOf(group), ...metaOf(config) },
  }
}

/** The span is that of the name: what a message about the entry points at. */
function readNode(node: PlacedValue): ModelProperties {
  return {
    ...readNamed(node),
    config: readNodeConfig(node),
    columns: readColumns(node),
    ...readConstraints(node),
    tests: readTests(node),
  }
}

/** Most have none: then the key is left out. */
function readConstraints(owner: PlacedValue): {
  readonly constraints?: readonly ConstraintEntry[]
} {
  const constraints = itemsOf(owner, 'constraints').map((item): ConstraintEntry => {
    const json = toJson(item)
    return { json: isJsonObject(json) ? json : {}, span: valueOf(item, 'type')?.span ?? item.span }
  })
  return constraints.length === 0 ? {} : { constraints }
}

function readSnapshot(snapshot: PlacedValue): SnapshotProperties {
  const text = textOf(snapshot, 'relation')
  const span = valueOf(snapshot, 'relation')?.span
  const relation = text === undefined || span === undefined ? undefined : { text, span }
  return { ...readNode(snapshot), relation }
}

function readNodeConfig(node: PlacedValue): Readonly<Record<string, ConfigEntry>> {
  const bare = entriesOf(node).filter((entry) => bareConfigs.has(entry.key))
  const config = readConfig(entriesOf(entryOf(node, 'config')?.value))
  const layers = [readConfig(bare), grainConfig(node), config]
  return mergeToLayer(layers.filter((layer) => Object.keys(layer).length > 0))
}

/** In `meta`, where tools that read the manifest find it. */
function grainConfig(node: PlacedValue): Readonly<Record<string, ConfigEntry>> {
  const grain = entryOf(node, 'grain')
  if (grain === undefined) return {}
  return { meta: { value: { grain: textsOf(node, 'grain') }, span: grain.keySpan } }
}

function readColumns(node: PlacedValue): readonly ColumnEntry[] {
  return itemsOf(node, 'columns').map((column) => {
    const dataType = textOf(column, 'data_type')
    const quote = valueOf(column, 'quote')
    const config = valueOf(column, 'config')
    return {
      ...readNamed(column),
      ...(dataType === undefined ? {} : { dataType }),
      ...(quote?.kind === 'scalar' ? { quote: quote.value === true } : {}),
      ...readConstraints(column),
      tags: [...new Set([...textsOf(column, 'tags'), ...textsOf(config, 'tags')])],
      meta: { ...metaOf(column), ...metaOf(config) },
      tests: readTests(column),
    }
  })
}

function readSource(source: PlacedValue): SourceProperties {
  const named = readNamed(source)
  const database = textOf(source, 'database')
  const databaseSpan = valueOf(source, 'database')?.span
  return {
    ...named,
    schema: textOf(source, 'schema') ?? named.name,
    ...(database === undefined ? {} : { database }),
    ...readTemplates(source, ['schema', 'database']),
    ...(databaseSpan === undefined ? {} : { databaseSpan }),
    ...readLoader(source),
    config: readNodeConfig(source),
    tables: itemsOf(source, 'tables').map(readTable),
  }
}

function readTemplates(
  owner: PlacedValue,
  keys: readonly string[],
): { readonly unrendered?: JsonObject } {
  const found = keys.flatMap((key) => {
    const value = valueOf(owner, key)
    const written = value === undefined ? undefined : unrenderedJson(value)
    return written === undefined ? [] : [[key, written] as const]
  })
  return found.length === 0 ? {} : { unrendered: Object.fromEntries(found) }
}

function readTable(table: PlacedValue): SourceTable {
  const named = readNamed(table)
  return {
    ...named,
    identifier: textOf(table, 'identifier') ?? named.name,
    ...readLoader(table),
    ...readExternal(table),
    config: readNodeConfig(table),
    columns: readColumns(table),
    tests: readTests(table),
  }
}

function readExternal(table: PlacedValue): { readonly external?: JsonObject } {
  const external = valueOf(table, 'external')
  const json = external === undefined ? undefined : toJson(external)
  return isJsonObject(json) ? { external: json } : {}
}

function readLoader(owner: PlacedValue): Pick<SourceTable, 'loader' | 'load'> {
  const text = textOf(owner, 'loader')
  const span = valueOf(owner, 'loader')?.span
  const load = entryOf(owner, 'load')
  const options = load === undefined ? undefined : toJson(load.value)
  return {
    ...(text === undefined || span === undefined ? {} : { loader: { text, span } }),
    ...(load === undefined || !isJsonObject(options)
      ? {}
      : { load: { options, span: load.keySpan } }),
  }
}
