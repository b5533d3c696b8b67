/** The key that rows are paired by: the flag, then the model, then its test, then none. */
import { expect, test } from 'vitest'
import { chooseKey } from '../../../../src/transform/diff/choose-key.ts'
import { compareColumns } from '../../../../src/transform/diff/compare-columns.ts'
import { manifestOf, settingsWith } from '../../project/parsed-project.ts'

function keyOf(input: {
  readonly config?: string
  readonly tests?: string
  readonly wanted?: readonly string[]
  readonly inBoth?: readonly string[]
}) {
  const manifest = manifestOf({
    'assay.yml': settingsWith(''),
    'models/m.sql': `{{config materialized="table" ${input.config ?? ''}}}select 1 as id, 2 as day`,
    'models/m.yml': `models: [{ name: m, columns: [{ name: id, data_tests: [${input.tests ?? ''}] }] }]`,
  })
  const node = manifest.nodes.get('model.shop.m')
  if (node === undefined) throw new Error('expected the model')
  const columns = (input.inBoth ?? ['id', 'day']).map((name) => ({ name, dataType: 'text' }))
  const { compared } = compareColumns({
    a: columns,
    b: columns,
    volatileColumns: [],
    isSameEngine: true,
  })
  return chooseKey({ manifest, node, compared, wanted: input.wanted ?? [] })
}

test('--key before all, spelled as the column is', () => {
  expect(keyOf({ config: 'unique_key="id"', tests: 'unique', wanted: ['DAY'] })).toEqual({
    columns: ['day'],
    from: '--key',
  })
})

test('the unique_key, all of it', () => {
  expect(keyOf({ config: 'unique_key=(list "day" "id")', tests: 'unique' })).toEqual({
    columns: ['day', 'id'],
    from: 'unique_key',
  })
})

test('a unique_key that one side lacks is passed over', () => {
  expect(keyOf({ config: 'unique_key=(list "day" "id")', inBoth: ['id'] })).toEqual({
    columns: [],
    from: 'none',
  })
})

test('a unique test of the whole column', () => {
  expect(keyOf({ tests: 'not_null, unique' })).toEqual({ columns: ['id'], from: 'unique test' })
  expect(keyOf({ tests: '{ unique: { config: { where: day > 1 } } }' })).toEqual({
    columns: [],
    from: 'none',
  })
})
