/** Layers of config, low to high, to one config by dbt's rule for each key. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../core/json.ts'
import type { ConfigEntry } from './config-entry.ts'

type Config = Readonly<Record<string, ConfigEntry>>

/** The values of all layers, one after the other. */
const appended = new Set(['tags', 'pre-hook', 'post-hook', 'packages'])
/** Key by key, one level deep. */
const updated = new Set([
  'meta',
  'docs',
  'quoting',
  'column_types',
  'contract',
  'latest_version_pointer',
  'freshness',
  'snapshot_meta_column_names',
])
/** Both spellings mean one key. */
const spellings: ReadonlyMap<string, string> = new Map([
  ['pre_hook', 'pre-hook'],
  ['post_hook', 'post-hook'],
  ['predicates', 'incremental_predicates'],
])

/**
 * The highest layer wins, but: tags and hooks append (tags once each), meta and its like are updated, grants are
 * replaced per privilege or, written `+select`, extended. Tags, hooks and the grantees of a privilege come out as lists.
 */
export function mergeConfigs(layers: readonly Config[]): Record<string, ConfigEntry> {
  const merged = new Map<string, ConfigEntry>()
  // Most tests have no config at all.
  if (layers.every((layer) => Object.keys(layer).length === 0)) return {}
  for (const layer of layers) {
    for (const [written, entry] of Object.entries(layer)) {
      const key = spellings.get(written) ?? written
      merged.set(key, mergeEntries(key, merged.get(key), entry))
    }
  }
  return Object.fromEntries(merged)
}

/** Of configs that are one layer together: a `+select` that none of them has stays, for the layers below. */
export function mergeToLayer(layers: readonly Config[]): Record<string, ConfigEntry> {
  const merged = mergeConfigs(layers)
  const grants = merged['grants']
  if (grants === undefined || !isJsonObject(grants.value)) return merged
  const values = layers.flatMap((layer) => {
    const value = layer['grants']?.value
    return isJsonObject(value) ? [value] : []
  })
  const isReplaced = (privilege: string) => values.some((value) => privilege in value)
  const kept = Object.entries(grants.value).map(
    ([privilege, grantees]) =>
      [isReplaced(privilege) ? privilege : `+${privilege}`, grantees] as const,
  )
  return { ...merged, grants: { ...grants, value: Object.fromEntries(kept) } }
}

function mergeEntries(
  key: string,
  below: ConfigEntry | undefined,
  entry: ConfigEntry,
): ConfigEntry {
  const merged = { value: mergeValue(key, below?.value, entry.value), span: entry.span }
  // What the highest layer says hides the templates below it, but where values are put together.
  const isKept = appended.has(key) || updated.has(key) || key === 'grants'
  const isTemplate = isKept && below?.unrendered !== undefined
  if (entry.unrendered === undefined && !isTemplate) return merged
  const written = mergeValue(
    key,
    below?.unrendered ?? below?.value,
    entry.unrendered ?? entry.value,
  )
  return { ...merged, unrendered: written }
}

function mergeValue(key: string, below: Json | undefined, value: Json): Json {
  if (key === 'tags') return [...new Set([...asList(below), ...asList(value)])]
  if (appended.has(key)) return [...asList(below), ...asList(value)]
  if (key === 'grants') return mergeGrants(below, value)
  if (updated.has(key) && isJsonObject(value)) {
    return isJsonObject(below) ? { ...below, ...value } : value
  }
  return value
}

function asList(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return []
  return isJsonArray(value) ? value : [value]
}

function mergeGrants(below: Json | undefined, value: Json): Json {
  if (!isJsonObject(value)) return value
  const merged = new Map<string, Json>(Object.entries(isJsonObject(below) ? below : {}))
  for (const [written, grantees] of Object.entries(value)) {
    const isExtending = written.startsWith('+')
    const privilege = isExtending ? written.slice(1) : written
    const known = isExtending ? asList(merged.get(privilege)) : []
    merged.set(privilege, [...known, ...asList(grantees)])
  }
  const result: JsonObject = Object.fromEntries(merged)
  return result
}
