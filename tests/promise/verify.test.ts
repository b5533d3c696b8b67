/** `verify` finds models that break the promise, tells why, and finds nothing where it holds; published tables stay as they are. */
import { randomUUID } from 'node:crypto'
import { basename } from 'node:path'
import { Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import type { PostgresTarget } from '../../src/core/target.ts'
import { splitWords } from '../support/split-words.ts'
import { killedAdapter } from '../../src/transform/verify/sandbox/killed-adapter.ts'
import { openAdapter, type TestAdapter, testAdapters } from '../support/adapters.ts'
import { runAssay } from '../support/run-assay.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'
import { execute, rowsOf } from './rows.ts'

interface Verified {
  readonly models: readonly {
    readonly name: string
    readonly status: string
    readonly because: string
  }[]
  readonly findings: readonly Found[]
  readonly histories: number
  readonly kills: number
}
interface Found {
  readonly model: string
  readonly kind: string
  readonly command: string
  readonly columns: readonly string[]
  readonly steps: readonly { readonly kind: string; readonly count?: number }[]
}

const base = {
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

const safe = {
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
  'models/merged.sql': `{{config materialized="incremental" unique_key="id"}}
select e.id, e.amount * coalesce(r.rate, 1) as amount
from {{ref "stg_events"}} as e
left join {{source "raw" "rates"}} as r on r.user_id = e.user_id`,
} as const

const unsafe = {
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
const atomic = (_: string, end: string | undefined) =>
  end === undefined ? 'threads: 2\n    atomic: true' : 'threads: 2, atomic: true }'

async function createProject(
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

async function verify(project: TestProject, ...words: readonly string[]): Promise<Verified> {
  const ran = await project.assay('verify', '--output', 'json', '--timeout', '600', ...words)
  expect(ran.exitCode, ran.stdout + ran.stderr).not.toBe(2)
  const verified: Verified = JSON.parse(ran.stdout)
  expect(ran.exitCode).toBe(verified.findings.length === 0 ? 0 : 1)
  return verified
}

function statuses({ models }: Verified): Readonly<Record<string, string>> {
  return Object.fromEntries(models.map(({ name, status }) => [name, status]))
}

function arrived({ steps }: Found): number {
  return steps.reduce((sum, step) => sum + (step.count ?? 0), 0)
}

describe.each(testAdapters())('a killed process on $name', (adapter) => {
  test('leaves nothing of the transaction under way, and does nothing more', async () => {
    const inner = await openAdapter(await adapter.createTarget())
    let isTime = false
    const killed = killedAdapter(inner, () => isTime)
    const insert = (text: string) =>
      killed.transaction({}, (session) => session.execute(`insert into t values ('${text}')`))
    try {
      await killed.session({}, (session) => session.execute('create table t (a text)'))
      await insert('before')
      isTime = true
      await expect(insert('under way')).rejects.toThrow('killed')
      isTime = false
      await expect(insert('after')).rejects.toThrow('killed')
      await expect(killed.session({}, async () => {})).rejects.toThrow('killed')
      await expect(killed.readOnly({}, async () => {})).rejects.toThrow('killed')
      const rows = await inner.session({}, (session) => session.query('select a from t'))
      expect(rows).toEqual([{ a: 'before' }])
    } finally {
      await inner.close()
    }
  })
})

describe.each(testAdapters())('verify on $name', (adapter) => {
  test('finds nothing in safe shapes', async () => {
    const project = await createProject(adapter, safe)
    const verified = await verify(project, '--seed', '1', '--histories', '8')
    expect(verified.findings).toEqual([])
    expect(statuses(verified)).toEqual({
      appended: 'ok',
      first_seen: 'ok',
      merged: 'ok',
      rebuilt: 'ok',
      totals: 'ok',
    })
    expect(verified.histories).toBe(8)
    expect(verified.kills).toBeGreaterThan(0)
    await project.write({ 'assay.yml': base['assay.yml'].replaceAll(/threads: 2( \})?/g, atomic) })
    const whole = await verify(project, '--seed', '1', '--histories', '3')
    expect(whole.findings).toEqual([])
    expect(whole.kills).toBeGreaterThan(0)
  })

  test.each(Object.entries(unsafe))('finds %s in a history of a few rows', async (path, sql) => {
    const project = await createProject(adapter, { [path]: sql })
    const verified = await verify(project, '--seed', '1', '--rows', '30', '--histories', '20')
    const name = basename(path, '.sql')
    expect(statuses(verified)).toEqual({ [name]: 'differs' })
    const [finding, ...others] = verified.findings
    if (finding === undefined) throw new Error('expected a finding')
    expect(others).toEqual([])
    expect([finding.kind, finding.model]).toEqual(['difference', name])
    expect(arrived(finding), JSON.stringify(finding)).toBeLessThanOrEqual(4)
  })

  test('takes the rows of what never changes to be there from the start', async () => {
    const project = await createProject(adapter, {
      'models/priced.sql': unsafe['models/priced.sql'],
    })
    const fixed = ['--select', 'priced', '--static', 'raw.rates', '--histories', '4']
    expect(statuses(await verify(project, '--seed', '1', ...fixed))).toEqual({ priced: 'ok' })
    const typo = await project.assay('verify', '--static', 'raw.rate')
    expect([typo.exitCode, typo.stderr]).toEqual([
      2,
      `error[invalid-value]: expected --static to name a source or seed that is read, found "raw.rate"
  = hint: there are: raw.events, raw.rates

1 error
`,
    ])
  })

  test('prints a command that gives the same again, and leaves the target alone', async () => {
    const project = await createProject(adapter, {
      'models/watermark.sql': unsafe['models/watermark.sql'],
      'models/below.sql': `{{config materialized="incremental" unique_key="id"}}select id from {{ref "watermark"}}`,
    })
    expect((await project.assay('build')).exitCode).toBe(0)
    const before = await contents(project)
    const first = await project.assay('verify', '--seed', '3', '--timeout', '600')
    expect(first.exitCode).toBe(1)
    expect(first.stdout).toMatch(/^unclear {2}below {6}it reads "watermark", see there$/m)
    const command = /again: assay (.*)/.exec(first.stdout)?.[1] ?? ''
    const again = await project.assay(...splitWords(command))
    expect(again.exitCode).toBe(1)
    expect(storyOf(again.stdout)).toBe(storyOf(first.stdout))
    expect(storyOf(first.stdout)).toContain('arrive')
    expect(await contents(project)).toEqual(before)
    if (project.target.type === 'postgres') expect(await sandboxes(project.target)).toEqual([])
  })

  test('tells apart what the order of rows, the time zone and the clock move', async () => {
    const project = await createProject(adapter, {
      'models/ties.sql': `{{config materialized="incremental" unique_key="id"}}
select id, row_number() over (order by amount) as place from {{ref "stg_events"}}`,
      'models/local_days.sql': `{{config materialized="incremental" unique_key="id"}}
select id, cast(cast(seen_at as timestamptz) as text) as day from {{ref "stg_events"}}`,
      'models/stamped.sql': `{{config materialized="incremental" unique_key="id"}}
select id, current_date as built_on, cast(now() as timestamptz) as built_at from {{ref "stg_events"}}`,
      'models/excused.sql': `{{config materialized="incremental" unique_key="id" volatile_columns=(list "built_at" "place")}}
select id, now() as built_at, row_number() over (order by amount) as place from {{ref "stg_events"}}`,
    })
    const { findings } = await verify(project, '--seed', '1', '--histories', '3')
    expect(findings.map(({ kind, model, columns }) => [kind, model, ...columns])).toEqual([
      ['order', 'ties', 'place'],
      ['time zone', 'local_days', 'day'],
      ['clock', 'stamped', 'built_on', 'built_at'],
    ])
  })

  test('delivers twice only what may be, and names what it leaves out', async () => {
    const twice = `{{config materialized="incremental" unique_key="id"}}
select distinct on (id) id, amount from {{new_rows "events"}} as n order by id, _load_seq`
    const files = {
      'seeds/events.csv': `_load_seq,id,amount\n${Array.from({ length: 30 }, (_, n) => `${n},${n},${n % 7}`).join('\n')}\n`,
      'models/once.sql': twice,
      'models/added.sql': `{{config materialized="incremental" incremental_strategy="append"}}select id from {{new_rows "events"}} as n`,
      'models/kept.sql': `{{config materialized="incremental" incremental_strategy="append" full_refresh=false}}select id from {{ref "events"}}`,
      'models/below_kept.sql': `{{config materialized="incremental" unique_key="id"}}select id from {{ref "kept"}}`,
    }
    const seedConfig = (delivery: string) =>
      `seeds: [{ name: events, config: { arrival_column: _load_seq${delivery} } }]\n`
    const project = await createProject(adapter, { ...files, 'seeds/seeds.yml': seedConfig('') })
    const once = await verify(project, '--seed', '2', '--histories', '6', '--exclude', 'added')
    expect(once.models.map(({ name, status, because }) => [name, status, because])).toEqual([
      ['once', 'ok', ''],
      ['kept', 'skipped', 'it is history: "full_refresh" is false'],
      ['below_kept', 'skipped', 'it reads "kept", which is history: "full_refresh" is false'],
    ])
    const summed = `{{config materialized="incremental" incremental_strategy="append"}}
select id from {{new_rows "events"}} as n
{{#if (is_incremental)}}where id not in (select id from {{this}}){{/if}}`
    await project.write({
      'seeds/seeds.yml': seedConfig(', delivery: at_least_once'),
      'models/once.sql': summed,
    })
    const again = await verify(project, '--seed', '2', '--histories', '10', '--select', 'once')
    expect(statuses(again)).toEqual({ once: 'differs' })
    await project.write({ 'seeds/seeds.yml': seedConfig('') })
    const never = await verify(project, '--seed', '2', '--histories', '10', '--select', 'once')
    expect(statuses(never)).toEqual({ once: 'ok' })
  })

  test('refuses a table that is named by hand, and a history without its seed', async () => {
    const project = await createProject(adapter, {
      'models/by_hand.sql': `{{config materialized="incremental" unique_key="user_id"}}
select user_id, rate from raw.rates where user_id in (select user_id from {{ref "stg_events"}})`,
    })
    const ran = await project.assay('verify', '--seed', '1')
    expect(ran.exitCode).toBe(2)
    expect(ran.stderr).toMatch(
      /error\[sandbox-relation\]: expected only ref and source in "by_hand", found the table ".*rates", which the sandbox does not have\n {2}--> models\/by_hand\.sql:2:\d+/,
    )
    expect((await project.assay('verify', '--history', '3')).exitCode).toBe(2)
    const nothing = await project.assay('verify', '--exclude', 'by_hand')
    expect([nothing.exitCode, nothing.stdout]).toEqual([
      0,
      'nothing to verify: no incremental model is selected\n',
    ])
  })
})

/** Every table with its rows, the ledger's too. */
async function contents(project: TestProject) {
  const names = ['raw.events', 'raw.rates', '_assay.runs', '_assay.node_runs', '_assay.cursors']
  const tables = await execute(
    project,
    `select concat(table_schema, '.', table_name) as name from information_schema.tables
where table_schema not in ('information_schema', 'pg_catalog') order by 1`,
  )
  const rows = []
  for (const name of names) rows.push(await rowsOf(project, `select * from ${name} order by 1, 2`))
  const model = await rowsOf(project, 'select * from {{ref "watermark"}} order by id')
  return { tables, rows, model }
}

/** Without the lines that differ from run to run. */
function storyOf(stdout: string): string {
  return stdout.slice(stdout.indexOf('\nwatermark ('), stdout.indexOf('\nsample:'))
}

async function onServer(target: PostgresTarget, sql: string): Promise<readonly unknown[]> {
  const { host, port, user, password = '' } = target
  const client = new Client({ host, port, user, password, database: 'postgres' })
  await client.connect()
  try {
    const result = await client.query(sql)
    return result.rows
  } finally {
    await client.end()
  }
}

async function sandboxes(target: PostgresTarget): Promise<readonly unknown[]> {
  return await onServer(
    target,
    `select datname from pg_database where datname like 'assay_verify%'`,
  )
}

describe.each(testAdapters().filter(({ name }) => name === 'postgres'))(
  'the sandbox of verify on $name',
  (adapter) => {
    test('is removed when a killed run has left it, and can be a database that is named', async () => {
      const project = await createProject(adapter, { 'models/a.sql': safe['models/appended.sql'] })
      const { target } = project
      if (target.type !== 'postgres') throw new Error('expected Postgres')
      await onServer(target, 'create database assay_verify_aaaaaaa_12345678')
      const ran = await project.assay('verify', '--seed', '1', '--histories', '1')
      expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
      expect(ran.stdout).toContain(
        'removed "assay_verify_aaaaaaa_12345678", which a killed run had left\n',
      )
      expect(await sandboxes(target)).toEqual([])
      const name = `lab_${target.database}`
      const role = `poor_${target.database}`
      await onServer(target, `create role ${role} login password 'poor'`)
      await onServer(target, `create database ${name} owner ${role}`)
      await execute(project, `grant usage on schema raw to ${role}`)
      await execute(project, `grant select on all tables in schema raw to ${role}`)
      const asPoor = { ...project.env, PGUSER: role, PGPASSWORD: 'poor' }
      const poor = (...words: readonly string[]) =>
        runAssay(['verify', '--seed', '1', '--histories', '1', ...words], {
          cwd: project.folder,
          env: asPoor,
        })
      const refused = await poor()
      expect(refused.exitCode).toBe(2)
      expect(refused.stderr).toContain(
        'permission denied to create database\n  = hint: grant it (alter role',
      )
      for (const _ of [1, 2]) {
        const named = await poor('--sandbox', name)
        expect(named.exitCode, named.stdout + named.stderr).toBe(0)
      }
      const full = await poor('--sandbox', target.database)
      expect(full.exitCode).toBe(2)
      expect(full.stderr).toContain('expected an empty database for --sandbox, found')
    })

    test('is gone after Ctrl-C', async () => {
      const project = await createProject(adapter, safe)
      const { target, folder: cwd, env } = project
      if (target.type !== 'postgres') throw new Error('expected Postgres')
      let stop = (): void => {}
      const sink = () => new Writable({ write: (_chunk, _encoding, done) => done() })
      const running = main({
        argv: ['verify', '--histories', '100000', '--timeout', '600'],
        env,
        cwd,
        stdout: sink(),
        stderr: sink(),
        version: '0.0.0-test',
        now: () => new Date(),
        newId: () => randomUUID(),
        onStopSignal: (listener) => {
          stop = listener
          return () => undefined
        },
        onUncaught: () => undefined,
        exit: () => undefined,
      })
      while ((await sandboxes(target)).length === 0) await delay(50)
      await delay(500)
      stop()
      expect(await running).toBe(130)
      expect(await sandboxes(target)).toEqual([])
    })
  },
)
