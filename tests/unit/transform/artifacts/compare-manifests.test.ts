import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '../../../../src/core/json.ts'
import { compareManifests } from '../../../../src/transform/artifacts/state/compare-manifests.ts'
import { readStateManifest } from '../../../../src/transform/artifacts/state/state-manifest.ts'

const id = 'model.shop.a'
const model: JsonObject = {
  resource_type: 'model',
  name: 'a',
  fqn: ['shop', 'marts', 'a'],
  raw_code: 'select 1 as id\n',
  description: 'one row',
  config: { materialized: 'table', persist_docs: {} },
  unrendered_config: { materialized: 'table', tags: ['x'], schema: 'gold' },
  columns: { id: { name: 'id', description: 'the key', data_type: 'integer' } },
  contract: { enforced: false, checksum: null },
  depends_on: { macros: ['macro.shop.cents'], nodes: [] },
}

function states(
  changes: JsonObject,
  { before = model, macro = '{{x}}' }: { before?: JsonObject; macro?: string | null } = {},
): string {
  const manifest = (node: JsonObject, text: string | null): Json => ({
    nodes: { [id]: node },
    macros: text === null ? {} : { 'macro.shop.cents': { macro_sql: text } },
  })
  const now = readStateManifest(manifest({ ...before, ...changes }, macro))
  const last = readStateManifest(manifest(before, '{{x}}'))
  if (now === undefined || last === undefined) throw new Error('no manifest')
  return [...compareManifests(now, last)(id)].sort().join(' ')
}

const persisted = { ...model, config: { persist_docs: { relation: true, columns: true } } }
const contract = { ...model, contract: { enforced: true, checksum: 'abc' } }

describe('N11: what state: tells apart', () => {
  test.each<readonly [string, JsonObject, string]>([
    ['nothing', {}, 'old unmodified'],
    ['white space at the end', { raw_code: 'select 1 as id\r\n\n' }, 'old unmodified'],
    ['the text of the template', { raw_code: 'select 2 as id' }, 'modified modified.body old'],
    ['a folder: N12', { fqn: ['shop', 'gold', 'a'] }, 'modified old'],
    ['a description that is not persisted', { description: 'other' }, 'old unmodified'],
    [
      'tags and group',
      { unrendered_config: { materialized: 'table', tags: [], group: 'g', schema: 'gold' } },
      'old unmodified',
    ],
    [
      'a config',
      { unrendered_config: { materialized: 'view', schema: 'gold' } },
      'modified modified.configs old',
    ],
    [
      'the schema',
      { unrendered_config: { materialized: 'table', schema: 'silver' } },
      'modified modified.relation old',
    ],
    [
      'a value that a template gives here: N12',
      { config: { materialized: 'view' }, schema: 'other' },
      'old unmodified',
    ],
    [
      'a contract',
      { contract: { enforced: true, checksum: 'x' } },
      'modified modified.contract old',
    ],
    ['columns without a contract', { columns: {} }, 'old unmodified'],
  ])('%s', (_, changes, expected) => {
    expect(states(changes)).toBe(expected)
  })

  test('persisted descriptions, of the relation and of its columns', () => {
    const both = { before: persisted }
    const expected = 'modified modified.persisted_descriptions old'
    expect(states({ description: 'other' }, both)).toBe(expected)
    const columns = { id: { name: 'id', description: 'other' } }
    expect(states({ columns }, both)).toBe(expected)
    expect(states({ meta: {} }, both)).toBe('old unmodified')
  })

  test('a contract by its checksum', () => {
    const changed = { contract: { enforced: true, checksum: 'def' } }
    expect(states(changed, { before: contract })).toBe('modified modified.contract old')
    expect(states({}, { before: contract })).toBe('old unmodified')
  })

  test('a macro that it calls: other text, or gone', () => {
    expect(states({}, { macro: '{{y}}' })).toBe('modified modified.macros old')
    expect(states({}, { macro: null })).toBe('modified modified.macros old')
  })

  test('seeds by checksum, generic tests not by their text, new nodes', () => {
    const seed = { ...model, resource_type: 'seed', checksum: { name: 'sha256', checksum: 'a' } }
    const other = { checksum: { name: 'sha256', checksum: 'b' } }
    expect(states(other, { before: seed })).toBe('modified modified.body old')
    const generic = { ...model, resource_type: 'test', test_metadata: { name: 'unique' } }
    expect(states({ raw_code: 'other' }, { before: generic })).toBe('old unmodified')
    const now = readStateManifest({ nodes: { [id]: model } })
    const last = readStateManifest({ nodes: {} })
    expect(now && last && [...compareManifests(now, last)(id)]).toEqual(['new', 'modified'])
  })

  test('exposures and metrics are compared whole', () => {
    const exposure = { resource_type: 'exposure', name: 'e', fqn: ['e'], owner: { name: 'ann' } }
    expect(states({ owner: { name: 'bob' } }, { before: exposure })).toBe('modified old')
    expect(states({ created_at: 5 }, { before: exposure })).toBe('old unmodified')
  })

  test('what is no manifest is told apart', () => {
    expect(readStateManifest([])).toBe(undefined)
    expect(readStateManifest({ results: [] })).toBe(undefined)
  })
})
