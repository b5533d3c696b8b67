import { describe, expect, test } from 'vitest'
import type { SourceSpan } from '../../../../src/core/diagnostic.ts'
import type { PropertyFile } from '../../../../src/project/read/properties/property-file.ts'
import { faultsOf, projectOf, smallest } from './make-project.ts'

const path = 'models/a.yml'

function span(line: number, column: number, length: number): SourceSpan {
  return { path, line, column, length }
}

async function propertiesOf(text: string): Promise<PropertyFile | undefined> {
  const project = await projectOf({ [path]: text })
  return project.properties[0]
}

function faults(text: string): Promise<readonly string[]> {
  return faultsOf({ [path]: text })
}

describe('properties', () => {
  test('of models, with columns and tests', async () => {
    const file = await propertiesOf(`version: 2
models:
  - name: orders
    description: "{{doc 'orders'}}"
    tags: [core]
    config: { materialized: table, tags: daily }
    columns:
      - name: id
        description: the key
        data_type: integer
        quote: true
        tags: pk
        meta: { a: 1 }
        config: { tags: [x], meta: { b: 2 } }
        data_tests:
          - unique
          - accepted_values:
              name: my_test
              description: d
              arguments: { values: [1, 2] }
              config: { severity: warn }
          - relationships: { to: ref('x'), field: id, where: "a > 1", limit: 5 }
          - test_name: not_null
            name: nn
    tests:
      - is_small:
`)
    expect(file?.models).toEqual([
      {
        name: 'orders',
        span: span(3, 11, 6),
        description: "{{doc 'orders'}}",
        config: {
          tags: { value: ['core', 'daily'], span: span(6, 42, 5) },
          materialized: { value: 'table', span: span(6, 29, 5) },
        },
        columns: [
          {
            name: 'id',
            span: span(8, 15, 2),
            description: 'the key',
            dataType: 'integer',
            quote: true,
            tags: ['pk', 'x'],
            meta: { a: 1, b: 2 },
            tests: [
              { test: 'unique', span: span(16, 13, 6), description: '', arguments: {}, config: {} },
              {
                test: 'accepted_values',
                span: span(17, 13, 15),
                name: 'my_test',
                description: 'd',
                arguments: { values: [1, 2] },
                config: { severity: { value: 'warn', span: span(21, 35, 4) } },
              },
              {
                test: 'relationships',
                span: span(22, 13, 13),
                description: '',
                arguments: { to: "ref('x')", field: 'id' },
                config: {
                  where: { value: 'a > 1', span: span(22, 62, 7) },
                  limit: { value: 5, span: span(22, 78, 1) },
                },
              },
              {
                test: 'not_null',
                span: span(23, 24, 8),
                name: 'nn',
                description: '',
                arguments: {},
                config: {},
              },
            ],
          },
        ],
        tests: [
          { test: 'is_small', span: span(26, 9, 8), description: '', arguments: {}, config: {} },
        ],
      },
    ])
  })

  test('of sources, in sources.yml and beside models', async () => {
    const project = await projectOf({
      'sources.yml': `sources:
  - name: raw
    schema: landing
    database: lake
    loader: s3
    meta: { owner: me }
    tables:
      - name: events
        identifier: events_v2
        description: all of them
        loader: sqs
        arrival_column: _load_seq
        freshness: { warn_after: { count: 1, period: day } }
        columns: [{ name: id, tests: [not_null] }]
      - name: users
`,
      'models/x/s.yaml': 'sources: [{ name: other }]\n',
    })
    const at = (line: number, column: number, length: number): SourceSpan => ({
      path: 'sources.yml',
      line,
      column,
      length,
    })
    expect(project.properties.map((file) => [file.path, file.sources])).toEqual([
      [
        'models/x/s.yaml',
        [
          {
            name: 'other',
            span: { path: 'models/x/s.yaml', line: 1, column: 19, length: 5 },
            description: '',
            schema: 'other',
            config: {},
            tables: [],
          },
        ],
      ],
      [
        'sources.yml',
        [
          {
            name: 'raw',
            span: at(2, 11, 3),
            description: '',
            schema: 'landing',
            database: 'lake',
            databaseSpan: at(4, 15, 4),
            loader: { text: 's3', span: at(5, 13, 2) },
            config: { meta: { value: { owner: 'me' }, span: at(6, 5, 4) } },
            tables: [
              {
                name: 'events',
                span: at(8, 15, 6),
                identifier: 'events_v2',
                description: 'all of them',
                loader: { text: 'sqs', span: at(11, 17, 3) },
                config: {
                  arrival_column: { value: '_load_seq', span: at(12, 25, 9) },
                  freshness: {
                    value: { warn_after: { count: 1, period: 'day' } },
                    span: at(13, 9, 9),
                  },
                },
                columns: [
                  {
                    name: 'id',
                    span: at(14, 27, 2),
                    description: '',
                    tags: [],
                    meta: {},
                    tests: [
                      {
                        test: 'not_null',
                        span: at(14, 39, 8),
                        description: '',
                        arguments: {},
                        config: {},
                      },
                    ],
                  },
                ],
                tests: [],
              },
              {
                name: 'users',
                span: at(15, 15, 5),
                identifier: 'users',
                description: '',
                config: {},
                columns: [],
                tests: [],
              },
            ],
          },
        ],
      ],
    ])
  })

  test('of seeds, analyses, macros and singular tests, in any folder', async () => {
    const project = await projectOf({
      'seeds/s.yml': 'seeds: [{ name: s, config: { column_types: { id: text } } }]\n',
      'analyses/a.yml': 'analyses: [{ name: a, description: x }]\n',
      'macros/m.yml': 'macros: [{ name: m, arguments: [{ name: x }] }]\n',
      'tests/t.yml': 'data_tests: [{ name: t, config: { severity: warn } }]\n',
      'tests/generic/g.yml': 'tests: [{ name: u }]\n',
      'tests/other/o.yml': 'wrong: true\n',
    })
    const names = project.properties.map((file) => [
      file.path,
      ...file.seeds.map((seed) => seed.name),
      ...file.analyses.map((analysis) => analysis.name),
      ...file.singularTests.map((singular) => singular.name),
    ])
    expect(names).toEqual([
      ['analyses/a.yml', 'a'],
      ['macros/m.yml'],
      ['seeds/s.yml', 's'],
      ['tests/generic/g.yml', 'u'],
      ['tests/t.yml', 't'],
    ])
  })

  test('keys of later versions are accepted', async () => {
    expect(
      await faults(`snapshots: [{ name: s }]
metrics: []
groups: []
experiments: []
models:
  - name: m
    versions: [{ v: 1 }]
    constraints: []
`),
    ).toEqual([])
  })

  test('empty files and empty lists are fine', async () => {
    expect(await faults('')).toEqual([])
    expect(await faults('# nothing\n')).toEqual([])
    expect(await faults('models:\nsources:\n')).toEqual([])
    expect(await faults('models:\n  - name: a\n    config:\n    columns:\n    tests:\n')).toEqual(
      [],
    )
  })

  test('texts are rendered, but for descriptions and hooks', async () => {
    const project = await projectOf(
      {
        'assay.yml': `${smallest}vars: { limit: 7, name: orders }\n`,
        [path]: `models:
  - name: "{{var 'name'}}"
    description: "{{var 'name'}}"
    config: { alias: "{{target.name}}_x", post-hook: "{{this}}", meta: { n: "{{var 'limit'}}", e: "{{env 'E'}}" } }
    data_tests: [{ t: { n: "{{var 'limit'}}", list: ["{{env 'E'}}"] } }]
`,
      },
      { processEnv: { E: '[1]' } },
    )
    const model = project.properties[0]?.models[0]
    const values = Object.entries(model?.config ?? {}).map(([key, { value }]) => [key, value])
    expect([model?.name, model?.description, values, model?.tests[0]?.arguments]).toEqual([
      'orders',
      "{{var 'name'}}",
      [
        ['alias', 'dev_x'],
        ['post-hook', ['{{this}}']],
        ['meta', { n: 7, e: '[1]' }],
      ],
      { n: 7, list: ['[1]'] },
    ])
  })
})

describe('faults in properties', () => {
  test('keys, types and values, all at once', async () => {
    expect(
      await faults(`version: 3
models:
  - nam: x
  - name: y
    colums: []
    config: { materialized: tabel, enabled: 1 }
    columns:
      - name: 5
      - description: no name
  - z
sources:
  - name: s
    tables: { a: b }
  - name: t
    tables: [{ name: u, freshness: { warn_after: { count: -1, period: week } } }]
modles: []
`),
    ).toEqual([
      'models/a.yml:1:10+1 invalid-value: expected 2, found 3',
      'models/a.yml:3:5+3 unknown-key: expected a known key, found "nam" = did you mean "name"?',
      'models/a.yml:5:5+6 unknown-key: expected a known key, found "colums" = did you mean "columns"?',
      'models/a.yml:6:29+5 invalid-value: expected one of "view", "table", "incremental", "ephemeral", "materialized_view", "external", "scd2", found "tabel" = did you mean "table"?',
      'models/a.yml:6:45+1 invalid-value: expected true or false, found 1',
      'models/a.yml:8:15+1 invalid-value: expected a name, found 5',
      'models/a.yml:9:9+11 missing-key: expected the key "name", found none',
      'models/a.yml:10:5+1 invalid-value: expected a map, found "z" = write {name: z}',
      'models/a.yml:13:5+6 invalid-value: expected a list, found a map',
      'models/a.yml:15:59+2 invalid-value: expected at least 0, found -1',
      'models/a.yml:15:71+4 invalid-value: expected one of "minute", "hour", "day", found "week"',
      'models/a.yml:16:1+6 unknown-key: expected a known key, found "modles" = did you mean "models"?',
    ])
  })

  test('tests', async () => {
    expect(
      await faults(`models:
  - name: y
    data_tests:
      - unique: {}
        not_null: {}
      - [a]
      - {}
      - accepted_values: 5
      - unique:
          config: { severity: fatal, limit: many, wher: x }
      - unique: { severity: 1, name: 2 }
    tests: []
`),
    ).toEqual([
      'models/a.yml:4:9+6 invalid-value: expected the name of a test, or a map of one name to its arguments, found a map',
      'models/a.yml:6:9+3 invalid-value: expected the name of a test, or a map of one name to its arguments, found a list',
      'models/a.yml:7:9+2 invalid-value: expected the name of a test, or a map of one name to its arguments, found a map',
      'models/a.yml:8:26+1 invalid-value: expected a map of arguments and configs, found 5',
      'models/a.yml:10:31+5 invalid-value: expected "error" or "warn", found "fatal"',
      'models/a.yml:10:45+4 invalid-value: expected a whole number, found "many"',
      'models/a.yml:10:51+4 unknown-key: expected a known key, found "wher" = did you mean "where"?',
      'models/a.yml:11:29+1 invalid-value: expected "error" or "warn", found 1',
      'models/a.yml:11:38+1 invalid-value: expected a text, found 2',
      'models/a.yml:12:5+5 invalid-value: expected "data_tests" or "tests", found both = they mean the same: keep one',
    ])
  })

  test('a list or a text at the top', async () => {
    const expected = 'expected a map with keys such as "models" or "sources"'
    expect(await faults('- a\n')).toEqual([
      `models/a.yml:1:1+1 invalid-value: ${expected}, found a list`,
    ])
    expect(await faults('hello\n')).toEqual([
      `models/a.yml:1:1+5 invalid-value: ${expected}, found "hello"`,
    ])
  })

  test('templates', async () => {
    expect(
      await faults(`models:
  - name: a
    config: { schema: "{{var 'nope'}}", alias: "{{ref 'x'}}" }
`),
    ).toEqual([
      `models/a.yml:3:23+16 missing-var: expected a value for the var "nope", found none = set it under vars: of assay.yml or with --vars, or give a default`,
      'models/a.yml:3:48+13 unknown-name: expected the name of a helper or macro, found "ref"',
    ])
  })
})

test('a value with another number in it is not what was meant', async () => {
  expect(
    await faults(`sources:
  - name: s
    loader: files
    load: { path: a.csv, encoding: latin2 }
  - name: t
    load: { path: a.csv, encoding: latin }
`),
  ).toEqual([
    'models/a.yml:4:36+6 invalid-value: expected one of "utf-8", "utf-16le", "latin1", found "latin2"',
    'models/a.yml:6:36+5 invalid-value: expected one of "utf-8", "utf-16le", "latin1", found "latin" = did you mean "latin1"?',
  ])
})
