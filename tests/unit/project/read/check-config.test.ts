import { describe, expect, test } from 'vitest'
import type { Json } from '../../../../src/core/json.ts'
import { checkConfig, type ConfigKind } from '../../../../src/project/read/check-config.ts'
import { lineOf } from './make-project.ts'

function faults(values: Readonly<Record<string, Json>>, kind: ConfigKind): readonly string[] {
  const entries = Object.entries(values).map(([key, value], index) => {
    const span = { path: 'models/a.sql', line: 1, column: 10 * (index + 1), length: 5 }
    return [key, { value, span }] as const
  })
  return checkConfig(Object.fromEntries(entries), kind).map(lineOf)
}

describe('checkConfig', () => {
  test('lets through what is right', () => {
    expect(faults({}, 'model')).toEqual([])
    expect(
      faults(
        { materialized: 'incremental', unique_key: ['a', 'b'], tags: 'x', meta: { any: [1] } },
        'model',
      ),
    ).toEqual([])
    expect(faults({ column_types: { id: 'int' }, delimiter: ';' }, 'seed')).toEqual([])
    expect(faults({ severity: 'WARN', warn_if: '> 5', limit: 10 }, 'test')).toEqual([])
  })

  test('names unknown keys, wrong values and wrong types', () => {
    expect(
      faults({ materialised: 'view', materialized: 'tabel', enabled: 'yes' }, 'model'),
    ).toEqual([
      'models/a.sql:1:10+5 unknown-key: expected a known key, found "materialised" = did you mean "materialized"?',
      'models/a.sql:1:20+5 invalid-value: expected one of "view", "table", "incremental", "ephemeral", "materialized_view", "external", "scd2", found "tabel" = did you mean "table"?',
      'models/a.sql:1:30+5 invalid-value: expected true or false, found "yes"',
    ])
  })

  test('knows the keys of each kind', () => {
    expect(faults({ quote_columns: true }, 'model')).toEqual([
      'models/a.sql:1:10+5 unknown-key: expected a known key, found "quote_columns"',
    ])
    expect(faults({ delimiter: ';;' }, 'seed')).toEqual([
      'models/a.sql:1:10+5 invalid-value: expected one character, found ";;"',
    ])
    expect(faults({ materialized: 'table' }, 'analysis')).toEqual([
      'models/a.sql:1:10+5 unknown-key: expected a known key, found "materialized" = keys that are known here: enabled, tags, meta, docs, group',
    ])
  })

  test('places a fault inside a value at the entry', () => {
    expect(faults({ grants: { select: [1] }, 'pre-hook': [{ sq: 'x' }] }, 'model')).toEqual([
      'models/a.sql:1:10+5 invalid-value: expected a text, found 1',
      'models/a.sql:1:20+5 unknown-key: expected a known key, found "sq" = did you mean "sql"?',
    ])
  })

  test('takes one of two spellings', () => {
    expect(faults({ pre_hook: 'a', 'pre-hook': 'b' }, 'model')).toEqual([
      'models/a.sql:1:20+5 invalid-value: expected "pre-hook" or "pre_hook", found both = they mean the same: keep one',
    ])
  })
})
