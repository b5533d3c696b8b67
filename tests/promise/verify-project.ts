/** A shop whose events arrive in order, with models that keep the promise and models that break it. */
import { expect } from 'vitest'
import type { TestAdapter } from '../support/adapters.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'
import { execute } from './rows.ts'

export const base = {
  'assay.yml': `name: proven\ntarget: duckdb\n${testTargets}`,
  'models/sources.yml': `sources:
  - name: raw
    tables:
      - { name: events, config: { arrival_column: _load_seq } }
      - { name: rates }
`,
  'models/stg_events.sql':
    'select _load_seq, id, user_id, seen_at, amount from {{source "raw" "events"}}',
}

export const safe = {
  'models/appended.sql': `{{config materialized="incremental" incremental_strategy="append" arrival_column="_load_seq"}}
select _load_seq, id, user_id, amount from {{new_rows "stg_events"}} as n`,
  'models/first_seen.sql': `{{config materialized="incremental" incremental_strategy="append"}}
select user_id, id, seen_at
from (
  select user_id, id, seen_at, row_number() over (partition by user_id order by _load_seq) as place
  from {{new_rows "stg_events"}} as n
) as numbered
where place = 1
{{#if (is_incremental)}}and user_id not in (select user_id from {{this}}){{/if}}`,
  'models/totals.sql': `{{config materialized="incremental" unique_key="user_id"}}
select n.user_id, n.total{{#if (is_incremental)}} + coalesce(t.total, 0){{/if}} as total
from (select user_id, sum(amount) as total from {{new_rows "appended"}} as fresh group by user_id) as n
{{#if (is_incremental)}}left join {{this}} as t on t.user_id = n.user_id{{/if}}`,
  'models/rebuilt.sql': `{{config materialized="incremental" incremental_strategy="delete+insert" unique_key="user_id"}}
select user_id, max(amount) as most, count(distinct amount) as amounts, avg(amount) as mean
from {{ref "stg_events"}}
where user_id in {{touched_keys "stg_events" key="user_id"}}
group by user_id`,
  'models/aside.sql': `{{config materialized="incremental" unique_key="user_id" quarantine=true}}
select user_id, sum(amount) as total
from {{ref "stg_events"}}
where user_id in {{touched_keys "stg_events" key="user_id"}}
group by user_id`,
  'models/aside.yml': `models:
  - name: aside
    data_tests: [{ dbt_utils.expression_is_true: { arguments: { expression: "total % 3 <> 0" } } }]
`,
  'models/below_aside.sql': `{{config materialized="incremental" unique_key="user_id"}}
select user_id, total from {{ref "aside"}} where user_id in {{touched_keys "aside" key="user_id"}}`,
  'models/overwritten.sql': `{{config materialized="incremental" incremental_strategy="insert_overwrite" partition_by=(list "user_id" "amount - amount % 2")}}
select user_id, amount, count(*) as events
from {{ref "stg_events"}}
where user_id in {{touched_keys "stg_events" key="user_id"}}
group by user_id, amount`,
  'models/below_overwritten.sql': `{{config materialized="incremental" incremental_strategy="insert_overwrite" partition_by="amount"}}
select amount, sum(events) as events
from {{ref "overwritten"}}
where amount in {{touched_keys "overwritten" key="amount"}}
group by amount`,
  'models/merged.sql': `{{config materialized="incremental" unique_key="id"}}
select e.id, e.amount * coalesce(r.rate, 1) as amount
from {{ref "stg_events"}} as e
left join {{source "raw" "rates"}} as r on r.user_id = e.user_id`,
} as const

export const unsafe = {
  // The planted bug: late rows are never seen.
  'models/watermark.sql': `{{config materialized="incremental" incremental_strategy="append"}}
select id, user_id, seen_at from {{ref "stg_events"}}
{{#if (is_incremental)}}where seen_at > (select coalesce(max(seen_at), '2000-01-01') from {{this}}){{/if}}`,
  'models/least.sql': `{{config materialized="incremental" incremental_strategy="append"}}
select user_id, min(amount) as least from {{new_rows "stg_events"}} as n
{{#if (is_incremental)}}where user_id not in (select user_id from {{this}}){{/if}}
group by user_id`,
  'models/distinct_amounts.sql': `{{config materialized="incremental" unique_key="user_id"}}
select n.user_id, n.amounts{{#if (is_incremental)}} + coalesce(t.amounts, 0){{/if}} as amounts
from (
  select user_id, count(distinct amount) as amounts from {{new_rows "stg_events"}} as fresh group by user_id
) as n
{{#if (is_incremental)}}left join {{this}} as t on t.user_id = n.user_id{{/if}}`,
  'models/lookback.sql': `{{config materialized="incremental" unique_key="user_id"}}
select user_id, count(*) as events from {{ref "stg_events"}}
{{#if (is_incremental)}}
where seen_at > (select max(seen_at) from {{ref "stg_events"}}) - interval '30 minutes'
{{/if}}
group by user_id`,
  'models/priced.sql': `{{config materialized="incremental" incremental_strategy="append"}}
select n.id, n.amount * r.rate as amount
from {{new_rows "stg_events"}} as n
left join {{source "raw" "rates"}} as r on r.user_id = n.user_id`,
} as const

/** In one line or in several. */
export const asAtomic = (_: string, end: string | undefined) =>
  end === undefined ? 'threads: 2\n    atomic: true' : 'threads: 2, atomic: true }'

export async function createProject(
  adapter: TestAdapter,
  files: Readonly<Record<string, string>>,
): Promise<TestProject> {
  const project = await createTestProject(adapter, { files: { ...base, ...files } })
  // Makes the file.
  expect((await project.assay('debug')).exitCode).toBe(0)
  const events = Array.from({ length: 120 }, (_, n) => {
    const minutes = (n * 37) % 500
    const hour = String(Math.floor(minutes / 60)).padStart(2, '0')
    const minute = String(minutes % 60).padStart(2, '0')
    return `(${n + 1}, ${n}, 'u${(n * 7) % 13}', '2026-03-01 ${hour}:${minute}:00', ${Math.floor(n / 13) % 3})`
  })
  await execute(
    project,
    'create schema raw',
    'create table raw.events (_load_seq bigint, id integer, user_id text, seen_at timestamp, amount integer)',
    `insert into raw.events values ${events.join(', ')}`,
    'create table raw.rates (user_id text, rate numeric(9, 2))',
    `insert into raw.rates values ${events.map((_, n) => `('u${n}', ${n}.5)`).join(', ')}`,
  )
  return project
}
