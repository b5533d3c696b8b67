/** What YAML says of macros is checked against the macros. */
import { expect, test } from 'vitest'
import { manifestOf, saidOf } from '../parsed-project.ts'

const files = {
  'macros/m.sql':
    '{{#macro "cents" "amount" scale=2}}{{amount}}{{scale}}{{/macro}}{{#macro "cents" "amount" "places" adapter="postgres"}}{{amount}}{{places}}{{/macro}}{{#test "is_positive" "model" "column_name"}}select 1 from {{model}} where {{column_name}} < 0{{/test}}',
  'models/a.sql': 'select 1 as id',
}

test('M8: a macro or argument that is not there, and a type that is none, are warned of with the nearest name', () => {
  const yaml = `macros:
  - { name: cent }
  - name: cents
    arguments:
      - { name: amuont, type: integer }
      - { name: scale, type: "dict[string, list[optional[int]]]" }
      - { name: places, type: "list[str" }
      - { name: scale, type: "string[int]" }
  - { name: test_is_positive, arguments: [{ name: model, type: Relation }, { name: column_name, type: colum }] }
  - { name: star }
`
  expect(saidOf({ ...files, 'macros/m.yml': yaml })).toEqual([
    'macros/m.yml:2:13 unknown-node: expected the name of a macro, found "cent" = did you mean "cents"?',
    'macros/m.yml:5:17 unknown-argument: expected an argument of the macro "cents", found "amuont" = did you mean "amount"?',
    'macros/m.yml:7:31 unknown-argument: expected a type of an argument, found "list[str" = one of string, boolean, integer, float, any, relation, column, list[..], dict[.., ..], optional[..]',
    'macros/m.yml:8:30 unknown-argument: expected a type of an argument, found "string[int]" = one of string, boolean, integer, float, any, relation, column, list[..], dict[.., ..], optional[..]',
    'macros/m.yml:9:103 unknown-argument: expected a type of an argument, found "colum" = one of string, boolean, integer, float, any, relation, column, list[..], dict[.., ..], optional[..]',
    'macros/m.yml:10:13 unknown-node: expected the name of a macro, found "star"',
  ])
})

test('a macro that is not there is told with the nearest name and where it was called, a file that cannot be read alone', () => {
  const project = {
    'macros/near.sql': '{{#macro "now_of_events"}}now{{/macro}}',
    'macros/far.sql': '{{#macro "wanted"}}select {{now_of_event}}{{/macro}}',
    'models/a.sql': '{{wanted}}',
  }
  expect(saidOf(project)).toEqual([
    'macros/far.sql:1:29 unknown-name: expected a name in scope, found "now_of_event" = did you mean "now_of_events"? (models/a.sql:1:1 "wanted" is called here)',
  ])
  expect(
    saidOf({
      ...project,
      'macros/near.sql': '{{#macro "now_of_event"}}{{#if (var "a"}}x{{/if}}{{/macro}}',
    }),
  ).toEqual([expect.stringMatching(/^macros\/near\.sql:1:40 template-syntax: /)])
})

test('M8: each variant may be described by its own name, none twice', () => {
  const one = 'macros: [{ name: postgres__cents, description: a variant }]'
  expect(saidOf({ ...files, 'macros/m.yml': one })).toEqual([])
  const manifest = manifestOf({ ...files, 'macros/m.yml': one })
  expect([...manifest.macroPatches.keys()]).toEqual(['shop.postgres__cents'])
  expect(
    saidOf({ ...files, 'macros/m.yml': one, 'macros/n.yml': 'macros: [{ name: cents }]' }),
  ).toEqual([
    'macros/n.yml:1:18 duplicate-name: expected "cents" to be described once, found a second entry (macros/m.yml:1:18 first described here)',
  ])
})
