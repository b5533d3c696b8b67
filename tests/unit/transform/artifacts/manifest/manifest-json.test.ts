import { describe, expect, test } from 'vitest'
import { duckdbDialect } from '../../../../../src/adapters/duckdb/dialect.ts'
import { isJsonObject, type Json, type JsonObject } from '../../../../../src/core/json.ts'
import type { Manifest } from '../../../../../src/project/parse/manifest.ts'
import { manifestJson } from '../../../../../src/transform/artifacts/manifest/manifest-json.ts'
import { graphOf, manifestOf } from '../../../project/parsed-project.ts'
import { metadata } from '../metadata.ts'

const manifest = manifestOf({
  'sources.yml':
    'sources: [{ name: raw, tables: [{ name: t, identifier: T1, description: it }, { name: off, config: { enabled: false } }] }]',
  'seeds/codes.csv': 'id\n1\n',
  'macros/m.sql':
    '{{#macro "cents" "n"}}{{n}}{{/macro}}{{#macro "day" "n" adapter="duckdb"}}{{n}}{{/macro}}{{#macro "day" "n"}}{{n}}{{/macro}}',
  'models/inlined.sql': '{{config materialized="ephemeral"}}select * from {{source "raw" "t"}}',
  'macros/m.yml':
    'macros: [{ name: cents, description: in cents, meta: { owner: ann }, docs: { show: false }, arguments: [{ name: n, type: column, description: an amount }] }]',
  'models/x/a.sql':
    '{{config alias="orders" tags="daily" meta=(dict owner="ann")}}select {{cents "id"}} as id, {{day "d"}} as d from {{ref "inlined"}} join {{ref "codes"}}',
  'models/x/a.yml':
    'models: [{ name: a, description: all of them, columns: [{ name: id, description: key, data_type: integer, tags: [pii], data_tests: [accepted_values: { arguments: { values: [1] } }] }] }]',
  'models/gone.sql': '{{config enabled=false}}select * from {{ref "nothing"}}',
  'tests/one.sql': 'select 1 from {{ref "a"}}',
  'models/x/exposures.yml': `metrics: [{ name: growth, model: ref('a'), agg: count }]
exposures:
  - name: board
    label: The board
    type: dashboard
    owner: { name: Ann, slack: growth }
    tags: [weekly]
    depends_on: ["ref('a')", "ref('shop', 'codes')", "source('raw', 't')", "metric('growth')"]
`,
})

function read(manifest: Manifest): JsonObject {
  const pieces = manifestJson({
    manifest,
    graph: graphOf(manifest),
    dialect: duckdbDialect,
    metadata,
    compiled: new Map([
      ['model.shop.a', 'select 1'],
      ...[...manifest.nodes.keys()]
        .filter((id) => id.startsWith('test.'))
        .map((id) => [id, 'select 2'] as const),
    ]),
  })
  const json: Json = JSON.parse([...pieces].join(''))
  if (!isJsonObject(json)) throw new Error('no object')
  return json
}

const json = read(manifest)
const idOf = (name: string) =>
  [...manifest.nodes.values()].find((node) => node.name === name)?.uniqueId ?? name

/** What is there under these keys. */
function at(path: readonly string[], keys: readonly string[], from: JsonObject = json): JsonObject {
  let value: Json | undefined = from
  for (const key of path) value = isJsonObject(value) ? value[key] : undefined
  if (!isJsonObject(value)) throw new Error(`nothing at ${path.join(' ')}`)
  const found = value
  return Object.fromEntries(keys.map((key) => [key, found[key] ?? null]))
}

describe('manifestJson', () => {
  test('K12: descriptions name the docs blocks that they were made of; macros and their arguments have blocks too', () => {
    const described = read(
      manifestOf({
        'models/docs.md':
          '{% docs orders %}An order a row{% enddocs %}{% docs key %}Which one{% enddocs %}{% docs cents %}In cents{% enddocs %}',
        'models/orders.sql': 'select 1 as id, 2 as amount, 3 as rest',
        'models/orders.yml': `models:
  - name: orders
    description: '{{doc "orders"}}. {{doc "shop" "key"}}. {{doc "orders"}}'
    columns:
      - { name: id, description: '{{doc "key"}}', data_tests: [unique: { description: '{{doc "key"}}' }] }
      - { name: amount, description: Which one }
sources:
  - name: raw
    tables: [{ name: t, description: '{{doc "orders"}}', columns: [{ name: id, description: '{{doc "key"}}' }] }]
macros:
  - name: cents
    description: '{{doc "cents"}}'
    arguments: [{ name: n, description: '{{doc "key"}}, as text' }]
`,
        'macros/m.sql': '{{#macro "cents" "n"}}{{n}}{{/macro}}',
      }),
    )
    const keys = ['description', 'doc_blocks']
    const found = (...path: readonly string[]) => at(path, keys, described)
    const model = ['nodes', 'model.shop.orders'] as const
    expect(found(...model)).toEqual({
      description: 'An order a row. Which one. An order a row',
      doc_blocks: ['doc.shop.orders', 'doc.shop.key'],
    })
    const key = { description: 'Which one', doc_blocks: ['doc.shop.key'] }
    expect(found(...model, 'columns', 'id')).toEqual(key)
    expect(found(...model, 'columns', 'amount')).toEqual({ ...key, doc_blocks: [] })
    const { nodes } = described
    const tests = Object.keys(isJsonObject(nodes) ? nodes : {}).filter((id) =>
      id.startsWith('test.'),
    )
    expect(tests.map((id) => found('nodes', id))).toEqual([key])
    const source = ['sources', 'source.shop.raw.t'] as const
    expect(found(...source)).toEqual({
      description: 'An order a row',
      doc_blocks: ['doc.shop.orders'],
    })
    expect(found(...source, 'columns', 'id')).toEqual(key)
    expect(at(['macros', 'macro.shop.cents'], ['description', 'arguments'], described)).toEqual({
      description: 'In cents',
      arguments: [{ name: 'n', type: null, description: 'Which one, as text' }],
    })
  })

  test('M8: what YAML says of a macro, and its arguments also where nothing is said', () => {
    const keys = ['description', 'meta', 'docs', 'patch_path', 'arguments']
    expect(at(['macros', 'macro.shop.cents'], keys)).toEqual({
      description: 'in cents',
      meta: { owner: 'ann' },
      docs: { show: false, node_color: null },
      patch_path: 'shop://macros/m.yml',
      arguments: [{ name: 'n', type: 'column', description: 'an amount' }],
    })
    expect(at(['macros', 'macro.shop.day'], ['description', 'patch_path', 'arguments'])).toEqual({
      description: '',
      patch_path: null,
      arguments: [{ name: 'n', type: null, description: '' }],
    })
  })

  test('has every section of dbt’s', () => {
    expect(Object.keys(json)).toEqual([
      'metadata',
      'nodes',
      'sources',
      'macros',
      'docs',
      'exposures',
      'metrics',
      'groups',
      'selectors',
      'disabled',
      'parent_map',
      'child_map',
      'unit_tests',
      'group_map',
      'saved_queries',
      'semantic_models',
      'functions',
    ])
    expect(at(['metadata'], ['dbt_schema_version', 'project_name', 'adapter_type'])).toEqual({
      dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v12.json',
      project_name: 'shop',
      adapter_type: 'duckdb',
    })
  })

  test('a model', () => {
    const keys = ['database', 'schema', 'alias', 'name', 'fqn', 'original_file_path', 'patch_path']
    const more = ['relation_name', 'tags', 'meta', 'description', 'refs', 'sources', 'depends_on']
    const compiled = ['compiled', 'compiled_code', 'compiled_path', 'checksum', 'config', 'columns']
    expect(at(['nodes', 'model.shop.a'], [...keys, ...more, ...compiled])).toMatchInlineSnapshot(`
      {
        "alias": "orders",
        "checksum": {
          "checksum": "cf7a32718ac64342443ab3baa5db2dca9ecd9bf2954119d80b24fca247388c44",
          "name": "sha256",
        },
        "columns": {
          "id": {
            "config": {
              "meta": {},
              "tags": [
                "pii",
              ],
            },
            "constraints": [],
            "data_type": "integer",
            "description": "key",
            "doc_blocks": [],
            "granularity": null,
            "meta": {},
            "name": "id",
            "quote": null,
            "tags": [
              "pii",
            ],
          },
        },
        "compiled": true,
        "compiled_code": "select 1",
        "compiled_path": "target/compiled/shop/models/x/a.sql",
        "config": {
          "access": "protected",
          "alias": "orders",
          "batch_size": null,
          "begin": null,
          "column_types": {},
          "concurrent_batches": null,
          "contract": {
            "alias_types": true,
            "enforced": false,
          },
          "database": null,
          "docs": {
            "node_color": null,
            "show": true,
          },
          "enabled": true,
          "event_time": null,
          "freshness": null,
          "full_refresh": null,
          "grants": {},
          "group": null,
          "incremental_strategy": null,
          "lookback": 1,
          "materialized": "view",
          "meta": {
            "owner": "ann",
          },
          "on_configuration_change": "apply",
          "on_schema_change": "ignore",
          "packages": [],
          "persist_docs": {},
          "post-hook": [],
          "pre-hook": [],
          "quoting": {},
          "schema": null,
          "tags": [
            "daily",
          ],
          "unique_key": null,
        },
        "database": "assay",
        "depends_on": {
          "macros": [
            "macro.shop.cents",
            "macro.shop.duckdb__day",
            "macro.shop.day",
          ],
          "nodes": [
            "model.shop.inlined",
            "seed.shop.codes",
          ],
        },
        "description": "all of them",
        "fqn": [
          "shop",
          "x",
          "a",
        ],
        "meta": {
          "owner": "ann",
        },
        "name": "a",
        "original_file_path": "models/x/a.sql",
        "patch_path": "shop://models/x/a.yml",
        "refs": [
          {
            "name": "inlined",
            "package": null,
            "version": null,
          },
          {
            "name": "codes",
            "package": null,
            "version": null,
          },
        ],
        "relation_name": ""main"."orders"",
        "schema": "main",
        "sources": [],
        "tags": [
          "daily",
        ],
      }
    `)
  })

  test('an ephemeral model has no relation, and what was not compiled no code', () => {
    expect(
      at(
        ['nodes', 'model.shop.inlined'],
        ['relation_name', 'compiled', 'compiled_code', 'compiled_path', 'sources', 'refs'],
      ),
    ).toEqual({
      relation_name: null,
      compiled: false,
      compiled_code: null,
      compiled_path: null,
      sources: [['raw', 't']],
      refs: [],
    })
  })

  test('a generic test', () => {
    expect(
      at(
        ['nodes', idOf('accepted_values_a_id__1')],
        [
          'attached_node',
          'column_name',
          'file_key_name',
          'test_metadata',
          'depends_on',
          'compiled_path',
        ],
      ),
    ).toEqual({
      attached_node: 'model.shop.a',
      column_name: 'id',
      file_key_name: 'models.a',
      test_metadata: {
        name: 'accepted_values',
        kwargs: {
          values: [1],
          model: "{{ get_where_subquery(ref('a')) }}",
          column_name: 'id',
        },
        namespace: null,
      },
      depends_on: {
        macros: ['macro.assay.test_accepted_values', 'macro.assay.value_list'],
        nodes: ['model.shop.a'],
      },
      compiled_path: 'target/compiled/shop/models/x/a.yml/accepted_values_a_id__1.sql',
    })
  })

  test('a source', () => {
    expect(
      at(
        ['sources', 'source.shop.raw.t'],
        ['source_name', 'name', 'identifier', 'schema', 'relation_name', 'description'],
      ),
    ).toEqual({
      source_name: 'raw',
      name: 't',
      identifier: 'T1',
      schema: 'raw',
      relation_name: '"raw"."T1"',
      description: 'it',
    })
  })

  test('every macro that is called is there, under one id', () => {
    expect(at(['macros', 'macro.shop.cents'], ['name', 'package_name', 'unique_id'])).toEqual({
      name: 'cents',
      package_name: 'shop',
      unique_id: 'macro.shop.cents',
    })
    const ids = Object.keys(isJsonObject(json['macros']) ? json['macros'] : {})
    const called = Object.values(isJsonObject(json['nodes']) ? json['nodes'] : {}).flatMap(
      (node) => {
        const dependsOn = isJsonObject(node) ? node['depends_on'] : undefined
        const macros = isJsonObject(dependsOn) ? dependsOn['macros'] : []
        return Array.isArray(macros) ? macros : []
      },
    )
    expect(called).not.toEqual([])
    expect(called.filter((id) => !ids.includes(String(id)))).toEqual([])
  })

  test('what is disabled is there whole, without what it would read', () => {
    const disabled = isJsonObject(json['disabled']) ? json['disabled'] : {}
    expect(Object.keys(disabled)).toEqual(['model.shop.gone', 'source.shop.raw.off'])
    expect(at(['disabled'], ['model.shop.gone'])).toEqual({
      'model.shop.gone': [
        expect.objectContaining({
          unique_id: 'model.shop.gone',
          fqn: ['shop', 'gone'],
          schema: 'main',
          alias: 'gone',
          depends_on: { macros: [], nodes: [] },
        }),
      ],
    })
  })

  test('parents and children', () => {
    const one = idOf('one')
    const values = idOf('accepted_values_a_id__1')
    expect(at(['parent_map'], ['model.shop.a', 'source.shop.raw.t'])).toEqual({
      'model.shop.a': ['model.shop.inlined', 'seed.shop.codes'],
      'source.shop.raw.t': [],
    })
    expect(at(['child_map'], ['model.shop.a', 'source.shop.raw.t'])).toEqual({
      'model.shop.a': ['exposure.shop.board', ...[values, one].toSorted()],
      'source.shop.raw.t': ['exposure.shop.board', 'model.shop.inlined'],
    })
  })

  test('K4: shows an exposure as dbt does, with what it depends on', () => {
    const { exposures } = json
    expect(exposures).toEqual({
      'exposure.shop.board': {
        name: 'board',
        resource_type: 'exposure',
        package_name: 'shop',
        path: 'x/exposures.yml',
        original_file_path: 'models/x/exposures.yml',
        unique_id: 'exposure.shop.board',
        fqn: ['shop', 'x', 'board'],
        type: 'dashboard',
        owner: { email: null, name: 'Ann', slack: 'growth' },
        description: '',
        label: 'The board',
        maturity: null,
        meta: {},
        tags: ['weekly'],
        config: { enabled: true, tags: ['weekly'], meta: {} },
        unrendered_config: {},
        url: null,
        depends_on: {
          macros: [],
          nodes: ['model.shop.a', 'seed.shop.codes', 'source.shop.raw.t', 'metric.shop.growth'],
        },
        refs: [
          { name: 'a', package: null, version: null },
          { name: 'codes', package: 'shop', version: null },
        ],
        sources: [['raw', 't']],
        metrics: [['growth']],
        created_at: expect.any(Number),
      },
    })
    expect(at(['parent_map'], ['exposure.shop.board'])).toEqual({
      'exposure.shop.board': ['model.shop.a', 'seed.shop.codes', 'source.shop.raw.t'],
    })
  })
})
