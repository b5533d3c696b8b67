/** Two manifests to what changed of each node: what `state:` selects by. Both are JSON, so whatever dbt's form has is there. */
import type { JsonObject } from '../../../core/json.ts'
import type { StateValue } from '../../../project/select/methods.ts'
import { canonical, objectAt, type StateManifest, textAt, textsAt } from './state-manifest.ts'

export function compareManifests(
  now: StateManifest,
  before: StateManifest,
): (id: string) => ReadonlySet<StateValue> {
  const known = new Map<string, ReadonlySet<StateValue>>()
  return (id) => {
    const found = known.get(id) ?? statesOf(id, now, before)
    known.set(id, found)
    return found
  }
}

function statesOf(id: string, now: StateManifest, before: StateManifest): ReadonlySet<StateValue> {
  const node = now.nodes.get(id)
  const last = before.nodes.get(id)
  if (node === undefined) return new Set()
  if (last === undefined) return new Set<StateValue>(['new', 'modified'])
  const pair = { node, last }
  const parts = [
    ...(isBodyChanged(pair) ? ['modified.body' as const] : []),
    ...(areConfigsChanged(pair) ? ['modified.configs' as const] : []),
    ...(isRelationChanged(pair) ? ['modified.relation' as const] : []),
    ...(isPersistedChanged(pair) ? ['modified.persisted_descriptions' as const] : []),
    ...(isContractChanged(pair) ? ['modified.contract' as const] : []),
    ...(areMacrosChanged(pair, now, before) ? ['modified.macros' as const] : []),
  ]
  const isModified = parts.length > 0 || differs(pair, 'fqn') || isRestChanged(pair)
  return new Set<StateValue>(['old', isModified ? 'modified' : 'unmodified', ...parts])
}

interface Pair {
  readonly node: JsonObject
  readonly last: JsonObject
}

function differs({ node, last }: Pair, key: string): boolean {
  return canonical(node[key]) !== canonical(last[key])
}

/** The text of the template, or the file of a seed; a generic test has neither: other arguments make another test. */
function isBodyChanged({ node, last }: Pair): boolean {
  if (textAt(node, 'resource_type') === 'seed') {
    const sum = (json: JsonObject) => textAt(objectAt(json, 'checksum'), 'checksum')
    return sum(node) !== sum(last)
  }
  if ('test_metadata' in node) return false
  return bodyOf(node) !== bodyOf(last)
}

/** Line ends and what white space stands at the end are no difference. */
function bodyOf(json: JsonObject): string {
  return textAt(json, 'raw_code').replaceAll('\r\n', '\n').trimEnd()
}

/** They say where a node is or who it belongs to, not what it holds; the first three are the relation's. */
const notConfigs: ReadonlySet<string> = new Set(['alias', 'schema', 'database', 'tags', 'group'])

/** Configs as they are written: a template that gives another value on another target is no change. */
function areConfigsChanged({ node, last }: Pair): boolean {
  const configOf = (json: JsonObject) => {
    const written = objectAt(json, 'unrendered_config')
    const config = Object.keys(written).length > 0 ? written : objectAt(json, 'config')
    return Object.fromEntries(Object.entries(config).filter(([key]) => !notConfigs.has(key)))
  }
  return canonical(configOf(node)) !== canonical(configOf(last))
}

/** Again as written: the prefix or schema of a target moves a relation without changing its node. */
function isRelationChanged({ node, last }: Pair): boolean {
  const placeOf = (json: JsonObject) => {
    if (textAt(json, 'resource_type') === 'source') {
      const { unrendered_schema: written, schema, unrendered_database: database } = json
      return [written ?? schema ?? null, database ?? null, json['identifier'] ?? null]
    }
    const config = objectAt(json, 'unrendered_config')
    return ['alias', 'schema', 'database'].map((key) => config[key] ?? null)
  }
  return canonical(placeOf(node)) !== canonical(placeOf(last))
}

/** A description changes nothing but where it is written into the database. */
function isPersistedChanged(pair: Pair): boolean {
  const persisted = objectAt(objectAt(pair.node, 'config'), 'persist_docs')
  if (persisted['relation'] === true && differs(pair, 'description')) return true
  if (persisted['columns'] !== true) return false
  const described = (json: JsonObject) =>
    Object.keys(objectAt(json, 'columns')).map((name) => [
      name,
      textAt(objectAt(objectAt(json, 'columns'), name), 'description'),
    ])
  return canonical(described(pair.node)) !== canonical(described(pair.last))
}

function isContractChanged({ node, last }: Pair): boolean {
  const [contract, previous] = [objectAt(node, 'contract'), objectAt(last, 'contract')]
  const isEnforced = contract['enforced'] === true
  if (isEnforced !== (previous['enforced'] === true)) return true
  return isEnforced && termsOf(node, contract) !== termsOf(last, previous)
}

function termsOf(json: JsonObject, contract: JsonObject): string {
  const checksum = textAt(contract, 'checksum')
  const columns = objectAt(json, 'columns')
  return canonical([
    checksum,
    json['constraints'] ?? null,
    Object.keys(columns).map((name) => {
      const column = objectAt(columns, name)
      return [
        name,
        checksum === '' ? (column['data_type'] ?? null) : null,
        column['constraints'] ?? null,
      ]
    }),
  ])
}

/** The list of a node's macros goes through the macros that these call. */
function areMacrosChanged(
  { node, last }: Pair,
  now: StateManifest,
  before: StateManifest,
): boolean {
  const called = (json: JsonObject) => textsAt(objectAt(json, 'depends_on'), 'macros')
  const isOther = (id: string) => now.macros.get(id) !== before.macros.get(id)
  // One that is gone: the same call means another macro now.
  return called(node).some(isOther) || called(last).some((id) => !now.macros.has(id))
}

const withoutSql: ReadonlySet<string> = new Set([
  'exposure',
  'metric',
  'unit_test',
  'semantic_model',
  'saved_query',
])

/** What is told of the state of a build, not of the node. */
const notContents: ReadonlySet<string> = new Set([
  'created_at',
  'config',
  'unrendered_config',
  'tags',
  'checksum',
  'doc_blocks',
  'patch_path',
  'original_file_path',
  'path',
])

/** What has no SQL of its own is compared whole; a source by its loader and freshness. */
function isRestChanged(pair: Pair): boolean {
  const kind = textAt(pair.node, 'resource_type')
  if (kind === 'source') {
    return ['loader', 'freshness', 'loaded_at_field'].some((key) => differs(pair, key))
  }
  if (!withoutSql.has(kind)) return false
  const contentsOf = (json: JsonObject) =>
    Object.fromEntries(Object.entries(json).filter(([key]) => !notContents.has(key)))
  return canonical(contentsOf(pair.node)) !== canonical(contentsOf(pair.last))
}
