/** Which CTEs a query has, and the query that ends in one of them. */
import { describe, expect, test } from 'vitest'
import { cteQuery } from '../../../../src/transform/plan/unit-tests/cte-query.ts'

function endOf(sql: string, name: string): string {
  const query = cteQuery(sql, name)
  return query.kind === 'query' ? query.sql : `none of ${query.names.join(', ')}`
}

describe('cteQuery', () => {
  const two = 'with a as (select (1) as x), B as (select * from a) select * from b'

  test('keeps all CTEs and puts another end behind them', () => {
    const head = 'with a as (select (1) as x), B as (select * from a)'
    expect(endOf(two, 'a')).toBe(`${head}\nselect * from a`)
    expect(endOf(two, 'b')).toBe(`${head}\nselect * from B`)
  })

  test('names what there is', () => {
    expect(endOf(two, 'c')).toBe('none of a, B')
    expect(endOf('select 1', 'a')).toBe('none of ')
    expect(endOf('select * from (with a as (select 1) select * from a) as q', 'a')).toBe('none of ')
  })

  test('reads quoted names, column lists, recursion, materialized, comments and strings', () => {
    const sql = `-- with x as (
with recursive "A b"(n) as not materialized (select ')' /* ( */ union all select '(' from "A b"), c as materialized (select 1)
select 1`
    expect(endOf(sql, 'A b').endsWith('\nselect * from "A b"')).toBe(true)
    expect(endOf(sql, 'a b')).toBe('none of A b, c')
    expect(endOf(sql, 'C').endsWith('materialized (select 1)\nselect * from c')).toBe(true)
  })
})
