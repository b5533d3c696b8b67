/** Jinja typed by habit is answered with its Handlebars form; text that only looks like it is left alone. */
import { expect, test } from 'vitest'
import { parseFaults } from './support.ts'

const forms: readonly (readonly [string, string | undefined])[] = [
  [`{{ ref('x') }}`, '{{ref "x"}}'],
  [`{{ ref('pkg', 'x', v=2) }}`, '{{ref "pkg" "x" version=2}}'],
  [`{{ source("a", 'b') }}`, '{{source "a" "b"}}'],
  [
    `{{ config(materialized='table', tags=['a', 'b'], meta={'k': 1}) }}`,
    '{{config materialized="table" tags=(list "a" "b") meta=(dict k=1)}}',
  ],
  [`{{ var('x', 5) + 1 }}`, '{{add (var "x" 5) 1}}'],
  [`{{ env_var('A') }}`, '{{env "A"}}'],
  [`{{ dbt_utils.star(from=ref('x')) }}`, '{{star from=(ref "x")}}'],
  [`{{ pkg.name(1) }}`, '{{pkg.name 1}}'],
  ['{{ x | upper }}', '{{upper x}}'],
  [`{{ xs | join(', ') }}`, '{{join xs ", "}}'],
  [`{{ x|default('a')|lower }}`, '{{lower (or x "a")}}'],
  [`{{ 'a' ~ x }}`, '{{concat "a" x}}'],
  ['{{ x[0] }}', '{{lookup x 0}}'],
  [`{{ a if b else 'c' }}`, '{{#if b}}{{a}}{{else}}c{{/if}}'],
  ['{{- x -}}', '{{~x~}}'],
  ['{{#if is_incremental()}}', '{{#if (is_incremental)}}'],
  [`{{ x.append('a') }}`, '{{x.append "a"}}'],
  ['{% if is_incremental() %}', '{{#if (is_incremental)}}'],
  ['{%- if a == 1 and not b -%}', '{{~#if (and (eq a 1) (not b))~}}'],
  ['{% if x not in [1, -2] or y is none %}', '{{#if (or (not (in x (list 1 -2))) (eq y null))}}'],
  ['{% if x is not none %}', '{{#if (not (eq x null))}}'],
  [
    '{% if x is string and y is mapping %}',
    '{{#if (and (eq (type_of x) "text") (eq (type_of y) "dict"))}}',
  ],
  ['{% if x is defined %}', undefined],
  ['{{ xs | first }}', '{{lookup xs 0}}'],
  [
    `{{ xs | map(attribute='name') | unique | sort | last }}`,
    '{{lookup (sort (unique (pluck xs "name"))) -1}}',
  ],
  [`{{ xs | map('upper') | list }}`, undefined],
  [
    `{{ xs | selectattr('k', 'equalto', 'a') | list | length }}`,
    '{{length (selectattr xs "k" "a")}}',
  ],
  [`{{ xs | rejectattr("k") }}`, '{{rejectattr xs "k"}}'],
  [`{{ xs | selectattr('k', 'in', ys) }}`, undefined],
  [`{{ x | trim | replace('a', 'b') | tojson }}`, '{{to_json (replace (trim x) "a" "b")}}'],
  [`{{ var('n') | int * 2 }}`, '{{multiply (int (var "n")) 2}}'],
  [`{{ fromjson(x) }}`, '{{from_json x}}'],
  [`{{ local_md5('a') }}`, '{{md5 "a"}}'],
  [`{{ run_started_at.strftime("%Y-%m-%d") }}`, '{{date_format run_started_at "%Y-%m-%d"}}'],
  [`{{ ', '.join(xs) }}`, '{{join xs ", "}}'],
  [`{{ x.split(',')[0] }}`, '{{lookup (split x ",") 0}}'],
  ['{{ x[1:] }}', '{{slice x 1}}'],
  ['{{ x[:-1] }}', '{{slice x 0 -1}}'],
  ['{{ x[1:3] }}', '{{slice x 1 3}}'],
  [`{{ set(a).difference(b) }}`, undefined],
  [`{{ a.intersection(b) }}`, '{{intersect a b}}'],
  [`{{ d.keys() }}`, '{{dict_keys d}}'],
  [`{{ dbt.replace('a', 'b', 'c') }}`, '{{replace "a" "b" "c"}}'],
  ['{% if loop.index > 1 %}', '{{#if (gt (add @index 1) 1)}}'],
  ['{% if x not in [1, -2] or y >= 1.5 %}', '{{#if (or (not (in x (list 1 -2))) (gte y 1.5))}}'],
  ['{% elif x %}', '{{else if x}}'],
  ['{% else %}', '{{else}}'],
  ['{% endif %}', '{{/if}}'],
  ['{% for x in xs %}', '{{#each xs as |x|}}'],
  ['{% for k, v in d.items() %}', '{{#each d as |v k|}}'],
  ['{% if not loop.last %}', '{{#if (not @last)}}'],
  ['{% endfor %}', '{{/each}}'],
  [`{% set x = ['a', 'b'] %}`, '{{#let x=(list "a" "b")}}..{{/let}}'],
  ['{% macro m(a, b=1) %}', '{{#macro "m" "a" b=1}}'],
  ['{% endmacro %}', '{{/macro}}'],
  ['{% test t(model, column_name) %}', '{{#test "t" "model" "column_name"}}'],
  ['{% call m(1) %}', '{{#m 1}}'],
  [`{% do log("x", info=True) %}`, '{{log "x" info=true}}'],
  [
    '{% snapshot x %}',
    'only its SELECT, in a file of its name, below {{config materialized="snapshot" ..}}',
  ],
  ['{#- c -#}', '{{!-- c --}}'],
]
for (const [text, form] of forms) {
  test(`C11: ${text}`, () => {
    expect(parseFaults(text)).toEqual([
      `jinja-syntax models/a.sql:1:1+${text.length} expected Handlebars, found Jinja ${shown(text)}${form === undefined ? '' : ` | write ${form}`}`,
    ])
  })
}

function shown(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 60)}...`
}

test('all of a file at once, in strings and comments of SQL too', () => {
  expect(
    parseFaults(
      `-- don't\n{# c #}\nselect '{{ var("x") }}'\n  {% if x %}\nfrom {{ ref('a') }} -- {{ ref('b') }}`,
    ),
  ).toEqual([
    'jinja-syntax models/a.sql:2:1+7 expected Handlebars, found Jinja {# c #} | write {{!-- c --}}',
    'jinja-syntax models/a.sql:3:9+14 expected Handlebars, found Jinja {{ var("x") }} | write {{var "x"}}',
    'jinja-syntax models/a.sql:4:3+10 expected Handlebars, found Jinja {% if x %} | write {{#if x}}',
    `jinja-syntax models/a.sql:5:6+14 expected Handlebars, found Jinja {{ ref('a') }} | write {{ref "a"}}`,
    `jinja-syntax models/a.sql:5:24+14 expected Handlebars, found Jinja {{ ref('b') }} | write {{ref "b"}}`,
  ])
})

test.each([
  `select '{#', '{%', '#}', '%}' from x where y like '{% a'`,
  `select '{"a": 1}'::json #> '{a}', x -> '{#}'`,
  `{{!-- {{ ref('x') }} {% if %} --}}{{! {{ ref('x') }}`,
  `\\{{ ref('x') }}`,
  '{{#each (list 1) as |x i|}}{{x}}{{/each}}',
  '{{#if x}}a{{else if (eq a 1)}}{{/if}}',
  '{{concat (upper "a|b") "x(" "a == b" \'+\'}}',
  '{{x -1}}{{~x~}}{{foo x.[a b] x.[0]}}',
  '{{ this }} {{ target.name }} {{ref (var "x")}}',
  'select {fn now()}, {d: 1}, [x for x in y], a - {{x}} - b',
])('is not Jinja: %s', (text) => {
  expect(parseFaults(text)).toEqual([])
})
