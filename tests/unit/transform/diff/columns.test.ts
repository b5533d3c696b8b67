/** Types to families, columns to pairs, JSON to its normal form. */
import { describe, expect, test } from 'vitest'
import { compareColumns } from '../../../../src/transform/diff/compare-columns.ts'
import { familyOf } from '../../../../src/transform/diff/family.ts'
import { normalJson } from '../../../../src/transform/diff/normal-json.ts'

test.each([
  ['BIGINT', 'bigint', 'integer'],
  ['HUGEINT', 'numeric', 'decimal'],
  ['DECIMAL(18,3)', 'numeric(18,3)', 'decimal'],
  ['DOUBLE', 'double precision', 'double'],
  ['FLOAT', 'real', 'double'],
  ['VARCHAR', 'character varying(20)', 'text'],
  ["ENUM('a', 'b')", 'character(3)', 'text'],
  ['TIMESTAMP_NS', 'timestamp(3) without time zone', 'timestamp'],
  ['TIMESTAMP WITH TIME ZONE', 'timestamp(3) with time zone', 'timestamptz'],
  ['TIME', 'time without time zone', 'time'],
  ['BLOB', 'bytea', 'bytes'],
  ['JSON', 'jsonb', 'json'],
  ['INTEGER[]', 'integer[]', 'list'],
  ['DECIMAL(4,2)[3]', 'numeric(4,2)[]', 'list'],
  ['STRUCT(a INTEGER[])', 'map(varchar, integer)', 'struct'],
  ['inet', 'INET', 'other inet'],
])('%s and %s are %s', (duckdb, postgres, family) => {
  expect([familyOf(duckdb), familyOf(postgres)]).toEqual([family, family])
})

describe('columns', () => {
  const a = [
    { name: 'Id', dataType: 'INTEGER' },
    { name: 'price', dataType: 'DECIMAL(10,2)' },
    { name: 'gone', dataType: 'DATE' },
    { name: 'LOADED_AT', dataType: 'TIMESTAMP' },
  ]
  const b = [
    { name: 'price', dataType: 'double precision' },
    { name: 'id', dataType: 'bigint' },
    { name: 'extra', dataType: 'text' },
    { name: 'loaded_at', dataType: 'text' },
  ]
  const compare = (isSameEngine: boolean) => {
    const { compared, diff } = compareColumns({
      a,
      b,
      volatileColumns: ['loaded_at'],
      isSameEngine,
    })
    return { pairs: compared.map((each) => [each.a.name, each.b.name, each.comparedAs]), diff }
  }

  test('are paired by name, case at last; types of two engines by their family', () => {
    expect(compare(false)).toEqual({
      pairs: [
        ['Id', 'id', 'text'],
        ['price', 'price', 'float'],
      ],
      diff: {
        onlyInA: [{ name: 'gone', dataType: 'DATE' }],
        onlyInB: [{ name: 'extra', dataType: 'text' }],
        types: [{ name: 'price', a: 'DECIMAL(10,2)', b: 'double precision' }],
        volatile: ['LOADED_AT', 'loaded_at'],
      },
    })
  })

  test('of one engine differ in type when it is spelled otherwise', () => {
    expect(compare(true).diff.types.map(({ name }) => name)).toEqual(['Id', 'price'])
  })

  test('of one name but for case are not mixed up', () => {
    const { compared } = compareColumns({
      a: [
        { name: 'ID', dataType: 'text' },
        { name: 'id', dataType: 'text' },
      ],
      b: [
        { name: 'id', dataType: 'text' },
        { name: 'Id', dataType: 'text' },
      ],
      volatileColumns: [],
      isSameEngine: true,
    })
    expect(compared.map((each) => [each.a.name, each.b.name])).toEqual([
      ['ID', 'Id'],
      ['id', 'id'],
    ])
  })
})

test.each([
  ['{"b": 1, "a": [1.0, null]}', '{"a":[1,null],"b":1}'],
  ['{"b":{"d":1,"c":2}}', '{"b":{"c":2,"d":1}}'],
  ['"\\u00e9"', '"é"'],
  ['not json', 'not json'],
])('the normal form of %s', (text, normal) => {
  expect(normalJson(text)).toBe(normal)
})

test('numbers that a double cannot hold stay apart', () => {
  const pairs = [
    ['[12345678901234567890]', '[12345678901234567891]'],
    ['[1e400]', '[2e400]'],
    ['[1e400]', '[null]'],
    ['[0.1234567890123456789]', '[0.1234567890123456788]'],
  ] as const
  expect(pairs.filter(([left, right]) => normalJson(left) === normalJson(right))).toEqual([])
})
