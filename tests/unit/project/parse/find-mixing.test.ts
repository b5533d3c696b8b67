/** What is a projection or filter, and what is not. */
import { describe, expect, test } from 'vitest'
import { findMixing } from '../../../../src/project/parse/find-mixing.ts'

const kept = [
  'select * from upstream',
  'select id, amount * 2 as double_amount from upstream where amount > 0',
  'with source as (select * from upstream), renamed as (select id as event_id from source) select * from renamed where event_id > 1',
  'with source as materialized (select * from upstream) select * from source',
  'select * from (select id from upstream) as inner_rows',
  'select \'group by\' as words, "join" as "limit" from upstream -- union all',
  'select id /* distinct */ from upstream',
  'select extract(day from at) as day, cast(x as integer) as x from upstream',
  'select unnest(items) as item from upstream',
  'select coalesce(a, b) as c, case when a then 1 else 2 end as d from upstream where a in (1, 2, 3)',
  'select t.min, t.max, t.first from upstream as t',
  'select min as m from upstream',
  "select json_extract(payload, '$.id') as id, upper(name) as name from upstream where name like 'a%' order by id",
  "select substring(name from 2 for 3) as part, id from upstream where trim(both from name) <> ''",
]

const mixed: readonly (readonly [string, string])[] = [
  ['select * from upstream join upstream as b using (id)', '"join"'],
  ['select a, count(*) from upstream group by a', 'count()'],
  ['select a from upstream group by a', '"group by"'],
  ['select max(a) as m from upstream', 'max()'],
  ['select distinct a from upstream', '"distinct"'],
  ['select a from upstream union all select a from upstream', '"union"'],
  ['select row_number() over (order by a) as n from upstream', '"over"'],
  ['select a from upstream order by a limit 10', '"limit"'],
  ['select a from upstream where a in (select a from upstream where b)', 'a subquery'],
  ['select a from upstream where exists (select 1 from upstream)', 'a subquery'],
  ['select (select max(a) from upstream) as m from upstream', 'a subquery'],
  ['select a from upstream, upstream as b', 'several relations in "from"'],
  ['select a from upstream qualify true', '"qualify"'],
  ['select a from upstream tablesample 10%', '"tablesample"'],
  ['with recursive r as (select 1) select * from r', '"recursive"'],
  ['select array_agg(a) from upstream', 'array_agg()'],
  ['select a from upstream except select 1', '"except"'],
  ['select a from upstream offset 3', '"offset"'],
  ['select a from upstream fetch first 3 rows only', '"fetch first"'],
  ['select string_agg(a, b) as s from upstream', 'string_agg()'],
  ['select * from upstream asof join upstream as b on a.x >= b.x', '"asof"'],
]

describe('findMixing', () => {
  test.each(kept)('keeps rows apart: %s', (sql) => {
    expect(findMixing(sql)).toBe(undefined)
  })

  test.each(mixed)('mixes rows: %s', (sql, found) => {
    expect(findMixing(sql)).toBe(found)
  })
})
