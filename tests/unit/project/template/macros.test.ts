/** Macro files, the library made of them, and calls of macros. */
import { describe, expect, test } from 'vitest'
import { buildLibrary } from '../../../../src/project/template/build-library.ts'
import { parseMacroFile } from '../../../../src/project/template/parse-macro-file.ts'
import { render, renderTestCall } from '../../../../src/project/template/render.ts'
import type { MacroDefinition } from '../../../../src/project/template/template.ts'
import {
  checkFaults,
  collectFaults,
  environmentOf,
  libraryOf,
  lines,
  macroFaults,
  refsOf,
  relationOf,
  sqlOf,
  state,
  templateOf,
} from './support.ts'

function definitionsOf(text: string, isBuiltIn = false): readonly MacroDefinition[] {
  const parsed = parseMacroFile(
    { path: isBuiltIn ? 'library/l.sql' : 'macros/m.sql', text },
    { isBuiltIn },
  )
  if (!parsed.ok) throw new Error(lines(parsed.diagnostics).join('\n'))
  return parsed.value
}

function macroFileFaults(text: string): readonly string[] {
  const parsed = parseMacroFile({ path: 'macros/m.sql', text }, { isBuiltIn: false })
  return parsed.ok ? [] : lines(parsed.diagnostics)
}

describe('M1: macros that give a value', () => {
  const macros = `{{#macro "methods" "is_all"}}{{#if is_all}}{{return (list "card" "cash")}}{{/if}}{{return (list)}}{{/macro}}
{{#macro "from_database"}}{{#each (query "select distinct id from" (ref "a")) as |row|}}{{yield row.id}}{{/each}}{{/macro}}`

  test('a list that is known at parse time folds: refs may hang on it', () => {
    expect(refsOf('{{#each (methods true) as |m|}}{{ref m}}{{/each}}', macros)).toEqual([
      'card',
      'cash',
    ])
    expect(refsOf('{{#each (methods false) as |m|}}{{ref "x"}}{{/each}}', macros)).toEqual(['x'])
  })

  test('one that only the database knows is known in the run', () => {
    expect(sqlOf('{{join (from_database) "-"}}', macros)).toBe('1-2')
    expect(collectFaults('{{#each (from_database) as |id|}}{{ref id}}{{/each}}', macros)).toEqual([
      'dynamic-ref models/a.sql:1:40+2 expected a name known before the run for ref, found a value that only the run gives | name the node with {{depends_on "x"}}',
    ])
  })

  test('nothing behind a return is rendered', () => {
    const stopping =
      '{{#macro "m"}}{{#each (list 1 2)}}{{return this}}{{raise "no"}}{{/each}}{{raise "no"}}{{/macro}}'
    expect(sqlOf('{{m}}', stopping)).toBe('1')
  })

  test('return and yield outside a macro', () => {
    expect(checkFaults('{{return 1}}')).toEqual([
      'wrong-arguments models/a.sql:1:1+12 expected return inside {{#macro}}, found it outside',
    ])
    expect(macroFaults('{{#test "t" "model"}}{{yield 1}}{{/test}}')).toEqual([
      'wrong-arguments macros/m.sql:1:22+11 expected yield inside {{#macro}}, found it outside',
    ])
  })

  test('dbt and dbt_utils are the macros that every project has', () => {
    const own =
      '{{#macro "sql_concat" "xs"}}{{join xs " || "}}{{/macro}}{{#macro "star"}}*{{/macro}}'
    expect(sqlOf('{{dbt.concat (list "a" "b")}} {{dbt_utils.star}} {{star}}', own)).toBe(
      'a || b * *',
    )
    expect(checkFaults('{{dbt_utils.star 1}}{{dbt_utils.stars 1}}', own)).toEqual([
      'wrong-arguments models/a.sql:1:18+1 expected at most 0 arguments for dbt_utils.star, found 1 | write {{dbt_utils.star}}',
      'unknown-name models/a.sql:1:23+15 expected the name of a helper or macro, found "dbt_utils.stars" | did you mean "dbt_utils.star"?',
    ])
  })
})

describe('parseMacroFile', () => {
  test('reads names, parameters, defaults and variants', () => {
    const definitions = definitionsOf(
      '{{!-- c --}}\n{{#macro "m" "a" "b" c=1 d=(list "x" (dict y=null)) adapter="postgres"}}\nx\n{{/macro}}\n\n{{#test "t" "model"}}y{{/test}}\n',
      true,
    )
    expect(
      definitions.map(
        ({ kind, name, adapter, positional, named, span, isBuiltIn, takesBlock }) => ({
          kind,
          name,
          adapter,
          positional,
          named,
          span,
          isBuiltIn,
          takesBlock,
        }),
      ),
    ).toEqual([
      {
        kind: 'macro',
        name: 'm',
        adapter: 'postgres',
        positional: ['a', 'b'],
        named: [
          { name: 'c', default: 1 },
          { name: 'd', default: ['x', { y: null }] },
        ],
        span: { path: 'library/l.sql', line: 2, column: 1, length: 72 },
        isBuiltIn: true,
        takesBlock: false,
      },
      {
        kind: 'test',
        name: 't',
        adapter: undefined,
        positional: ['model'],
        named: [],
        span: { path: 'library/l.sql', line: 6, column: 1, length: 21 },
        isBuiltIn: true,
        takesBlock: false,
      },
    ])
  })

  const faults: readonly (readonly [string, readonly string[]])[] = [
    [
      'select 1\n{{#macro "m"}}{{/macro}} x',
      [
        'template-syntax macros/m.sql:1:1+8 expected {{#macro ..}} or {{#test ..}} in a macro file, found "select 1"',
        'template-syntax macros/m.sql:2:26+1 expected {{#macro ..}} or {{#test ..}} in a macro file, found "x"',
      ],
    ],
    [
      '{{ref "a"}}',
      [
        'template-syntax macros/m.sql:1:1+11 expected {{#macro ..}} or {{#test ..}} in a macro file, found "{{ref \\"a\\"}}"',
      ],
    ],
    [
      '{{#if 1}}{{/if}}',
      [
        'template-syntax macros/m.sql:1:1+9 expected {{#macro ..}} or {{#test ..}} in a macro file, found "{{#if 1}}"',
      ],
    ],
    [
      '{{#macro}}{{/macro}}',
      [
        'wrong-arguments macros/m.sql:1:1+10 expected the name of the macro in quotes, found none | write {{#macro "name" "parameter" other=1}}',
      ],
    ],
    [
      '{{#macro m "a b"}}{{/macro}}',
      [
        'wrong-arguments macros/m.sql:1:10+1 expected a name in quotes, of letters, digits and _, found m',
        'wrong-arguments macros/m.sql:1:12+5 expected a name in quotes, of letters, digits and _, found "a b"',
      ],
    ],
    [
      '{{#macro "m" a=(var "x")}}{{/macro}}',
      [
        'wrong-arguments macros/m.sql:1:16+9 expected a literal, a list or a dict as the default of "a", found (var "x")',
      ],
    ],
    [
      '{{#macro "m" adapter="oracle"}}{{/macro}}',
      [
        'invalid-value macros/m.sql:1:22+8 expected "duckdb" or "postgres" for adapter, found "oracle"',
      ],
    ],
    [
      '{{#macro "m" "a" a=1}}{{/macro}}',
      ['wrong-arguments macros/m.sql:1:1+22 expected each parameter once, found "a" twice'],
    ],
    [
      '{{#macro "m" as |a b|}}{{else}}{{/macro}}',
      [
        'template-syntax macros/m.sql:1:1+23 expected no {{else}} in {{#macro}}, found one',
        'template-syntax macros/m.sql:1:1+23 expected the parameters of {{#macro}} in quotes, found "as |a b|" | write {{#macro "name" "a" "b"}}',
      ],
    ],
    [
      '{{#macro "m"}}',
      ['template-syntax macros/m.sql:1:1+14 expected {{/macro}}, found the end of the file'],
    ],
    [
      '{% macro m(a) %}',
      [
        'jinja-syntax macros/m.sql:1:1+16 expected Handlebars, found Jinja {% macro m(a) %} | write {{#macro "m" "a"}}',
      ],
    ],
  ]
  for (const [text, expected] of faults) {
    test(text, () => {
      expect(macroFileFaults(text)).toEqual(expected)
    })
  }
})

describe('the body of a macro', () => {
  const bodies: readonly (readonly [string, string])[] = [
    ['{{#macro "m"}}a{{/macro}}', '[a]'],
    ['{{#macro "m"}}\na\n{{/macro}}', '[a]'],
    ['{{#macro "m"}}\n\na\n\n{{/macro}}', '[\na\n]'],
    ['  {{#macro "m"}}  \n  a\n  {{/macro}}', '[  a]'],
    ['{{#macro "m"}}\r\na\r\n{{/macro}}', '[a]'],
    ['{{#macro "m"}} a {{/macro}}', '[ a ]'],
    ['{{#macro "m"}}\n{{/macro}}', '[]'],
    ['{{#macro "n"}}{{/macro}}{{#macro "m"}}\na\n{{/macro}}{{#macro "o"}}{{/macro}}', '[a]'],
    ['{{#macro "m"}}\n{{#if true}}\na\n{{/if}}\n{{/macro}}', '[a\n]'],
  ]
  for (const [macro, sql] of bodies) {
    test(JSON.stringify(macro), () => {
      expect(sqlOf('[{{m}}]', macro)).toEqual(sql)
    })
  }
})

describe('calls of macros', () => {
  const macros = `
{{#macro "cents" "column" scale=2 suffix=""}}
round({{column}} / 100, {{scale}}){{suffix}}
{{/macro}}
{{#macro "twice" "x"}}{{x}}{{x}}{{/macro}}
{{#macro "wrap" "label"}}
-- {{label}}
(
  {{> @partial-block}}
)
{{/macro}}
{{#macro "outer"}}<{{#wrap "in"}}{{> @partial-block}}{{/wrap}}>{{/macro}}
`

  test('positional arguments fill the quoted names, then the defaults', () => {
    expect(
      sqlOf(
        '{{cents "a"}} {{cents "a" 4}} {{cents "a" 4 "!"}} {{cents suffix="?" column="b"}}',
        macros,
      ),
    ).toEqual('round(a / 100, 2) round(a / 100, 4) round(a / 100, 4)! round(b / 100, 2)?')
  })

  test('as a value a macro is its text', () => {
    expect(sqlOf('{{upper (cents (twice "a"))}}', macros)).toEqual('ROUND(AA / 100, 2)')
  })

  test('with a block, which keeps the scope of where it is written', () => {
    expect(
      sqlOf(
        'a\n{{#each (list "x" "y") as |label|}}\n{{#wrap "l"}}\n{{label}} {{this}} {{@index}}\n{{/wrap}}\nb\n{{/each}}\nc',
        macros,
      ),
    ).toEqual('a\n-- l\n(\nx x 0\n)\nb\n-- l\n(\ny y 1\n)\nb\nc')
  })

  test('blocks in blocks', () => {
    expect(sqlOf('{{#outer}}x{{/outer}}', macros)).toEqual('<-- in\n(\nx)>')
  })

  test('a macro does not see the names of its caller', () => {
    const parsed = definitionsOf(
      '{{#macro "m"}}{{#let b=1}}{{n}}{{/let}}{{/macro}}{{#macro "n"}}{{#if true}}{{this}}{{/if}}{{/macro}}',
    )
    const library = buildLibrary(parsed)
    if (!library.ok) throw new Error('no library')
    const environment = environmentOf({ library: library.value })
    const rendered = render(templateOf('{{#each (list 1)}}{{m}}{{/each}}'), { environment, state })
    expect(rendered.kind === 'sql' && rendered.sql).toEqual('"silver"."orders"')
  })

  test('the variant of the adapter, else the one for all', () => {
    const library = libraryOf(
      '{{#macro "m"}}any{{/macro}}{{#macro "m" adapter="postgres"}}pg{{/macro}}',
    )
    const texts = (['duckdb', 'postgres'] as const).map((adapter) => {
      const rendered = render(templateOf('{{m}}'), {
        environment: environmentOf({ library, adapter }),
        state,
      })
      return rendered.kind === 'sql' && rendered.sql
    })
    expect(texts).toEqual(['any', 'pg'])
  })

  test('raise in a macro names its place and the calls', () => {
    const raising =
      '{{#macro "a"}}{{raise "no"}}{{/macro}}{{#macro "b"}}{{#wrap}}{{a}}{{/wrap}}{{/macro}}{{#macro "wrap"}}{{> @partial-block}}{{/macro}}'
    expect(sqlOf('x {{b}}', raising)).toEqual(
      'template-raise macros/m.sql:1:15+14 no < "a" is called here macros/m.sql:1:62 < "b" is called here models/a.sql:1:3',
    )
  })

  test('a generic test is rendered with the arguments of YAML', () => {
    const library = libraryOf(
      '{{#test "accepted" "model" "column_name" "values" quote=true}}\nselect * from {{model}} where {{column_name}} not in ({{join values ", "}}){{#if quote}} -- quoted{{/if}}\n{{/test}}',
    )
    const rendered = renderTestCall(
      {
        testName: 'accepted',
        arguments: {
          model: relationOf('main', 'o'),
          column_name: 'c',
          values: [1, 2],
          quote: false,
        },
        span: { path: 'models/a.yml', line: 1, column: 1, length: 1 },
      },
      { environment: environmentOf({ library }), state: { ...state, this: undefined } },
    )
    expect(rendered.kind === 'sql' && rendered.sql).toEqual(
      'select * from "main"."o" where c not in (1, 2)',
    )
  })

  test('this is an error where there is no relation', () => {
    expect(sqlOf('{{this}}', '', { this: undefined })).toEqual(
      'unknown-name models/a.sql:1:3+4 expected a template of a model or seed for this, found one that has no relation',
    )
  })
})

describe('buildLibrary', () => {
  function faultsOf(...definitions: readonly (readonly MacroDefinition[])[]): readonly string[] {
    const library = buildLibrary(definitions.flat())
    return library.ok ? [] : lines(library.diagnostics)
  }
  function bodiesOf(
    kind: 'macros' | 'tests',
    ...definitions: readonly (readonly MacroDefinition[])[]
  ) {
    const library = buildLibrary(definitions.flat())
    if (!library.ok) throw new Error('no library')
    return [...library.value[kind].values()]
      .flat()
      .map((definition) => [
        definition.adapter,
        (definition.language === 'template' ? definition.body : [])
          .map((statement) => (statement.kind === 'text' ? statement.text : ''))
          .join(''),
      ])
  }

  test('duplicates and reserved names are errors', () => {
    expect(
      faultsOf(
        definitionsOf(
          '{{#macro "m"}}{{/macro}}\n{{#macro "m"}}{{/macro}}\n{{#macro "m" adapter="duckdb"}}{{/macro}}\n{{#macro "m" adapter="duckdb"}}{{/macro}}\n{{#macro "ref"}}{{/macro}}\n{{#macro "target"}}{{/macro}}\n{{#test "m"}}{{/test}}\n{{#test "in"}}{{/test}}',
        ),
      ),
    ).toEqual([
      'reserved-name macros/m.sql:5:1+16 expected a name of its own for a macro, found the helper "ref" | choose another name',
      'reserved-name macros/m.sql:6:1+19 expected a name of its own for a macro, found the value "target" | choose another name',
      'duplicate-name macros/m.sql:2:1+14 expected one macro "m", found two < the other one is here macros/m.sql:1:1',
      'duplicate-name macros/m.sql:4:1+31 expected one macro "m" for duckdb, found two < the other one is here macros/m.sql:3:1',
    ])
  })

  test('a project replaces what is built in, variant by variant or all at once', () => {
    const builtIn = definitionsOf(
      '{{#macro "m"}}built-in{{/macro}}{{#macro "m" adapter="postgres"}}built-in{{/macro}}{{#test "t"}}built-in{{/test}}',
      true,
    )
    expect(bodiesOf('macros', builtIn, definitionsOf('{{#macro "m"}}own{{/macro}}'))).toEqual([
      [undefined, 'own'],
    ])
    expect(
      bodiesOf('macros', builtIn, definitionsOf('{{#macro "m" adapter="postgres"}}own{{/macro}}')),
    ).toEqual([
      ['postgres', 'own'],
      [undefined, 'built-in'],
    ])
    expect(bodiesOf('tests', builtIn, definitionsOf('{{#test "t"}}own{{/test}}'))).toEqual([
      [undefined, 'own'],
    ])
  })
})
