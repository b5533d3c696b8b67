/** Checked YAML to configs and config trees. */
import type { SourceSpan } from '../../../core/diagnostic.ts'
import { hookKeys } from '../../../core/node/hook.ts'
import type { ConfigEntry, ConfigTree } from '../config-entry.ts'
import {
  entriesOf,
  entryOf,
  type PlacedEntry,
  type PlacedValue,
  toJson,
  unrenderedJson,
} from '../yaml/placed-value.ts'

/** The entries under `config:` and its like. */
export function readConfig(entries: readonly PlacedEntry[]): Readonly<Record<string, ConfigEntry>> {
  return Object.fromEntries(entries.map((entry) => [entry.key, configEntry(entry)]))
}

/** Placed at the value, or at the key where the value has no line of its own. */
function configEntry({ key, keySpan, value }: PlacedEntry): ConfigEntry {
  const isShort = value.kind === 'scalar' && value.value !== null
  const entry = { value: toJson(value), span: isShort ? value.span : keySpan }
  const unrendered = unrenderedJson(value)
  const written = unrendered === undefined ? entry : { ...entry, unrendered }
  if (!hookKeys.has(key) && !isOperation(key)) return written
  if (value.kind === 'scalar') return written
  const items = value.kind === 'list' ? value.items : [value]
  return { ...written, itemSpans: items.map(hookSpan) }
}

function isOperation(key: string): boolean {
  return key === 'on-run-start' || key === 'on-run-end'
}

/** A key of assay.yml that holds hooks. */
export function hookEntry(entry: PlacedEntry | undefined): ConfigEntry | undefined {
  return entry === undefined ? undefined : configEntry(entry)
}

/** Of `{sql: ..}` the SQL. */
function hookSpan(item: PlacedValue): SourceSpan {
  return entryOf(item, 'sql')?.value.span ?? item.span
}

/** `+key` is a config, any other key a folder, a file's stem or the project's name. */
export function readConfigTree(value: PlacedValue | undefined, span: SourceSpan): ConfigTree {
  const entries = entriesOf(value)
  const configs = entries
    .filter((entry) => entry.key.startsWith('+'))
    .map((entry): PlacedEntry => ({ ...entry, key: entry.key.slice(1) }))
  const children = entries
    .filter((entry) => !entry.key.startsWith('+'))
    .map((entry) => [entry.key, readConfigTree(entry.value, entry.keySpan)] as const)
  return { configs: readConfig(configs), children: Object.fromEntries(children), span }
}
