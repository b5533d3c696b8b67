/** ASOF joins with two candidates of one time, and timestamps whose zone nobody says. */
import { describe, expect, test } from 'vitest'
import { lintOf, lintSql } from './lint-of.ts'

describe('asof joins', () => {
  const join = (right: string, condition = 'on p.symbol = e.symbol and e.at >= p.at') =>
    `select e.*, p.price from {{source "raw" "events"}} as e asof left join ${right} as p ${condition}`
  const found = [
    join('{{source "raw" "loose"}}'),
    join('{{source "raw" "prices"}}', 'on e.at >= p.at'),
    join('(select * from {{source "raw" "loose"}})'),
    `with q as (select * from {{source "raw" "loose"}}) ${join('q')}`,
    `select * from {{source "raw" "events"}} asof join {{source "raw" "loose"}} using (symbol, at)`,
  ]
  test.each(found)('%s', (sql) => {
    expect(lintSql(sql).map((line) => line.split(' ')[1])).toEqual(['lint-asof-ties'])
  })

  const fine = [
    join('{{source "raw" "prices"}}'),
    `select * from {{source "raw" "events"}} asof join {{source "raw" "prices"}} using (symbol, at)`,
    join(
      '(select symbol, at, max(price) as price from {{source "raw" "loose"}} group by symbol, at)',
    ),
    `with q as (select * from {{source "raw" "loose"}} qualify row_number() over (partition by symbol, at order by load_id) = 1) ${join('q')}`,
    `select asof from {{source "raw" "events"}} as e join {{source "raw" "loose"}} as p on p.id = e.id`,
  ]
  test.each(fine)('not %s', (sql) => expect(lintSql(sql)).toEqual([]))

  test('the whole message', () => {
    expect(lintOf({ 'models/m.sql': join('{{source "raw" "loose"}}') })).toEqual([
      'models/m.sql:1:57 lint-asof-ties: expected one row of "loose" for one time in an asof join, found nothing that says so: of two the database takes any = declare the columns of the condition as unique by a test, or leave one row of each time, e.g. by group by',
    ])
  })
})

describe('timestamps', () => {
  const select = (expression: string) =>
    `select ${expression} as x from {{source "raw" "events"}} as e`
  const found = [
    'e.at::timestamp',
    'at::timestamp(3)',
    'at::timestamp without time zone',
    'cast(at as timestamp)',
    'CAST(at AS TIMESTAMP)',
    'try_cast(at as datetime)',
    `cast('2026-01-01 10:00+02' as timestamp)`,
    `'2026-01-01T10:00:00Z'::timestamp`,
    'to_timestamp(seconds)::timestamp',
    "cast(nullif(trim(at), '') as timestamp)",
    'at::timestamptz::timestamp',
    `strptime(at, '%Y-%m-%d %H:%M')`,
    `to_timestamp(at, 'YYYY-MM-DD HH24:MI')`,
  ]
  test.each(found)('%s', (expression) => {
    expect(lintSql(select(expression))).toEqual(['1:8 lint-timestamp-zone'])
  })

  const fine = [
    'at::timestamptz',
    'at::timestamp with time zone',
    'cast(at as timestamptz)',
    'cast(at as timestamp with time zone)',
    `cast(at as timestamptz) at time zone 'UTC'`,
    `at::timestamp at time zone 'UTC'`,
    `cast(at as timestamp) at time zone 'Europe/Berlin'`,
    `(at at time zone 'UTC')::timestamp`,
    'cast(null as timestamp)',
    'null::timestamp',
    `'2026-01-01'::timestamp`,
    `cast('2026-01-01 10:00' as timestamp)`,
    `timestamp '2026-01-01'`,
    'e.born::timestamp',
    'at::date::timestamp',
    'cast(cast(at as date) as timestamp)',
    'make_date(2026, 1, 1)::timestamp',
    'to_timestamp(seconds)',
    `strptime(at, '%Y-%m-%d %H:%M %z')`,
    `strptime(at, '%Y-%m-%d')::date`,
    `cast(strptime(at, '%Y-%m-%d') as date)`,
    `strptime(at, '%Y-%m-%d %H:%M') at time zone 'UTC'`,
    'e.timestamp',
    '{{safe_cast "at" "timestamp"}}',
  ]
  test.each(fine)('not %s', (expression) => expect(lintSql(select(expression))).toEqual([]))

  test('the whole message', () => {
    expect(lintOf({ 'models/m.sql': select('e.at::timestamp') })).toEqual([
      `models/m.sql:1:8 lint-timestamp-zone: expected a time zone beside a timestamp, found "e.at::timestamp": an offset in the value is dropped, or the connection's zone decides = say the zone: cast(e.at as timestamptz) at time zone 'UTC'`,
    ])
  })
})
