/** What is said of rows that are not those expected. */
import { describe, expect, test } from 'vitest'
import { cellDiff } from '../../../../src/transform/execute/unit-tests/cell-diff.ts'

const columns = [
  { name: 'id', dataType: 'integer' },
  { name: 'price', dataType: 'numeric(10,2)' },
  { name: 'share', dataType: 'double precision' },
  { name: 'facts', dataType: 'jsonb' },
]
type Row = readonly (string | null)[]

function diffOf(expected: readonly Row[], found: readonly Row[]): unknown {
  const diff = cellDiff({ columns, expected, found })
  return diff === undefined ? 'same' : [diff.summary, ...diff.sample.rows]
}

describe('cellDiff', () => {
  test('I5: the order of rows does not count, how often a row is there does', () => {
    const [a, b]: readonly Row[] = [
      ['1', '1', '1', null],
      ['2', '2', '2', null],
    ]
    if (a === undefined || b === undefined) throw new Error('two rows')
    expect(diffOf([a, b], [b, a])).toBe('same')
    expect(diffOf([a, a, b], [a, b])).toEqual([
      '1 row is missing',
      ['missing', '1', '1', '1', 'NULL'],
    ])
    expect(diffOf([], [b])).toEqual(['1 row is surplus', ['surplus', '2', '2', '2', 'NULL']])
  })

  test('decimals and JSON are compared by value, floats within a tolerance', () => {
    const expected: Row = ['1', '1.5', '0.3', '{"a": 1, "b": [2]}']
    const found: Row = ['1', '1.50', '0.30000000000000004', '{"b":[2],"a":1}']
    expect(diffOf([expected], [found])).toBe('same')
    expect(diffOf([expected], [['1', '1.51', '0.3', found[3] ?? null]])).toEqual([
      '1 row differs',
      ['differs', '1', '1.5 -> 1.51', '0.3', '{"a":1,"b":[2]}'],
    ])
  })

  test('I10: rows that share the most cells are put side by side', () => {
    const rows = diffOf(
      [
        ['1', '5', '5', 'null'],
        ['2', '6', '6', 'null'],
      ],
      [
        ['2', '6', '7', 'null'],
        ['1', null, '5', 'null'],
      ],
    )
    expect(rows).toEqual([
      '2 rows differ',
      ['differs', '1', '5 -> NULL', '5', 'null'],
      ['differs', '2', '6', '6 -> 7', 'null'],
    ])
  })
})
