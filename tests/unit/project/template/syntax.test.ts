/** Syntax: our tree is Handlebars' tree, and syntax errors are said in our words. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import Handlebars from 'handlebars'
import { never } from '../../../../src/core/never.ts'
import type { Program } from '../../../../src/project/template/syntax/syntax-tree.ts'
import { parseTemplate } from '../../../../src/project/template/parse-template.ts'
import { parseFaults, sqlOf } from './support.ts'

const faults: readonly (readonly [string, string])[] = [
  [
    'select 1\n {{#if x}}a',
    'template-syntax models/a.sql:2:2+9 expected {{/if}}, found the end of the file',
  ],
  [
    'x {{#if x}}a{{/each}}',
    'template-syntax models/a.sql:1:3+9 expected {{/if}} to close {{#if}}, found {{/each}} < {{/each}} stands here models/a.sql:1:13',
  ],
  [
    'a{{/if}}',
    'template-syntax models/a.sql:1:2+7 expected a block to close, found {{/if}} without {{#if}}',
  ],
  [
    'a {{else}} b',
    'template-syntax models/a.sql:1:3+8 expected a block around {{else}}, found none',
  ],
  [
    '{{#if x}}{{else}}{{else}}{{/if}}',
    'template-syntax models/a.sql:1:18+8 expected one {{else}} in {{#if}}, found another',
  ],
  ['a\n{{ref "x"', 'template-syntax models/a.sql:2:1+9 expected }}, found the end of the file'],
  ['{{ref "x"\nfrom {{ref "y"}}', 'template-syntax models/a.sql:1:1+9 expected }}, found {{'],
  [
    '{{ref "x}}',
    'template-syntax models/a.sql:1:7+1 expected a closing ", found the end of the file',
  ],
  ['{{ref "x}} a {{ref "y"}}', 'template-syntax models/a.sql:1:7+1 expected a closing ", found }}'],
  ['{{}}', 'template-syntax models/a.sql:1:3+2 expected a name or value, found }}'],
  ['{{foo ) }}', 'template-syntax models/a.sql:1:7+1 expected a name or value or }}, found ")"'],
  ['{{foo a=}}', 'template-syntax models/a.sql:1:9+2 expected a name or value, found }}'],
  [
    '{{ref (concat "a" "b"}}',
    'template-syntax models/a.sql:1:22+2 expected a name or value or ")", found }}',
  ],
  ['{{#each x as |a}}{{/each}}', 'template-syntax models/a.sql:1:16+2 expected "|", found }}'],
  [
    '{{x 1e+3}}',
    'template-syntax models/a.sql:1:5+4 expected a plain number, found "1e+3" | write 1000',
  ],
  ['{{a.this}}', 'template-syntax models/a.sql:1:3+6 expected a plain name, found "a.this"'],
  [
    '{{{{a}}}}x{{{{/a}}}}',
    'template-syntax models/a.sql:1:1+4 expected a template tag, found a raw block "{{{{" | write \\{{ for two braces that are text',
  ],
  [
    '{{x}}}',
    'template-syntax models/a.sql:1:4+3 expected a name or value or }}, found "}}}" | write a space between }} and }',
  ],
  ['{{(list 1)}}', 'template-syntax models/a.sql:1:3+1 expected a name or value, found "("'],
  [
    '{{!-- a',
    'template-syntax models/a.sql:1:1+5 expected --}} to end the comment, found the end of the file',
  ],
]
for (const [text, fault] of faults) {
  test(`syntax error: ${text}`, () => {
    expect(parseFaults(text)).toEqual([fault])
  })
}

test('a backslash makes braces text, a space keeps them apart', () => {
  expect(sqlOf(`\\{{ref "x"}} {{upper "a"}} } \\\\{{upper "b"}} '{"a": {"b": 1}}'`)).toEqual(
    `{{ref "x"}} A } \\B '{"a": {"b": 1}}'`,
  )
})

test('tags that print nothing take their line with them', () => {
  expect(
    sqlOf(
      'a\n  {{config x=1}}\n{{depends_on "a"}}\nb {{log "c"}}\n{{!-- d --}}\n{{#if true}}\n  c\n{{else}}\n  d\n{{/if}}\ne',
    ),
  ).toEqual('a\nb \n  c\ne')
})

test('a tilde takes all whitespace beside it', () => {
  expect(sqlOf('a  \n {{~upper "b"~}} \n c{{~#if true~}} d {{~/if~}} e')).toEqual('aBcde')
})

type Flat = readonly (string | Flat)[]

function flatten(program: Program): Flat {
  return program.map((statement): string | Flat => {
    switch (statement.kind) {
      case 'text':
        return `text ${statement.text}`
      case 'print':
        return `print ${statement.call.callee.kind === 'path' ? statement.call.callee.parts.join('.') : ''}`
      case 'block':
        return [flatten(statement.body), flatten(statement.otherwise ?? [])]
      case 'partial':
      case 'unsupported':
        return statement.kind
      default:
        return never(statement)
    }
  })
}

function flattenOracle(program: hbs.AST.Program | undefined): Flat {
  return (program?.body ?? []).flatMap((node): Flat => {
    if (isNode(node, 'ContentStatement')) return node.value === '' ? [] : [`text ${node.value}`]
    if (isNode(node, 'MustacheStatement')) {
      if (!node.escaped) return ['unsupported']
      return [`print ${'parts' in node.path ? node.path.parts.join('.') : ''}`]
    }
    if (isNode(node, 'BlockStatement')) {
      return [[flattenOracle(node.program), flattenOracle(node.inverse)]]
    }
    return []
  })
}

interface Nodes {
  ContentStatement: hbs.AST.ContentStatement
  MustacheStatement: hbs.AST.MustacheStatement
  BlockStatement: hbs.AST.BlockStatement
}
function isNode<Type extends keyof Nodes>(node: hbs.AST.Node, type: Type): node is Nodes[Type] {
  return node.type === type
}

const leaf = fc.constantFrom(
  'a',
  ' ',
  '\n',
  '  \n',
  '\n\n  ',
  '\t',
  '\r\n',
  'b c',
  '\\{{x}}',
  '\\\\{{y}}',
  '{',
  '}',

  '{{x}}',
  '{{~x}}',
  '{{x~}}',
  '{{ x.y.[z w] 1 a="b" }}',
  '{{!-- c }} --}}',
  '{{! d }}',
  "{{f 'a' (g 1)}}",
)
const { tree } = fc.letrec<{ tree: string; block: string }>((tie) => ({
  tree: fc
    .array(fc.oneof({ depthSize: 'small' }, leaf, tie('block')), { maxLength: 6 })
    .map((parts) => parts.join('')),
  block: fc
    .tuple(
      fc.constantFrom('{{#if x}}', '{{~#if x~}}', '{{#if (f x) }}'),
      tie('tree'),
      fc.constantFrom('', '{{else}}', '{{~else~}}', '{{^}}', '{{else if y}}', '{{~else if y~}}'),
      tie('tree'),
      fc.constantFrom('{{/if}}', '{{~/if~}}', '{{/if }}'),
    )
    .map((parts) => parts.join('')),
}))

function oracle(text: string): Flat | 'refused' {
  try {
    return flattenOracle(Handlebars.parse(text))
  } catch {
    return 'refused'
  }
}

test('property: our tree is the tree that Handlebars gives', () => {
  fc.assert(
    fc.property(tree, (text) => {
      const parsed = parseTemplate({ path: 'models/a.sql', text })
      // A brace beside a tag makes three: ours to explain, with words of our own, whatever Handlebars makes of it.
      if (/\{\{\{|\}\}\}/.test(text)) return
      expect(parsed.ok ? flatten(parsed.value.ast) : 'refused').toEqual(oracle(text))
    }),
    { numRuns: 2000 },
  )
})

test('property: a literal is exactly the stretch of the source that its range names', () => {
  fc.assert(
    fc.property(tree, (text) => {
      const visit = (program: Program): void => {
        for (const statement of program) {
          if (statement.kind === 'text') {
            const { start, end } = statement.range
            expect(text.slice(start, end)).toEqual(statement.text)
          }
          if (statement.kind !== 'block') continue
          visit(statement.body)
          visit(statement.otherwise ?? [])
        }
      }
      const parsed = parseTemplate({ path: 'models/a.sql', text })
      if (parsed.ok) visit(parsed.value.ast)
    }),
    { numRuns: 2000 },
  )
})
