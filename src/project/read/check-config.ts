/** A config as written in a SQL file to the diagnostics that the same config in YAML would give. */
import type { Diagnostic } from '../../core/diagnostic.ts'
import type { Json } from '../../core/json.ts'
import type { ConfigEntry } from './config-entry.ts'
import { checkJson } from './schema/check-values.ts'
import { matchesSchema } from './schema/matches-schema.ts'
import type { PlacedEntry, PlacedMap, PlacedValue } from './yaml/placed-value.ts'

export type ConfigKind =
  | 'model'
  | 'seed'
  | 'snapshot'
  | 'test'
  | 'unit_test'
  | 'source'
  | 'analysis'

/** Only the places of the entries are known, so whatever lies inside a value is placed at its entry. */
export function checkConfig(
  values: Readonly<Record<string, ConfigEntry>>,
  kind: ConfigKind,
): readonly Diagnostic[] {
  const written = Object.entries(values)
  const [first] = written
  if (first === undefined) return []
  const json = Object.fromEntries(written.map(([key, { value }]) => [key, value]))
  const address = { schema: 'config', pointer: `/definitions/${kind}` } as const
  if (matchesSchema(json, address)) return []
  const entries = written.map(([key, { value, span }]): PlacedEntry => {
    return { key, keySpan: span, value: placedAt(value, span) }
  })
  const map: PlacedMap = { kind: 'map', entries, span: first[1].span }
  return checkJson(json, { map, address })
}

function placedAt(value: Json, span: ConfigEntry['span']): PlacedValue {
  if (value === null || typeof value !== 'object') return { kind: 'scalar', value, span }
  if (Array.isArray(value)) {
    return { kind: 'list', items: value.map((item: Json) => placedAt(item, span)), span }
  }
  const entries = Object.entries(value).map(([key, inner]): PlacedEntry => {
    return { key, keySpan: span, value: placedAt(inner, span) }
  })
  return { kind: 'map', entries, span }
}
