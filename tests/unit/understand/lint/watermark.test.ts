/** The greatest value that is there, as the border of what is new. */
import { describe, expect, test } from 'vitest'
import { incremental, lintOf, lintSql, marked } from './lint-of.ts'

const from = 'from {{source "raw" "events"}} as e'

describe('watermarks', () => {
  const found = [
    `select * ${from} where at > (select ▸max(at) from {{this}})`,
    `select * ${from} where at > (select coalesce(▸max(t.at), '1900-01-01') from {{this}} as t)`,
    `select * ${from} where at > (select ▸max(at) - interval '3 days' from {{this}})`,
    `select * ${from} where at > (select at from {{this}} ▸order by at desc limit 1)`,
    `select * ${from} where at > (select ▸max(at) from (select at from {{this}}) as mine)`,
    `with w as (select ▸max(at) as at from {{this}}) select * ${from} cross join w where e.at > w.at`,
    `with mine as (select * from {{this}}), w as (select ▸max(at) as at from mine as m) select * ${from}, w where e.at > w.at`,
    `select * ${from} where at > (select ▸max(t.at) from {{source "raw" "loose"}} as x join {{this}} as t on t.id = x.id)`,
    `select * ${from} where at > (select ▸max(at) from {{this.schema}}.{{this.identifier}})`,
  ]
  test.each(found)('%s', (text) => {
    const { sql, column } = marked(text)
    expect(lintSql(incremental(sql))).toEqual([`2:${column} lint-watermark`])
  })

  const fine = [
    `select * ${from} where id not in (select id from {{this}})`,
    `select * ${from} where at > (select max(at) from {{source "raw" "loose"}})`,
    `select k, max(at) as at from (select k, at from {{this}} union all select k, at ${from}) as a group by k`,
    `select max(at) as at from (select at from {{this}} union all select at ${from}) as a`,
    `select e.* ${from} join (select k, max(at) as at from {{this}} group by k) as m on m.k = e.k`,
    `select * ${from} where k in (select k from (select k, max(at) over () as m from {{this}}) as t)`,
    `select e.*, (select max(x.at) from {{source "raw" "loose"}} as x where x.id not in (select id from {{this}})) as m ${from}`,
  ]
  test.each(fine)('not %s', (sql) => {
    expect(lintSql(incremental(sql))).toEqual([])
  })
})

test('inside is_incremental, with what to read instead', () => {
  const sql = incremental(
    `select * ${from}\n{{#if (is_incremental)}}\nwhere at > (select max(at) from {{this}})\n{{/if}}`,
  )
  expect(lintOf({ 'models/m.sql': sql })).toEqual([
    'models/m.sql:4:20 lint-watermark: expected new rows to be known by their arrival, found "max(..)" of the rows that are there: a row that comes late is never read = read {{new_rows (source "raw" "events")}} instead of comparing times',
  ])
})

test('in a macro that takes the model', () => {
  const macros = '{{#macro "border" "column"}}(select max({{column}}) from {{@root}}){{/macro}}'
  const sql = incremental(`select * ${from} where at > {{border "at"}}`)
  expect(lintSql(sql, macros)).toEqual(['2:57 lint-watermark'])
})

test('a model names its upstream', () => {
  const files = {
    'models/a.sql': 'select 1 as at',
    'models/m.sql': incremental(
      'select * from {{ref "a"}} where at > (select max(at) from {{this}})',
    ),
  }
  expect(lintOf(files).map((line) => line.replace(/.* = /, ''))).toEqual([
    'read {{new_rows "a"}} instead of comparing times',
  ])
})

test('new_rows has no border, and what it reads may be ordered and joined like a table', () => {
  const sources = `sources:
  - name: app
    tables:
      - name: clicks
        config: { arrival_column: _load_seq }
`
  const sql = `select n.*, row_number() over (partition by n.user_id order by n.at) as place
from {{new_rows (source "app" "clicks")}} as n`
  const found = lintOf({ 'models/app.yml': sources, 'models/m.sql': incremental(sql) })
  expect(found.map((line) => line.replace(/^(\S+ \S+):.* = /, '$1 = '))).toEqual([
    'models/m.sql:2:13 lint-partial-order = add what is unique: order by n.at, _load_seq',
  ])
  const total = sql.replace('n.at', 'n.at, n._load_seq')
  expect(lintOf({ 'models/app.yml': sources, 'models/m.sql': incremental(total) })).toEqual([])
})
