/** Errors found before rendering. */
import { describe, expect, test } from 'vitest'
import { checkTemplate } from '../../../../src/project/template/check-template.ts'
import { checkFaults, environmentOf, lines, macroFaults, templateOf } from './support.ts'

const macros = `
{{#macro "cents" "column" scale=2}}{{column}}/{{scale}}{{/macro}}
{{#macro "wrap" "label"}}{{label}}{{> @partial-block}}{{/macro}}
{{#macro "only_postgres" adapter="postgres"}}x{{/macro}}
{{#macro "nothing"}}x{{/macro}}
`

const faults: readonly (readonly [string, readonly string[]])[] = [
  [
    '{{reff "x"}}',
    [
      'unknown-name models/a.sql:1:3+4 expected the name of a helper or macro, found "reff" | did you mean "ref"?',
    ],
  ],
  ['{{nmae}}', ['unknown-name models/a.sql:1:3+4 expected a name in scope, found "nmae"']],
  [
    '{{targt.name}}',
    [
      'unknown-name models/a.sql:1:3+10 expected a name in scope, found "targt.name" | did you mean "target"?',
    ],
  ],
  [
    '{{target.nme}}',
    [
      'unknown-name models/a.sql:1:3+10 expected name, schema, type of target, found "nme" | did you mean "name"?',
    ],
  ],
  [
    '{{this.database}}',
    [
      'unknown-name models/a.sql:1:3+13 expected schema or identifier of a relation, found "this.database"',
    ],
  ],
  ['{{upper x}}', ['unknown-name models/a.sql:1:9+1 expected a name in scope, found "x"']],
  ['{{config a=x}}', ['unknown-name models/a.sql:1:12+1 expected a name in scope, found "x"']],
  [
    '{{#if (eq a 1)}}{{/if}}',
    ['unknown-name models/a.sql:1:11+1 expected a name in scope, found "a"'],
  ],
  [
    '{{#each (list 1) as |x|}}{{/each}}{{x}}',
    ['unknown-name models/a.sql:1:37+1 expected a name in scope, found "x"'],
  ],
  [
    '{{#let x=1}}{{/let}}{{x}}',
    ['unknown-name models/a.sql:1:23+1 expected a name in scope, found "x"'],
  ],
  [
    '{{#let x=1 y=x}}{{/let}}',
    ['unknown-name models/a.sql:1:14+1 expected a name in scope, found "x"'],
  ],
  [
    '{{#each (list 1)}}{{nam}}{{/each}}',
    [
      'unknown-name models/a.sql:1:21+3 expected a name in scope, found "nam" | a key of the element is this.nam',
    ],
  ],
  [
    '{{@index}}',
    ['unknown-name models/a.sql:1:3+6 expected "@index" inside {{#each}}, found it outside'],
  ],
  [
    '{{#each (list 1)}}{{@indx}}{{/each}}',
    [
      'unknown-name models/a.sql:1:21+5 expected @index, @key, @first, @last or @root, found "@indx" | did you mean "@index"?',
    ],
  ],
  [
    '{{@root.targt}}',
    [
      'unknown-name models/a.sql:1:3+11 expected schema or identifier of a relation, found "@root.targt"',
    ],
  ],
  [
    '{{#if is_incremental}}{{/if}}',
    [
      'missing-parentheses models/a.sql:1:7+14 expected a value, found the helper "is_incremental" without parentheses | write (is_incremental)',
    ],
  ],
  [
    '{{upper nothing}}',
    [
      'missing-parentheses models/a.sql:1:9+7 expected a value, found the macro "nothing" without parentheses | write (nothing)',
    ],
  ],
  [
    '{{concat a=ref}}',
    [
      'missing-parentheses models/a.sql:1:12+3 expected a value, found the helper "ref" without parentheses | write (ref ..)',
      'wrong-arguments models/a.sql:1:1+16 expected at least 1 argument for concat, found 0 | write (concat x y)',
      'wrong-arguments models/a.sql:1:10+5 expected no argument "a" for concat, found one | write (concat x y)',
    ],
  ],
  [
    '{{ref}}',
    [
      'wrong-arguments models/a.sql:1:1+7 expected 1 to 2 arguments for ref, found 0 | write {{ref "model"}}',
    ],
  ],
  [
    '{{ref "pkg" "x" "y"}}',
    [
      'wrong-arguments models/a.sql:1:17+3 expected 1 to 2 arguments for ref, found 3 | write {{ref "model"}}',
    ],
  ],
  [
    '{{ref "x" vrsion=2}}',
    [
      'wrong-arguments models/a.sql:1:11+8 expected no argument "vrsion" for ref, found one | did you mean "version"?',
    ],
  ],
  [
    '{{source "a"}}',
    [
      'wrong-arguments models/a.sql:1:1+14 expected 2 arguments for source, found 1 | write {{source "source" "table"}}',
    ],
  ],
  [
    '{{config "table"}}',
    [
      'wrong-arguments models/a.sql:1:10+7 expected no argument without a name for config, found 1 | write {{config materialized="table"}}',
      'wrong-arguments models/a.sql:1:1+18 expected name=value for config, found none | write {{config materialized="table"}}',
    ],
  ],
  [
    '{{config a=1 a=2}}',
    ['wrong-arguments models/a.sql:1:14+3 expected "a" of config once, found it twice'],
  ],
  [
    '{{#if 1 2}}{{/if}}',
    [
      'wrong-arguments models/a.sql:1:9+1 expected 1 argument for if, found 2 | write {{#if x}}..{{/if}}',
    ],
  ],
  [
    '{{#if 0 includeZero=true}}{{/if}}',
    [
      'wrong-arguments models/a.sql:1:9+16 expected no argument "includeZero" for if, found one | write {{#if x}}..{{/if}}',
    ],
  ],
  [
    '{{if 1}}',
    [
      'wrong-arguments models/a.sql:1:3+2 expected {{#if}} as a block, found it without # | write {{#if x}}..{{/if}}',
    ],
  ],
  [
    '{{#ref "x"}}{{/ref}}',
    [
      'wrong-arguments models/a.sql:1:1+12 expected ref without a block, found {{#ref}} | write {{ref "model"}}',
    ],
  ],
  [
    '{{upper (log "x")}}',
    [
      'wrong-arguments models/a.sql:1:10+3 expected a value, found log, which gives none | write {{log "text"}}',
    ],
  ],
  [
    '{{#let a=1}}{{else}}{{/let}}',
    ['wrong-arguments models/a.sql:1:1+12 expected no {{else}} in {{#let}}, found one'],
  ],
  [
    '{{#if 1 as |x|}}{{/if}}',
    [
      'wrong-arguments models/a.sql:1:1+16 expected no names between the bars of {{#if}}, found 1 | write {{#if x}}..{{/if}}',
    ],
  ],
  [
    '{{#each (list) as |a b c|}}{{/each}}',
    [
      'wrong-arguments models/a.sql:1:1+27 expected at most 2 names between the bars of {{#each}}, found 3 | write {{#each xs as |x|}}..{{/each}}',
    ],
  ],
  [
    '{{upper 1e-3}}',
    ['template-syntax models/a.sql:1:9+4 expected a plain number, found "1e-3" | write 0.001'],
  ],
  [
    '{{1.5E2}}',
    ['template-syntax models/a.sql:1:3+5 expected a plain number, found "1.5E2" | write 150'],
  ],
  [
    '{{> foo}}',
    [
      'template-syntax models/a.sql:1:1+9 expected {{> @partial-block}}, found the partial "foo" | write a macro in macros/*.sql and call it: {{foo}}',
    ],
  ],
  [
    '{{> foo a=1}}',
    [
      'template-syntax models/a.sql:1:1+13 expected a tag of the template language, found a partial with arguments | write {{> @partial-block}}',
    ],
  ],
  [
    '{{> @partial-block}}',
    [
      'template-syntax models/a.sql:1:1+20 expected {{> @partial-block}} inside a macro, found it outside',
    ],
  ],
  [
    '{{#*inline "a"}}b{{/inline}}',
    [
      'template-syntax models/a.sql:1:1+28 expected a tag of the template language, found an inline partial | write a macro in macros/*.sql, and call it {{#x}}..{{/x}}',
    ],
  ],
  [
    '{{#> foo}}b{{/foo}}',
    [
      'template-syntax models/a.sql:1:1+19 expected a tag of the template language, found an inline partial | write a macro in macros/*.sql, and call it {{#x}}..{{/x}}',
    ],
  ],
  [
    '{{* foo}}',
    [
      'template-syntax models/a.sql:1:1+9 expected a tag of the template language, found {{* x}} | decorators are not part of the language',
    ],
  ],
  [
    '{{{this}}}',
    [
      'template-syntax models/a.sql:1:1+10 expected a tag of the template language, found {{{x}}} | write {{x}}',
    ],
  ],
  [
    '{{&this}}',
    [
      'template-syntax models/a.sql:1:1+9 expected a tag of the template language, found {{&x}} | write {{x}}',
    ],
  ],
  [
    '{{#each (list 1)}}{{../this}}{{/each}}',
    [
      'template-syntax models/a.sql:1:21+7 expected a name in scope, found the path "../this" | name the outer value: {{#let outer=this}} or {{#each xs as |x|}}; @root is the relation',
    ],
  ],
  [
    '{{#each (list 1) as |ref|}}{{/each}}',
    [
      'reserved-name models/a.sql:1:22+3 expected a block parameter with a name of its own, found the helper "ref" | choose another name',
    ],
  ],
  [
    '{{#each (list 1) as |x cents|}}{{/each}}',
    [
      'reserved-name models/a.sql:1:24+5 expected a block parameter with a name of its own, found the macro "cents" | choose another name',
    ],
  ],
  [
    '{{#let target=1}}{{/let}}',
    [
      'reserved-name models/a.sql:1:8+8 expected a name of its own, found the value "target" | choose another name',
    ],
  ],
  [
    '{{#if true}}{{config a=1}}{{/if}}',
    [
      'misplaced-config models/a.sql:1:13+14 expected config at the top level of the file, found it inside a block or macro | config is read before anything is rendered: choose its values instead, e.g. (var "x")',
    ],
  ],
  [
    '{{#macro "x"}}{{/macro}}',
    [
      'template-syntax models/a.sql:1:1+14 expected {{#macro}} at the top level of a macro file, found it here | move it to macros/*.sql',
    ],
  ],
  [
    '{{cents}}',
    [
      'wrong-arguments models/a.sql:1:1+9 expected "column" for cents, found nothing | write {{cents column scale=2}}',
    ],
  ],
  [
    '{{cents "a" 1 2}}',
    [
      'wrong-arguments models/a.sql:1:15+1 expected at most 2 arguments for cents, found 3 | write {{cents column scale=2}}',
    ],
  ],
  [
    '{{cents "a" scal=1}}',
    [
      'wrong-arguments models/a.sql:1:13+6 expected a parameter of cents, found "scal" | did you mean "scale"?',
    ],
  ],
  [
    '{{cents "a" column="b"}}',
    [
      'wrong-arguments models/a.sql:1:13+10 expected "column" of cents once, found it twice | write {{cents column scale=2}}',
    ],
  ],
  [
    '{{cents "a" 1 scale=2}}',
    [
      'wrong-arguments models/a.sql:1:15+7 expected "scale" of cents once, found it twice | write {{cents column scale=2}}',
    ],
  ],
  [
    '{{#cents "a"}}{{/cents}}',
    [
      'wrong-arguments models/a.sql:1:4+5 expected no block for cents, which does not print {{> @partial-block}}, found one | write {{cents ..}}',
    ],
  ],
  [
    '{{wrap "a"}}',
    [
      'wrong-arguments models/a.sql:1:3+4 expected a block for wrap, which prints {{> @partial-block}}, found none | write {{#wrap ..}}..{{/wrap}}',
    ],
  ],
  [
    '{{only_postgres}}',
    [
      'unknown-name models/a.sql:1:3+13 expected a variant of "only_postgres" for duckdb, found one for postgres | write {{#macro "only_postgres" ..}} without adapter=, for all that have no variant of their own',
    ],
  ],
  [
    '{{nonsense "x"}}',
    ['unknown-name models/a.sql:1:3+8 expected the name of a helper or macro, found "nonsense"'],
  ],
]

describe('checkTemplate', () => {
  for (const [text, expected] of faults) {
    test(text, () => {
      expect(checkFaults(text, macros)).toEqual(expected)
    })
  }

  test('all faults of a file at once', () => {
    expect(checkFaults('{{ref}}\n{{#if x}}{{y}}{{/if}}')).toEqual([
      'wrong-arguments models/a.sql:1:1+7 expected 1 to 2 arguments for ref, found 0 | write {{ref "model"}}',
      'unknown-name models/a.sql:2:7+1 expected a name in scope, found "x"',
      'unknown-name models/a.sql:2:12+1 expected a name in scope, found "y"',
    ])
  })

  test('tests have no relation, hooks no config', () => {
    const options = { hasThis: false, allowsConfig: false }
    const template = templateOf('{{config a=1}}{{this}}{{@root.schema}}')
    expect(lines(checkTemplate(template, environmentOf(), options))).toEqual([
      'misplaced-config models/a.sql:1:1+14 expected config at the top level of the file, found it inside a block or macro | config is read before anything is rendered: choose its values instead, e.g. (var "x")',
      'unknown-name models/a.sql:1:17+4 expected the template of a model for "this", found one that has no relation',
      'unknown-name models/a.sql:1:25+12 expected the template of a model for "this", found one that has no relation',
    ])
  })

  test('what is in scope is in order', () => {
    expect(
      checkFaults(
        '{{#let a=1 b=(dict c=2)}}{{a}}{{b.c}}{{#each (list 1) as |x i|}}{{x}}{{i}}{{a}}{{@index}}{{@key}}{{@first}}{{@last}}{{this}}{{this.k}}{{@root}}{{@root.target.name}}{{#with b as |w|}}{{w.c}}{{this.c}}{{@index}}{{/with}}{{/each}}{{/let}}{{invocation_id}}{{run_started_at}}{{./schema}}{{"text"}}{{5}}',
      ),
    ).toEqual([])
  })
})

describe('checkMacro', () => {
  test('parameters are in scope, what is outside is not; config is misplaced', () => {
    expect(
      macroFaults(
        '{{#macro "m" "a" b=1}}{{a}}{{b}}{{c}}{{this}}{{target.anything}}{{config x=1}}{{> @partial-block}}{{/macro}}\n{{#test "t" "model"}}{{model}}{{modl}}{{/test}}',
      ),
    ).toEqual([
      'unknown-name macros/m.sql:1:35+1 expected a name in scope, found "c" | did you mean "a"?',
      'misplaced-config macros/m.sql:1:65+14 expected config at the top level of the file, found it inside a block or macro | config is read before anything is rendered: choose its values instead, e.g. (var "x")',
      'unknown-name macros/m.sql:2:33+4 expected a name in scope, found "modl" | did you mean "model"?',
    ])
  })

  test('parameters may not take the name of a helper, a value or a macro', () => {
    expect(
      macroFaults('{{#macro "m" "ref" this=1}}{{/macro}}{{#macro "n" "m"}}{{/macro}}'),
    ).toEqual([
      'reserved-name macros/m.sql:1:1+27 expected a parameter with a name of its own, found the helper "ref" | choose another name',
      'reserved-name macros/m.sql:1:1+27 expected a parameter with a name of its own, found the value "this" | choose another name',
      'reserved-name macros/m.sql:1:38+18 expected a parameter with a name of its own, found the macro "m" | choose another name',
    ])
  })
})
