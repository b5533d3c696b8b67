import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../../src/core/json.ts'
import { manifestOf, saidOf, settingsWith } from '../parsed-project.ts'

function configOf(files: Readonly<Record<string, string>>, name = 'a'): JsonObject | undefined {
  return manifestOf(files).nodes.get(`model.shop.${name}`)?.config
}

const layered = {
  'assay.yml': settingsWith(`models:
  +materialized: ephemeral
  +schema: root
  silver:
    +materialized: table
    +schema: silver
    core: { +schema: core, a: { +schema: stem } }
`),
}

describe('A7: precedence, low to high', () => {
  test('nothing said: a view', () => {
    expect(configOf({ 'models/a.sql': 'select 1' })).toEqual({
      enabled: true,
      materialized: 'view',
    })
  })

  test.each([
    ['models/a.sql', { materialized: 'ephemeral', schema: 'root' }],
    ['models/silver/a.sql', { materialized: 'table', schema: 'silver' }],
    ['models/silver/core/b.sql', { materialized: 'table', schema: 'core' }],
    ['models/silver/core/a.sql', { materialized: 'table', schema: 'stem' }],
  ])('assay.yml from the top down to %s', (path, config) => {
    const name = path.replace(/.*\/|\.sql/g, '')
    const files = { ...layered, [path]: 'select 1' }
    expect(configOf(files, name)).toEqual({ enabled: true, ...config })
  })

  test('then YAML properties', () => {
    const files = {
      ...layered,
      'models/silver/core/a.sql': 'select 1',
      'models/silver/core/a.yml': 'models: [{ name: a, config: { schema: yaml } }]',
    }
    expect(configOf(files)).toEqual({ enabled: true, materialized: 'table', schema: 'yaml' })
  })

  test('then the file', () => {
    const files = {
      ...layered,
      'models/silver/core/a.sql': '{{config schema="file"}}select 1',
      'models/silver/core/a.yml':
        'models: [{ name: a, config: { schema: yaml, materialized: view } }]',
    }
    expect(configOf(files)).toEqual({ enabled: true, materialized: 'view', schema: 'file' })
  })

  test('A9: the last of several calls wins, key by key', () => {
    const text =
      '{{config schema="one" alias="x"}}{{config materialized="table"}}{{config schema="two"}}select 1'
    expect(configOf({ 'models/a.sql': text })).toEqual({
      enabled: true,
      materialized: 'table',
      schema: 'two',
      alias: 'x',
    })
  })
})

describe('merging', () => {
  const files = {
    'assay.yml': settingsWith(`models:
  +tags: [t0]
  +meta: { a: 1, b: 1 }
`),
    'models/a.sql': `{{config tags="t2" meta=(dict b=3 c=3)}}
{{config tags=(list "t0" "t3")}}
select 1`,
    'models/a.yml': 'models: [{ name: a, config: { tags: t1, meta: { b: 2, d: 4 } } }]',
  }

  test('tags add up in order of precedence, each once; meta is updated', () => {
    const node = manifestOf(files).nodes.get('model.shop.a')
    expect({ tags: node?.tags, meta: node?.meta, config: node?.config }).toEqual({
      tags: ['t0', 't1', 't2', 't3'],
      meta: { a: 1, b: 3, d: 4, c: 3 },
      config: {
        enabled: true,
        materialized: 'view',
        tags: ['t0', 't1', 't2', 't3'],
        meta: { a: 1, b: 3, d: 4, c: 3 },
      },
    })
  })

  test('tags of a column go to its tests, tags of the model do not', () => {
    const manifest = manifestOf({
      'assay.yml': settingsWith('data_tests: { +tags: [every], +severity: warn }\n'),
      'models/a.sql': '{{config tags="model"}}select 1 as id',
      'models/a.yml': `models:
  - name: a
    data_tests: [unique: { column_name: id }]
    columns:
      - { name: id, tags: [pii], data_tests: [not_null: { config: { tags: own, severity: error } }] }
`,
    })
    const tests = [...manifest.nodes.values()].filter((node) => node.resourceType === 'test')
    expect(tests.map(({ name, tags, severity }) => ({ name, tags, severity }))).toEqual([
      { name: 'not_null_a_id', tags: ['every', 'pii', 'own'], severity: 'error' },
      { name: 'unique_a_id', tags: ['every'], severity: 'warn' },
    ])
  })
})

describe('enabled: false', () => {
  const files = {
    'models/a.sql': '{{config enabled=false}}select 1 as id',
    'models/a.yml':
      'models: [{ name: a, data_tests: [unique: { column_name: id }], columns: [{ name: id, data_tests: [not_null] }] }]',
  }

  test('A10: leaves the graph with its tests, and is kept apart', () => {
    const manifest = manifestOf(files)
    expect([...manifest.nodes.keys()]).toEqual([])
    expect(manifest.disabled.map((node) => node.uniqueId)).toEqual(['model.shop.a'])
    expect(manifest.refs).toEqual(new Map())
    expect(saidOf(files)).toEqual([])
  })

  test('A10: a ref to it is an error that names its file', () => {
    expect(saidOf({ ...files, 'models/b.sql': 'select *\nfrom {{ref "a"}}' })).toEqual([
      'models/b.sql:2:12 disabled-ref: expected an enabled node, found "a", which is disabled = enable it (models/a.sql), or remove the reference',
    ])
  })

  test('of two models of one name the enabled one is meant', () => {
    const manifest = manifestOf({
      ...files,
      'models/other/a.sql': 'select 2 as id',
      'models/b.sql': 'select * from {{ref "a"}}',
    })
    expect(manifest.nodes.get('model.shop.b')?.dependsOn).toEqual(['model.shop.a'])
    expect(manifest.nodes.get('model.shop.a')?.path).toBe('models/other/a.sql')
  })

  test('switched off for a folder, on again for a file', () => {
    const manifest = manifestOf({
      'assay.yml': settingsWith('models: { old: { +enabled: false } }\n'),
      'models/old/a.sql': 'select 1',
      'models/old/b.sql': '{{config enabled=true}}select 1',
    })
    expect([...manifest.nodes.keys()]).toEqual(['model.shop.b'])
  })

  test('a source, a seed, a test and an analysis can be disabled', () => {
    const manifest = manifestOf({
      'assay.yml': settingsWith('seeds: { +enabled: false }\nanalyses: { +enabled: false }\n'),
      'sources.yml':
        'sources: [{ name: raw, config: { enabled: false }, tables: [{ name: t }, { name: u, config: { enabled: true } }] }]',
      'seeds/s.csv': 'id\n',
      'analyses/x.sql': 'select 1',
      'tests/one.sql': '{{config enabled=false}}select 1',
      'models/a.sql': 'select 1 as id',
      'models/a.yml':
        'models: [{ name: a, columns: [{ name: id, data_tests: [unique: { config: { enabled: false } }] }] }]',
    })
    expect([...manifest.nodes.keys()]).toEqual(['model.shop.a', 'source.shop.raw.u'])
    expect(manifest.disabled.map((node) => node.uniqueId.replace(/\.[0-9a-f]{10}$/, ''))).toEqual([
      'seed.shop.s',
      'analysis.shop.x',
      'test.shop.one',
      'source.shop.raw.t',
      'test.shop.unique_a_id',
    ])
  })
})

describe('materializations', () => {
  const materializationOf = (config: string) => {
    const node = manifestOf({ 'models/a.sql': `{{config ${config}}}select 1` }).nodes.get(
      'model.shop.a',
    )
    return node?.resourceType === 'model' ? node.materialization : undefined
  }
  const saidOfConfig = (config: string) =>
    saidOf({ 'models/a.sql': `{{config ${config}}}select 1` })

  test.each([
    [
      'materialized="incremental"',
      {
        name: 'incremental',
        strategy: 'append',
        onSchemaChange: 'ignore',
        fullRefresh: undefined,
        widensText: true,
      },
    ],
    [
      'materialized="incremental" unique_key="id"',
      {
        name: 'incremental',
        strategy: 'merge',
        update: { kind: 'all' },
        predicates: [],
        uniqueKey: ['id'],
        onSchemaChange: 'ignore',
        fullRefresh: undefined,
        widensText: true,
      },
    ],
    [
      'materialized="incremental" incremental_strategy="append" unique_key="id" full_refresh=false',
      {
        name: 'incremental',
        strategy: 'append',
        onSchemaChange: 'ignore',
        fullRefresh: false,
        widensText: true,
      },
    ],
    [
      'materialized="incremental" incremental_strategy="delete+insert" unique_key=(list "a" "b") on_schema_change="sync_all_columns" full_refresh=true',
      {
        name: 'incremental',
        strategy: 'delete+insert',
        predicates: [],
        uniqueKey: ['a', 'b'],
        onSchemaChange: 'sync_all_columns',
        fullRefresh: true,
        widensText: true,
      },
    ],
    ['materialized="ephemeral"', { name: 'ephemeral' }],
  ])('%s', (config, expected) => {
    expect(materializationOf(config)).toEqual(expected)
  })

  test('a strategy that needs a key, without one', () => {
    expect(saidOfConfig('materialized="incremental" incremental_strategy="merge"')).toEqual([
      'models/a.sql:1:58 missing-key: expected a "unique_key" beside incremental_strategy "merge", found none = name the key, e.g. unique_key="id", or use incremental_strategy="append"',
    ])
  })

  test('words that mean nothing', () => {
    expect(saidOfConfig('materialized="tabel"')).toMatchInlineSnapshot(`
      [
        "models/a.sql:1:23 invalid-value: expected one of "view", "table", "incremental", "ephemeral", "materialized_view", "external", "scd2", found "tabel" = did you mean "table"?",
      ]
    `)
    expect(
      saidOfConfig('materialized="incremental" incremental_strategy="upsert"'),
    ).toMatchInlineSnapshot(`
      [
        "models/a.sql:1:58 unknown-strategy: expected an incremental strategy (append, merge, delete+insert, insert_overwrite, microbatch), found "upsert" = define {{#macro "get_incremental_upsert_sql" "target_relation" "temp_relation" "dest_columns"}} in macros/",
      ]
    `)
    expect(
      saidOfConfig('materialized="incremental" on_schema_change="sync"'),
    ).toMatchInlineSnapshot(`
      [
        "models/a.sql:1:54 invalid-value: expected one of "ignore", "fail", "append_new_columns", "sync_all_columns", found "sync"",
      ]
    `)
  })
})
