/** A view that is followed hands the arrival column on as it is. */
import { describe, expect, test } from 'vitest'
import { passesColumn } from '../../../../../src/project/parse/cursors/passes-column.ts'

const seq = { from: 'seq', to: 'seq' }

const passed = [
  'select * from u',
  'select u.* from u',
  'select id, seq from u where seq > 1',
  'select id, u."seq" from u',
  'select Seq, id from u',
  'select seq as seq, upper(name) as name from u',
  'with s as (select * from u), t as (select id, seq from s) select seq, id from t',
  'select * from (select id, seq from u) as inner_rows',
  'select seq, seq + 1 as next_seq, coalesce(a, b) from u',
]
const changed = [
  'select id from u',
  'select 100 - seq as seq, id from u',
  'select cast(seq as integer) as seq from u',
  'select seq / 10 seq from u',
  'select t as seq, id from u',
  'select seq as arrived from u',
  'select * exclude (seq) from u',
  'select * replace (1 as seq) from u',
  'select *, 1 as seq from u',
  'with s as (select id from u) select * from s',
  'with s as (select t as seq from u) select seq from s',
  'select seq(id) from u',
]

describe('passesColumn', () => {
  test.each(passed)('as it is: %s', (sql) => {
    expect(passesColumn(sql, seq)).toBe(true)
  })

  test.each(changed)('changed or left out: %s', (sql) => {
    expect(passesColumn(sql, seq)).toBe(false)
  })

  test('under another name, where the view says so', () => {
    const renamed = { from: 'seq', to: 'arrived' }
    expect(passesColumn('select seq as arrived, id from u', renamed)).toBe(true)
    expect(
      passesColumn('with s as (select seq as arrived from u) select arrived from s', renamed),
    ).toBe(true)
    expect(passesColumn('select seq + 1 as arrived from u', renamed)).toBe(false)
  })
})
