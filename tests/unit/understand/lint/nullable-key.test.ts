/** Keys of incremental models and the tests that guard them. */
import { expect, test } from 'vitest'
import { incremental, lintOf } from './lint-of.ts'

const model = (config: string) => incremental('select 1 as id, 2 as day', config)
const tests = (columns: string) => `models:\n  - name: m\n    columns: [${columns}]\n`

test('a key without a test, where the key is written', () => {
  expect(lintOf({ 'models/m.sql': model('unique_key="id"') })).toEqual([
    'models/m.sql:1:37 lint-nullable-key: expected a not_null test on key column "id" of incremental model "m", found none = add data_tests: [not_null] to "id" in a .yml file beside the model',
  ])
})

test('several columns: those without a test', () => {
  const files = {
    'models/m.sql': model(
      'incremental_strategy="delete+insert"\n  unique_key=(list "id" "day" "hour")',
    ),
    'models/m.yml': tests('{ name: DAY, data_tests: [not_null] }'),
  }
  expect(lintOf(files)).toEqual([
    'models/m.sql:2:3 lint-nullable-key: expected a not_null test on key columns "id" and "hour" of incremental model "m", found none = add data_tests: [not_null] to "id" and "hour" in models/m.yml',
  ])
})

test('a key that is configured for a folder is placed at the model', () => {
  const settings =
    'name: shop\ntargets:\n  dev: { type: duckdb, path: x.duckdb }\nmodels:\n  +unique_key: id\n'
  const found = lintOf({ 'assay.yml': settings, 'models/m.sql': model('') })
  expect(found.map((line) => line.replace(/:? .*/, ''))).toEqual(['models/m.sql:1:1'])
})

test('a tested key, at the column or at the model', () => {
  const files = { 'models/m.sql': model('unique_key="id"') }
  const column = tests('{ name: id, data_tests: [unique, not_null] }')
  expect(lintOf({ ...files, 'models/m.yml': column })).toEqual([])
  const whole = `models:\n  - name: m\n    data_tests:\n      - not_null: { arguments: { column_name: id } }\n`
  expect(lintOf({ ...files, 'models/m.yml': whole })).toEqual([])
})

test('a test of some rows, or of another kind, does not guard the key', () => {
  const files = { 'models/m.sql': model('unique_key="id"') }
  const some = tests('{ name: id, data_tests: [{ not_null: { config: { where: day > 1 } } }] }')
  expect(lintOf({ ...files, 'models/m.yml': some })).toHaveLength(1)
  expect(
    lintOf({ ...files, 'models/m.yml': tests('{ name: id, data_tests: [unique] }') }),
  ).toHaveLength(1)
})

test('no key is compared by append, or in a table', () => {
  expect(
    lintOf({ 'models/m.sql': model('unique_key="id" incremental_strategy="append"') }),
  ).toEqual([])
  expect(
    lintOf({ 'models/m.sql': '{{config materialized="table" unique_key="id"}}select 1 as id' }),
  ).toEqual([])
})
