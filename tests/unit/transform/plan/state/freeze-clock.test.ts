import { describe, expect, test } from 'vitest'
import { findUnstable } from '../../../../../src/transform/plan/state/wall-clock.ts'
import { freezeClock } from '../../../../../src/transform/plan/state/freeze-clock.ts'

const now = "cast('2026-01-01 00:00:00.5+00' as timestamptz)"
const frozen = (sql: string) => freezeClock(sql, '2026-01-01T00:00:00.5Z')

describe('freezeClock', () => {
  const cases: readonly (readonly [sql: string, expected: string])[] = [
    ['select now()', `select ${now}`],
    ['select pg_catalog.now ( ) - x', `select ${now} - x`],
    ['select current_date', `select cast(${now} as date)`],
    ['select current_date()', `select cast(${now} as date)`],
    ['select current_timestamp(3)', `select cast(${now} as timestamptz(3))`],
    ['select localtimestamp', `select cast(${now} as timestamp)`],
    ['select localtime(0)', `select cast(cast(${now} as timestamp) as time(0))`],
    ['select current_time', `select cast(${now} as timetz)`],
    ['select age(x)', `select age(cast(cast(${now} as date) as timestamp), x)`],
    ['select ago(y)', `select (${now} - cast(y as interval))`],
    ['select age(now())', `select age(cast(cast(${now} as date) as timestamp), ${now})`],
    ["select 'today'::date, 'now'", "select '2026-01-01'::date, 'now'"],
    ["select timestamp 'yesterday'", "select timestamp '2025-12-31'"],
    ["cast('now' as timestamp)", "cast('2026-01-01 00:00:00.5+00' as timestamp)"],
    ["cast('now' as text)", "cast('now' as text)"],
    ['/* now() */ select now()--', `/* now() */ select ${now}--`],
  ]
  test.each(cases)('%s', (sql, expected) => {
    expect(frozen(sql)).toBe(expected)
  })

  const untouched: readonly string[] = [
    "select 'now()', t.current_date, random(), uuid() -- now()",
    'select age(x, y), my.now(), 1 as current_date',
  ]
  test.each(untouched)('left alone: %s', (sql) => {
    expect(frozen(sql)).toBe(sql)
  })

  test('nothing is left to find', () => {
    const sql = "select now(), ago(current_date - 'today'::date), age(localtime), timeofday()"
    expect(findUnstable(frozen(sql))).toBeUndefined()
  })

  test('an instant elsewhere, and one of microseconds', () => {
    expect(freezeClock('now()', '2026-01-01T01:00:00+02:00')).toBe(
      "cast('2025-12-31 23:00:00+00' as timestamptz)",
    )
    expect(freezeClock('now()', '2026-01-01T00:00:00.123456Z')).toBe(
      "cast('2026-01-01 00:00:00.123456+00' as timestamptz)",
    )
  })
})
