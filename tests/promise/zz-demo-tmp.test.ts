import { test } from 'vitest'
import { testAdapters } from '/work/main/tests/support/adapters.ts'
import { createTestProject, testTargets } from '/work/main/tests/support/test-project.ts'
import { execute } from '/work/main/tests/promise/rows.ts'
test.each(testAdapters())('demo $name', async (adapter) => {
  const p = await createTestProject(adapter, { files: {
  'assay.yml': `name: demo\ntarget: duckdb\n${testTargets}`,
  'models/sources.yml': `sources:\n  - name: raw\n    tables:\n      - name: events\n        config: { arrival_column: _load_seq }\n      - name: plain\n`,
  'seeds/prices.csv': 'item,price\na,1\nb,2\n',
  'models/stg_events.sql': 'select _load_seq, item from {{source "raw" "events"}}',
  'models/appended.sql': `{{config materialized="incremental" incremental_strategy="append" arrival_column="_load_seq"}}\nselect _load_seq, item from {{new_rows "stg_events"}} as n`,
  'models/totals.sql': `{{config materialized="table"}}\nselect item, count(*) as n from {{ref "appended"}} group by item`,
  'models/price_view.sql': 'select item, price from {{ref "prices"}}',
  'models/eph.sql': '{{config materialized="ephemeral"}}\nselect item from {{ref "price_view"}}',
  'models/priced.sql': '{{config materialized="table"}}\nselect item from {{ref "eph"}}',
  'models/plainly.sql': '{{config materialized="table"}}\nselect id from {{source "raw" "plain"}}',
  'models/t.yml': `models:\n  - name: priced\n    columns: [{ name: item, data_tests: [not_null] }]\n`,
  } })
  const say = async (...argv: string[]) => { const r = await p.assay(...argv); console.log(['$', ...argv, '\n' + r.stdout, r.stderr, '--- exit', r.exitCode].join(' ')) }
  await say('status'); await say('explain', 'priced')
  await execute(p, 'create schema raw', 'create table raw.events (_load_seq bigint, item text)', `insert into raw.events values (1, 'a'), (2, 'b')`, 'create table raw.plain (id integer)')
  await p.assay('build')
  await say('status'); 
  await say('explain', 'priced'); await say('explain', 'appended'); await say('explain', 'eph'); await say('explain','prised'); await say('explain','plainly')
  await execute(p, `insert into raw.events values (3, 'a')`)
  await p.write({'seeds/prices.csv': 'item,price\na,1\n,2\n'})
  await p.assay('build', '--changed')
  await say('status'); await say('explain', 'priced'); await say('explain', 'appended')
  await p.write({'seeds/prices.csv': 'item,price\na,1\nc,2\n', 'models/totals.sql': '{{config materialized="table"}}\nselect 1 as x'})
  await p.assay('build', '--select', 'prices')
  await say('status'); await say('explain', 'totals'); await say('status', '--output', 'json')
})
