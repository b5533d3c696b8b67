import { describe, expect, test } from 'vitest'
import { changedNodes } from '../../../src/transform/changed-nodes.ts'
import { manifestOf, settingsWith } from '../project/parsed-project.ts'

const files = {
  'assay.yml': settingsWith(''),
  'models/a.sql': 'select {{cents "x"}} as x',
  'models/b.sql': 'select * from {{ref "a"}}',
  'models/b.yml': 'models: [{ name: b, columns: [{ name: x, data_tests: [unique, positive] }] }]',
  'seeds/s.csv': 'id\n1\n',
  'macros/money.sql': '{{#macro "cents" "n"}}({{plain n}} / 100){{/macro}}',
  'macros/plain.sql': '{{#macro "plain" "n"}}{{n}}{{/macro}}',
  'macros/other.sql': '{{#macro "other"}}1{{/macro}}',
  'tests/generic/positive.sql':
    '{{#test "positive" "model" "column_name"}}select * from {{model}} where {{column_name}} < 0{{/test}}',
}

/** Names of the nodes that changed when these files were saved. */
function changed(saved: Readonly<Record<string, string>>, vars = {}): readonly string[] {
  const before = manifestOf(files)
  const after = manifestOf({ ...files, ...saved }, { vars })
  return [...changedNodes(before, after, new Set(Object.keys(saved)))].map(
    (id) => after.nodes.get(id)?.name ?? id,
  )
}

describe('changedNodes', () => {
  test('nothing saved, or saved as it was', () => {
    expect(changed({})).toEqual([])
    expect(changed({ 'models/a.sql': files['models/a.sql'] })).toEqual([])
  })

  test('a model, without what reads it', () => {
    expect(changed({ 'models/a.sql': 'select 2 as x' })).toEqual(['a'])
  })

  test('a declaration under experiments or metrics: what lists it', () => {
    const declared = (more: string) => ({
      'models/lists.sql': 'select {{#each (experiments) as |e|}}{{e.planned_n}} as n{{/each}}',
      'models/e.yml': `experiments: [{ name: e, planned_n: ${more}, variants: [{ name: a }, { name: b }] }]`,
    })
    const before = manifestOf({ ...files, ...declared('10') })
    const after = manifestOf({ ...files, ...declared('20') })
    const found = changedNodes(before, after, new Set(['models/e.yml']))
    expect([...found].map((id) => after.nodes.get(id)?.name)).toEqual(['lists'])
  })

  test('a new one', () => {
    expect(changed({ 'models/c.sql': 'select 1' })).toEqual(['c'])
  })

  test('a seed by its content', () => {
    expect(changed({ 'seeds/s.csv': 'id\n2\n' })).toEqual(['s'])
  })

  test('a macro: what calls it, through others too', () => {
    expect(changed({ 'macros/money.sql': `${files['macros/money.sql']}\n` })).toEqual(['a'])
    expect(changed({ 'macros/plain.sql': `${files['macros/plain.sql']}\n` })).toEqual(['a'])
    expect(changed({ 'macros/other.sql': `${files['macros/other.sql']}\n` })).toEqual([])
  })

  test('a generic test: the tests made of it', () => {
    expect(
      changed({ 'tests/generic/positive.sql': `${files['tests/generic/positive.sql']}\n` }),
    ).toEqual(['positive_b_x'])
  })

  test('a test whose thresholds changed', () => {
    expect(
      changed({
        'models/b.yml':
          'models: [{ name: b, columns: [{ name: x, data_tests: [unique: { config: { severity: warn } }, positive: { config: { limit: 3 } }] }] }]',
      }),
    ).toEqual(['positive_b_x', 'unique_b_x'])
  })

  test('a config of assay.yml: the nodes below it', () => {
    expect(
      changed({ 'assay.yml': settingsWith('models: { b: { +materialized: table } }\n') }),
    ).toEqual(['b'])
  })

  test('vars: everything, and everything when there is nothing to compare with', () => {
    const all = ['a', 'b', 's', 'positive_b_x', 'unique_b_x']
    expect(changed({}, { start: 1 })).toEqual(all)
    const after = manifestOf(files)
    expect([...changedNodes(undefined, after, new Set())]).toEqual([...after.nodes.keys()])
  })
})
