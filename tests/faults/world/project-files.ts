/** The project of the core play: a seed, views, tables and every kind of incremental model, in several schemas, with tests. */
import { planRows } from './relations.ts'

export interface ProjectOptions {
  readonly engine: 'duckdb' | 'postgres'
  readonly threads: number
  /** Further keys of the engine's target, as `lease_timeout: 2s`. */
  readonly target: readonly string[]
}

const reached = {
  duckdb: [`path: "{{env 'DUCKDB_PATH' 'target/test.duckdb'}}"`],
  postgres: [
    `host: "{{env 'PGHOST'}}"`,
    `port: "{{env 'PGPORT'}}"`,
    `user: "{{env 'PGUSER'}}"`,
    `password: "{{env 'PGPASSWORD'}}"`,
    `database: "{{env 'PGDATABASE'}}"`,
  ],
} as const

/** With one target. */
export function settingsFile({ engine, threads, target }: ProjectOptions): string {
  const keys = [`type: ${engine}`, ...reached[engine], `threads: ${threads}`, ...target]
  return `name: faults
target: test
targets:
  test:
${keys.map((key) => `    ${key}\n`).join('')}vars: { version: 0 }
`
}

export function coreFiles(options: ProjectOptions): Readonly<Record<string, string>> {
  return {
    'assay.yml': `${settingsFile(options)}seeds: { +schema: seeds }
models:
  staging: { +schema: staging }
  silver: { +schema: silver }
  gold: { +schema: gold }
`,
    'sources.yml': `sources:
  - name: growth
    schema: raw
    tables:
      - name: events
        config: { arrival_column: _load_seq }
`,
    ...models,
    'models/tests.yml': `models:
  - name: user_totals
    columns: [{ name: user_id, data_tests: [unique, not_null] }]
  - name: event_log
    columns: [{ name: id, data_tests: [unique, not_null] }]
  - name: last_orders
    columns: [{ name: order_id, data_tests: [unique, not_null] }]
  - name: user_days
    columns: [{ name: user_id, data_tests: [not_null] }]
  - name: day_totals
    columns: [{ name: event_day, data_tests: [unique, not_null] }]
`,
    'tests/user_days_add_up.sql': `select e.user_id
from (select user_id, count(*) as n from {{ref "event_log"}} group by user_id) as e
left join (select user_id, sum(n) as n from {{ref "user_days"}} group by user_id) as d on d.user_id = e.user_id
where d.n is null or d.n <> e.n
`,
  }
}

const source = '{{source "growth" "events"}}'
const newRows = '{{new_rows (source "growth" "events")}}'

const models = {
  'models/staging/stg_events.sql': `select id, user_id, order_id, amount, event_day, batch, _load_seq, {{var "version"}} as version
from ${source}
`,
  'models/silver/user_totals.sql': `{{config materialized="table"}}
select e.user_id, count(*) as n, cast(sum(e.amount) as bigint) as amount, max(p.price) as price, {{var "version"}} as version
from {{ref "stg_events"}} as e
inner join {{ref "plans"}} as p on p.plan_id = e.user_id % 3
group by e.user_id
`,
  'models/silver/event_log.sql': `{{config materialized="incremental" incremental_strategy="append"}}
select id, user_id, amount, batch, _load_seq from ${newRows} as n
`,
  'models/silver/last_orders.sql': `{{config materialized="incremental" unique_key="order_id"}}
select order_id, amount, _load_seq
from (
  select order_id, amount, _load_seq, row_number() over (partition by order_id order by _load_seq desc) as place
  from ${newRows} as n
) as ranked
where place = 1
`,
  'models/silver/user_days.sql': `{{config materialized="incremental" incremental_strategy="delete+insert" unique_key="user_id"}}
select user_id, event_day, count(*) as n, cast(sum(amount) as bigint) as amount, count(distinct order_id) as orders
from ${source}
where user_id in (select user_id from ${newRows} as n)
group by user_id, event_day
`,
  'models/gold/day_totals.sql': `{{config materialized="incremental" incremental_strategy="delete+insert" unique_key="event_day"}}
select event_day, count(*) as users, cast(sum(n) as bigint) as n, cast(sum(amount) as bigint) as amount
from {{ref "user_days"}}
where event_day in (select event_day from {{touched_keys "user_days" key="event_day"}} as t)
group by event_day
`,
  'models/gold/report.sql': `select user_id, event_day, n, {{var "version"}} as version from {{ref "user_days"}}
`,
}

export function seedFile(version: number): string {
  const lines = planRows(version).map((row) => row.join(','))
  return `plan_id,price\n${lines.join('\n')}\n`
}
