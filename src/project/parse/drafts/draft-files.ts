/** SQL and CSV files to drafts: models, analyses, singular tests and seeds. */
import type { SourceSpan } from '../../../core/diagnostic.ts'
import type { Materialization, ModelVersion } from '../../../core/node.ts'
import { never } from '../../../core/never.ts'
import { noContract, resolveContract } from '../contracts/resolve-contract.ts'
import { type Draft, noFacts } from './draft.ts'
import { resolveScd2 } from '../snapshots/resolve-scd2.ts'
import {
  onSchemaChangeOf,
  resolveIncremental,
  uniqueKeyOf,
} from '../incremental/resolve-incremental.ts'
import { checkDate } from '../governance/deprecations.ts'
import {
  accessOf,
  arrivalOf,
  booleanOf,
  checkedArrival,
  type ConfigEntries,
  deadLettersOf,
  isEnabled,
  materializationName,
  numberOf,
  objectOf,
  plainConfig,
  scalarText,
  swapOf,
  textOf,
  textsOf,
} from '../resolve-config.ts'
import { resolveExternal } from '../storage/resolve-external.ts'
import { resolveMaterializedView } from '../storage/resolve-materialized-view.ts'
import { resolveTypescript, tableConfig } from '../typescript/resolve-typescript.ts'
import { resolveStorage } from '../storage/resolve-storage.ts'
import type { ModelProperties } from '../../read/properties/property-file.ts'
import { testSettings } from '../tests/test-settings.ts'
import { type DraftContext, relationOf } from './draft-context.ts'
import { type Described, describe } from './describe-node.ts'

const defaultTolerance = 1e-9

export function draftModel(context: DraftContext, described: Described): Draft {
  const { file, facts } = described
  const base = describe(context, described, 'model', 'models')
  const module = context.project.modules.get(file.path)
  const config = module === undefined ? base.config : tableConfig(context, base.config)
  const materialization = materializationOf(context, config, base.common.name)
  const written =
    module === undefined
      ? {
          code: { kind: 'file', path: file.path, text: file.text } as const,
          columns: base.columns,
        }
      : resolveTypescript(context, { file, module, config, materialization, columns: base.columns })
  const version = described.named?.version
  const properties = described.patch?.properties
  const deprecation = properties?.deprecationDate
  if (deprecation !== undefined) checkDate(deprecation, context.faults)
  const { contract, keyReferences } = isEnabled(config)
    ? resolveContract(
        {
          config,
          properties,
          materialization: materialization.name,
          place: base.common.span,
        },
        context.faults,
      )
    : noContract
  const constraintSpan = firstConstraint(properties)
  return {
    facts,
    config,
    isEnabled: isEnabled(config),
    ...(constraintSpan === undefined ? {} : { constraintSpan }),
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
      ...deadLettersOf(config, materialization, context.faults),
      hooks: base.hooks,
      ...(contract === undefined ? {} : { contract }),
      ...(properties?.constraints === undefined
        ? {}
        : { constraints: properties.constraints.map(({ json }) => json) }),
      ...written,
    },
  }
}

function firstConstraint(properties: ModelProperties | undefined): SourceSpan | undefined {
  const ofColumns = properties?.columns.flatMap(({ constraints = [] }) => constraints) ?? []
  return [...(properties?.constraints ?? []), ...ofColumns][0]?.span
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
