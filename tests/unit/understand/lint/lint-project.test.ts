/** Which models are linted, in what order findings come, and how they are switched off. */
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
    'models/b.sql:1:19 invalid-value: expected one of "lint-nullable-key", "lint-wall-clock", "lint-watermark", "lint-partial-order", "lint-asof-ties", "lint-timestamp-zone", found "lint-partial"',
  ])
})

test('a model that cannot be rendered is left to the command that needs its SQL', () => {
  expect(lintOf({ 'models/a.sql': `{{raise "no"}} ${ordered}` })).toEqual([])
})
