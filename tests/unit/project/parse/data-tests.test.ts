import { describe, expect, test } from 'vitest'
import type { TestNode } from '../../../../src/core/node.ts'
import { manifestOf, saidOf, settingsWith } from '../parsed-project.ts'

function testsOf(schema: string, files: Readonly<Record<string, string>> = {}) {
  const manifest = manifestOf({
    'assay.yml': settingsWith(''),
    'models/staging/a.sql': 'select 1 as id',
    'models/staging/a.yml': schema,
    ...files,
  })
  const nodes = [...manifest.nodes.values()]
  return nodes.filter((node): node is TestNode => node.resourceType === 'test')
}

function only(schema: string, files: Readonly<Record<string, string>> = {}): TestNode {
  const [node, ...others] = testsOf(schema, files)
  if (node === undefined || others.length > 0) throw new Error(`found ${others.length} others`)
  return node
}

const onId = (entry: string) =>
  `models:\n  - name: a\n    columns:\n      - name: id\n        tags: [of_column]\n        data_tests:\n          - ${entry}\n`

describe('names', () => {
  test('H3, H5: a test of dbt_utils is found under its name here, and named as dbt names it', () => {
    const node = only(onId('dbt_utils.accepted_range: { min_value: 0, inclusive: false }'))
    expect(node.name).toBe('dbt_utils_accepted_range_a_id__False__0')
    expect(node.variant).toMatchObject({ testName: 'accepted_range', namespace: 'dbt_utils' })
  })

  test('H17: a test of the project of the same name is the one that dbt_utils. means', () => {
    const own = '{{#test "at_least_one" "model" "column_name"}}select 1{{/test}}'
    const node = only(onId('dbt_utils.at_least_one'), { 'tests/generic/own.sql': own })
    expect(node.variant).toMatchObject({ testName: 'at_least_one' })
    const manifest = manifestOf({
      'assay.yml': settingsWith(''),
      'models/a.sql': 'select 1 as id',
      'tests/generic/own.sql': own,
    })
    const variants = manifest.environment.library.tests.get('at_least_one') ?? []
    expect(variants.map((variant) => variant.source.path)).toEqual(['tests/generic/own.sql'])
  })

  test('a test of another package is not guessed', () => {
    expect(
      saidOf({
        'assay.yml': settingsWith(''),
        'models/a.sql': 'select 1 as id',
        'models/a.yml': onId('dbt_expectations.at_least_one'),
      }),
    ).toEqual([
      'models/a.yml:7:13 unknown-test: expected the name of a generic test, found "dbt_expectations.at_least_one" = no package "dbt_expectations" is installed: name it under "packages" in assay.yml, or write "at_least_one", which needs no package',
    ])
  })

  test('a column that is quoted is quoted in its tests', () => {
    const schema = onId('not_null').replace('tags:', 'quote: true\n        tags:')
    expect(only(schema).code).toEqual({
      kind: 'test-call',
      testName: 'not_null',
      arguments: { column_name: '"id"' },
    })
  })
})

describe('config', () => {
  const tree = settingsWith(
    'data_tests:\n  +severity: warn\n  +tags: [all]\n  staging:\n    +store_failures: true\n    +schema: audit\n    +meta: { owner: x }\n',
  )

  test('H16: the tree of assay.yml, what the test declares, tags of the column, the entry; the last one wins', () => {
    const own =
      '{{#test "odd" "model" "column_name"}}{{config error_if=">1" warn_if=">2" tags="declared"}}select 1{{/test}}'
    const node = only(onId('odd: { config: { warn_if: ">3", tags: [entry] } }'), {
      'assay.yml': tree,
      'tests/generic/odd.sql': own,
    })
    expect(node).toMatchObject({
      severity: 'warn',
      errorIf: '>1',
      warnIf: '>3',
      tags: ['all', 'declared', 'of_column', 'entry'],
      meta: { owner: 'x' },
      storedFailures: {
        isStored: true,
        kind: 'table',
        relation: { schema: 'audit', identifier: 'odd_a_id' },
      },
    })
  })

  test('H16: +enabled: false leaves the tests of a folder out', () => {
    const off = settingsWith('data_tests:\n  staging: { +enabled: false }\n')
    expect(testsOf(onId('unique'), { 'assay.yml': off })).toEqual([])
  })

  test.each([
    ['{}', { isStored: undefined, kind: 'table' }],
    ['{ store_failures: false }', { isStored: false, kind: 'table' }],
    ['{ store_failures: false, store_failures_as: view }', { isStored: true, kind: 'view' }],
    ['{ store_failures: true, store_failures_as: ephemeral }', { isStored: false }],
    ['{ store_failures_as: table, alias: bad, schema: x }', { isStored: true, kind: 'table' }],
  ])('H11: store_failures_as beats store_failures: %s', (config, expected) => {
    expect(only(onId(`not_null: { config: ${config} }`)).storedFailures).toMatchObject(expected)
  })

  test('H11: failures go to test_failures unless configured, under the prefix of the target', () => {
    const prefixed = settingsWith('').replace('path:', 'prefix: me, path:')
    expect(only(onId('not_null'), { 'assay.yml': prefixed }).storedFailures.relation).toEqual({
      schema: 'me_test_failures',
      identifier: 'not_null_a_id',
    })
  })

  test('H11: an invalid value of store_failures_as is found by parse', () => {
    const schema = onId('not_null: { config: { store_failures_as: tabel } }')
    expect(() => testsOf(schema)).toThrow(
      'models/staging/a.yml:7:54 invalid-value: expected one of "table", "view", "ephemeral", found "tabel" = did you mean "table"?',
    )
  })

  test('a dimension comes from the name of the test, unless it is configured', () => {
    expect(only(onId('unique')).dimension).toBe('uniqueness')
    expect(only(onId('unique: { config: { dimension: accuracy } }')).dimension).toBe('accuracy')
    const own =
      '{{#test "odd" "model" "column_name"}}{{config dimension="validity"}}select 1{{/test}}'
    expect(only(onId('odd'), { 'tests/generic/odd.sql': own }).dimension).toBe('validity')
  })

  test('config stands at the top of a test, not in a block of it', () => {
    const own =
      '{{#test "odd" "model" "column_name"}}{{#if model}}{{config severity="warn"}}{{/if}}select 1{{/test}}'
    expect(
      saidOf({
        'assay.yml': settingsWith(''),
        'models/a.sql': 'select 1 as id',
        'tests/generic/odd.sql': own,
      }).map((line) => line.slice(0, line.indexOf(':', 30))),
    ).toEqual(['tests/generic/odd.sql:1:51 misplaced-config'])
  })
})
