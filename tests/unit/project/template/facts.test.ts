/** The graph read from the tree: references, configs, vars, in all branches and through macros. */
import { describe, expect, test } from 'vitest'
import { collectFacts, collectTestCall } from '../../../../src/project/template/collect-facts.ts'
import {
  collectFaults,
  environmentOf,
  libraryOf,
  lines,
  refsOf,
  relationOf,
  templateOf,
} from './support.ts'

describe('collectFacts', () => {
  test('C2: a ref may name a package and a version, which fold like its name', () => {
    const text = '{{ref "crm" (concat "or" "ders") version=(add 1 1)}}{{depends_on "a" v="beta"}}'
    const collected = collectFacts(templateOf(text), environmentOf())
    expect(collected.ok && collected.value.references).toEqual([
      {
        kind: 'ref',
        packageName: 'crm',
        name: 'orders',
        version: '2',
        span: { path: 'models/a.sql', line: 1, column: 7, length: 26 },
      },
      {
        kind: 'ref',
        name: 'a',
        version: 'beta',
        span: { path: 'models/a.sql', line: 1, column: 66, length: 3 },
      },
    ])
    expect(
      collectFaults('{{ref "a" v=1 version=2}}{{ref "a" v=(list 1)}}{{ref "a" v=run_started_at}}'),
    ).toEqual([
      'wrong-arguments models/a.sql:1:15+9 expected one version for ref, found "version" and "v"',
      'wrong-arguments models/a.sql:1:36+10 expected a number or text as version for ref, found a list',
      'dynamic-ref models/a.sql:1:58+16 expected a version known before the run for ref, found a value that only the run gives',
    ])
  })

  test('C5: configs of every call in the file, references with the place of their arguments, and what is used', () => {
    const macros = '{{#macro "m"}}{{n}}{{/macro}}{{#macro "n"}}{{ref "c"}}{{/macro}}'
    const text = [
      '{{config materialized="table" tags=(list "a" (var "name"))}}',
      '{{config tags=(list "b") meta=(dict limit=(var "limit") home=(env "HOME"))}}',
      'select * from {{ref "a"}} join {{source "growth" "events"}} {{depends_on "b"}} {{m}}',
    ].join('\n')
    const environment = environmentOf({ library: libraryOf(macros) })
    const at = (line: number, column: number, length: number) => ({
      path: 'models/a.sql',
      line,
      column,
      length,
    })
    expect(collectFacts(templateOf(text), environment)).toEqual({
      ok: true,
      warnings: [],
      value: {
        references: [
          { kind: 'ref', name: 'a', span: at(3, 21, 3) },
          { kind: 'source', sourceName: 'growth', tableName: 'events', span: at(3, 41, 17) },
          { kind: 'ref', name: 'b', span: at(3, 74, 3) },
          {
            kind: 'ref',
            name: 'c',
            span: { path: 'macros/m.sql', line: 1, column: 50, length: 3 },
            related: [
              {
                message: '"n" is called here',
                span: { path: 'macros/m.sql', line: 1, column: 15, length: 5 },
              },
              { message: '"m" is called here', span: at(3, 80, 5) },
            ],
          },
        ],
        config: {
          materialized: [{ value: 'table', span: at(1, 23, 7) }],
          tags: [
            {
              value: ['a', 'orders'],
              span: at(1, 36, 23),
              unrendered: '(list "a" (var "name"))',
            },
            { value: ['b'], span: at(2, 15, 10), unrendered: '(list "b")' },
          ],
          meta: [
            {
              value: { limit: 10, home: '/people/me' },
              span: at(2, 31, 44),
              unrendered: '(dict limit=(var "limit") home=(env "HOME"))',
            },
          ],
        },
        varsUsed: ['name', 'limit'],
        envUsed: ['HOME'],
        macrosUsed: ['m', 'n'],
        cursorReads: [],
        dependsOnDatabase: false,
        asksIncremental: false,
        isStable: true,
      },
    })
  })

  test('invocation_id and run_started_at make it unstable', () => {
    const facts = collectFacts(
      templateOf('{{#if (is_incremental)}}{{invocation_id}}{{/if}}'),
      environmentOf(),
    )
    expect(facts.ok && facts.value.isStable).toEqual(false)
  })

  test('all branches, whatever their condition', () => {
    expect(
      refsOf(
        '{{#if false}}{{ref "a"}}{{else if (is_incremental)}}{{ref "b"}}{{else}}{{ref "c"}}{{/if}}{{#unless 1}}{{ref "d"}}{{/unless}}{{#each (list)}}{{ref "e"}}{{else}}{{ref "f"}}{{/each}}{{#each (list 1)}}{{else}}{{ref "g"}}{{/each}}{{#with null}}{{ref "h"}}{{/with}}',
      ),
    ).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])
  })

  test('in SQL comments, not in template comments', () => {
    expect(refsOf('-- {{ref "a"}}\n{{!-- {{ref "b"}} --}}\\{{ref "c"}}')).toEqual(['a'])
  })

  test('arguments that fold', () => {
    const macros =
      '{{#macro "m" "x" y="z"}}{{ref (concat x "_" y)}}{{/macro}}{{#macro "name" "x"}}stg_{{x}}{{/macro}}'
    expect(
      refsOf(
        '{{#each (list "a" "b") as |x|}}{{ref (concat x "_" @index)}}{{/each}}{{#let t=target.name}}{{ref (upper t)}}{{/let}}{{m (var "name")}}{{m "p" y="q"}}{{ref (name "d")}}{{#each (dict k="v")}}{{source @key this}}{{/each}}',
        macros,
      ),
    ).toEqual(['a_0', 'b_1', 'DEV', 'orders_z', 'p_q', 'stg_d', 'k.v'])
  })

  test('refs given to macros are found where they are written', () => {
    const macros =
      '{{#macro "both" "x" "y"}}select * from {{x}} union {{y}}{{/macro}}{{#macro "wrap"}}({{> @partial-block}}){{/macro}}'
    const text = '{{#wrap}}{{#wrap}}{{both (ref "a") (ref "b") }}{{/wrap}}{{/wrap}}'
    const facts = collectFacts(templateOf(text), environmentOf({ library: libraryOf(macros) }))
    expect(facts.ok && facts.value.references).toEqual([
      { kind: 'ref', name: 'a', span: { path: 'models/a.sql', line: 1, column: 31, length: 3 } },
      { kind: 'ref', name: 'b', span: { path: 'models/a.sql', line: 1, column: 41, length: 3 } },
    ])
  })

  test('only the variants of the target are walked', () => {
    const macros =
      '{{#macro "m"}}{{ref "a"}}{{/macro}}{{#macro "m" adapter="postgres"}}{{ref "b"}}{{/macro}}'
    expect(refsOf('{{m}}', macros)).toEqual(['a'])
    const facts = collectFacts(
      templateOf('{{m}}'),
      environmentOf({ library: libraryOf(macros), adapter: 'postgres' }),
    )
    expect(facts.ok && facts.value.references.map((r) => r.kind === 'ref' && r.name)).toEqual(['b'])
  })

  test('a branch that is known to be dead may hold what would be wrong', () => {
    const macros =
      '{{#macro "m" x=null}}{{#if x}}{{ref x}}{{#each x}}{{this.a}}{{/each}}{{/if}}{{/macro}}'
    expect(collectFaults('{{m}}{{#each (list) as |x|}}{{ref x}}{{/each}}', macros)).toEqual([])
  })

  test('recursion that ends is walked to its end', () => {
    const macros =
      '{{#macro "count" "n"}}{{ref (concat "t" n)}}{{#if (gt n 0)}}{{count (subtract n 1)}}{{/if}}{{/macro}}'
    expect(refsOf('{{count 2}}', macros)).toEqual(['t2', 't1', 't0'])
    expect(refsOf('{{#if (is_incremental)}}{{count 2}}{{/if}}', macros)).toEqual(['t2'])
  })

  const faults: readonly (readonly [string, readonly string[]])[] = [
    [
      '{{ref this.schema}}',
      [
        'dynamic-ref models/a.sql:1:7+11 expected a name known before the run for ref, found a value that only the run gives | name the node with {{depends_on "x"}}',
      ],
    ],
    [
      '{{source "a" (concat "b" invocation_id)}}',
      [
        'dynamic-ref models/a.sql:1:14+26 expected a name known before the run for source, found a value that only the run gives | name the node with {{depends_on "x"}}',
      ],
    ],
    [
      '{{depends_on run_started_at}}',
      [
        'dynamic-ref models/a.sql:1:14+14 expected a name known before the run for depends_on, found a value that only the run gives | name the node with {{depends_on "x"}}',
      ],
    ],
    [
      '{{config enabled=(is_incremental)}}',
      [
        'dynamic-ref models/a.sql:1:10+24 expected a value known before the run for the config "enabled", found a value that only the run gives | a config is decided by parse, without the database: var, env and target are known there',
      ],
    ],
    [
      '{{var "nme"}}',
      [
        'missing-var models/a.sql:1:7+5 expected a value for the var "nme", found none | did you mean "name"? else set it under vars: of assay.yml or with --vars, or give a default',
      ],
    ],
    [
      '{{#if false}}{{var "x_y_z"}}{{/if}}',
      [
        'missing-var models/a.sql:1:20+7 expected a value for the var "x_y_z", found none | set it under vars: of assay.yml or with --vars, or give a default',
      ],
    ],
    [
      '{{env "PROT"}}',
      [
        'missing-env models/a.sql:1:7+6 expected a value for the environment variable "PROT", found none | did you mean "PORT"? else set it in the environment or in .env, or give a default',
      ],
    ],
    [
      '{{var "days"}}',
      [
        'not-printable models/a.sql:1:1+14 expected text, a number, a boolean or a relation to print, found a list | print its items with {{#each}} or (join xs ", ")',
      ],
    ],
    [
      '{{ref (list "a")}}',
      ['wrong-arguments models/a.sql:1:7+10 expected text for ref, found a list'],
    ],
    [
      '{{#each (list 1 2)}}{{lower this}}{{/each}}',
      [
        'wrong-arguments models/a.sql:1:29+4 expected text for lower, found the number 1',
        'wrong-arguments models/a.sql:1:29+4 expected text for lower, found the number 2',
      ],
    ],
  ]
  for (const [text, expected] of faults) {
    test(text, () => {
      expect(collectFaults(text)).toEqual(expected)
    })
  }

  test('a fault in a macro names its calls, innermost first', () => {
    const macros = '{{#macro "a" "x"}}{{lower x}}{{/macro}}{{#macro "b" "x"}}{{a x}}{{/macro}}'
    expect(collectFaults('\n {{b 1}}', macros)).toEqual([
      'wrong-arguments macros/m.sql:1:27+1 expected text for lower, found the number 1 < "a" is called here macros/m.sql:1:58 < "b" is called here models/a.sql:2:2',
    ])
  })

  test('a macro without end is an error, shown as a circle', () => {
    const macros = '{{#macro "a"}}{{b}}{{/macro}}{{#macro "b"}}{{a}}{{/macro}}'
    expect(collectFaults('{{a}}', macros)).toEqual([
      'endless-macro macros/m.sql:1:44+5 expected macros that end, found a -> b -> a more than 50 deep < "b" is called here macros/m.sql:1:15 < "a" is called here macros/m.sql:1:44 < "a" is called here models/a.sql:1:1',
    ])
    expect(collectFaults('{{#if (is_incremental)}}{{a}}{{/if}}', macros)).toEqual([])
  })

  test('vars may stand under the name of the project', () => {
    const environment = environmentOf({ vars: { shop: { a: 'x' } } })
    const facts = collectFacts(templateOf('{{ref (var "a")}}'), environment)
    expect(facts.ok && facts.value.references.map((r) => r.kind === 'ref' && r.name)).toEqual(['x'])
  })
})

describe('collectTestCall', () => {
  const library = libraryOf(
    '{{#test "positive" "model" "column_name" limit=0}}select * from {{model}} join {{ref "x"}} where {{column_name}} < {{limit}}{{/test}}',
  )
  const span = { path: 'models/a.yml', line: 3, column: 9, length: 8 }
  const model = relationOf('main', 'orders')

  test('gives the facts of the body', () => {
    const call = { testName: 'positive', arguments: { model, column_name: 'n' }, span }
    expect(collectTestCall(call, environmentOf({ library }))).toEqual({
      ok: true,
      warnings: [],
      value: {
        references: [
          {
            kind: 'ref',
            name: 'x',
            span: { path: 'macros/m.sql', line: 1, column: 86, length: 3 },
            related: [{ message: 'the test "positive" is declared here', span }],
          },
        ],
        config: {},
        varsUsed: [],
        envUsed: [],
        macrosUsed: [],
        cursorReads: [],
        dependsOnDatabase: false,
        asksIncremental: false,
        isStable: true,
      },
    })
  })

  const faults = [
    [
      { testName: 'positve', arguments: { model } },
      [
        'unknown-test models/a.yml:3:9+8 expected the name of a generic test, found "positve" | did you mean "positive"?',
      ],
    ],
    [
      { testName: 'other', arguments: { model } },
      [
        'unknown-test models/a.yml:3:9+8 expected the name of a generic test, found "other" | define it with {{#test "other" "model"}} in tests/generic/',
      ],
    ],
    [
      { testName: 'positive', arguments: { model } },
      [
        'wrong-arguments models/a.yml:3:9+8 expected "column_name" for the test "positive", found nothing',
      ],
    ],
    [
      { testName: 'positive', arguments: { model, column_name: 'n', limt: 1, zzz: 2 } },
      [
        'wrong-arguments models/a.yml:3:9+8 expected an argument of the test "positive", found "limt" | did you mean "limit"?',
        'wrong-arguments models/a.yml:3:9+8 expected an argument of the test "positive", found "zzz" | it takes "model", "column_name", "limit"',
      ],
    ],
  ] as const
  test.each(faults)('%j', (call, expected) => {
    const facts = collectTestCall({ ...call, span }, environmentOf({ library }))
    expect(facts.ok ? [] : lines(facts.diagnostics)).toEqual(expected)
  })
})
