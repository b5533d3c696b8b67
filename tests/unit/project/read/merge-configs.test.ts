import { describe, expect, test } from 'vitest'
import type { Json } from '../../../../src/core/json.ts'
import { mergeConfigs, mergeToLayer } from '../../../../src/project/read/merge-configs.ts'
import type { ConfigEntry } from '../../../../src/project/read/config-entry.ts'

const span = { path: 'assay.yml', line: 1, column: 1, length: 1 }

function layer(values: Readonly<Record<string, Json>>, line = 1): Record<string, ConfigEntry> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, { value, span: { ...span, line } }]),
  )
}

function merged(...layers: readonly Readonly<Record<string, Json>>[]): Record<string, Json> {
  const entries = Object.entries(mergeConfigs(layers.map((values) => layer(values))))
  return Object.fromEntries(entries.map(([key, { value }]) => [key, value]))
}

describe('mergeConfigs', () => {
  test('A8: the highest layer wins, and gives the place', () => {
    expect(mergeConfigs([layer({ schema: 'a' }, 1), layer({ schema: 'b' }, 2)])).toEqual({
      schema: { value: 'b', span: { ...span, line: 2 } },
    })
  })

  test('A8: tags add up in order, each once, and are a list', () => {
    expect(merged({ tags: 't0' }, { tags: ['t1', 't2'] }, { tags: 't0' })).toEqual({
      tags: ['t0', 't1', 't2'],
    })
  })

  test('A8: hooks append under one spelling', () => {
    expect(
      merged({ 'pre-hook': 'a' }, { pre_hook: ['b', { sql: 'c' }] }, { 'pre-hook': 'a' }),
    ).toEqual({
      'pre-hook': ['a', 'b', { sql: 'c' }, 'a'],
    })
  })

  test('A8: meta and its like are updated one level deep', () => {
    expect(
      merged(
        { meta: { a: 1, c: { x: 1 } }, column_types: { id: 'int' } },
        { meta: { b: 2, c: { y: 2 } }, column_types: { id: 'text', at: 'date' } },
      ),
    ).toEqual({ meta: { a: 1, b: 2, c: { y: 2 } }, column_types: { id: 'text', at: 'date' } })
  })

  test('other maps are replaced', () => {
    expect(
      merged({ persist_docs: { relation: true } }, { persist_docs: { columns: true } }),
    ).toEqual({
      persist_docs: { columns: true },
    })
  })

  test('A8: grants are replaced per privilege, or extended with a plus', () => {
    expect(
      merged(
        { grants: { select: ['u1', 'u2'], insert: 'u1' } },
        { grants: { '+select': 'u3', insert: ['u4'] } },
        { grants: { '+update': ['u5'] } },
      ),
    ).toEqual({ grants: { select: ['u1', 'u2', 'u3'], insert: ['u4'], update: ['u5'] } })
  })

  test('A8, K14: within one layer a plus stays for the layers below, unless the layer itself has the privilege', () => {
    const together = mergeToLayer([
      layer({ grants: { '+select': 'u2', insert: 'u2' } }),
      layer({ grants: { '+select': 'u3', '+insert': 'u3' } }),
    ])
    expect(together['grants']?.value).toEqual({ '+select': ['u2', 'u3'], insert: ['u2', 'u3'] })
    const whole = mergeConfigs([layer({ grants: { select: 'u1', insert: 'u1' } }), together])
    expect(whole['grants']?.value).toEqual({
      select: ['u1', 'u2', 'u3'],
      insert: ['u2', 'u3'],
    })
  })

  test('nothing written removes what a key held', () => {
    expect(merged({ schema: 'a', meta: { a: 1 } }, { schema: null, meta: null })).toEqual({
      schema: null,
      meta: null,
    })
  })

  test('no layers give no config', () => {
    expect(mergeConfigs([])).toEqual({})
  })
})
