/** A manifest.json of another run, ours or dbt's, as far as it is compared and deferred to. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../../core/json.ts'

export interface StateManifest {
  /** By unique id: nodes, sources, exposures, metrics, unit tests. */
  readonly nodes: ReadonlyMap<string, JsonObject>
  /** The text of each macro, by unique id. */
  readonly macros: ReadonlyMap<string, string>
  /** Unique ids. */
  readonly disabled: ReadonlySet<string>
}

const sections = [
  'nodes',
  'sources',
  'exposures',
  'metrics',
  'unit_tests',
  'semantic_models',
  'saved_queries',
] as const

/** undefined: that is no manifest. */
export function readStateManifest(json: Json): StateManifest | undefined {
  if (!isJsonObject(json) || !isJsonObject(json['nodes'])) return undefined
  const nodes = new Map<string, JsonObject>()
  for (const section of sections) {
    for (const [id, node] of entriesOf(json[section])) nodes.set(id, node)
  }
  const macros = entriesOf(json['macros']).map(
    ([id, macro]) => [id, textAt(macro, 'macro_sql')] as const,
  )
  const disabled = new Set(Object.keys(objectAt(json, 'disabled')))
  return { nodes, macros: new Map(macros), disabled }
}

function entriesOf(section: Json | undefined): readonly (readonly [string, JsonObject])[] {
  if (!isJsonObject(section)) return []
  return Object.entries(section).flatMap(([id, value]) =>
    isJsonObject(value) ? [[id, value] as const] : [],
  )
}

/** Empty where there is no text. */
export function textAt(json: JsonObject, key: string): string {
  const value = json[key]
  return typeof value === 'string' ? value : ''
}

export function objectAt(json: JsonObject, key: string): JsonObject {
  const value = json[key]
  return isJsonObject(value) ? value : {}
}

export function listAt(json: JsonObject, key: string): readonly JsonObject[] {
  const value = json[key]
  return value !== undefined && isJsonArray(value) ? value.filter(isJsonObject) : []
}

export function textsAt(json: JsonObject, key: string): readonly string[] {
  const value = json[key]
  return value !== undefined && isJsonArray(value)
    ? value.filter((item) => typeof item === 'string')
    : []
}

/** One text for one value: keys sorted, what is null left out. */
export function canonical(value: Json | undefined): string {
  if (value === undefined || value === null) return 'null'
  if (isJsonArray(value)) return `[${value.map(canonical).join(',')}]`
  if (!isJsonObject(value)) return JSON.stringify(value)
  const members = Object.entries(value)
    .filter(([, member]) => member !== null)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`)
  return `{${members.join(',')}}`
}
