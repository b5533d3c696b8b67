import { describe, expect, test } from 'vitest'
import { asksOthers, readTestShape } from '../../../../src/project/sql/read-test-shape.ts'

const filtered = 'with "f" as (\nselect * from a where x > 0 group by 1 limit 2\n) '

describe('readTestShape', () => {
  test.each([
    [
      'select *\nfrom "s"."t" as tested\nwhere a is null',
      { prefix: '', from: '"s"."t" as tested', kind: 'rows', condition: 'a is null' },
    ],
    [
      `${filtered}select id from "f" where not (a > 1) or (select max(b) from c) < 2`,
      {
        prefix: filtered,
        from: '"f"',
        kind: 'rows',
        condition: 'not (a > 1) or (select max(b) from c) < 2',
      },
    ],
    [
      "select m as v, count(*) as n from t as tested where m not in ('where', 'x') group by m",
      {
        prefix: '',
        from: 't as tested',
        kind: 'groups',
        condition: "m not in ('where', 'x')",
        key: 'm',
      },
    ],
    [
      'select count(a) as n from t having count(a) = 0',
      { prefix: '', from: 't', kind: 'table', condition: 'count(a) = 0' },
    ],
  ])('%s', (sql, shape) => {
    expect(readTestShape(sql)).toEqual(shape)
  })

  test.each([
    ['an aggregate without groups gives a row in any case', 'select count(*) from t where a > 1'],
    ['groups of several columns', 'select a, b from t where a > 1 group by a, b'],
    ['a group by its place', 'select a, count(*) from t where a > 1 group by 1'],
    ['groups that are chosen', 'select a from t group by a having count(*) > 1'],
    ['several tables', 'select * from t, u where a > 1'],
    ['a join', 'select * from t inner join u on t.a = u.a where a > 1'],
    ['a derived table', 'select * from (select * from t) as x where a > 1'],
    ['each row once', 'select distinct a from t where a > 1'],
    ['a limit', 'select * from t where a > 1 limit 3'],
    ['a union', 'select * from t where a > 1 union all select * from t where a < 1'],
    ['a comment that would run over what follows', 'select * from t where a > 1 -- sic'],
    ['no condition', 'select * from t'],
  ])('%s: no shape', (_why, sql) => {
    expect(readTestShape(sql)).toBeUndefined()
  })

  test('a condition that asks another table says so', () => {
    const shapes = ['a in (select b from u)', "a = 'select'"].map((condition) =>
      readTestShape(`select * from t where ${condition}`),
    )
    expect(shapes.map((shape) => shape !== undefined && asksOthers(shape))).toEqual([true, false])
  })
})
