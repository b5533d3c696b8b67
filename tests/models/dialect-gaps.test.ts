/** What lint says of the databases is so: each is asked. */
import { beforeAll, describe, expect, test } from 'vitest'
import { dialectGaps } from '../../src/understand/lint/dialect-gaps.ts'
import { testAdapters } from '../support/adapters.ts'
import { createLibrary, type Library } from './library.ts'

const rows = '(select 1 as a, 2 as b) as x'

/** A query by what it gives on DuckDB and on Postgres; null: it has no such thing. */
const facts: Readonly<
  Record<string, readonly [query: string, duckdb: unknown, postgres: unknown]>
> = {
  qualify: [`select a as v from ${rows} qualify row_number() over (order by b) = 1`, 1, null],
  'group by all': [`select a as v, count(*) as n from ${rows} group by all`, 1, null],
  'order by all': [`select a as v from ${rows} order by all`, 1, null],
  'asof join': [`select x.a as v from ${rows} asof join (select 1 as a) as y using (a)`, 1, null],
  'positional join': [`select x.a as v from ${rows} positional join (select 1 as c) as y`, 1, null],
  'union by name': ['select v from (select 1 as v union all by name select 1 as v) as u', 1, null],
  'star with exclude, replace or rename': [`select * exclude (b) from ${rows}`, 1, null],
  'comma before from': [`select a as v, from ${rows}`, 1, null],
  '==': [`select a as v from ${rows} where a == 1`, 1, null],
  '//': ['select 7 // 2 as v', 3, null],
  '~*': ["select case when 'ABC' ~* 'b' then 1 end as v", null, 1],
  '~': ["select case when 'abc' ~ 'b' then 1 else 0 end as v", 0, 1],
  'similar to': ["select case when 'abc' similar to '%b%' then 1 else 0 end as v", 0, 1],
  regexp_matches: ["select cast(regexp_matches('abc', 'b') as varchar) as v", 'true', '{b}'],
  'format()': ["select format('{}%s', 'x') as v", 'x%s', '{}x'],
  'integer division': ['select 1 / 2 as v', 0.5, 0],
  float: ['select cast(cast(0.1 as float) as double precision) = 0.1e0 as v', false, true],
  'numeric without digits': [
    "select cast(cast('1.23456' as numeric) as varchar) as v",
    '1.235',
    '1.23456',
  ],
  'list()': [`select 1 as v from (select list(a) as l from ${rows}) as y`, 1, null],
  'len()': ["select len('abc') as v", 3, null],
  'ifnull()': ['select ifnull(null, 1) as v', 1, null],
  'try_cast()': ["select try_cast('1' as integer) as v", 1, null],
  'strftime()': ["select strftime(date '2024-01-01', '%Y') as v", '2024', null],
  'strptime()': ["select extract(year from strptime('2024', '%Y')) as v", 2024, null],
  'date_diff()': ["select date_diff('day', date '2024-01-01', date '2024-01-02') as v", 1, null],
  'datediff()': ["select datediff('day', date '2024-01-01', date '2024-01-02') as v", 1, null],
  'date_add()': [
    "select extract(day from date_add(date '2024-01-01', interval 1 day)) as v",
    2,
    null,
  ],
  'epoch_ms()': ["select epoch_ms(timestamp '1970-01-01 00:00:01') as v", 1000, null],
  'dayofweek()': ["select dayofweek(date '2024-01-01') as v", 1, null],
  'median()': [`select median(a) as v from ${rows}`, 1, null],
  'quantile_cont()': [`select quantile_cont(a, 0.5) as v from ${rows}`, 1, null],
  'arg_max()': [`select arg_max(a, b) as v from ${rows}`, 1, null],
  'arg_min()': [`select arg_min(a, b) as v from ${rows}`, 1, null],
  'max_by()': [`select max_by(a, b) as v from ${rows}`, 1, null],
  'min_by()': [`select min_by(a, b) as v from ${rows}`, 1, null],
  'count_if()': [`select count_if(a = 1) as v from ${rows}`, 1, null],
  'contains()': ["select case when contains('abc', 'b') then 1 end as v", 1, null],
  'regexp_extract()': ["select regexp_extract('abc', 'b') as v", 'b', null],
  'json_extract_string()': ["select json_extract_string('{\"a\": 1}', '$.a') as v", '1', null],
  'approx_count_distinct()': [`select approx_count_distinct(a) as v from ${rows}`, 1, null],
  'struct_pack()': ['select struct_pack(a := 1).a as v', 1, null],
  'to_char()': ["select to_char(date '2024-01-01', 'YYYY') as v", null, '2024'],
  'to_number()': ["select cast(to_number('12', '99') as integer) as v", null, 12],
  'width_bucket()': ['select width_bucket(5, 0, 10, 2) as v', null, 2],
  'make_interval()': ['select extract(day from make_interval(days => 3)) as v', null, 3],
  'jsonb_build_object()': [
    "select cast(jsonb_build_object('a', 1) as text) as v",
    null,
    '{"a": 1}',
  ],
  'json_build_object()': ["select cast(json_build_object('a', 1) as text) as v", null, '{"a" : 1}'],
  'jsonb_agg()': [`select cast(jsonb_agg(a) as text) as v from ${rows}`, null, '[1]'],
  'json_agg()': [`select cast(json_agg(a) as text) as v from ${rows}`, null, '[1]'],
  'regexp_match()': ["select cast(regexp_match('abc', 'b') as text) as v", null, '{b}'],
  'justify_days()': ["select extract(month from justify_days(interval '30 days')) as v", null, 1],
}

test('each gap is among the facts', () => {
  expect(Object.keys(facts).toSorted()).toEqual(Object.keys(dialectGaps).toSorted())
})

describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'dialect-gap on $name',
  ({ name, adapter }) => {
    let library: Library
    beforeAll(async () => {
      library = await createLibrary(adapter)
    })

    test.each(Object.entries(facts))('%s', async (_, [query, duckdb, postgres]) => {
      const expected = name === 'duckdb' ? duckdb : postgres
      const found = await library.rows(query).then(
        ([row]) => Object.values(row ?? {})[0],
        () => null,
      )
      expect(typeof expected === 'number' ? Number(found) : found).toEqual(expected)
      expect(duckdb).not.toEqual(postgres)
    })
  },
)
