import { describe, expect, test } from 'vitest'
import type { IndirectSelection } from '../../../../src/core/settings/indirect-selection.ts'
import { selectNodes } from '../../../../src/project/select/select-nodes.ts'
import type { Selection } from '../../../../src/project/select/selection.ts'
import { graphOf, manifestOf, settingsWith, valueOf } from '../parsed-project.ts'

/** a <- b <- c and a <- d; each has a test of its own, and others look at two of them. */
const project = manifestOf({
  'assay.yml': settingsWith(''),
  'models/a.sql': 'select 1 as id',
  'models/b.sql': 'select * from {{ref "a"}}',
  'models/c.sql': 'select * from {{ref "b"}}',
  'models/schema.yml': `models:
  - name: a
    columns: [{ name: id, data_tests: [unique: { name: of_a }] }]
  - name: b
    columns: [{ name: id, data_tests: [unique: { name: of_b }, relationships: { name: of_b_and_a, to: a, field: id }] }]
  - name: c
    columns: [{ name: id, data_tests: [relationships: { name: of_c_and_a, to: a, field: id }] }]
`,
  // It is given rows of a, and still looks at d alone.
  'models/deep/units.yml': `unit_tests:
  - name: of_d
    model: d
    given: [{ input: ref('a'), rows: [] }]
    expect: { rows: [] }
`,
  'models/deep/d.sql': 'select * from {{ref "a"}}',
})
const graph = graphOf(project)

function testsWith(
  select: string,
  indirectSelection?: IndirectSelection,
  exclude = '',
  selection?: Selection,
): string {
  const named = selection === undefined ? {} : { selector: 's' }
  const ids = valueOf(
    selectNodes(graph, project, {
      select: select === '' ? [] : [select],
      exclude: exclude === '' ? [] : [exclude],
      indirectSelection,
      selectors: [
        { name: 's', isDefault: false, selection: selection ?? { kind: 'union', parts: [] } },
      ],
      ...named,
    }),
  )
  const names = [...ids].map((id) => project.nodes.get(id)?.name ?? '')
  return names.filter((name) => name.startsWith('of_')).join(' ')
}

describe('N10: tests that come along', () => {
  test.each<[string, IndirectSelection | undefined, string]>([
    ['b', undefined, 'of_b of_b_and_a'],
    ['b', 'eager', 'of_b of_b_and_a'],
    ['b', 'cautious', 'of_b'],
    ['b', 'buildable', 'of_b of_b_and_a'],
    ['b', 'empty', ''],
    ['a', 'eager', 'of_a of_b_and_a of_c_and_a'],
    ['a', 'buildable', 'of_a'],
    ['a b', 'cautious', 'of_a of_b of_b_and_a'],
    ['c', 'cautious', ''],
    ['c', 'buildable', 'of_c_and_a'],
    ['a+', 'cautious', 'of_a of_b of_b_and_a of_d of_c_and_a'],
    ['resource_type:model,b', 'cautious', 'of_b'],
    ['d', 'eager', 'of_d'],
    ['path:models/deep', 'cautious', 'of_d'],
    ['d', 'empty', ''],
    ['test_type:unit,d', undefined, 'of_d'],
    ['of_b_and_a', 'empty', 'of_b_and_a'],
    ['of_b_and_a', 'cautious', 'of_b_and_a'],
  ])('N10: --select "%s", %s: %s', (select, mode, expected) => {
    expect(testsWith(select, mode)).toBe(expected)
  })

  test('N10: what is excluded takes tests away by the same rule', () => {
    expect(testsWith('a b', 'eager', 'b')).toBe('of_a of_c_and_a')
    expect(testsWith('a b', 'cautious', 'b')).toBe('of_a of_b_and_a')
    expect(testsWith('', 'cautious', 'a')).toBe('of_b of_b_and_a of_d of_c_and_a')
  })

  test('N10: a criterion of selectors.yml may say another rule than the flag', () => {
    const criterion = { method: 'fqn', argument: '', ancestors: 0, descendants: 0 } as const
    const named = (value: string, indirectSelection?: IndirectSelection): Selection => ({
      kind: 'criterion',
      criterion: {
        ...criterion,
        text: value,
        value,
        isClosed: false,
        ...(indirectSelection === undefined ? {} : { indirectSelection }),
      },
    })
    const parts = [named('a', 'empty'), named('b')]
    expect(testsWith('', 'eager', '', { kind: 'union', parts })).toBe('of_b of_b_and_a')
    expect(testsWith('', 'cautious', '', named('b', 'buildable'))).toBe('of_b of_b_and_a')
    expect(testsWith('', 'empty', '', named('a', 'cautious'))).toBe('of_a')
  })
})
