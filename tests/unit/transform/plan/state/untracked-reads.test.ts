import { describe, expect, test } from 'vitest'
import { findUntrackedReads } from '../../../../../src/transform/plan/state/untracked-reads.ts'

const known = [
  { schema: 'raw', identifier: 'events' },
  { database: 'db', schema: 'silver', identifier: 'users' },
]

describe('findUntrackedReads', () => {
  const cases: readonly (readonly [sql: string, ...untracked: string[]])[] = [
    ['select 1'],
    ['select * from "raw"."events" as e join "db"."silver"."users" using (id)'],
    ['select * from raw.events, silver.users'],
    ['select * from raw.other', 'raw.other'],
    ['select * from "Raw"."Other" x', 'Raw.Other'],
    ['select * from events', 'events'],
    ['select * from raw.events e, raw.other o, lateral raw.third', 'raw.other', 'raw.third'],
    ['select a, b from raw.events e left join x on e.a = x.a, y where c in (z, w)', 'x', 'y'],
    ['select * from (raw.events e join x using (id))', 'x'],
    ['select * from ((x))', 'x'],
    ['select * from (select * from x) as y, z', 'x', 'z'],
    ['select (select max(a) from x), b from raw.events', 'x'],
    ['with c as (select * from x), d (a, b) as materialized (select 1, 2) select * from c, d', 'x'],
    ['with recursive n(i) as (select 1 union all select i + 1 from n) select * from n'],
    ['select * from x union all select * from x union select 1 from y', 'x', 'y'],
    ['select extract(year from at), trim(both from a), substring(a from 2) from raw.events'],
    ['select a is distinct from b, a is not distinct from c from raw.events'],
    ['select extract(year from (select max(at) from x)) from raw.events', 'x'],
    ['select * from generate_series(1, 3) as g(i), unnest(array[1]) u, x', 'x'],
    ['from x select a', 'x'],
    ['table x', 'x'],
    ['pivot x on a using sum(b)', 'x'],
    ['select \'from x\' as "from y" -- from z\nfrom raw.events'],
    ['select * from information_schema.tables', 'information_schema.tables'],
    ['select * from only x', 'x'],
    ['select * from (values (1), (2)) as v(a)'],
  ]
  test.each(cases)('%s', (sql, ...untracked) => {
    expect(findUntrackedReads(sql, known)).toEqual(untracked)
  })
})
