/** What `new_rows` and `touched_keys` may follow, and what parse says of the rest. */
import { describe, expect, test } from 'vitest'
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
  test('sources, views that filter, appends, and what records its changes', async () => {
    const { nodes } = await manifestOf({
      ...base,
      'models/reader.sql': `{{config materialized="incremental" unique_key="id"}}
select * from {{new_rows "append"}} as n where id in {{touched_keys "merged" key="id"}}
or id in {{touched_keys "a_table" key=(list "id" "day")}} or id in {{touched_keys "lines" key="n"}}
or id in {{touched_keys "twice" key="id"}} or id in {{touched_keys "merged" key="id"}}`,
    })
    const reader = nodes.get('model.shop.reader')
    const reads = reader?.resourceType === 'model' ? reader.cursorReads : []
    expect(reads.map(({ span: _, ...read }) => read)).toEqual([
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
    ['{{new_rows "nothing"}}'],
    ['{{new_rows this}}'],
  ])('%s is told', async (call) => {
    expect(await saidOf(reading(call))).toMatchSnapshot()
  })

  test('neither in ephemeral models nor in tests', async () => {
    const said = await saidOf({
      ...base,
      'models/inlined.sql':
        '{{config materialized="ephemeral"}}select * from {{new_rows "stg"}} as n',
      'tests/no_rows.sql': 'select * from {{new_rows "stg"}} as n',
    })
    expect(said).toMatchSnapshot()
  })
})
