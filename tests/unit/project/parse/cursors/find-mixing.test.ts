/** What is a projection or filter, and what is not. */
import { describe, expect, test } from 'vitest'
import { findMixing } from '../../../../../src/project/parse/cursors/find-mixing.ts'

const kept = [
  'select * from upstream',
  'select id, amount * 2 as double_amount from upstream where amount > 0',
  'with source as (select * from upstream), renamed as (select id as event_id from source) select * from renamed where event_id > 1',
  'with source as materialized (select * from upstream) select * from source',
  'with source as not materialized (select * from upstream) select * from "source"',
  'with source (id, at) as (select * from upstream) select * from source',
  'with outside as (with inside as (select * from upstream) select * from inside) select * from outside as o',
  'with source as (select * from upstream) from source',
  'select * from (select id from upstream) as inner_rows',
  'select * from (select id from (select id from upstream) as a where id > 1) as b where id < 9',
  'select \'group by\' as words, "join" as "limit" from upstream -- union all',
  'select id /* distinct */ from upstream',
  "select $$ select 1 union select 2 $$ as text, e'it\\'s; join' as other from upstream",
  'select extract(day from at) as day, cast(x as integer) as x from upstream',
  'select unnest(items) as item from upstream',
  'select coalesce(a, b) as c, case when a then 1 else 2 end as d from upstream where a in (1, 2, 3)',
  'select t.min, t.max, t.first from upstream as t',
  'select min as m, u.limit, a as count from upstream as u',
  'select first, count from upstream',
  "select json_extract(payload, '$.id') as id, upper(name) as name from upstream where name like 'a%' order by id",
  "select substring(name from 2 for 3) as part, id from upstream where trim(both from name) <> ''",
  'select id from upstream where a is distinct from b and c is not distinct from d',
  'select id from upstream where (a = 1 or b = 2) and not (c between 1 and 2) order by id, a',
  'select list_filter(xs, x -> x > 1) as xs, [y for y in ys] as ys from upstream',
  'select * from upstream as u(id, at) where id = 1',
]

const mixed: readonly (readonly [string, string])[] = [
  ['select * from upstream join upstream as b using (id)', '"join"'],
  ['select a, count(*) from upstream group by a', 'count()'],
  ['select a, COUNT (*) from upstream', 'count()'],
  ['select a from upstream group by a', '"group by"'],
  ['select a from upstream GROUP\n  /* */ BY all', '"group by"'],
  ['select max(a) as m from upstream', 'max()'],
  ['select pg_catalog.max(a) as m from upstream', 'max()'],
  ['select "max"(a) as m from upstream', '"max"()'],
  ['select own(a) filter (where b) as m from upstream', '"filter"'],
  ['select distinct a from upstream', '"distinct"'],
  ['select distinct on (a) a from upstream', '"distinct"'],
  ['select a from upstream union all select a from upstream', '"union"'],
  ['select row_number() over (order by a) as n from upstream', 'row_number()'],
  ['select own() over w as n from upstream', '"over"'],
  ['select a from upstream window w as (order by a)', '"window"'],
  ['select own() within group (order by a) from upstream', '"within group"'],
  ['select a from upstream having true', '"having"'],
  ['select a from upstream order by a limit 10', '"limit"'],
  ['select a from upstream where a in (select a from upstream where b)', 'a subquery'],
  ['select a from upstream where exists (select 1 from upstream)', 'a subquery'],
  ['select (select max(a) from upstream) as m from upstream', 'a subquery'],
  ['select array(select 1) as m from upstream', 'a subquery'],
  ['select extract(day from (select at from s)) as m from upstream', 'a subquery'],
  ['with s as (select * from upstream) select * from s where a in (from s)', 'a subquery'],
  ['with s as (select * from upstream) select * from s where a in (table s)', 'a subquery'],
  [
    'with s as (select * from upstream) select * from s where a in (with m as (select a from s) select a from m)',
    'a subquery',
  ],
  ['with s as (select * from upstream) select * from s, s as t', 'several relations in "from"'],
  ['select a from upstream, upstream as b', 'several relations in "from"'],
  ['select a from upstream as u (a, b), upstream as b', 'several relations in "from"'],
  ['select a from upstream qualify true', '"qualify"'],
  ['select a from upstream tablesample 10%', '"tablesample"'],
  ['select a from upstream using sample 3', '"using sample"'],
  ['with recursive r as (select 1) select * from r', '"with recursive"'],
  ['select array_agg(a) from upstream', 'array_agg()'],
  ['select a from upstream except select 1', '"except"'],
  ['select a from upstream intersect select 1', '"intersect"'],
  ['select a from upstream offset 3', '"offset"'],
  ['select a from upstream fetch first 3 rows only', '"fetch first"'],
  ['select a from upstream fetch next row only', '"fetch next"'],
  ['select string_agg(a, b) as s from upstream', 'string_agg()'],
  ['select * from upstream asof join upstream as b on a.x >= b.x', '"asof"'],
  ['select * from (pivot upstream on a using first(b))', 'something else than a SELECT'],
  ['select * from (summarize upstream)', 'something else than a SELECT'],
  ['select * from (values (1)) as v (a)', 'something else than a SELECT'],
  ['with a as (values (1)) select * from a', 'something else than a SELECT'],
  ['summarize upstream', 'something else than a SELECT'],
  ['values (1)', 'something else than a SELECT'],
  ['', 'something else than a SELECT'],
  ['select * from shop.orders', '"from shop" instead of a ref or source'],
  ['with a as (select * from upstream) select * from a.b', '"from a" instead of a ref or source'],
  ["select * from read_csv('x.csv')", '"from read_csv" instead of a ref or source'],
  [
    'with a as (select * from upstream) select 1 as one from other',
    '"from other" instead of a ref or source',
  ],
  ['with a as (select * from upstream) select 1 as one', 'a SELECT without FROM'],
  ['select 1 as one', 'no ref or source'],
  [
    'with a as (select * from upstream), b as (select * from upstream) select * from a',
    'several readings of one relation',
  ],
  ['select * from', 'a FROM that reads nothing'],
]

describe('findMixing', () => {
  test.each(kept)('keeps rows apart: %s', (sql) => {
    expect(findMixing(sql, 'upstream')).toBe(undefined)
  })

  test.each(mixed)('mixes rows: %s', (sql, found) => {
    expect(findMixing(sql, 'upstream')).toBe(found)
  })
})
