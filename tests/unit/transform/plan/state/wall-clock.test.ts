import { describe, expect, test } from 'vitest'
import { findUnstable } from '../../../../../src/transform/plan/state/wall-clock.ts'

describe('findUnstable', () => {
  const unstable: readonly (readonly [sql: string, found: string])[] = [
    ['select now()', 'now()'],
    ['select NOW (\n) from t', 'now()'],
    ['select pg_catalog.now()', 'now()'],
    ['select system.main."now"()', 'now()'],
    ['select current_date', 'current_date'],
    ['select current_date()', 'current_date()'],
    ['select Current_Timestamp(3)', 'current_timestamp()'],
    ['select x from t where x < localtimestamp', 'localtimestamp'],
    ['select age(x)', 'age()'],
    ['select age(f(x, y))', 'age()'],
    ["select ago(interval '1 day')", 'ago()'],
    ['select uuid(), random()', 'uuid()'],
    ['select random(), uuid()', 'random()'],
    ["select nextval('s')", 'nextval()'],
    ["select 'today'::date", "'today'"],
    ["select timestamp with time zone 'now'", "'now'"],
    ["select cast('NOW' as timestamp)", "'NOW'"],
    ["select * from t where at > 'yesterday'", "'yesterday'"],
    ['select * from t tablesample system (10)', 'tablesample'],
    ['select * from t using sample 10', 'sample'],
    ["select * from read_csv('x.csv')", 'read_csv()'],
    ["select * from 'data/*.parquet'", "'data/*.parquet'"],
  ]
  test.each(unstable)('%s', (sql, found) => {
    expect(findUnstable(sql)).toBe(found)
  })

  const stable: readonly string[] = [
    '',
    'select 1',
    "select 'now()', $$ random() $$ -- now()\n/* current_date */",
    'select now, random, today from t',
    'select t.current_date, 1 as current_date from t',
    'select current_date.x from current_date.y',
    'select my_schema.now(), my_schema.random()',
    'select age(x, y)',
    "select uuid('9f0c')",
    'select "now"',
    "select case when x then 'today' else 'now' end",
    "select extract(year from '2026'), trim(both from ' x ')",
    "select timestamp '2026-01-01'",
    'select sample, using_sample from t',
    'select age(x',
  ]
  test.each(stable)('stable: %s', (sql) => {
    expect(findUnstable(sql)).toBeUndefined()
  })
})
