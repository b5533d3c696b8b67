/** Tables as multisets: what only one has, floats within a tolerance, and which columns are to blame. */
import { describe, expect, test } from 'vitest'
import {
  type Comparison,
  compareRows,
  type TableRows,
} from '../../../../src/transform/verify/compare-rows.ts'

const columns = [
  { name: 'id', dataType: 'INTEGER' },
  { name: 'mean', dataType: 'DOUBLE' },
  { name: 'Built', dataType: 'TIMESTAMP' },
]
const table = (...rows: TableRows['rows']): TableRows => ({ columns, rows })
const usual: Comparison = { volatileColumns: [], tolerance: 1e-9, key: [] }

function difference(expected: TableRows, found: TableRows, how = usual) {
  const rows = compareRows(expected, found, how)
  return (
    rows && {
      missing: rows.missing.map((row) => row.join(' ')),
      surplus: rows.surplus.map((row) => row.join(' ')),
      differing: rows.differing,
    }
  )
}

describe('compareRows', () => {
  test('takes no notice of order, of the last digits of floats, and of -0', () => {
    const left = table(['1', '0.3', 'a'], ['2', 'NaN', 'b'], ['3', null, 'c'], ['4', '0', 'd'])
    const right = table(
      ['4', '-0.0', 'd'],
      ['3', null, 'c'],
      ['1', '0.30000000000000004', 'a'],
      ['2', 'NaN', 'b'],
    )
    expect(difference(left, right)).toBeUndefined()
    expect(difference(table(['1', '1', 'a']), table(['1', '1.000001', 'a']))).toEqual({
      missing: ['1 1 a'],
      surplus: ['1 1.000001 a'],
      differing: ['mean'],
    })
    expect(
      difference(table(['1', '1', 'a']), table(['1', '1.000001', 'a']), {
        ...usual,
        tolerance: 1e-5,
      }),
    ).toBeUndefined()
    expect(difference(table(['1', 'Infinity', 'a']), table(['1', '1e308', 'a']))).toBeDefined()
    expect(difference(table(['1', null, 'a']), table(['1', '0', 'a']))).toBeDefined()
  })

  test('counts rows that are there twice', () => {
    const one = ['1', '2', 'a'] as const
    expect(difference(table(one, one), table(one))).toEqual({
      missing: ['1 2 a'],
      surplus: [],
      differing: ['id', 'mean', 'Built'],
    })
    expect(difference(table(one), table(one, one))?.surplus).toEqual(['1 2 a'])
  })

  test('leaves volatile columns out, whatever their case', () => {
    const how = { ...usual, volatileColumns: ['built'] }
    expect(difference(table(['1', '2', 'a']), table(['1', '2', 'b']), how)).toBeUndefined()
    expect(
      compareRows(table(['1', '2', 'a']), table(), how)?.columns.map(({ name }) => name),
    ).toEqual(['id', 'mean'])
  })

  test('names columns by key, by their values, and by what is paired anew', () => {
    const left = table(['1', '5', 'a'], ['2', '6', 'b'])
    const right = table(['1', '6', 'a'], ['2', '5', 'b'])
    expect(difference(left, right, { ...usual, key: ['ID'] })?.differing).toEqual(['mean'])
    expect(difference(left, table(['1', '5', 'x'], ['2', '6', 'y']))?.differing).toEqual(['Built'])
    expect(difference(left, right)?.differing).toEqual(['mean'])
  })

  test('finds columns that only one has', () => {
    const more = { columns: [...columns, { name: 'late', dataType: 'TEXT' }], rows: [] }
    expect(difference(table(), more)?.differing).toEqual(['late'])
    expect(difference(more, table())?.differing).toEqual(['late'])
  })
})
