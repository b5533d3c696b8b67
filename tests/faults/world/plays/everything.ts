/** The play of all that is published in other ways than a plain table: histories, quarantine, contracts, hooks, files. */
import { changesOf, customerTables, historyFiles, historyRelations } from './history.ts'
import { eventsOf, eventTables, type Play } from '../play.ts'
import { settingsFile } from '../project-files.ts'
import { type RawRow, rowsUpTo } from '../raw-rows.ts'
import { type ExpectedRelation, sumsByUser } from '../relations.ts'

const epoch = Date.UTC(2026, 0, 1) / 1000
const source = '{{source "growth" "events"}}'
const newRows = '{{new_rows (source "growth" "events")}}'

const momentOf = ({ eventDay, loadSeq }: RawRow) => epoch + eventDay * 86_400 + loadSeq

/** What a user's plan was, from when to when; 0: until now. */
function plansOf(rows: readonly RawRow[]): readonly (readonly number[])[] {
  const users = new Set(rows.map(({ userId }) => userId))
  return [...users].flatMap((user) => {
    const own = rows
      .filter(({ userId }) => userId === user)
      .toSorted((a, b) => momentOf(a) - momentOf(b))
    const changes = own.filter(
      (row, place) => place === 0 || row.amount % 3 !== (own[place - 1]?.amount ?? 0) % 3,
    )
    return changes.map((row, place) => {
      const next = changes[place + 1]
      const until = next === undefined ? 0 : momentOf(next)
      return [user, row.amount % 3, momentOf(row), until, next === undefined ? 1 : 0]
    })
  })
}

const isRight = ({ amount }: RawRow) => amount % 5 !== 0
const isWrong = (row: RawRow) => !isRight(row)

/** Rows of these columns in each state. */
function rowsWhere(isIn: (row: RawRow) => boolean): ExpectedRelation['rows'] {
  return (batch) =>
    rowsUpTo(batch)
      .filter(isIn)
      .map((row) => [row.id, row.amount])
}

function stamped(isIn: (row: RawRow) => boolean): ExpectedRelation['rows'] {
  return (batch, version) =>
    rowsUpTo(batch)
      .filter(isIn)
      .map((row) => [row.id, row.amount, version])
}

const table = { isView: false } as const

const relations: readonly ExpectedRelation[] = [
  ...historyRelations,
  {
    ...table,
    name: 'silver.user_plans',
    columns: [
      'user_id',
      'plan',
      'cast(extract(epoch from valid_from) as bigint)',
      'case when valid_to is null then 0 else cast(extract(epoch from valid_to) as bigint) end',
      'case when is_current then 1 else 0 end',
    ],
    rows: (batch) => plansOf(rowsUpTo(batch)),
  },
  {
    ...table,
    name: 'silver.checked',
    columns: ['id', 'amount', 'version'],
    rows: stamped(isRight),
  },
  {
    ...table,
    name: 'silver.checked__quarantine',
    columns: ['id', 'amount', 'version'],
    rows: stamped(isWrong),
    isUncounted: true,
  },
  { ...table, name: 'silver.checked_log', columns: ['id', 'amount'], rows: rowsWhere(isRight) },
  {
    ...table,
    name: 'silver.checked_log__quarantine',
    columns: ['id', 'amount'],
    rows: rowsWhere(isWrong),
    isUncounted: true,
  },
  {
    ...table,
    name: 'test_failures.few_are_odd',
    columns: ['id', 'amount'],
    rows: rowsWhere((row) => isRight(row) && row.amount % 2 === 1),
    isUncounted: true,
  },
  {
    ...table,
    name: 'gold.limited',
    columns: ['user_id', 'n', 'amount', 'version'],
    rows: (batch, version) => sumsByUser(batch).map((row) => [...row, version]),
  },
  {
    ...table,
    name: 'the primary key of gold.limited',
    columns: [],
    sql: `select count(*) from information_schema.table_constraints
where table_schema = 'gold' and table_name = 'limited' and constraint_type = 'PRIMARY KEY'`,
    rows: () => [[1]],
    between: (before) => (before === 0 ? [[[0]]] : []),
    isUncounted: true,
  },
  {
    ...table,
    name: 'gold.noted',
    columns: ['n', 'version'],
    rows: (batch, version) => [[rowsUpTo(batch).length, version]],
  },
  ...['before', 'after'].map((when) => ({
    ...table,
    name: `what was noted ${when}`,
    columns: [],
    sql: `select distinct version from raw.notes where moment = '${when}'`,
    rows: (_: number, version: number) =>
      Array.from({ length: version }, (_, index) => [index + 1]),
    between: (before: number) => (before === 0 ? [[]] : []),
    isUncounted: true,
  })),
]

/** A run that is killed after a commit owes the hook to the next one, also when that one publishes again. */
const owedHooks: ExpectedRelation = {
  ...table,
  name: 'the hook after each publication of gold.noted',
  columns: [],
  sql: `select case when hooks.n >= publications.n then 1 else 0 end
from (select count(*) as n from raw.notes where moment = 'after') as hooks
cross join (
  select count(*) as n from _assay.node_runs where status = 'success' and identifier = 'noted'
) as publications`,
  rows: () => [[1]],
  between: (before, after) => (before === after ? [] : [[[0]]]),
  isUncounted: true,
}

const materialized: ExpectedRelation = {
  ...table,
  name: 'gold.user_sums',
  columns: ['user_id', 'n', 'amount'],
  rows: (batch) => sumsByUser(batch),
}

const external: readonly ExpectedRelation[] = [
  {
    ...table,
    name: 'gold.exported',
    columns: ['user_id', 'n', 'amount', 'version'],
    rows: (batch, version) => sumsByUser(batch).map((row) => [...row, version]),
    isUncounted: true,
  },
  {
    ...table,
    name: 'exports/users.csv',
    columns: [],
    file: 'exports/users.csv',
    rows: (batch, version) => sumsByUser(batch).map((row) => [...row, version]),
    isUncounted: true,
  },
  {
    ...table,
    name: 'gold.by_user',
    isFolder: true,
    columns: ['user_id', 'n', 'amount', 'version'],
    rows: (batch, version) => sumsByUser(batch).map((row) => [...row, version]),
    isUncounted: true,
  },
]

const sums = `select user_id, count(*) as n, cast(sum(amount) as bigint) as amount`
const stampedSums = `${sums}, cast({{var "version"}} as bigint) as version
from ${source}
group by user_id
`
const note = (moment: string) => `insert into raw.notes values ('${moment}', {{var 'version'}})`

const models = {
  'models/silver/user_plans.sql': `{{config materialized="scd2" unique_key="user_id" tracked_columns=(list "plan") effective_at="effective_at" entity="plan"}}
select user_id, amount % 3 as plan, timestamp '2026-01-01 00:00:00' + (event_day * 86400 + _load_seq) * interval '1 second' as effective_at
from ${newRows} as n
`,
  'models/silver/checked.sql': `{{config materialized="table"}}
select id, amount, cast({{var "version"}} as bigint) as version from ${source}
`,
  'models/silver/checked_log.sql': `{{config materialized="incremental" unique_key="id"}}
select id, amount from ${newRows} as n
`,
  'models/gold/limited.sql': `{{config materialized="table"}}
${stampedSums}`,
  'models/gold/noted.sql': `{{config
  materialized="table"
  pre_hook=(before_begin "${note('before')}")
  post_hook=(after_commit "${note('after')}")
}}
select count(*) as n, cast({{var "version"}} as bigint) as version from ${source}
`,
  'models/schema.yml': `models:
  - name: user_plans
    columns: [{ name: plan_key, data_tests: [unique] }, { name: user_id, data_tests: [not_null] }]
  - name: checked
    config: { quarantine: true }
    data_tests: [{ dbt_utils.expression_is_true: { arguments: { expression: "amount % 5 <> 0" } } }]
    columns:
      - name: amount
        data_tests:
          - dbt_utils.expression_is_true:
              name: few_are_odd
              arguments: { expression: "% 2 = 0" }
              config: { severity: warn, store_failures: true }
  - name: checked_log
    config: { quarantine: true }
    data_tests: [{ dbt_utils.expression_is_true: { arguments: { expression: "amount % 5 <> 0" } } }]
    columns: [{ name: id, data_tests: [not_null] }]
  - name: limited
    config: { contract: { enforced: true } }
    constraints: [{ type: primary_key, columns: [user_id] }, { type: check, expression: "n > 0" }]
    columns:
      - { name: user_id, data_type: bigint, constraints: [{ type: not_null }] }
      - { name: n, data_type: bigint }
      - { name: amount, data_type: bigint }
      - { name: version, data_type: bigint }
`,
} as const

/** What only one of the databases has. */
const ownModels = {
  duckdb: {
    'models/gold/exported.sql': `{{config materialized="external" location="exports/users.csv"}}
${stampedSums}`,
    'models/gold/by_user.sql': `{{config materialized="external" location="exports/by_user" partition_by="user_id" format="csv"}}
${stampedSums}`,
  },
  postgres: {
    'models/gold/user_sums.sql': `{{config materialized="materialized_view" indexes=(list (dict columns=(list "user_id") unique=true))}}
${sums}
from ${source}
group by user_id
`,
  },
} as const

export function everythingPlay(engine: 'duckdb' | 'postgres'): Play {
  return {
    relations: [...relations, owedHooks, ...(engine === 'duckdb' ? external : [materialized])],
    together: [
      ['silver.checked', 'silver.checked__quarantine'],
      ['silver.checked_log', 'silver.checked_log__quarantine'],
      ['gold.exported', 'exports/users.csv'],
    ],
    never: [{ newer: 'what was noted after', older: 'gold.noted' }],
    tables: [
      ...eventTables,
      ...customerTables,
      'drop table if exists raw.notes',
      'create table raw.notes (moment varchar(10), version bigint)',
    ],
    arrive: (version) => ({ statements: [...eventsOf(version), ...changesOf(version)], files: {} }),
    files: (options) => ({
      'assay.yml': `${settingsFile(options)}models:
  silver: { +schema: silver }
  gold: { +schema: gold }
snapshots: { +schema: history, +unique_key: id }
`,
      'sources.yml': `sources:
  - name: growth
    schema: raw
    tables:
      - { name: events, config: { arrival_column: _load_seq } }
      - { name: customers }
`,
      ...models,
      ...historyFiles,
      ...ownModels[engine],
    }),
  }
}
