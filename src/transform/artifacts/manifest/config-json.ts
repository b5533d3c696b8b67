/** A node's config as dbt's manifest.json shows it, as text: what is not configured stands there with its default. */
import type { ExposureNode } from '../../../core/node/exposure.ts'
import type { Hook } from '../../../core/node/hook.ts'
import type { Json, JsonObject } from '../../../core/json.ts'
import type { Node, SourceNode, TestNode } from '../../../core/node.ts'
import type { UnitTestNode } from '../../../core/node/unit-test.ts'

/** What has the configs of something that is built, or of a test. */
type ConfiguredNode = Exclude<Node, SourceNode | UnitTestNode | ExposureNode>

const shared: JsonObject = {
  enabled: true,
  alias: null,
  schema: null,
  database: null,
  tags: [],
  meta: {},
  group: null,
}

const built: JsonObject = {
  ...shared,
  materialized: 'view',
  incremental_strategy: null,
  batch_size: null,
  lookback: 1,
  begin: null,
  persist_docs: {},
  'post-hook': [],
  'pre-hook': [],
  quoting: {},
  column_types: {},
  full_refresh: null,
  unique_key: null,
  on_schema_change: 'ignore',
  on_configuration_change: 'apply',
  grants: {},
  packages: [],
  docs: { show: true, node_color: null },
  contract: { enforced: false, alias_types: true },
  event_time: null,
  concurrent_batches: null,
}

interface Defaults {
  readonly texts: readonly (readonly [key: string, text: string])[]
  /** What is left of them beside the keys of a config: most nodes have the same ones. */
  readonly rests: Map<string, string>
}

/** Their text is made once: a project has thousands of nodes. */
function defaultsOf(values: JsonObject): Defaults {
  const texts = Object.entries(values).map(
    ([key, value]) => [key, `${JSON.stringify(key)}:${JSON.stringify(value)}`] as const,
  )
  return { texts, rests: new Map() }
}

const defaults: Readonly<Record<ConfiguredNode['resourceType'], Defaults>> = {
  model: defaultsOf({ ...built, access: 'protected', freshness: null }),
  analysis: defaultsOf(built),
  seed: defaultsOf({
    ...built,
    materialized: 'seed',
    on_schema_change: 'sync_all_columns',
    delimiter: ',',
    quote_columns: null,
  }),
  snapshot: defaultsOf({
    ...built,
    materialized: 'snapshot',
    strategy: null,
    target_schema: null,
    target_database: null,
    updated_at: null,
    check_cols: null,
    dbt_valid_to_current: null,
  }),
  test: defaultsOf({
    ...shared,
    materialized: 'test',
    store_failures: null,
    store_failures_as: null,
    where: null,
    limit: null,
  }),
}

const sourceDefaults = defaultsOf({
  enabled: true,
  event_time: null,
  freshness: null,
  loaded_at_field: null,
  loaded_at_query: null,
  meta: {},
  tags: [],
})

export function configJson(node: ConfiguredNode): string {
  const config = { ...node.config, ...ownConfig(node) }
  return withDefaults(config, defaults[node.resourceType])
}

export function sourceConfigJson({ config }: SourceNode): string {
  return withDefaults(config, sourceDefaults)
}

function withDefaults(config: JsonObject, missing: Defaults): string {
  const rest = restOf(config, missing)
  const written = JSON.stringify(config)
  if (written === '{}') return `{${rest}}`
  return rest === '' ? written : `${written.slice(0, -1)},${rest}}`
}

function restOf(config: JsonObject, { texts, rests }: Defaults): string {
  const keys = Object.keys(config).join('\n')
  const known = rests.get(keys)
  if (known !== undefined) return known
  const rest = texts.flatMap(([key, text]) => (key in config ? [] : [text])).join(',')
  rests.set(keys, rest)
  return rest
}

/** In the one form that dbt's has, of the several in which they may be written. */
function ownConfig(node: ConfiguredNode): JsonObject {
  if (node.resourceType === 'test') return testConfig(node)
  if (!('hooks' in node)) return {}
  const { pre, post } = node.hooks
  return {
    ...(pre.length === 0 ? {} : { 'pre-hook': pre.map(hookJson) }),
    ...(post.length === 0 ? {} : { 'post-hook': post.map(hookJson) }),
  }
}

function hookJson({ text, isInTransaction }: Hook): Json {
  return { sql: text, transaction: isInTransaction, index: null }
}

function testConfig({ severity, failCalc, warnIf, errorIf }: TestNode): JsonObject {
  return {
    severity: severity.toUpperCase(),
    fail_calc: failCalc,
    warn_if: warnIf,
    error_if: errorIf,
  }
}
