/** The clock, chance and the run itself in rows that stay. */
import { describe, expect, test } from 'vitest'
import { incremental, lintOf, lintSql, marked } from './lint-of.ts'

const from = 'from {{source "raw" "events"}}'

describe('what differs from run to run', () => {
  const found = [
    'now()',
    'NOW()',
    'pg_catalog.now()',
    'current_timestamp',
    'current_timestamp(3)',
    'current_date',
    'localtimestamp',
    'today()',
    'get_current_timestamp()',
    'clock_timestamp()',
    'statement_timestamp()',
    'transaction_timestamp()',
    'random()',
    'uuid()',
    'gen_random_uuid()',
    'uuidv4()',
    `nextval('s')`,
    'age(born)',
    `timestamptz 'now'`,
    `'today'::date`,
    `'{{run_started_at}}'`,
    `'of {{invocation_id}}'`,
    'coalesce(at, now())',
  ]
  test.each(found)('%s', (expression) => {
    const codes = lintSql(incremental(`select ${expression} as x ${from}`))
    expect(codes.map((line) => line.split(' ')[1])).toEqual(['lint-wall-clock'])
  })

  const fine = [
    'random',
    'e.now',
    'e.current_date',
    `'now'`,
    `'now()'`,
    'x as now',
    'age(at, born)',
    'last_now()',
    '"now"',
    '/* now() */ 1 as one',
    'cast(id as uuid) as id',
  ]
  test.each(fine)('not %s', (expression) => {
    expect(
      lintSql(incremental(`select ${expression} from {{source "raw" "events"}} as e`)),
    ).toEqual([])
  })
})

test('the whole message, with the column to list', () => {
  const sql = incremental(`select id, date_trunc('day', now()) as built_on ${from}`)
  expect(lintOf({ 'models/m.sql': sql })).toEqual([
    'models/m.sql:2:30 lint-wall-clock: expected the same value in every run of incremental model "m", found "now()" = take it from the rows that are read, or say that the column differs: volatile_columns="built_on"',
  ])
})

test('only incremental models keep their rows', () => {
  expect(lintSql(`select now() as at, random() as r ${from}`)).toEqual([])
  expect(lintSql(`{{config materialized="table"}}select now() as at ${from}`)).toEqual([])
})

describe('volatile columns', () => {
  const volatile = (sql: string) => lintSql(incremental(sql, 'volatile_columns=(list "Built_At")'))
  const fine = [
    `select now() as built_at ${from}`,
    `select now() built_at ${from}`,
    `select now() as "built_at" ${from}`,
    `select cast(now() as date) as built_at ${from}`,
    `select (select now()) as built_at ${from}`,
    `with a as (select now() as built_at ${from}) select * from a`,
    `with a as (select now() as t ${from}) select a.t as built_at from a`,
    `select x.t as built_at from (select now() as t ${from}) as x`,
  ]
  test.each(fine)('%s', (sql) => {
    expect(volatile(sql)).toEqual([])
  })

  const found = [
    `select ▸now() as other ${from}`,
    `select 1 as built_at ${from} where at < ▸now()`,
    `select at as built_at ${from} order by ▸random()`,
    `with a as (select ▸now() as t ${from}) select t as other, 1 as built_at from a`,
  ]
  test.each(found)('not %s', (text) => {
    const { sql, column } = marked(text)
    expect(volatile(sql)).toEqual([`2:${column} lint-wall-clock`])
  })
})

test('an ephemeral model is part of what inlines it', () => {
  const files = {
    'models/e.sql': `{{config materialized="ephemeral"}}\nselect now() as at, id ${from}`,
    'models/m.sql': incremental('select * from {{ref "e"}}'),
  }
  const message =
    'models/e.sql:2:8 lint-wall-clock: expected the same value in every run of incremental model "m", which inlines "e", found "now()" = take it from the rows that are read, or say that the column differs: volatile_columns="at"'
  expect(lintOf(files)).toEqual([message])
  expect(lintOf(files, ['m'])).toEqual([message])
  expect(lintOf(files, ['e'])).toEqual([])
  const listed = incremental('select * from {{ref "e"}}', 'volatile_columns="at"')
  expect(lintOf({ ...files, 'models/m.sql': listed })).toEqual([])
})

test('what a macro writes is placed at its call', () => {
  const macros = '{{#macro "stamp"}}\n\n  now() as at\n{{/macro}}\n'
  const sql = incremental(`select id,\n  {{stamp}}\n${from}`)
  expect(lintOf({ 'models/m.sql': sql, 'macros/m.sql': macros })).toEqual([
    'models/m.sql:3:3 lint-wall-clock: expected the same value in every run of incremental model "m", found "now()" = take it from the rows that are read, or say that the column differs: volatile_columns="at" (macros/m.sql:3:3 the SQL stands here)',
  ])
})

test('both renderings of is_incremental are read, and a loop speaks once', () => {
  const sql = incremental(
    `select {{#if (is_incremental)}}1{{else}}random(){{/if}} as a,
  {{#each (list "b" "c") as |name|}}
  random() as {{name}},
  {{/each}}
  1 as d ${from}`,
  )
  expect(lintSql(sql)).toEqual(['2:41 lint-wall-clock', '4:3 lint-wall-clock'])
})
