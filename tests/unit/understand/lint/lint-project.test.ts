/** Which models are linted, in what order findings come, and how they are switched off. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { saidOf, settingsWith } from '../../project/parsed-project.ts'
import { incremental, lintOf } from './lint-of.ts'

const ordered = 'select row_number() over () as n from {{source "raw" "loose"}}'
const both = incremental(`${ordered} where at < now()`)
const places = (found: readonly string[]) => found.map((line) => line.replace(/(\S+ \S+):.*/, '$1'))

test('findings come in order of their places', () => {
  const files = { 'models/b.sql': both, 'models/a.sql': ordered, 'models/c.sql': 'select 1 as one' }
  expect(places(lintOf(files))).toEqual([
    'models/a.sql:1:8 lint-partial-order',
    'models/b.sql:2:8 lint-partial-order',
    'models/b.sql:2:75 lint-wall-clock',
  ])
  expect(places(lintOf(files, ['a', 'c']))).toEqual(['models/a.sql:1:8 lint-partial-order'])
})

test('a finding is switched off for a model or a folder, the others stay', () => {
  const off = both.replace('}}', ' lint_off=(list "lint-partial-order")}}')
  expect(places(lintOf({ 'models/b.sql': off }))).toEqual(['models/b.sql:2:75 lint-wall-clock'])
  const settings = settingsWith(
    'models:\n  old: { +lint_off: [lint-wall-clock, lint-partial-order] }\n',
  )
  const files = { 'assay.yml': settings, 'models/old/b.sql': both, 'models/c.sql': ordered }
  expect(places(lintOf(files))).toEqual(['models/c.sql:1:8 lint-partial-order'])
  const yml = 'models:\n  - name: b\n    config: { lint_off: [lint-wall-clock] }\n'
  expect(places(lintOf({ 'models/b.sql': both, 'models/b.yml': yml }))).toEqual([
    'models/b.sql:2:8 lint-partial-order',
  ])
})

test('an unknown code is an error of the project', () => {
  const said = saidOf({
    'models/b.sql': '{{config lint_off=(list "lint-partial")}}select 1 as one',
  })
  expect(said).toEqual([
    'models/b.sql:1:19 invalid-value: expected one of "lint-nullable-key", "lint-wall-clock", "lint-watermark", "lint-partial-order", "lint-asof-ties", "lint-timestamp-zone", "dialect-gap", found "lint-partial"',
  ])
})

test('a model that cannot be rendered is left to the command that needs its SQL', () => {
  expect(lintOf({ 'models/a.sql': `{{raise "no"}} ${ordered}` })).toEqual([])
})

test('whatever a model holds, lint comes to an end', () => {
  const words =
    'select from where group by order limit 1 over ( ) ( ) , . :: as with w a b * timestamp cast row_number max list distinct on window asof join using union now ; [ ] qualify within age fetch rows partition exists \'x\' "q" -- {{this}} strptime at time zone materialized'
  const pieces = fc.array(fc.constantFrom(...words.split(' ')), { maxLength: 40 })
  fc.assert(
    fc.property(pieces, (list) => {
      const sql = incremental(list.join(' '), 'volatile_columns="a"')
      for (const line of lintOf({ 'models/m.sql': sql })) expect(line).toMatch(/^models\/m\.sql:2:/)
    }),
    { numRuns: 100 },
  )
})

test('windows and names that define themselves', () => {
  const from = 'from {{source "raw" "loose"}}'
  expect(
    places(lintOf({ 'models/m.sql': `select lag(a) over w ${from} window w as (w order by at)` })),
  ).toEqual(['models/m.sql:1:8 lint-partial-order'])
  const circle =
    'with a as (select * from b), b as (select * from a) select lag(x) over (order by y) from a'
  expect(places(lintOf({ 'models/m.sql': circle }))).toEqual([
    'models/m.sql:1:60 lint-partial-order',
  ])
})
