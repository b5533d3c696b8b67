/** What each helper prints. */
import { describe, expect, test } from 'vitest'
import type { HelperName } from '../../../../src/project/template/helpers/signatures.ts'
import { collectFaults, refsOf, renderOf, sqlOf } from './support.ts'

/** Dicts to take apart. */
const rows = '(from_json "[{\\"k\\":\\"b\\",\\"n\\":2},{\\"k\\":\\"a\\",\\"n\\":0},{\\"n\\":2}]")'

const macros = `{{#macro "first_two" "xs"}}{{return (list (lookup xs 0) (lookup xs 1))}}{{yield 0}}{{/macro}}
{{#macro "either" "condition"}}{{#if condition}}{{return "a"}}{{/if}}text{{/macro}}
{{#macro "doubled" "xs"}}{{#each xs as |x|}}{{yield (add x x)}}{{/each}}{{/macro}}`

/** Template, what it prints. */
const examples: Readonly<Record<HelperName, readonly (readonly [string, string])[]>> = {
  config: [
    ['{{config materialized="table"}}\nselect 1', 'select 1'],
    ['select 1 {{config tags=(list "a")}}', 'select 1 '],
  ],
  ref: [
    ['{{ref "stg_events"}}', '"main"."stg_events"'],
    ['{{#let r=(ref "a")}}{{r}} {{r.schema}} {{r.identifier}}{{/let}}', '"main"."a" main a'],
  ],
  source: [['{{source "growth" "events"}}', '"growth"."events"']],
  new_rows: [
    ['select * from {{new_rows "a"}} as n', 'select * from (new_rows) as n'],
    ['{{new_rows (source "growth" "events")}}', '(new_rows)'],
    [
      '{{new_rows 1}}',
      'wrong-arguments models/a.sql:1:12+1 expected the name of a model, a (ref ..) or a (source ..) for new_rows, found the number 1',
    ],
  ],
  touched_keys: [
    ['{{touched_keys "a" key="id"}}', '(touched_keys)'],
    ['{{touched_keys (ref "a") key=(list "id" "day")}}', '(touched_keys)'],
  ],
  query: [
    ['{{#each (query "select distinct id from" (ref "a")) as |row|}}{{row.id}};{{/each}}', '1;2;'],
    [
      '{{query 1 (list)}}',
      'not-printable models/a.sql:1:11+6 expected text, a number, a boolean or a relation for query, found a list',
    ],
  ],
  columns: [
    ['{{#each (columns (ref "a"))}}{{this.name}} {{this.data_type}};{{/each}}', 'id integer;'],
    [
      '{{#if (columns 1)}}a{{/if}}',
      'wrong-arguments models/a.sql:1:16+1 expected a relation, or a query in parentheses for columns, found the number 1',
    ],
  ],
  relation_exists: [['{{#if (relation_exists (ref "a"))}}yes{{/if}}', 'yes']],
  var: [
    ['{{var "limit"}} {{var "absent" "d"}} {{var "absent" 5}}', '10 d 5'],
    ['{{#each (var "days")}}{{this}};{{/each}}', '1;2;'],
    ['{{#with (var "flags")}}{{this.a}} {{this.b}}{{/with}}', 'true false'],
  ],
  env: [
    ['{{env "HOME"}} {{env "ABSENT" "d"}} {{env "ABSENT" 5}}', '/people/me d 5'],
    ['{{#if (eq (env "PORT") "5432")}}text{{/if}}', 'text'],
  ],
  experiments: [
    ['{{#each (experiments) as |e|}}{{e.name}};{{/each}}', 'pdp;prices;'],
    ['{{#each (experiments allocation="adaptive") as |e|}}{{e.name}};{{/each}}', 'prices;'],
    ['{{#with (experiments "pdp") as |e|}}{{e.control}}{{/with}}', 'old'],
    [
      '{{#with (experiments "price") as |e|}}{{e.control}}{{/with}}',
      'unknown-experiment models/a.sql:1:22+7 expected the name of an experiment, found "price" | did you mean "prices"?',
    ],
    [
      '{{experiments allocation="random"}}',
      'wrong-arguments models/a.sql:1:1+35 expected "fixed" or "adaptive" as allocation for experiments, found the text "random"',
    ],
  ],
  metrics: [
    ['{{#each (metrics) as |m|}}{{m.name}} {{m.experiment.test}};{{/each}}', 'rate ratio;'],
  ],
  doc: [
    [
      '{{doc "a"}}',
      'misplaced-helper models/a.sql:1:1+11 expected doc in a description of a properties file, found it elsewhere',
    ],
  ],
  is_incremental: [['{{#if (is_incremental)}}a{{else}}b{{/if}}', 'b']],
  depends_on: [['{{depends_on "a"}}\nselect 1', 'select 1']],
  log: [['{{log "a"}}\nselect 1', 'select 1']],
  print: [['{{print "a"}}\nselect 1', 'select 1']],
  raise: [
    ['select {{raise "no" 1}}', 'template-raise models/a.sql:1:8+16 no 1'],
    ['{{#if false}}{{raise "no"}}{{/if}}1', '1'],
  ],
  if: [
    ['{{#if 1}}a{{/if}}{{#if 0}}b{{/if}}{{#if ""}}c{{/if}}{{#if null}}d{{/if}}', 'a'],
    ['{{#if (list)}}a{{else if (dict)}}b{{else}}c{{/if}}', 'c'],
    ['{{#if "0"}}a{{/if}}{{#if (list 0)}}b{{/if}}{{#if true}}c{{/if}}', 'abc'],
  ],
  unless: [['{{#unless false}}a{{else}}b{{/unless}}{{#unless 1}}c{{else}}d{{/unless}}', 'ad']],
  each: [
    [
      '{{#each (list "a" "b") as |x i|}}{{i}}{{x}}{{@index}}{{@first}}{{@last}} {{/each}}',
      '0a0truefalse 1b1falsetrue ',
    ],
    ['{{#each (dict a=1 b=2) as |value key|}}{{key}}={{value}}{{@key}} {{/each}}', 'a=1a b=2b '],
    ['{{#each (list)}}a{{else}}none{{/each}}{{#each (dict)}}a{{else}}none{{/each}}', 'nonenone'],
  ],
  with: [
    [
      '{{#with (dict a=1) as |d|}}{{this.a}}{{d.a}}{{/with}}{{#with null}}a{{else}}b{{/with}}',
      '11b',
    ],
  ],
  let: [
    [
      '{{#let a=1 b=(list 2 3)}}{{a}}{{#let a=4}}{{a}}{{/let}}{{a}}{{join b "-"}}{{/let}}',
      '1412-3',
    ],
  ],
  list: [['{{join (list "a" 1 true) ","}}', 'a,1,true']],
  dict: [['{{lookup (dict a="x") "a"}}', 'x']],
  before_begin: [
    ['{{#each (before_begin "a")}}{{@key}}={{this}} {{/each}}', 'sql=a transaction=false '],
  ],
  after_commit: [
    ['{{#each (after_commit "a")}}{{@key}}={{this}} {{/each}}', 'sql=a transaction=false '],
  ],
  in_transaction: [
    ['{{#each (in_transaction "a")}}{{@key}}={{this}} {{/each}}', 'sql=a transaction=true '],
  ],
  lookup: [
    ['{{lookup (list "a" "b") 1}}{{#if (lookup (dict a=1) "b")}}c{{else}}none{{/if}}', 'bnone'],
    ['{{lookup (list "a" "b") -1}}{{#if (eq (lookup (list) 0) null)}}none{{/if}}', 'bnone'],
  ],
  length: [['{{length (list 1 2)}}{{length "abc"}}{{length (dict a=1)}}', '231']],
  range: [
    [
      '{{join (range 3) ","}} {{join (range 1 3) ","}} {{join (range 0 10 5) ","}} {{join (range 2 0 -1) ","}}',
      '0,1,2 1,2 0,5 2,1',
    ],
  ],
  in: [
    [
      '{{in 1 (list 1 2)}}{{in "b" "abc"}}{{in "k" (dict a=1)}}{{in "1" (list 1)}}',
      'truetruefalsefalse',
    ],
  ],
  eq: [['{{eq 1 1}}{{eq 1 "1"}}{{eq (list 1) (list 1)}}{{eq null ""}}', 'truefalsetruefalse']],
  ne: [['{{ne 1 1}}{{ne 1 "1"}}', 'falsetrue']],
  lt: [['{{lt 1 2}}{{lt "b" "a"}}', 'truefalse']],
  lte: [['{{lte 2 2}}{{lte 3 2}}', 'truefalse']],
  gt: [['{{gt 10 9}}{{gt "10" "9"}}', 'truefalse']],
  gte: [['{{gte 2 2}}{{gte 1 2}}', 'truefalse']],
  and: [['{{and true 1}}{{and 0 "a"}}', '10']],
  or: [['{{or "" "a" "b"}}{{or 0 false}}', 'afalse']],
  not: [['{{not ""}}{{not "a"}}', 'truefalse']],
  add: [['{{add 1 2 3.5}}', '6.5']],
  subtract: [['{{subtract 1 2}}', '-1']],
  multiply: [['{{multiply 2 3 0.5}}', '3']],
  divide: [
    ['{{divide 3 2}}', '1.5'],
    [
      '{{divide 3 0}}',
      'wrong-arguments models/a.sql:1:12+1 expected a number that is not 0 for divide, found 0',
    ],
  ],
  modulo: [['{{modulo 7 3}} {{modulo -7 3}} {{modulo 7.5 2}}', '1 2 1.5']],
  round: [
    [
      '{{round 2.5}} {{round -2.5}} {{round 1.005 2}} {{round 1250 -2}} {{round 0.0000001 7}} {{round -0.1}}',
      '3 -3 1.01 1300 0.0000001 0',
    ],
    [
      '{{round 1 0.5}}',
      'wrong-arguments models/a.sql:1:11+3 expected a whole number of digits up to 15 for round, found the number 0.5',
    ],
  ],
  abs: [['{{abs -3}}{{abs 3}}', '33']],
  int: [
    ['{{int "12"}} {{int 3.9}} {{int "-3.9"}} {{int true}} {{add (int " 7 ") 1}}', '12 3 -3 1 8'],
    [
      '{{int "12a"}}',
      'wrong-arguments models/a.sql:1:7+5 expected a number or a text of digits for int, found the text "12a"',
    ],
  ],
  float: [['{{add (float "1.5") (float ".5") (float "1e2")}}', '102']],
  type_of: [
    [
      '{{#each (list "a" 1 true (list) (dict) (ref "a"))}}{{type_of this}} {{/each}}{{type_of null}}',
      'text number boolean list dict relation null',
    ],
  ],
  unique: [
    ['{{join (unique (list "b" "a" "b" 1 "1")) " "}}', 'b a 1 1'],
    [`{{length (unique (list (dict a=1 b=2) (dict b=2 a=1) (list 1) (list 1)))}}`, '2'],
  ],
  union: [['{{join (union (list "b" "a") (list "c" "b") (list "a" "d")) ""}}', 'bacd']],
  intersect: [['{{join (intersect (list 3 1 2 1) (list 1 3) (list 4 3 1)) ""}}', '31']],
  difference: [['{{join (difference (list 3 1 2 1 "2") (list 3) (list 2)) ""}}', '12']],
  zip: [
    [
      '{{#each (zip (list "a" "b" "c") (list 1 2)) as |pair|}}{{lookup pair 0}}={{lookup pair 1}} {{/each}}',
      'a=1 b=2 ',
    ],
  ],
  sort: [
    [
      '{{join (sort (list 10 9 -1)) " "}} {{join (sort (list "b" "B" "a") reverse=true) ""}}',
      '-1 9 10 baB',
    ],
    [`{{#each (sort (slice ${rows} 0 2) attribute="k")}}{{this.k}}{{/each}}`, 'ab'],
    [
      '{{sort (list 1 "a")}}',
      'wrong-arguments models/a.sql:1:8+12 expected numbers only or texts only to sort, found the text "a" among them',
    ],
  ],
  selectattr: [
    [
      `{{length (selectattr ${rows} "n")}}{{length (selectattr ${rows} "n" 2)}}{{length (selectattr ${rows} "k" "a")}}`,
      '221',
    ],
  ],
  rejectattr: [
    [`{{length (rejectattr ${rows} "n")}}{{length (rejectattr ${rows} "k" "a")}}`, '12'],
  ],
  slice: [
    ['{{slice "abcd" 1 3}} {{slice "abcd" -1}} {{join (slice (list 1 2 3) 1) ""}}', 'bc d 23'],
  ],
  dict_keys: [['{{join (dict_keys (dict b=1 a=2)) ""}}', 'ba']],
  dict_values: [['{{join (dict_values (dict b=1 a=2)) ""}}', '12']],
  join: [['{{join (list "a" "b")}}{{join (list "a" (ref "x")) " "}}', 'aba "main"."x"']],
  upper: [['{{upper "ab"}}', 'AB']],
  lower: [['{{lower "AB"}}', 'ab']],
  replace: [['{{replace "a.b.c" "." "$&"}}', 'a$&b$&c']],
  return: [
    ['{{#each (first_two (list 1 2 3))}}{{this}};{{/each}}', '1;2;'],
    ['{{either true}} {{either false}}', 'a text'],
  ],
  yield: [
    ['{{#each (doubled (list 1 2))}}{{this}};{{/each}}{{length (doubled (list))}}', '2;4;0'],
    [
      '{{doubled (list 1)}}',
      'not-printable models/a.sql:1:1+20 expected text, a number, a boolean or a relation to print, found a list | print its items with {{#each}} or (join xs ", ")',
    ],
  ],
  pluck: [
    ['{{join (pluck (list (dict a=1) (dict a="x")) "a") ", "}}', '1, x'],
    ['{{#if (eq (lookup (pluck (list (dict a=1)) "b") 0) null)}}null{{/if}}', 'null'],
    [
      '{{join (pluck (list 1) "a")}}',
      'wrong-arguments models/a.sql:1:15+8 expected a list of dicts for pluck, found a list',
    ],
  ],
  by_column: [
    [
      '{{#each (by_column (list (dict a=1 b="x") (dict a=2 b="y"))) as |xs name|}}{{name}}={{join xs ", "}};{{/each}}',
      'a=1, 2;b=x, y;',
    ],
  ],
  merged_columns: [
    [
      '{{#each (merged_columns (list (list (dict name="id" data_type="integer") (dict name="a" data_type="varchar(3)")) (list (dict name="A" data_type="text") (dict name="ID" data_type="bigint") (dict name="z" data_type="date"))))}}{{this.name}} {{this.data_type}};{{/each}}',
      'id bigint;a text;z date;',
    ],
    [
      '{{join (merged_columns (list (list 1)))}}',
      'wrong-arguments models/a.sql:1:24+15 expected a list of lists of columns, as (columns ..) gives them for merged_columns, found a list',
    ],
  ],
  plain_name: [
    ['{{plain_name "0Hell0 world-hi"}}', '_0hell0_world_hi'],
    ['{{plain_name "!Hell0 world-hi"}} {{plain_name 7}}', 'hell0_world_hi _7'],
  ],
  quote_name: [['{{quote_name "a"}} {{quote_name "a \\"b\\" c"}}', '"a" "a ""b"" c"']],
  relation_named: [
    [
      '{{relation_named "raw" "events"}} {{relation_named "s" "t" "d"}}',
      '"raw"."events" "d"."s"."t"',
    ],
  ],
  run_time: [
    ['{{run_time}} {{run_time format="%Y-%m-%d %%"}}', '03:04:05 2026-01-02 %'],
    [
      '{{run_time "%Q"}}',
      'wrong-arguments models/a.sql:1:1+17 expected one of %Y %m %d %H %M %S %% in the format of run_time, found "%Q"',
    ],
  ],
  concat: [['{{concat "a" 1 true (ref "x")}}', 'a1true"main"."x"']],
  trim: [['[{{trim " a b\n"}}]', '[a b]']],
  capitalize: [['{{capitalize "aBC d"}}{{capitalize ""}}', 'Abc d']],
  split: [
    ['{{join (split "a,b,,c" ",") ";"}} {{join (split "  a  b ") ";"}}', 'a;b;;c a;b'],
    [
      '{{split "a" ""}}',
      'wrong-arguments models/a.sql:1:13+2 expected a separator for split, found the text ""',
    ],
  ],
  starts_with: [['{{starts_with "abc" "ab"}}{{starts_with "abc" "b"}}', 'truefalse']],
  ends_with: [['{{ends_with "abc" "bc"}}{{ends_with "abc" "b"}}', 'truefalse']],
  md5: [['{{md5 "hello"}}', '5d41402abc4b2a76b9719d911017c592']],
  to_json: [
    ['{{to_json (dict a=(list 1 "b" null true) b=1.5)}}', '{"a":[1,"b",null,true],"b":1.5}'],
    [
      '{{to_json (list (ref "a"))}}',
      'wrong-arguments models/a.sql:1:11+16 expected no relation for to_json, found a list',
    ],
  ],
  from_json: [
    ['{{#with (from_json \'{"a": [1, 2]}\') as |d|}}{{length d.a}}{{/with}}', '2'],
    ['{{from_json "no" "d"}}', 'd'],
    [
      '{{from_json "{"}}',
      'wrong-arguments models/a.sql:1:13+3 expected JSON for from_json, found the text "{"',
    ],
  ],
  date_format: [
    ['{{date_format run_started_at "%Y-%m-%d"}}', '2026-01-02'],
    [
      '{{date_format "2024-12-30 15:04:05.25" "%y %H:%M:%S.%f %I%p %j %a %A %b %B %u %w %G-W%V %F %T %s %z %Z 100%%"}}',
      '24 15:04:05.250000 03PM 365 Mon Monday Dec December 1 1 2025-W01 2024-12-30 15:04:05 1735571045 +0000 UTC 100%',
    ],
    ['{{date_format "2026-01-02T01:00:00+03:00" "%F %T"}}', '2026-01-01 22:00:00'],
    [
      '{{date_format "2026-02-30" "%F"}}',
      'wrong-arguments models/a.sql:1:15+12 expected a time such as "2026-01-31" or run_started_at for date_format, found the text "2026-02-30"',
    ],
    [
      '{{date_format "2026-01-01" "%Q"}}',
      'wrong-arguments models/a.sql:1:28+4 expected directives of date_format, found "%Q" | there are %Y %y %m %d %H %I %M %S %f %p %j %B %b %A %a %u %w %V %G %F %T %s %z %Z %%',
    ],
  ],
  add_time: [
    [
      '{{add_time "2026-01-31" 1 "day"}} {{add_time "2026-01-31" 1 "month"}} {{add_time "2024-02-29" -1 "years"}} {{add_time "2026-01-31" -2 "weeks"}}',
      '2026-02-01 2026-02-28 2023-02-28 2026-01-17',
    ],
    [
      '{{add_time run_started_at -90 "minutes"}} {{add_time "2026-01-31" 1 "hour"}} {{add_time "2026-01-31 10:00:00.123456" 1 "second"}}',
      '2026-01-02T01:34:05.000Z 2026-01-31T01:00:00Z 2026-01-31T10:00:01.123456Z',
    ],
    [
      '{{add_time run_started_at 1 "fortnight"}}',
      'wrong-arguments models/a.sql:1:29+11 expected second, minute, hour, day, week, month or year for add_time, found the text "fortnight"',
    ],
  ],
}

describe('C11: helpers', () => {
  for (const [name, cases] of Object.entries(examples)) {
    test(name, () => {
      expect(cases.map(([template]) => sqlOf(template, macros))).toEqual(
        cases.map(([, sql]) => sql),
      )
    })
  }

  test('C11: is_incremental, this, target, invocation_id, run_started_at and project_name are the run', () => {
    const text =
      '{{#if (is_incremental)}}{{this}} {{this.schema}} {{this.identifier}}{{/if}} {{target.name}} {{invocation_id}} {{run_started_at}} {{project_name}}'
    expect(sqlOf(text, '', { isIncremental: true })).toEqual(
      '"silver"."orders" silver orders dev run-1 2026-01-02T03:04:05.000Z shop',
    )
  })

  test('C11: what is pure is known at parse: a ref may be made of it; run_started_at is not', () => {
    expect(
      refsOf(
        '{{#each (sort (difference (list "b" "a" "c") (split "c,d" ",")))}}{{ref (concat this "_" (date_format (add_time "2026-01-31" 1 "day") "%m"))}}{{/each}}',
      ),
    ).toEqual(['a_02', 'b_02'])
    expect(collectFaults('{{ref (date_format run_started_at "%Y")}}')).toEqual([
      'dynamic-ref models/a.sql:1:7+33 expected a name known before the run for ref, found a value that only the run gives | name the node with {{depends_on "x"}}',
    ])
  })

  test('this is the element inside each; @root and target mean the same at every depth', () => {
    expect(
      sqlOf(
        '{{#each (list (dict name="a"))}}{{this.name}} {{@root}} {{@root.schema}} {{@root.target.name}} {{target.name}}{{#if true}} {{this.name}}{{/if}}{{/each}}',
      ),
    ).toEqual('a "silver"."orders" silver dev dev a')
  })

  test('numbers print in plain digits', () => {
    expect(
      sqlOf(
        '{{add 0.0000001 0}} {{add 1000000000000000000000 0}} {{add 0.1 0.25}} {{subtract 0 0}}',
      ),
    ).toEqual('0.0000001 1000000000000000000000 0.35 0')
  })

  test('log gives lines with their place', () => {
    const rendered = renderOf('select 1\n  {{log "rows" (list 1 2) true}}\n')
    expect(rendered.kind === 'sql' ? rendered.logs : rendered).toEqual([
      {
        kind: 'log',
        message: 'rows [1,2] true',
        span: { path: 'models/a.sql', line: 2, column: 3, length: 30 },
      },
    ])
  })
})

describe('values of the wrong kind', () => {
  const faults: readonly (readonly [string, string])[] = [
    [
      '{{lower 1}}',
      'wrong-arguments models/a.sql:1:9+1 expected text for lower, found the number 1',
    ],
    [
      '{{add 1 "2"}}',
      'wrong-arguments models/a.sql:1:9+3 expected a number for add, found the text "2"',
    ],
    [
      '{{join "a"}}',
      'wrong-arguments models/a.sql:1:8+3 expected a list for join, found the text "a"',
    ],
    [
      '{{lt 1 "2"}}',
      'wrong-arguments models/a.sql:1:1+12 expected two numbers or two texts for lt, found the number 1 and the text "2"',
    ],
    [
      '{{#each 5}}a{{/each}}',
      'wrong-arguments models/a.sql:1:9+1 expected a list or a dict for each, found the number 5',
    ],
    [
      '{{concat (list 1)}}',
      'not-printable models/a.sql:1:10+8 expected text, a number, a boolean or a relation for concat, found a list',
    ],
    [
      '{{list 1}}',
      'not-printable models/a.sql:1:1+10 expected text, a number, a boolean or a relation to print, found a list | print its items with {{#each}} or (join xs ", ")',
    ],
    [
      '{{dict a=1}}',
      'not-printable models/a.sql:1:1+12 expected text, a number, a boolean or a relation to print, found a dict',
    ],
    [
      '{{lookup (dict) "a"}}',
      'not-printable models/a.sql:1:1+21 expected text, a number, a boolean or a relation to print, found null',
    ],
    [
      '{{target}}',
      'not-printable models/a.sql:1:1+10 expected text, a number, a boolean or a relation to print, found a dict',
    ],
    ['{{ref 5}}', 'wrong-arguments models/a.sql:1:7+1 expected text for ref, found the number 5'],
    [
      '{{range 0 1 0}}',
      'wrong-arguments models/a.sql:1:13+1 expected a step that is not 0, found 0',
    ],
    [
      '{{#with (dict name=1)}}{{this.nme}}{{/with}}',
      'unknown-name models/a.sql:1:26+8 expected a key of a dict, found "nme" in "this.nme" | did you mean "name"?',
    ],
  ]
  for (const [template, fault] of faults) {
    test(template, () => {
      expect(sqlOf(template)).toEqual(fault)
    })
  }
})
