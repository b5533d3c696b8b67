/** What `new_rows` and `touched_keys` may follow, and what parse says of the rest. */
import { describe, expect, test } from 'vitest'
import { buildGraph } from '../../../../src/project/graph/build-graph.ts'
import { manifestOf, saidOf, settingsWith } from '../parsed-project.ts'

const sources = `sources:
  - name: raw
    tables:
      - { name: events, config: { arrival_column: _load_seq, delivery: at_least_once } }
      - name: plain
`
const base = {
  'assay.yml': settingsWith(''),
  'models/sources.yml': sources,
  'models/stg.sql': 'select * from {{source "raw" "events"}} where id > 0',
  'models/twice.sql': 'select * from {{ref "stg"}}',
  'models/grouped.sql': 'select id, count(*) as n from {{source "raw" "events"}} group by id',
  'models/a_table.sql': '{{config materialized="table"}}select * from {{ref "stg"}}',
  'models/inlined.sql': '{{config materialized="ephemeral"}}select * from {{ref "stg"}}',
  'models/merged.sql':
    '{{config materialized="incremental" unique_key="id"}}select * from {{ref "stg"}}',
  'models/bare_append.sql':
    '{{config materialized="incremental" incremental_strategy="append"}}select * from {{new_rows "stg"}} as n',
  'models/append.sql':
    '{{config materialized="incremental" incremental_strategy="append" arrival_column="_load_seq"}}select * from {{new_rows "twice"}} as n',
  'seeds/lines.csv': 'n\n1\n',
}
const reading = (call: string) => ({
  ...base,
  'models/reader.sql': `{{config materialized="incremental" unique_key="id"}}select * from ${call} as n`,
})

describe('what may be followed', () => {
  test('sources, views that filter, appends, and what records its changes', () => {
    const { nodes } = manifestOf({
      ...base,
      'models/reader.sql': `{{config materialized="incremental" unique_key="id"}}
select * from {{new_rows "append"}} as n where id in {{touched_keys "merged" key="id"}}
or id in {{touched_keys "a_table" key=(list "id" "day")}} or id in {{touched_keys "lines" key="n"}}
or id in {{touched_keys "twice" key="id"}} or id in {{touched_keys "merged" key="id"}}`,
    })
    const reader = nodes.get('model.shop.reader')
    const reads = reader?.resourceType === 'model' ? reader.cursorReads : []
    expect(reads.map((read) => ({ ...read, span: undefined }))).toEqual([
      { kind: 'new_rows', upstream: 'model.shop.append' },
      { kind: 'touched_keys', upstream: 'model.shop.merged', key: ['id'] },
      { kind: 'touched_keys', upstream: 'model.shop.a_table', key: ['id', 'day'] },
      { kind: 'touched_keys', upstream: 'seed.shop.lines', key: ['n'] },
      { kind: 'touched_keys', upstream: 'model.shop.twice', key: ['id'] },
    ])
    const twice = nodes.get('model.shop.twice')
    expect(twice?.resourceType === 'model' && twice.arrival).toEqual({
      column: '_load_seq',
      delivery: 'at_least_once',
    })
    expect(reader?.dependsOn).toEqual([
      'model.shop.append',
      'model.shop.merged',
      'model.shop.a_table',
      'seed.shop.lines',
      'model.shop.twice',
    ])
  })

  test.each([
    ['{{new_rows (source "raw" "plain")}}'],
    ['{{new_rows "grouped"}}'],
    ['{{new_rows "a_table"}}'],
    ['{{new_rows "inlined"}}'],
    ['{{new_rows "merged"}}'],
    ['{{new_rows "bare_append"}}'],
    ['{{new_rows "lines"}}'],
    ['{{touched_keys "grouped" key="id"}}'],
    ['{{touched_keys (source "raw" "plain") key="id"}}'],
    ['{{touched_keys "inlined" key="id"}}'],
    ['{{touched_keys "stg"}}'],
    ['{{touched_keys "stg" key=(list "id" 1)}}'],
    ['{{touched_keys "stg" key=(list)}}'],
    ['{{touched_keys "stg" key=invocation_id}}'],
    ['{{new_rows "nothing"}}'],
    ['{{new_rows this}}'],
  ])('%s is told', (call) => {
    expect(saidOf(reading(call))).toMatchSnapshot()
  })

  test('neither in ephemeral models nor in tests', () => {
    const said = saidOf({
      ...base,
      'models/inlined.sql':
        '{{config materialized="ephemeral"}}select * from {{new_rows "stg"}} as n',
      'tests/no_rows.sql': 'select * from {{new_rows "stg"}} as n',
    })
    expect(said).toMatchSnapshot()
  })
})

const incremental = '{{config materialized="incremental" unique_key="id"}}'

const small = {
  'assay.yml': settingsWith(''),
  'models/sources.yml': sources,
  'models/merged.sql': `${incremental}select 1 as id`,
  'models/reader.sql': `${incremental}select * from {{new_rows "stg"}} as n`,
}
const place = 'models/reader.sql:1:79 not-append-only: expected something append-only for new_rows'
const viewHint =
  'make it a projection or filter of one append-only source or model, or an incremental model'

describe('views that only look like a filter', () => {
  const events = '{{source "raw" "events"}}'
  test.each([
    [
      'the upstream is an edge, but not what is read',
      `{{#if false}}${events}{{/if}}select * from other.events`,
      `a view with "from other" instead of a ref or source, which is no projection or filter = ${viewHint}`,
    ],
    [
      'a macro reads the upstream twice from one place',
      'with a as (select * from {{events_of}}), b as (select * from {{events_of}}) select * from a',
      `a view with several readings of one relation, which is no projection or filter = ${viewHint}`,
    ],
    [
      'the mixing is in a macro',
      `select {{most "id"}} as id from ${events}`,
      `a view with max(), which is no projection or filter = ${viewHint}`,
    ],
    [
      'two upstreams',
      `select * from ${events} where {{#if false}}{{ref "merged"}}{{/if}} true`,
      `a view that reads more than once = ${viewHint}`,
    ],
    [
      'keys are no rows',
      'select * from {{touched_keys (source "raw" "events") key="id"}} as k',
      `a view with "distinct", which is no projection or filter = ${viewHint}`,
    ],
    [
      'the filter follows the clock',
      `select * from ${events} where at < now()`,
      'a view with now(), so rows may come to it without an arrival of their own = use it in the models that read the view',
    ],
    [
      'the filter follows the run',
      `select * from ${events} where at < '{{run_started_at}}'`,
      'a view with run_started_at or invocation_id, so rows may come to it without an arrival of their own = use it in the models that read the view',
    ],
    ['nothing is read', 'select 1 as id', `a view that reads no model or source = ${viewHint}`],
    [
      'what is below it rewrites rows',
      'select * from {{ref "merged"}}',
      'a view of "merged", an incremental model that rewrites rows (merge) = read the groups whose rows changed: where key in {{touched_keys "merged" key=".."}}',
    ],
    [
      'what is below it declares nothing',
      'select * from {{source "raw" "plain"}}',
      'a view of "raw.plain", a source that declares no arrival column = declare it where the source is described: config: { arrival_column: .. }, a column that grows with every commit',
    ],
  ])('%s', (_, sql, found) => {
    const said = saidOf({
      ...small,
      'models/stg.sql': sql,
      'models/other.sql': '{{config materialized="table"}}select 1 as id',
      'macros/macros.sql': `{{#macro "events_of"}}${events}{{/macro}}
{{#macro "most" "column"}}max({{column}}){{/macro}}`,
    })
    expect(said).toEqual([`${place}, found "stg", ${found}`])
  })

  test('keys of a view of what rewrites rows are those of what is below it', () => {
    const said = saidOf({
      ...small,
      'models/stg.sql': 'select * from {{ref "merged"}}',
      'models/reader.sql': `${incremental}select * from {{touched_keys "stg" key="id"}} as n`,
    })
    expect(said).toEqual([
      'models/reader.sql:1:83 no-change-feed: expected something that records which keys change for touched_keys, found "stg", a view of "merged", an incremental model that rewrites rows (merge) = read the groups whose rows changed: where key in {{touched_keys "merged" key=".."}}',
    ])
  })

  test('views that read each other are left to the graph', () => {
    const manifest = manifestOf({
      ...small,
      'models/stg.sql': 'select * from {{ref "twice"}}',
      'models/twice.sql': 'select * from {{ref "stg"}}',
    })
    const built = buildGraph(manifest)
    expect(built.ok ? [] : built.diagnostics.map(({ code, message }) => [code, message])).toEqual([
      ['dependency-cycle', 'expected no node to depend on itself, found stg -> twice -> stg'],
    ])
  })

  test('a view passes on the column that it declares, else the one below it', () => {
    const { nodes } = manifestOf({
      ...small,
      'models/stg.sql': `{{config arrival_column="seq"}}select _load_seq as seq from ${events}`,
    })
    const stg = nodes.get('model.shop.stg')
    expect(stg?.resourceType === 'model' && stg.arrival).toEqual({
      column: 'seq',
      delivery: 'exactly_once',
    })
  })
})

describe('calls in macros', () => {
  test('one place may mean several upstreams, by name and by relation', () => {
    const { nodes } = manifestOf({
      ...base,
      'macros/newest.sql': '{{#macro "newest" "x"}}(select * from {{new_rows x}} as n){{/macro}}',
      'models/reader.sql': `${incremental}select * from {{newest "stg"}} as a
join {{newest (source "raw" "events")}} as b using (id) join {{newest (ref "append")}} as c using (id)`,
    })
    const reader = nodes.get('model.shop.reader')
    expect(reader?.resourceType === 'model' && reader.cursorReads).toEqual(
      ['model.shop.stg', 'source.shop.raw.events', 'model.shop.append'].map((upstream) => ({
        kind: 'new_rows',
        upstream,
        span: { path: 'macros/newest.sql', line: 1, column: 50, length: 1 },
      })),
    )
    expect(reader?.dependsOn).toEqual([
      'model.shop.stg',
      'source.shop.raw.events',
      'model.shop.append',
    ])
  })

  test('the call is told too', () => {
    const said = saidOf({
      ...base,
      'macros/newest.sql': '{{#macro "newest" "x"}}{{new_rows x}}{{/macro}}',
      'models/reader.sql': `${incremental}select * from {{newest "lines"}} as n`,
    })
    expect(said).toEqual([
      'macros/newest.sql:1:35 not-append-only: expected something append-only for new_rows, found "lines", a seed that declares no arrival column = declare config: { arrival_column: .. } for the seed, a column that grows with every line added (models/reader.sql:1:68 "newest" is called here)',
    ])
  })
})

describe('what is known of a relation at parse time', () => {
  test.each([
    [
      'its name is not',
      '{{#let r=(ref "stg")}}{{ref (concat r.identifier "")}}{{/let}}',
      'models/reader.sql:1:29 dynamic-ref: expected a name known before the run for ref, found a value that only the run gives = name the node with {{depends_on "x"}}',
    ],
    [
      'nor its text',
      '{{config alias=(concat (ref "stg"))}}',
      'models/reader.sql:1:10 dynamic-ref: expected a value known before the run for the config "alias", found a value that only the run gives = a config is decided by parse, without the database: var, env and target are known there',
    ],
    [
      'so what is made of it cannot be followed',
      '{{new_rows (concat (ref "stg"))}}',
      'models/reader.sql:1:12 dynamic-ref: expected a name known before the run for new_rows, found a value that only the run gives = name the model itself: the graph hangs on it',
    ],
  ])('%s', (_, text, found) => {
    expect(saidOf({ ...base, 'models/reader.sql': text })).toEqual([found])
  })
})

test('a query cannot be tested', () => {
  const text = `${incremental}{{#if (new_rows "stg")}}1{{/if}}{{#each (touched_keys "stg" key="id")}}1{{/each}}`
  expect(saidOf({ ...base, 'models/reader.sql': text })).toEqual([
    'models/reader.sql:1:60 wrong-arguments: expected a value for {{#if}}, found new_rows, which stands for a query = write it where a table may stand: from {{new_rows ..}} as n',
    'models/reader.sql:1:94 wrong-arguments: expected a value for {{#each}}, found touched_keys, which stands for a query = write it where a table may stand: from {{touched_keys ..}} as n',
  ])
})

describe('where an arrival column may be declared', () => {
  const said = (config: string) =>
    saidOf({
      ...small,
      'models/stg.sql': 'select * from {{source "raw" "events"}}',
      'models/reader.sql': `{{config ${config}}}select 1 as id`,
    })
  const elsewhere =
    'leave it out: rows that may change are read by touched_keys, which needs no such column'
  test.each([
    ['materialized="table" arrival_column="id"', 'a table model'],
    ['materialized="ephemeral" arrival_column="id"', 'an ephemeral model'],
    [
      'materialized="incremental" unique_key="id" arrival_column="id"',
      'an incremental (merge) model',
    ],
    [
      'materialized="incremental" unique_key="id" incremental_strategy="delete+insert" arrival_column="id"',
      'an incremental (delete+insert) model',
    ],
  ])('not with %s', (config, found) => {
    const column = `{{config ${config}`.length - '"id"'.length + 1
    expect(said(config)).toEqual([
      `models/reader.sql:1:${column} invalid-value: expected "arrival_column" on an incremental model that appends or a view, found it on ${found} = ${elsewhere}`,
    ])
  })

  test('delivery says nothing without one', () => {
    expect(said('delivery="at_least_once"')).toEqual([
      'models/reader.sql:1:19 missing-key: expected "arrival_column" beside "delivery", found none = name the column by which readers follow the rows',
    ])
  })

  test('an append and a view may, whatever they read', () => {
    expect(said('arrival_column="id"')).toEqual([])
    expect(said('materialized="incremental" arrival_column="id"')).toEqual([])
  })
})
