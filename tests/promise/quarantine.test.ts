/** Rows set aside: with those that are published they are all rows, and what is published is what a full refresh gives. */
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'
import { execute, rowsOf } from './rows.ts'

const columns = '_load_seq, id, day, amount, status'
const events = '{{source "raw" "events"}}'

/** Nothing but the keys of the batch says what it replaces. */
const newestOf = (config: string) => `{{config materialized="incremental" ${config}}}
select ${columns}
from (
  select ${columns}, row_number() over (partition by id order by _load_seq desc) as place
  from {{new_rows (source "raw" "events")}} as n
) as numbered
where place = 1`

const models = {
  whole: `{{config materialized="table"}}
select ${columns} from ${events}`,
  appended: `{{config materialized="incremental" incremental_strategy="append"}}
select ${columns} from {{new_rows (source "raw" "events")}} as n`,
  newest: newestOf('unique_key="id"'),
  replaced: newestOf('incremental_strategy="delete+insert" unique_key="id"'),
  days: `{{config materialized="incremental" incremental_strategy="delete+insert" unique_key="day"}}
select ${columns} from ${events} where day in {{touched_keys (source "raw" "events") key="day"}}`,
  overwritten: `{{config materialized="incremental" incremental_strategy="insert_overwrite" partition_by="day % 2"}}
select ${columns} from ${events}
where day % 2 in (select day % 2 from {{touched_keys (source "raw" "events") key="day"}} as touched)`,
} as const
/** Follows the rows that are published: one that goes to the quarantine is gone. */
const counted = `{{config materialized="incremental" incremental_strategy="delete+insert" unique_key="day"}}
select day, count(*) as n, min(_load_seq) as first_seq from {{ref "newest"}}
where day in {{touched_keys "newest" key="day"}}
group by day`
const names = ['whole', 'appended', 'newest', 'replaced', 'days', 'overwritten'] as const

/** Each a test, and what it says of a row. */
interface Rule {
  readonly name: string
  readonly yaml: string
  readonly isBad: (row: Event) => boolean
}

const rules: readonly Rule[] = [
  {
    name: 'amount_given',
    yaml: 'not_null: { name: amount_given, arguments: { column_name: amount } }',
    isBad: ({ amount }) => amount === null,
  },
  {
    name: 'amount_in_range',
    yaml: 'accepted_range: { name: amount_in_range, arguments: { column_name: amount, min_value: 0, max_value: 9 } }',
    isBad: ({ amount }) => amount !== null && (amount < 0 || amount > 9),
  },
  {
    name: 'known',
    yaml: 'accepted_values: { name: known, arguments: { column_name: status, values: [a, b] } }',
    isBad: ({ status }) => status !== null && status !== 'a' && status !== 'b',
  },
  {
    name: 'small_a',
    yaml: `dbt_utils.expression_is_true: { name: small_a, arguments: { expression: "amount < id or status is null" }, config: { where: "status = 'a'" } }`,
    isBad: ({ id, amount, status }) => status === 'a' && amount !== null && amount >= id,
  },
]

interface Event {
  readonly seq: number
  readonly id: number
  readonly day: number
  readonly amount: number | null
  readonly status: string | null
}

function generator(seed: number) {
  let state = seed
  return (limit: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

function randomEvents(below: (limit: number) => number, start: number): readonly Event[] {
  return Array.from({ length: 1 + below(9) }, (_, index) => ({
    seq: start + index,
    id: 1 + below(6),
    day: 1 + below(4),
    amount: below(5) === 0 ? null : below(14) - 2,
    status: ['a', 'b', 'c', null][below(4)] ?? null,
  }))
}

const quoted = (text: string | null) => (text === null ? 'null' : `'${text}'`)

async function arrive(project: TestProject, rows: readonly Event[]): Promise<void> {
  const values = rows.map(
    ({ seq, id, day, amount, status }) =>
      `(${seq}, ${id}, ${day}, ${amount ?? 'null'}, ${quoted(status)})`,
  )
  await execute(project, `insert into raw.events values ${values.join(', ')}`)
}

/** `whole ok 7`, `days bad 3 known, amount_given`, sorted. */
async function contents(project: TestProject): Promise<readonly string[]> {
  const parts = names.flatMap((name) => [
    `select concat_ws(' ', '${name}', 'ok', _load_seq) as text from aside.${name}`,
    `select concat_ws(' ', '${name}', 'bad', _load_seq, quarantine_reasons) as text from aside.${name}__quarantine`,
  ])
  parts.push(`select concat_ws(' ', 'counted', day, n, first_seq) as text from aside.counted`)
  const rows = await rowsOf(project, parts.join(' union all '))
  return rows.map(({ text }) => JSON.stringify(text)).toSorted()
}

/** What the rows say, without any SQL. */
function expected(all: readonly Event[], chosen: readonly Rule[]): readonly string[] {
  const newest = all.filter(
    ({ id, seq }) => !all.some((other) => other.id === id && other.seq > seq),
  )
  const reasonsOf = (row: Event) =>
    chosen.filter(({ isBad }) => isBad(row)).map((rule) => rule.name)
  const good = newest.filter((row) => reasonsOf(row).length === 0)
  const days = [...new Set(good.map(({ day }) => day))].map((day) => {
    const seqs = good.filter((row) => row.day === day).map(({ seq }) => seq)
    return `counted ${day} ${seqs.length} ${Math.min(...seqs)}`
  })
  const rows = names.flatMap((name) =>
    (name === 'newest' || name === 'replaced' ? newest : all).map((row) => {
      const reasons = reasonsOf(row)
      const verdict = reasons.length === 0 ? 'ok' : 'bad'
      return [
        name,
        verdict,
        row.seq,
        ...(reasons.length === 0 ? [] : [reasons.toSorted().join(', ')]),
      ].join(' ')
    }),
  )
  return [...rows, ...days].map((text) => JSON.stringify(text)).toSorted()
}

function properties(chosen: readonly Rule[]): string {
  return `models:\n${names
    .map(
      (name) =>
        `  - name: ${name}\n    config: { quarantine: true }\n    data_tests:\n${chosen.map(({ yaml }) => `      - ${yaml}\n`).join('')}`,
    )
    .join('')}`
}

async function build(project: TestProject, ...more: readonly string[]): Promise<void> {
  const built = await project.assay('build', ...more)
  expect(built.exitCode, built.stdout + built.stderr).toBe(0)
}

describe.each(testAdapters())('quarantine on $name', (adapter) => {
  test.each([1])(
    'published and set aside are all rows, whatever came before (seed %i)',
    async (seed) => {
      const below = generator(seed * 7919)
      const chosen = rules.filter(() => below(3) > 0)
      const used = chosen.length === 0 ? rules : chosen
      const project = await createTestProject(adapter, {
        files: {
          'assay.yml': `name: aside\ntarget: duckdb\n${testTargets}models:\n  +schema: aside\n`,
          'models/sources.yml': `sources:
  - name: raw
    tables: [{ name: events, config: { arrival_column: _load_seq } }]
`,
          'models/schema.yml': properties(used),
          'models/counted.sql': counted,
          ...Object.fromEntries(names.map((name) => [`models/${name}.sql`, models[name]])),
        },
      })
      expect((await project.assay('debug')).exitCode).toBe(0)
      await execute(
        project,
        'create schema raw',
        'create table raw.events (_load_seq bigint, id integer, day integer, amount integer, status text)',
      )
      const all: Event[] = []
      for (const how of [[], ['--atomic'], [], ['--changed']]) {
        const rows = randomEvents(below, all.length + 1)
        all.push(...rows)
        await arrive(project, rows)
        await build(project, ...how)
        expect(await contents(project)).toEqual(expected(all, used))
      }
      const before = await contents(project)
      await build(project, '--full-refresh')
      expect(await contents(project)).toEqual(before)
    },
  )

  test('follows the columns of its model; turned on late it waits for a full refresh; turned off it is said', async () => {
    const orders = (
      list: string,
    ) => `{{config materialized="incremental" unique_key="id" on_schema_change="sync_all_columns"}}
select ${list} from {{source "raw" "orders"}}{{#if (is_incremental)}} where id in (select id from raw.arrived){{/if}}`
    const config = (quarantine: boolean) => `models:
  - name: orders
    config: { quarantine: ${quarantine} }
    columns: [{ name: amount, data_tests: [not_null] }]
`
    const project = await createTestProject(adapter, {
      files: {
        'assay.yml': `name: aside\ntarget: duckdb\n${testTargets}models:\n  +schema: aside\n`,
        'models/sources.yml': 'sources: [{ name: raw, tables: [{ name: orders }] }]\n',
        'models/schema.yml': config(true),
        'models/orders.sql': orders('id, amount, old'),
      },
    })
    expect((await project.assay('debug')).exitCode).toBe(0)
    await execute(
      project,
      'create schema raw',
      'create table raw.arrived (id integer)',
      'create table raw.orders (id integer, amount integer, old text, note text)',
      `insert into raw.orders values (1, 10, 'o', 'n'), (2, null, 'o', 'n'), (3, null, 'o', 'n')`,
    )
    const aside = async () =>
      await rowsOf(project, 'select * from aside.orders__quarantine order by id')
    const volatile = new Set(['quarantine_run_id', 'quarantined_at'])
    const shown = async () =>
      (await aside()).map((row) =>
        Object.fromEntries(Object.entries(row).filter(([column]) => !volatile.has(column))),
      )
    const why = { quarantine_reasons: 'not_null_orders_amount' }
    await build(project)
    expect(await shown()).toEqual([
      { id: 2, amount: null, old: 'o', ...why },
      { id: 3, amount: null, old: 'o', ...why },
    ])
    // One is mended, one of the table loses its amount, one stays as it was.
    await project.write({ 'models/orders.sql': orders('id, amount, note') })
    await execute(
      project,
      'insert into raw.arrived values (1), (2)',
      'update raw.orders set amount = 20 where id = 2',
      'update raw.orders set amount = null where id = 1',
    )
    await build(project)
    expect(await shown()).toEqual([
      { id: 1, amount: null, note: 'n', ...why },
      { id: 3, amount: null, note: null, ...why },
    ])
    expect(await rowsOf(project, 'select id, amount, note from {{ref "orders"}}')).toEqual([
      { id: 2, amount: 20, note: 'n' },
    ])
    const runs = new Set((await aside()).map(({ quarantine_run_id: id }) => id))
    expect(runs.size).toBe(2)
    await project.write({ 'models/schema.yml': config(false).replace('[not_null]', '[]') })
    const off = await project.assay('build', '--full-refresh')
    expect(off.stderr).toContain('found that "aside.orders" sets none aside any more')
    await project.write({ 'models/schema.yml': config(true) })
    const late = await project.assay('build')
    expect(late.exitCode).toBe(1)
    expect(await rowsOf(project, 'select count(*) as n from {{ref "orders"}}')).toEqual([{ n: 3 }])
    await build(project, '--full-refresh')
    expect((await shown()).map((row) => row['id'])).toEqual([1, 3])
  })

  test('goes with its model: a test that fails leaves both as they were, run sets aside what build does', async () => {
    const project = await createTestProject(adapter, {
      files: {
        'assay.yml': `name: aside\ntarget: duckdb\n${testTargets}models:\n  +schema: aside\n`,
        'seeds/numbers.csv': 'id,amount\n1,5\n2,\n',
        'models/checked.sql':
          '{{config materialized="table"}}select id, amount from {{ref "numbers"}}',
        'models/schema.yml': `models:
  - name: checked
    columns:
      - { name: amount, data_tests: [{ not_null: { config: { quarantine: true } } }] }
      - { name: id, data_tests: [unique] }
`,
      },
    })
    const both = async () =>
      await rowsOf(
        project,
        `select id, 'published' as place from aside.checked union all select id, 'aside' from aside.checked__quarantine order by id, place`,
      )
    await build(project)
    const before = [
      { id: 1, place: 'published' },
      { id: 2, place: 'aside' },
    ]
    expect(await both()).toEqual(before)
    await project.write({ 'seeds/numbers.csv': 'id,amount\n1,5\n1,6\n3,\n' })
    expect((await project.assay('build')).exitCode).toBe(1)
    expect(await both()).toEqual(before)
    expect((await project.assay('build', '--atomic')).exitCode).toBe(1)
    expect(await both()).toEqual(before)
    await project.write({ 'seeds/numbers.csv': 'id,amount\n1,5\n3,\n' })
    expect((await project.assay('seed')).exitCode).toBe(0)
    expect((await project.assay('run')).exitCode).toBe(0)
    expect(await both()).toEqual([
      { id: 1, place: 'published' },
      { id: 3, place: 'aside' },
    ])
    const again = await project.assay('build', '--changed')
    expect(again.stdout).toMatch(/reused +aside.checked/)
    // What decides which rows are published counts as code.
    await project.write({
      'models/schema.yml': `models:
  - name: checked
    columns:
      - { name: amount, data_tests: [{ not_null: { config: { quarantine: true, where: id < 3 } } }] }
`,
    })
    expect((await project.assay('build', '--changed')).stdout).toMatch(/ok +aside.checked/)
    expect(await both()).toEqual([
      { id: 1, place: 'published' },
      { id: 3, place: 'published' },
    ])
  })
})
