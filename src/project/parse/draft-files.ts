/** SQL and CSV files to drafts: models, analyses, singular tests and seeds. */
import { type Diagnostic, errorDiagnostic, type SourceSpan } from '../../core/diagnostic.ts'
import { isJsonObject, type JsonObject } from '../../core/json.ts'
import type {
  ColumnProperties,
  Materialization,
  ModelVersion,
  ResourceType,
} from '../../core/node.ts'
import { never } from '../../core/never.ts'
import type { Relation } from '../../core/relation.ts'
import { checkConfig } from '../read/check-config.ts'
import { configLayers } from '../read/config-layers.ts'
import { mergeConfigs } from '../read/merge-configs.ts'
import type { ConfigTreeName, Project, SourceFile } from '../read/project.ts'
import type { MacroLibrary, TemplateFacts } from '../template/template.ts'
import { noContract, resolveContract } from './contracts/resolve-contract.ts'
import { type Draft, noFacts } from './draft.ts'
import { resolveScd2 } from './snapshots/resolve-scd2.ts'
import { draftHooks } from './hooks/draft-hooks.ts'
import {
  onSchemaChangeOf,
  resolveIncremental,
  uniqueKeyOf,
} from './incremental/resolve-incremental.ts'
import { checkDate } from './governance/deprecations.ts'
import { type NamedFile, stemOf } from './governance/name-model-files.ts'
import type { Patch } from './index-properties.ts'
import { nodeRelation } from './relation-names.ts'
import {
  accessOf,
  arrivalOf,
  booleanOf,
  checkedArrival,
  type ConfigEntries,
  inFileLayers,
  isEnabled,
  materializationName,
  numberOf,
  objectOf,
  plainConfig,
  scalarText,
  swapOf,
  textOf,
  textsOf,
  unrenderedConfig,
} from './resolve-config.ts'
import { resolveExternal } from './storage/resolve-external.ts'
import { resolveMaterializedView } from './storage/resolve-materialized-view.ts'
import { resolveStorage } from './storage/resolve-storage.ts'
import { testSettings } from './tests/test-settings.ts'

export interface DraftContext {
  /** Of a package: the package in its place. */
  readonly project: Project
  /** What the project says of the nodes of a package: it has the last word. undefined: the nodes are its own. */
  readonly outer: OuterConfigs | undefined
  /** Of a package, before the paths of its files. */
  readonly folder: string
  readonly faults: Diagnostic[]
  readonly library: MacroLibrary
  /** Of calls of generic tests that are alike but for the tested node: see `testCallFacts`. */
  readonly testFacts: Map<string, TemplateFacts>
}

export interface OuterConfigs {
  readonly trees: Project['configTrees']
  readonly projectName: string
}

/** The layers of assay.yml that come before what is said beside the node, and those that come after it. */
export function layersAround(
  { project, outer }: Pick<DraftContext, 'project' | 'outer'>,
  treeName: ConfigTreeName,
  fqn: readonly string[],
): { readonly before: readonly ConfigEntries[]; readonly after: readonly ConfigEntries[] } {
  return {
    before: configLayers(project.configTrees[treeName], fqn, project.name),
    after: outer === undefined ? [] : configLayers(outer.trees[treeName], fqn, outer.projectName),
  }
}

/** The folders of a YAML file, below those of its kind. */
export function foldersOfProperties(
  { folder }: Pick<DraftContext, 'folder'>,
  path: string,
): readonly string[] {
  return path.slice(folder.length).split('/').slice(1, -1)
}

const defaultTolerance = 1e-9

interface Described {
  readonly file: SourceFile
  /** Of a file that holds a version of a model; undefined: the file's own name. */
  readonly named?: NamedFile | undefined
  readonly patch: Patch | undefined
  readonly facts: TemplateFacts
}

export function draftModel(context: DraftContext, described: Described): Draft {
  const { file, facts } = described
  const base = describe(context, described, 'model', 'models')
  const config = base.config
  const materialization = materializationOf(context, config, base.common.name)
  const version = described.named?.version
  const properties = described.patch?.properties
  const deprecation = properties?.deprecationDate
  if (deprecation !== undefined) checkDate(deprecation, context.faults)
  const { contract, keyReferences } = isEnabled(config)
    ? resolveContract({ config, properties, materialization: materialization.name }, context.faults)
    : noContract
  return {
    facts,
    config,
    isEnabled: isEnabled(config),
    ...(keyReferences.length === 0 ? {} : { keyReferences }),
    node: {
      ...base.common,
      resourceType: 'model',
      version,
      access: accessOf(config, materialization, context.faults),
      deprecationDate: deprecation?.text,
      pointsTo: undefined,
      config: plainConfig(config, { enabled: true, materialized: materialization.name }),
      relation: relationOf(context, config, defaultAlias(base.common.name, version)),
      materialization,
      arrival: checkedArrival(config, materialization, context.faults),
      cursorReads: [],
      volatileColumns: textsOf(config, 'volatile_columns'),
      tolerance: numberOf(config, 'tolerance') ?? defaultTolerance,
      uniqueKey: uniqueKeyOf(config),
      swap: swapOf(config),
      storage: resolveStorage(context, config),
      isStable: facts.isStable,
      quarantine: undefined,
      hooks: base.hooks,
      ...(contract === undefined ? {} : { contract }),
      ...(properties?.constraints === undefined
        ? {}
        : { constraints: properties.constraints.map(({ json }) => json) }),
      columns: base.columns,
      code: { kind: 'file', path: file.path, text: file.text },
    },
  }
}

function materializationOf(
  { library, faults, project }: DraftContext,
  config: ConfigEntries,
  modelName: string,
): Materialization {
  const name = materializationName(config)
  switch (name) {
    case 'incremental':
      return resolveIncremental(config, library.macros, faults)
    case 'scd2':
      return resolveScd2(config, modelName, faults)
    case 'external':
      return resolveExternal({ project, faults }, config, modelName)
    case 'materialized_view':
      return resolveMaterializedView(project.target.type, config, faults)
    case 'view':
    case 'table':
    case 'ephemeral':
      return { name }
    default:
      return never(name)
  }
}

export function draftSeed(context: DraftContext, described: Omit<Described, 'facts'>): Draft {
  const base = describe(context, { ...described, facts: noFacts }, 'seed', 'seeds')
  const config = base.config
  const types = Object.entries(objectOf(config, 'column_types'))
  return {
    facts: noFacts,
    config,
    isEnabled: isEnabled(config),
    node: {
      ...base.common,
      resourceType: 'seed',
      config: plainConfig(config, { enabled: true, materialized: 'seed' }),
      relation: relationOf(context, config, base.common.name),
      arrival: arrivalOf(config),
      columns: base.columns,
      columnTypes: Object.fromEntries(types.map(([column, type]) => [column, scalarText(type)])),
      delimiter: textOf(config, 'delimiter') ?? ',',
      quotesColumns: booleanOf(config, 'quote_columns') ?? true,
      storage: resolveStorage(context, config),
      hooks: base.hooks,
      onSchemaChange: onSchemaChangeOf(config, 'sync_all_columns'),
      fullRefresh: booleanOf(config, 'full_refresh'),
    },
  }
}

/** `orders_v2`; what a version has beside letters and digits becomes `_`, as in dbt. */
function defaultAlias(name: string, version: ModelVersion | undefined): string {
  if (version === undefined) return name
  return `${version.modelName}_v${String(version.version).replaceAll(/\W/g, '_')}`
}

export function relationOf(
  { project }: DraftContext,
  config: ConfigEntries,
  name: string,
): Relation {
  const [schema, alias] = [textOf(config, 'schema'), textOf(config, 'alias')]
  return nodeRelation(project.target, { schema, alias }, name)
}

export function draftAnalysis(context: DraftContext, described: Described): Draft {
  const { file, facts } = described
  const base = describe(context, described, 'analysis', 'analyses')
  return {
    facts,
    config: base.config,
    isEnabled: isEnabled(base.config),
    node: {
      ...base.common,
      resourceType: 'analysis',
      config: plainConfig(base.config, { enabled: true }),
      code: { kind: 'file', path: file.path, text: file.text },
    },
  }
}

export function draftSingularTest(context: DraftContext, described: Described): Draft {
  const { file, facts } = described
  const base = describe(context, described, 'test', 'data_tests')
  return {
    facts,
    config: base.config,
    isEnabled: isEnabled(base.config),
    node: {
      ...base.common,
      resourceType: 'test',
      config: plainConfig(base.config, { enabled: true, severity: 'ERROR' }),
      code: { kind: 'file', path: file.path, text: file.text },
      ...testSettings(context.project.target, base.config, {
        name: base.common.name,
        testName: undefined,
      }),
      variant: { kind: 'singular' },
    },
  }
}

export function describe(
  context: DraftContext,
  { file, named, patch, facts }: Described,
  resourceType: Exclude<ResourceType, 'source' | 'exposure'>,
  treeName: ConfigTreeName,
) {
  const name = named?.name ?? stemOf(file.path)
  const version = named?.version
  const names = version === undefined ? [name] : [version.modelName, `v${version.version}`]
  const span: SourceSpan = { path: file.path, line: 1, column: 1, length: 1 }
  checkName(name, span, context.faults)
  const path = [...foldersOf(file.pathInKind), ...names]
  const place = { name, path, span, checksum: file.checksum }
  return describeAt(context, { ...place, patch, facts }, { resourceType, treeName })
}

interface DescribedAt {
  readonly name: string
  /** Folders below the kind's root, and its own name. */
  readonly path: readonly string[]
  readonly span: SourceSpan
  readonly checksum: string
  readonly patch: Patch | undefined
  readonly facts: TemplateFacts
}

/** What every node has, from where it is defined and what describes it. */
export function describeAt(
  context: DraftContext,
  { name, path, span, checksum, patch, facts }: DescribedAt,
  kind: {
    readonly resourceType: Exclude<ResourceType, 'source' | 'exposure'>
    readonly treeName: ConfigTreeName
  },
) {
  const { project } = context
  const { resourceType, treeName } = kind
  const fqn = [project.name, ...path]
  const inFile = Object.entries(facts.config).map(([key, entries]) => [key, entries] as const)
  const calls = inFileLayers(inFile)
  for (const layer of calls) {
    context.faults.push(...checkConfig(layer, resourceType))
  }
  const { before, after } = layersAround(context, treeName, fqn)
  const layers = [...before, patch?.properties.config ?? {}, ...calls, ...after]
  const config = mergeConfigs(layers)
  const columns: readonly ColumnProperties[] = (patch?.properties.columns ?? []).map(
    ({ name, description, tags, meta, dataType, quote, constraints }) => ({
      name,
      description,
      tags,
      meta,
      ...(dataType === undefined ? {} : { dataType }),
      ...(quote === undefined ? {} : { quote }),
      ...(constraints === undefined ? {} : { constraints: constraints.map(({ json }) => json) }),
    }),
  )
  const meta = config['meta']?.value
  const metaObject: JsonObject = isJsonObject(meta) ? meta : {}
  const group = textOf(config, 'group')
  const eventTime = textOf(config, 'event_time')
  const own = {
    uniqueId: `${resourceType}.${project.name}.${name}` as const,
    name,
    packageName: project.name,
    path: span.path,
    fqn,
    description: patch?.properties.description ?? '',
    tags: textsOf(config, 'tags'),
    meta: metaObject,
    ...(group === undefined ? {} : { group }),
    ...(eventTime === undefined ? {} : { eventTime }),
    checksum,
    span,
    ...unrenderedConfig(config),
  }
  // One spread, in front, is what V8 copies quickly.
  const common = patch === undefined ? own : { ...own, patchPath: patch.path }
  return { common, config, columns, hooks: draftHooks(layers, config) }
}

function checkName(name: string, span: SourceSpan, faults: Diagnostic[]): void {
  if (!/[\s"'`]/.test(name)) return
  faults.push(
    errorDiagnostic({
      code: 'invalid-value',
      message: `expected a file name without spaces or quotes, found "${name}"`,
      span,
      hint: 'rename the file: its name is the name of the node',
    }),
  )
}

function foldersOf(pathInKind: string): readonly string[] {
  return pathInKind.split('/').slice(0, -1)
}
