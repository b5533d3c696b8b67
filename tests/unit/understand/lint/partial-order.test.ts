/** Windows, aggregates, DISTINCT ON and LIMIT whose result hangs on an order that is not given or has ties. */
import { describe, expect, test } from 'vitest'
import { lintOf, lintSql } from './lint-of.ts'

/** No test says anything of `loose`; `event_id` of `events` is unique. */
const loose = 'from {{source "raw" "loose"}}'
const events = 'from {{source "raw" "events"}}'

const isFound = (sql: string) => {
  const codes = lintSql(sql).map((line) => line.split(' ')[1])
  expect([...new Set(codes)].filter((code) => code !== 'lint-partial-order')).toEqual([])
  return codes.length
}

describe('no order', () => {
  const found = [
    `select row_number() over () as n ${loose}`,
    `select row_number() over (partition by a) as n ${loose}`,
    `select first_value(x) over (partition by a) as n ${loose}`,
    `select lag(x, 1) over (order by 1) as n ${loose}`,
    `select lag(x) over (order by (select null)) as n ${loose}`,
    `select ntile(4) over () as n ${loose}`,
    `select sum(x) over (rows between 1 preceding and current row) as n ${loose}`,
    `select last_value(x) ignore nulls over (partition by a) as n ${loose}`,
    `select row_number() over w as n ${loose} window w as (partition by a)`,
    `select * ${loose} qualify row_number() over (partition by a) = 1`,
    `select list(x) as n ${loose}`,
    `select string_agg(distinct x, ',') as n ${loose}`,
    `select array_agg(x) filter (where x > 1) as n ${loose} group by a`,
    `select array_agg(x) over (partition by a) as n ${loose}`,
    `select first(x) as n ${loose} group by a`,
    `select distinct on (a) a, b ${loose}`,
    `select a ${loose} limit 5`,
    `select a ${loose} fetch first 5 rows only`,
    `select (select x ${loose} limit 1) as x`,
  ]
  test.each(found)('%s', (sql) => expect(isFound(sql)).toBe(1))
})

describe('an order with ties', () => {
  const found = [
    `select row_number() over (partition by user_id order by at) as n ${loose}`,
    `select row_number() over (partition by user_id order by at desc nulls last) as n ${events}`,
    `select row_number() over (partition by user_id order by date_trunc('day', at)) as n ${loose}`,
    `select row_number() over (partition by user_id order by user_id) as n ${loose}`,
    `select row_number() over (partition by user_id order by at, kind) as n ${events}`,
    `select lag(at) over (partition by user_id order by at) as n ${loose}`,
    `select first_value(x) over (order by at) as n ${loose}`,
    `select sum(x) over (order by at rows unbounded preceding) as n ${loose}`,
    `select lead(x) over w as n ${loose} window v as (partition by a), w as (v order by at)`,
    `select array_agg(x order by at) as n ${loose} group by g`,
    `select string_agg(x, ',' order by at) as n ${loose}`,
    `select distinct on (a) a, b ${loose} order by a`,
    `select distinct on (a) a, b ${loose} order by a, at desc`,
    `select a, sum(b) as s ${loose} group by a order by s desc limit 10`,
    `select a, b ${loose} order by 2 desc limit 10`,
    `with u as (select user_id, count(*) as c ${loose} group by user_id)
select row_number() over (partition by e.user_id order by e.at) as n ${loose} as e join u on u.user_id = e.user_id`,
  ]
  test.each(found)('%s', (sql) => expect(isFound(sql)).toBe(1))
})

describe('a total order, as far as can be told', () => {
  const fine = [
    `select row_number() over (partition by user_id order by at, event_id) as n ${events}`,
    `select row_number() over (partition by user_id order by event_id) as n ${loose}`,
    `select row_number() over (order by "_load_seq") as n ${loose}`,
    `select row_number() over (partition by user_id order by at, kind) as n ${loose}`,
    `select rank() over (order by at) as n, dense_rank() over (order by at) as d ${loose}`,
    `select sum(x) over (order by at) as n, count(*) over () as c ${loose}`,
    `select max(x) over (partition by a) as n ${loose}`,
    `select first_value(at) over (partition by a order by at) as n ${loose}`,
    `select array_agg(x order by x) as a, string_agg(distinct x, ',' order by x) as b ${loose}`,
    `select list_sort(list(x)) as a, len(array_agg(x)) as b ${loose}`,
    `select distinct on (event_id) event_id, b ${events} order by event_id`,
    `select event_id ${events} order by at, event_id limit 5`,
    `select a ${loose} order by all limit 5`,
    `select distinct a ${loose} order by a limit 5`,
    `select max(a) as a ${loose} limit 1`,
    `select a ${loose} limit 0`,
    `select 1 as one where exists (select 1 ${loose} limit 1)`,
    `select a, sum(b) as s ${loose} group by a order by s desc, a limit 10`,
    `select a, sum(b) as s ${loose} group by 1 order by s desc, a limit 10`,
    `select a, row_number() over (order by count(*) desc, a) as n ${loose} group by a`,
    `with d as (select date_trunc('day', at) as day, count(*) as c ${loose} group by date_trunc('day', at))
select lag(c) over (order by day) as n from d`,
    `with c as (select a, b ${loose}) select c.*, row_number() over (partition by a order by b) as n from c`,
    `select row_number() over (partition by a order by b) as n from (select a, b ${loose}) as c`,
    `select "limit", t.first, list[1] as l ${loose} as t where a is distinct from b`,
    `-- row_number() over ()\nselect 'limit 5' as a ${loose}`,
  ]
  test.each(fine)('%s', (sql) => expect(lintSql(sql)).toEqual([]))
})

describe('messages', () => {
  const messageOf = (sql: string) =>
    lintOf({ 'models/m.sql': sql }).map((line) => line.replace(/^.*?lint-partial-order: /, ''))

  test('no order', () => {
    expect(messageOf(`select row_number() over () as n ${loose}`)).toEqual([
      'expected an order by for "row_number() over", found none: which row comes first is left to chance = order by columns that are unique together',
    ])
  })

  test('ties, with the declared key', () => {
    const sql = `select row_number() over (partition by user_id order by at desc) as n ${events}`
    expect(messageOf(sql)).toEqual([
      'expected an order without ties for "row_number() over", found "order by at desc": rows that are equal in it come in any order = add what is unique: order by at desc, event_id',
    ])
  })

  test('an order by what is the same', () => {
    expect(messageOf(`select distinct on (a) a, b ${loose} order by a`)).toEqual([
      'expected an order without ties for "distinct on (..)", found "order by a": which is the same in all rows that are compared = add columns until they are unique together: order by a, ..; a unique test says that they are',
    ])
  })
})

test('the key of a model itself, and of what a table is grouped by', () => {
  const sql =
    '{{config materialized="table" unique_key="slot"}}select lag(x) over (order by slot) as n, slot '
  expect(lintSql(sql + loose)).toEqual([])
  expect(lintSql(sql.replace(' unique_key="slot"', '') + loose)).toHaveLength(1)
})

test('an order in a macro of the framework is the framework’s to answer for, one of the project is not', () => {
  const macros = '{{#macro "numbered"}}row_number() over () as n{{/macro}}'
  expect(lintSql(`select {{numbered}} ${loose}`, macros)).toEqual(['1:8 lint-partial-order'])
  const library =
    'select * from ({{beta_posterior "x" keys=(list "k") arm="arm_id" trials="t" successes="s" prior_alpha="a" prior_beta="b"}}) as p'
  expect(lintSql(library)).toEqual([])
})
