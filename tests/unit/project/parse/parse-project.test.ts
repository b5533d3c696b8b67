import { describe, expect, test } from 'vitest'
import { manifestOf, saidOf, settingsWith } from '../parsed-project.ts'

describe('references', () => {
  const sources = { 'sources.yml': 'sources: [{ name: raw, tables: [{ name: events }] }]' }

  test('to nothing: the nearest name, each place once, all files at once', () => {
    expect(
      saidOf({
        ...sources,
        'models/stg_events.sql': 'select * from {{source "raw" "events"}}',
        'models/a.sql': 'select * from {{ref "stg_evnts"}}\njoin {{ref "stg_evnts"}}',
        'models/b.sql': 'select * from {{source "raw" "event"}}',
        'models/c.sql': 'select * from {{source "web" "clicks"}}',
        'models/d.sql': 'select * from {{ref "events"}}',
        'models/e.sql': 'select * from {{ref "something_else"}}',
      }),
    ).toEqual([
      'models/a.sql:1:21 unresolved-ref: expected the name of a model, seed or snapshot, found "stg_evnts" = did you mean "stg_events" (models/stg_events.sql)?',
      'models/a.sql:2:12 unresolved-ref: expected the name of a model, seed or snapshot, found "stg_evnts" = did you mean "stg_events" (models/stg_events.sql)?',
      'models/b.sql:1:24 unresolved-ref: expected a table declared under "sources:", found "raw.event" = did you mean "raw.events" (sources.yml)?',
      'models/c.sql:1:24 unresolved-ref: expected a table declared under "sources:", found "web.clicks" = declare it in sources.yml: "- name: web" with a table "clicks"',
      'models/d.sql:1:21 unresolved-ref: expected the name of a model, seed or snapshot, found "events" = it is a source: {{source "raw" "events"}}',
      'models/e.sql:1:21 unresolved-ref: expected the name of a model, seed or snapshot, found "something_else"',
    ])
  })

  test('C2: with a package or a version: what there is none of is said, with what there is', () => {
    expect(
      saidOf({
        'models/stg_events.sql': 'select 1 as id',
        'models/a.sql': 'select * from {{ref "shop" "stg_events"}}',
        'models/b.sql': 'select * from {{ref "stg_events" version=2}}',
        'models/c.sql': 'select * from {{ref "shop" "stg_events" v="2"}}',
        'models/d.sql': 'select * from {{ref "shp" "stg_events"}}',
        'models/e.sql': 'select * from {{ref "shop" "stg_evnts"}}',
        'models/f.sql': 'select * from {{ref "nope" v=1}}',
        'models/g.sql': 'select * from {{ref "elsewhere" "nope"}}',
      }),
    ).toEqual([
      'models/b.sql:1:21 unresolved-ref: expected a model with versions, found "stg_events", which has none = leave version out: {{ref "stg_events"}}, or declare "versions:" where "stg_events" is described',
      'models/c.sql:1:21 unresolved-ref: expected a model with versions, found "stg_events", which has none = leave version out: {{ref "stg_events"}}, or declare "versions:" where "stg_events" is described',
      'models/d.sql:1:21 unresolved-ref: expected the name of a package, found "shp" = did you mean "shop"?',
      'models/e.sql:1:21 unresolved-ref: expected the name of a model, seed or snapshot of the package "shop", found "stg_evnts" = did you mean "stg_events" (models/stg_events.sql)?',
      'models/f.sql:1:21 unresolved-ref: expected the name of a model, seed or snapshot, found "nope"',
      'models/g.sql:1:21 unresolved-ref: expected the name of a package, found "elsewhere" = packages are listed under "packages:" of assay.yml',
    ])
  })

  test('in both branches, in order of first mention, each once', () => {
    const manifest = manifestOf({
      ...sources,
      'models/a.sql': 'select 1',
      'models/b.sql': 'select 1',
      'models/c.sql': `{{#if (is_incremental)}}select * from {{ref "b"}}{{else}}select * from {{ref "a"}}{{/if}}
join {{source "raw" "events"}} join {{ref "b"}} -- {{ref "a"}}`,
    })
    expect(manifest.nodes.get('model.shop.c')?.dependsOn).toEqual([
      'model.shop.b',
      'model.shop.a',
      'source.shop.raw.events',
    ])
  })

  test('of a generic test: what it is attached to first, then its arguments', () => {
    const manifest = manifestOf({
      ...sources,
      'models/a.sql': 'select 1 as id',
      'models/b.sql': 'select 1 as id',
      'models/b.yml': `models:
  - name: b
    columns:
      - name: id
        data_tests:
          - relationships: { to: ref('a'), field: id }
          - relationships: { name: bare, arguments: { to: a, field: id } }
          - relationships: { name: packaged, to: "ref('shop', 'a')", field: id }
          - relationships: { name: of_source, to: "source('raw', 'events')", field: id }
`,
    })
    const tests = [...manifest.nodes.values()].filter((node) => node.resourceType === 'test')
    expect(tests.map(({ name, dependsOn }) => [name, dependsOn])).toEqual([
      ['bare', ['model.shop.b', 'model.shop.a']],
      ['of_source', ['model.shop.b', 'source.shop.raw.events']],
      ['packaged', ['model.shop.b', 'model.shop.a']],
      ['relationships_b_id__id__ref_a_', ['model.shop.b', 'model.shop.a']],
    ])
  })

  test('an argument that names nothing', () => {
    expect(
      saidOf({
        'models/b.sql': 'select 1 as id',
        'models/b.yml':
          "models: [{ name: b, columns: [{ name: id, data_tests: [relationships: { to: ref('aa'), field: id }] }] }]",
      }),
    ).toMatchInlineSnapshot(`
      [
        "models/b.yml:1:56 unresolved-ref: expected the name of a model, seed or snapshot, found "aa"",
      ]
    `)
  })

  test('of a model to itself is a cycle, not a fault of parsing', () => {
    expect(saidOf({ 'models/a.sql': 'select * from {{ref "a"}}' })).toEqual([])
  })
})

describe('properties', () => {
  test('of what does not exist: a warning with the nearest name', () => {
    expect(
      saidOf({
        'models/orders.sql': 'select 1',
        'models/o.yml': 'models: [{ name: ordres }, { name: zzz }]',
        'seeds/s.csv': 'id\n',
        'seeds/s.yml': 'seeds: [{ name: t }]',
      }),
    ).toMatchInlineSnapshot(`
      [
        "models/o.yml:1:18 unknown-node: expected the name of a model, found "ordres"; its tests do not run = did you mean "orders"?",
        "models/o.yml:1:36 unknown-node: expected the name of a model, found "zzz"; its tests do not run",
        "seeds/s.yml:1:17 unknown-node: expected the name of a seed, found "t"; its tests do not run = did you mean "s"?",
      ]
    `)
  })

  test('twice for one model', () => {
    expect(
      saidOf({
        'models/a.sql': 'select 1',
        'models/one.yml': 'models: [{ name: a }]',
        'models/two.yml': 'models: [{ name: a }]',
      }),
    ).toEqual([
      'models/two.yml:1:18 duplicate-name: expected "a" to be described once, found a second entry (models/one.yml:1:18 first described here)',
    ])
  })

  test('a test that nobody defined', () => {
    expect(
      saidOf({
        'models/a.sql': 'select 1',
        'models/a.yml':
          'models: [{ name: a, columns: [{ name: id, data_tests: [not_nul, odd] }] }]',
      }),
    ).toMatchInlineSnapshot(`
      [
        "models/a.yml:1:56 unknown-test: expected the name of a generic test, found "not_nul" = did you mean "not_null"?",
        "models/a.yml:1:65 unknown-test: expected the name of a generic test, found "odd" = define it with {{#test "odd" "model"}} in tests/generic/",
      ]
    `)
  })

  test('a test of the project replaces the built-in of its name', () => {
    const manifest = manifestOf({
      'models/a.sql': 'select 1 as id',
      'models/b.sql': 'select 1 as id',
      'tests/generic/unique.sql':
        '{{#test "unique" "model" "column_name"}}select * from {{ref "b"}} join {{model}}{{/test}}',
      'models/a.yml': 'models: [{ name: a, columns: [{ name: id, data_tests: [unique] }] }]',
    })
    const tests = [...manifest.nodes.values()].filter((node) => node.resourceType === 'test')
    expect(tests.map((node) => node.dependsOn)).toEqual([['model.shop.a', 'model.shop.b']])
  })

  test('thresholds: dbt’s defaults, and as configured', () => {
    const manifest = manifestOf({
      'tests/one.sql': 'select 1',
      'tests/two.sql':
        '{{config severity="WARN" warn_if=">1" error_if=">10" fail_calc="sum(n)" limit=5}}select 1',
    })
    const tests = [...manifest.nodes.values()].filter((node) => node.resourceType === 'test')
    expect(
      tests.map(({ severity, warnIf, errorIf, failCalc, limit }) => ({
        severity,
        warnIf,
        errorIf,
        failCalc,
        limit,
      })),
    ).toEqual([
      {
        severity: 'error',
        warnIf: '!= 0',
        errorIf: '!= 0',
        failCalc: 'count(*)',
        limit: undefined,
      },
      { severity: 'warn', warnIf: '>1', errorIf: '>10', failCalc: 'sum(n)', limit: 5 },
    ])
  })
})

describe('what is said', () => {
  test('nothing at all in a project: a warning, and what to do', () => {
    expect(saidOf({})).toEqual([
      'assay.yml:1:1 empty-project: expected models, seeds or sources, found none = write a SELECT into models/my_first_model.sql and run "assay build"',
    ])
  })

  test('A24: a folder of assay.yml that configures nothing', () => {
    expect(
      saidOf({
        'assay.yml': settingsWith('models: { sliver: { +schema: x } }\n'),
        'models/silver/a.sql': 'select 1',
      }),
    ).toEqual([
      'assay.yml:4:11 unused-config: expected a folder or file that exists, found "models.sliver", which configures nothing = did you mean "silver"?',
    ])
  })

  test('a file whose name is no name', () => {
    expect(saidOf({ 'models/my orders.sql': 'select 1' })).toEqual([
      'models/my orders.sql:1:1 invalid-value: expected a file name without spaces or quotes, found "my orders" = rename the file: its name is the name of the node',
    ])
  })

  test('faults in order of path and line, warnings with them', () => {
    expect(
      saidOf({
        'models/z.sql': 'select * from {{ref "nope"}}',
        'models/a.sql': 'select *\nfrom {{ref "nada"}}\njoin {{ref "niente"}}',
        'models/m.yml': 'models: [{ name: nobody }]',
      }),
    ).toMatchInlineSnapshot(`
      [
        "models/a.sql:2:12 unresolved-ref: expected the name of a model, seed or snapshot, found "nada"",
        "models/a.sql:3:12 unresolved-ref: expected the name of a model, seed or snapshot, found "niente"",
        "models/m.yml:1:18 unknown-node: expected the name of a model, found "nobody"; its tests do not run",
        "models/z.sql:1:21 unresolved-ref: expected the name of a model, seed or snapshot, found "nope"",
      ]
    `)
  })
})
