/** The segment map: each character of the SQL leads back to where it was written. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseTemplate } from '../../../../src/project/template/parse-template.ts'
import { render } from '../../../../src/project/template/render.ts'
import { locate, shiftMap } from '../../../../src/project/template/segment-map.ts'
import { environmentOf, renderOf, state } from './support.ts'

const macros = `{{#macro "cents" "column" scale=2}}
round({{column}} / 100, {{scale}})
{{/macro}}
{{#macro "wrap" "label"}}
/* {{label}} */ (
  {{> @partial-block}}
) as {{label}}
{{/macro}}
`
const text = `{{config materialized="table"}}
select {{cents "amount" scale=4}} as paid,
{{#each (list 7 8) as |day|}}
  {{#wrap "w"}}
    sum(case when d = {{day}} then {{cents "x"}} end)
  {{/wrap}},
{{/each}}
  1 as one
from {{ref "stg"}}
{{#if true}}
where {{upper (cents "y")}} > 0
{{/if}}
`

function places(needles: readonly string[]): readonly string[] {
  const rendered = renderOf(text, macros)
  if (rendered.kind !== 'sql') throw new Error('not rendered')
  return needles.map((needle) => {
    const place = locate(rendered.map, rendered.sql.indexOf(needle))
    if (place === undefined) return `${needle}: nowhere`
    const { span, related } = place
    const calls = related.map(
      ({ message, span: at }) => `${message} ${at.path}:${at.line}:${at.column}`,
    )
    return [`${needle}: ${span.path}:${span.line}:${span.column}+${span.length}`, ...calls].join(
      ' < ',
    )
  })
}

test('literals, expressions, macros, blocks in loops', () => {
  const rendered = renderOf(text, macros)
  expect(rendered.kind === 'sql' && rendered.sql).toEqual(`select round(amount / 100, 4) as paid,
  /* w */ (
    sum(case when d = 7 then round(x / 100, 2) end)
  ) as w,
  /* w */ (
    sum(case when d = 8 then round(x / 100, 2) end)
  ) as w,
  1 as one
from "main"."stg"
where ROUND(Y / 100, 2) > 0
`)
  expect(
    places([
      'select',
      'round',
      'amount',
      '100, 4',
      '4)',
      'paid',
      '/* w',
      'w */',
      'sum(',
      '8 then',
      'x / 100',
      '2) end',
      'end)\n',
      ') as w',
      'one',
      '"main"',
      'where',
      'Y / 100',
      '> 0',
    ]),
  ).toEqual([
    'select: models/a.sql:2:1+1',
    'round: macros/m.sql:2:1+1 < "cents" is called here models/a.sql:2:8',
    'amount: macros/m.sql:2:7+10 < "cents" is called here models/a.sql:2:8',
    '100, 4: macros/m.sql:2:20+1 < "cents" is called here models/a.sql:2:8',
    '4): macros/m.sql:2:25+9 < "cents" is called here models/a.sql:2:8',
    'paid: models/a.sql:2:38+1',
    '/* w: macros/m.sql:5:1+1 < "wrap" is called here models/a.sql:4:3',
    'w */: macros/m.sql:5:4+9 < "wrap" is called here models/a.sql:4:3',
    'sum(: models/a.sql:5:5+1',
    '8 then: models/a.sql:5:23+7',
    'x / 100: macros/m.sql:2:7+10 < "cents" is called here models/a.sql:5:36',
    '2) end: macros/m.sql:2:25+9 < "cents" is called here models/a.sql:5:36',
    'end)\n: models/a.sql:5:50+1',
    ') as w: macros/m.sql:7:1+1 < "wrap" is called here models/a.sql:4:3',
    'one: models/a.sql:8:8+1',
    '"main": models/a.sql:9:6+13',
    'where: models/a.sql:11:1+1',
    'Y / 100: models/a.sql:11:7+21',
    '> 0: models/a.sql:11:29+1',
  ])
})

test('an offset before the map is nowhere, one behind the end is behind the last character', () => {
  const rendered = renderOf('a\nbc')
  if (rendered.kind !== 'sql') throw new Error('not rendered')
  const shifted = shiftMap(rendered.map, 10)
  const at = (column: number) => ({
    span: { path: 'models/a.sql', line: 2, column, length: 1 },
    related: [],
  })
  expect([9, 12, 13, 14, 99].map((offset) => locate(shifted, offset))).toEqual([
    undefined,
    at(1),
    at(2),
    at(3),
    at(3),
  ])
})

const piece = fc.constantFrom(
  'select a',
  ' ',
  '\n',
  '  \n',
  '\r\n',
  '\t',
  'x, y',
  '\\{{b}}',
  '\\\\{{lower "C"}}',
  "'é'",
  '-- d\n',

  '{{lower "A"}}',
  '{{~lower "B"~}}',
  '{{!-- e --}}',
  '{{config f=1}}',
  '{{#if true}}',
  '{{/if}}',
  '{{#each (list 1 2)}}',
  '{{/each}}',
  '{{else}}',
  '{{~#if (is_incremental)~}}',
)

test('property: every literal character is the same character in the file', () => {
  let rendered = 0
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (parts) => {
      const source = parts.join('')
      const parsed = parseTemplate({ path: 'models/a.sql', text: source })
      if (!parsed.ok) return
      const result = render(parsed.value, { environment: environmentOf(), state })
      if (result.kind !== 'sql') throw new Error('not rendered')
      rendered += 1
      const sourceLines = source.split('\n').map((line) => `${line}\n`)
      expect(result.map.map(({ start }) => start)).toEqual(
        [...new Set(result.map.map(({ start }) => start))].sort((a, b) => a - b),
      )
      for (const [index, segment] of result.map.entries()) {
        const end = result.map[index + 1]?.start ?? result.sql.length
        if (!segment.isLiteral) continue
        for (let offset = segment.start; offset < end; offset += 1) {
          const place = locate(result.map, offset)
          const line = sourceLines[(place?.span.line ?? 0) - 1] ?? ''
          expect(line[(place?.span.column ?? 0) - 1]).toEqual(result.sql[offset])
        }
      }
    }),
    { numRuns: 2000 },
  )
  expect(rendered).toBeGreaterThan(300)
})
