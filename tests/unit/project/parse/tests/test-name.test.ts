import { describe, expect, test } from 'vitest'
import { genericTestId, genericTestName } from '../../../../../src/project/parse/tests/test-name.ts'
import { manifestOf } from '../../parsed-project.ts'

/** Those of dbt's own documentation and of its example project. */
const documented = [
  ['not_null', 'orders', { column_name: 'order_id' }, 'not_null_orders_order_id'],
  ['unique', 'customers', { column_name: 'customer_id' }, 'unique_customers_customer_id'],
  [
    'relationships',
    'orders',
    { column_name: 'customer_id', to: "ref('customers')", field: 'id' },
    'relationships_orders_customer_id__id__ref_customers_',
  ],
  [
    'source_not_null',
    'jaffle_shop_orders',
    { column_name: 'id' },
    'source_not_null_jaffle_shop_orders_id',
  ],
  [
    'accepted_values',
    'o',
    { column_name: 's', values: ['a', 'b c'] },
    'accepted_values_o_s__a__b_c',
  ],
] as const

describe('H5: genericTestName', () => {
  test.each(documented)('%s of %s', (testName, node, args, name) => {
    expect(genericTestName(testName, node, args)).toBe(name)
  })

  test('arguments come by name, whatever their order', () => {
    expect(genericTestName('t', 'm', { b: 2, a: 1, column_name: 'c' })).toBe('t_m_1__2__c')
  })

  test('values are spelled as Python spells them', () => {
    expect(genericTestName('t', 'm', { a: true, b: false, c: null, d: 1.5, e: 'x' })).toBe(
      't_m_True__False__None__1_5__x',
    )
  })

  test('what is no letter, digit or underscore becomes one underscore', () => {
    expect(genericTestName('t', 'm', { where: "a >= 0 and b = 'x'" })).toBe('t_m_a_0_and_b_x_')
  })

  /** The last is the file name in dbt's documentation of its example project. */
  test('63 characters stay, 64 become thirty and the MD5 of the whole', () => {
    const nameOf = (length: number) => genericTestName('not_null', 'm', { c: 'x'.repeat(length) })
    expect(nameOf(52)).toBe(`not_null_m_${'x'.repeat(52)}`)
    expect(nameOf(53)).toBe('not_null_m_c14053e82497abfea0148121b53fd385')
    expect(
      genericTestName('accepted_values', 'orders', {
        column_name: 'status',
        values: ['placed', 'shipped', 'completed', 'return_pending', 'returned'],
      }),
    ).toBe('accepted_values_orders_1ce6ab157c285f7cd2ac656013faf758')
  })
})

describe('genericTestId', () => {
  const files = (tests: string) => ({
    'models/a.sql': 'select 1 as id',
    'models/a.yml': `models: [{ name: a, columns: [{ name: id, data_tests: [${tests}] }] }]`,
  })

  test('is the name and ten digits of what the test is', () => {
    expect(genericTestId('shop', 'n', { test: 'unique' })).toMatch(/^test\.shop\.n\.[0-9a-f]{10}$/)
    expect(genericTestId('shop', 'n', { test: 'a' })).not.toBe(
      genericTestId('shop', 'n', { test: 'b' }),
    )
  })

  test('does not change with severity, does with where', () => {
    const idOf = (tests: string) => [...manifestOf(files(tests)).nodes.keys()].at(-1)
    expect(idOf('unique')).toBe(idOf('unique: { config: { severity: warn } }'))
    expect(idOf('unique')).not.toBe(idOf('unique: { config: { where: id > 0 } }'))
  })

  test('a name of its own replaces the one made', () => {
    const manifest = manifestOf(files('unique: { name: one_of_each }'))
    expect([...manifest.nodes.values()].map((node) => node.name)).toEqual(['a', 'one_of_each'])
  })
})
