/** The ledger: an older one is migrated, a newer one refused, and whatever is lost or put back, the next build is right. */
import { copyFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Row, textCell } from '../../src/core/adapter.ts'
import { ledgerVersion, migrations } from '../../src/ledger/schema/migrations.ts'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'
import { execute, rowsOf } from './rows.ts'

const files = {
  'assay.yml': `name: ledgers\ntarget: duckdb\n${testTargets}`,
  'models/sources.yml': `sources:
  - name: raw
    tables:
      - name: events
        config: { arrival_column: _load_seq }
`,
  'models/stg_events.sql': 'select _load_seq, user_id, amount from {{source "raw" "events"}}',
  'models/appended.sql': `{{config materialized="incremental" incremental_strategy="append" arrival_column="_load_seq"}}
select _load_seq, user_id, amount from {{new_rows "stg_events"}} as n`,
  'models/users.sql': `{{config materialized="incremental" incremental_strategy="delete+insert" unique_key="user_id"}}
select user_id, max(amount) as most
from {{ref "appended"}}
where user_id in {{touched_keys "appended" key="user_id"}}
group by user_id`,
  'models/levels.sql': `{{config materialized="incremental" incremental_strategy="delete+insert" unique_key="most"}}
select most, count(*) as users
from {{ref "users"}}
where most in {{touched_keys "users" key="most"}}
group by most`,
  // By hand, without a cursor: what an older assay could do.
  'models/merged.sql': `{{config materialized="incremental" unique_key="user_id"}}
select user_id, count(*) as events from {{ref "stg_events"}} group by user_id`,
} as const
const models = ['appended', 'users', 'levels', 'merged'] as const

async function createProject(adapter: Parameters<typeof createTestProject>[0]) {
  const project = await createTestProject(adapter, { files })
  // Makes the file.
  expect((await project.assay('debug')).exitCode).toBe(0)
  await execute(
    project,
    'create schema raw',
    'create table raw.events (_load_seq bigint, user_id text, amount integer)',
  )
  return project
}

/** Rows as `sequence user amount`. */
async function arrive(
  project: TestProject,
  ...rows: readonly (readonly [number, string, number])[]
): Promise<void> {
  const values = rows.map(([sequence, user, amount]) => `(${sequence}, '${user}', ${amount})`)
  await execute(project, `insert into raw.events values ${values.join(', ')}`)
}

async function build(project: TestProject, ...more: readonly string[]): Promise<string> {
  const built = await project.assay('build', ...more)
  expect(built.exitCode, built.stdout + built.stderr).toBe(0)
  return built.stdout
}

async function tables(project: TestProject) {
  const entries = []
  for (const model of models) {
    const rows = await rowsOf(project, `select * from ${model}`)
    entries.push([model, rows.map((row) => JSON.stringify(row)).toSorted()] as const)
  }
  return Object.fromEntries(entries)
}

/** What is there is what a full refresh gives. */
async function expectWhole(project: TestProject): Promise<void> {
  const before = await tables(project)
  await build(project, '--full-refresh')
  expect(before).toEqual(await tables(project))
}

async function actions(project: TestProject): Promise<Readonly<Record<string, string>>> {
  const planned = await project.assay('plan', '--output', 'json')
  expect(planned.exitCode, planned.stderr).toBe(0)
  const parsed: {
    readonly nodes: readonly {
      readonly name: string
      readonly action: string
      readonly because: string
    }[]
  } = JSON.parse(planned.stdout)
  return Object.fromEntries(
    parsed.nodes.map(({ name, action, because }) => [name, `${action}: ${because}`]),
  )
}

const isBatch = 'it is incremental and its table exists'

describe.each(testAdapters())('the ledger on $name', (adapter) => {
  /** Puts the ledger that version 1 would have written in the place of the one that is there. */
  async function becomeVersion1(project: TestProject): Promise<void> {
    const columns =
      'run_id, unique_id, database_name, schema_name, identifier, relation_key, status, fingerprint, row_count, epoch, fencing_token, started_at, finished_at, message'
    const tablesOf1 = {
      runs: 'run_id, phase, recorded_at, command, target, version, counts',
      node_runs: columns,
      test_results: 'run_id, unique_id, status, failures, dimension, recorded_at, message',
      relations: 'relation_key, epoch, reason, run_id, created_at',
      leases: 'relation_key, fencing_token, run_id, taken_at',
    }
    const [first] = migrations
    await execute(
      project,
      'create schema kept',
      ...Object.entries(tablesOf1).map(
        ([table, names]) => `create table kept.${table} as select ${names} from _assay.${table}`,
      ),
      'drop schema _assay cascade',
      'create schema _assay',
      'create table _assay.migrations (version integer not null, applied_at timestamptz not null)',
      'insert into _assay.migrations values (1, current_timestamp)',
      ...(first?.statements ?? []),
      ...Object.entries(tablesOf1).map(
        ([table, names]) =>
          `insert into _assay.${table} (${names}) select ${names} from kept.${table}`,
      ),
      'drop schema kept cascade',
    )
  }

  test('of version 1 is migrated and used: models go on, cursors begin', async () => {
    const project = await createProject(adapter)
    await arrive(project, [1, 'a', 10], [2, 'b', 20])
    await build(project)
    await becomeVersion1(project)
    const status = await project.assay('status')
    expect(status.exitCode).toBe(1)
    expect(status.stdout).toContain(
      'the ledger has version 1, of an older assay: the next build brings it up to date, until then it is not read',
    )
    expect((await project.assay('explain', 'users')).stdout).toContain('the ledger has version 1')
    await arrive(project, [3, 'a', 30])
    const planned = await actions(project)
    expect(planned['merged']).toBe(`merge: ${isBatch}`)
    await build(project)
    expect(
      await execute(project, 'select version from _assay.migrations order by version'),
    ).toEqual(migrations.map(({ version }) => ({ version })))
    const because = await execute(
      project,
      `select identifier, because from _assay.node_runs where because is not null order by identifier`,
    )
    const since = 'since the last build: what it was last built from is not on record'
    expect(because).toEqual([
      {
        identifier: 'appended',
        because: `full refresh: it has not followed "stg_events" before; ${since}`,
      },
      {
        identifier: 'levels',
        because: `full refresh: it has not followed "users" before; ${since}`,
      },
      { identifier: 'merged', because: `${isBatch}; ${since}` },
      {
        identifier: 'stg_events',
        because: `its SQL and the columns it reads are as before; ${since}`,
      },
      {
        identifier: 'users',
        because: `full refresh: it has not followed "appended" before; ${since}`,
      },
    ])
    expect((await actions(project))['users']).toBe(`delete+insert: ${isBatch}`)
    expect((await project.assay('status')).exitCode).toBe(0)
    await arrive(project, [4, 'c', 30])
    await build(project)
    await expectWhole(project)
  })

  test('of a newer version is refused, with nothing begun', async () => {
    const project = await createProject(adapter)
    await arrive(project, [1, 'a', 10])
    await build(project)
    await execute(project, 'insert into _assay.migrations values (99, current_timestamp)')
    const commands = [['build'], ['plan'], ['status'], ['explain', 'users']] as const
    for (const command of commands) {
      const { exitCode, stderr } = await project.assay(...command)
      const errors = stderr.split('\n').filter((line) => line.startsWith('error'))
      expect({ command, exitCode, errors }).toEqual({
        command,
        exitCode: 2,
        errors: [
          `error[ledger-version]: the ledger in schema "_assay" has version 99, this assay knows versions up to ${ledgerVersion}`,
        ],
      })
    }
    await execute(project, 'delete from _assay.migrations where version = 99')
    await build(project)
  })

  test('counts the rows of every table it has', async () => {
    const project = await createProject(adapter)
    await build(project)
    const found = await execute(
      project,
      `select table_name from information_schema.tables where table_schema = '_assay' order by table_name`,
    )
    const names = found.map((row) => textCell(row, 'table_name'))
    const status: { readonly ledger: { readonly rows: object } } = JSON.parse(
      (await project.assay('status', '--output', 'json')).stdout,
    )
    expect(['migrations', ...Object.keys(status.ledger.rows)].toSorted()).toEqual(names)
  })

  test('forgets what is old, and never what the next build goes by', async () => {
    const project = await createProject(adapter)
    await project.write({
      'assay.yml': `${files['assay.yml']}retention: { runs: 0s, changes: 0s }\n`,
    })
    // Retention is done once a day: as if the day was over.
    const nextDay = () => execute(project, `delete from _assay.runs where phase = 'pruned'`)
    await arrive(project, [1, 'a', 10], [2, 'b', 20])
    await build(project)
    await arrive(project, [3, 'a', 30])
    await build(project, '--exclude', 'levels')
    await nextDay()
    await arrive(project, [4, 'c', 5])
    await build(project, '--exclude', 'levels')
    const counted = await execute(
      project,
      `select 'publications' as what, relation_key as key, count(*) as n from _assay.node_runs group by relation_key
union all select 'cursors', reader_key, count(*) from _assay.cursors group by reader_key
union all select 'epochs', relation_key, count(*) from _assay.relations group by relation_key
union all select 'changes', relation_key, count(*) from _assay.changes group by relation_key
union all select 'runs', phase, count(*) from _assay.runs where phase = 'pruned' group by phase
order by 1, 2`,
    )
    const { schema } = project.target
    const names = ['appended', 'levels', 'merged', 'stg_events', 'users'] as const
    const each = (what: string, keys: readonly string[]) =>
      keys.map((name) => `${what} ${schema}.${name} 1`)
    expect(counted.map((row) => Object.values(row).map(String).join(' '))).toEqual([
      ...each('cursors', ['appended', 'levels', 'users']),
      ...each('epochs', ['appended', 'levels', 'merged', 'users']),
      ...each('publications', names),
      'runs pruned 1',
    ])
    // Who was not left behind goes on; who was is rebuilt whole, and plan says why.
    expect(await actions(project)).toMatchObject({
      appended: `append: ${isBatch}`,
      users: `delete+insert: ${isBatch}`,
      levels:
        'replace table: full refresh: "users" was published without recording which keys (most) changed',
      merged: `merge: ${isBatch}`,
    })
    await arrive(project, [5, 'b', 99])
    await build(project)
    await expectWhole(project)
  })

  test('may be dropped: everything with a cursor is rebuilt whole', async () => {
    const project = await createProject(adapter)
    await arrive(project, [1, 'a', 10], [2, 'b', 20])
    await build(project)
    await execute(project, 'drop schema _assay cascade')
    const status = await project.assay('status')
    expect(status.exitCode).toBe(1)
    expect(status.stdout).toContain('none yet: the first build makes it')
    expect((await project.assay('explain', 'users')).stdout).toContain(
      'it was never built: the database has no ledger yet',
    )
    await arrive(project, [3, 'a', 30])
    const lost = 'replace table: full refresh: the ledger has no record of the table'
    expect(await actions(project)).toEqual({
      stg_events: 'replace view: not built by assay before',
      appended: lost,
      users: lost,
      levels: lost,
      merged: `merge: ${isBatch}`,
    })
    await build(project, '--changed')
    expect((await project.assay('status')).exitCode).toBe(0)
    await arrive(project, [4, 'c', 30])
    await build(project)
    await expectWhole(project)
  })

  test('sees a table that was put back by hand, in the table itself and in who follows it', async () => {
    const project = await createProject(adapter)
    await arrive(project, [1, 'a', 10], [2, 'b', 20])
    await build(project)
    await execute(project, 'create table old_appended as select * from appended')
    await arrive(project, [3, 'a', 30])
    await build(project)
    await execute(
      project,
      'drop table appended',
      'create table appended as select * from old_appended',
      'drop table old_appended',
    )
    const status = await project.assay('status')
    expect(status.exitCode).toBe(1)
    expect(status.stdout).toContain(
      'it is not what assay published: it was restored or changed by hand',
    )
    expect(await actions(project)).toMatchObject({
      appended:
        'replace table: full refresh: the table is not the one that assay published: it was restored or changed by hand',
      users:
        'replace table: full refresh: "appended" is not the table that assay published: it was restored or changed by hand',
      levels: `delete+insert: ${isBatch}`,
    })
    await build(project)
    await expectWhole(project)
  })

  test('O7: warns of relations that no code makes any more, in a whole build only', async () => {
    const project = await createProject(adapter)
    await arrive(project, [1, 'a', 10])
    await project.write({
      'models/gone.sql': '{{config materialized="table"}}\nselect 1 as id',
      'models/inlined.sql': 'select 1 as id',
      'models/off.sql': 'select 1 as id',
      'models/kept.sql': 'select 1 as id',
    })
    await build(project)
    // Someone else's tables and a neighbour with another prefix are none of ours.
    await execute(project, 'create table foreign_table (id integer)')
    await project.write({
      'assay.yml': files['assay.yml']
        .replace('path: target', 'prefix: me, path: target')
        .replace('type: postgres\n', 'type: postgres\n    prefix: me\n'),
    })
    expect(await build(project)).not.toContain('unowned')
    await project.write({ 'assay.yml': files['assay.yml'] })
    await project.write({
      'models/gone.sql': undefined,
      'models/inlined.sql': '{{config materialized="ephemeral"}}\nselect 1 as id',
      'models/off.sql': '{{config enabled=false}}\nselect 1 as id',
    })
    const { schema } = project.target
    const warned = (name: string) =>
      `warning[unowned-relation]: expected a model or seed for every relation that assay made, found none for "${schema}.${name}"`
    const whole = await project.assay('build')
    expect(whole.exitCode).toBe(0)
    const lines = `${whole.stdout}${whole.stderr}`.split('\n')
    expect(lines.filter((line) => line.includes('unowned-relation'))).toEqual([
      warned('gone'),
      warned('inlined'),
      warned('off'),
    ])
    const status = await project.assay('status', '--output', 'json')
    const parsed: { readonly unowned: readonly string[] } = JSON.parse(status.stdout)
    expect({ exitCode: status.exitCode, unowned: parsed.unowned }).toEqual({
      exitCode: 0,
      unowned: [`${schema}.gone`, `${schema}.inlined`, `${schema}.off`],
    })
    for (const command of [
      ['build', '--select', 'kept'],
      ['build', '--exclude', 'kept'],
      ['run'],
    ]) {
      const { stdout, stderr } = await project.assay(...command)
      expect(stdout + stderr).not.toContain('unowned')
    }
    await execute(project, 'drop table gone', 'drop view inlined', 'drop view off')
    expect(await build(project)).not.toContain('unowned')
  })
})

const [duckdb, postgres] = (['duckdb', 'postgres'] as const).map((name) =>
  testAdapters().filter((adapter) => adapter.name === name),
)

describe.each(duckdb ?? [])('a $name file', (adapter) => {
  test('restored from an older copy brings its ledger along, and the next build goes on from there', async () => {
    const project = await createProject(adapter)
    const file = join(project.folder, 'target', 'test.duckdb')
    await arrive(project, [1, 'a', 10], [2, 'b', 20])
    await build(project)
    await copyFile(file, `${file}.old`)
    await arrive(project, [3, 'a', 30], [4, 'd', 1])
    await build(project)
    await rm(`${file}.wal`, { force: true })
    await copyFile(`${file}.old`, file)
    // What comes now has the numbers of what is lost.
    await arrive(project, [3, 'b', 7], [4, 'c', 8])
    expect(await actions(project)).toMatchObject({ appended: `append: ${isBatch}` })
    await build(project)
    expect(await execute(project, 'select user_id, most from users order by user_id')).toEqual([
      { user_id: 'a', most: 10 },
      { user_id: 'b', most: 20 },
      { user_id: 'c', most: 8 },
    ])
    await expectWhole(project)
  })
})

describe.each(postgres ?? [])('a $name ledger', (adapter) => {
  test('restored from an older dump is noticed, and what has a cursor is rebuilt whole', async () => {
    const project = await createProject(adapter)
    await arrive(project, [1, 'a', 10], [2, 'b', 20])
    await build(project)
    const found: readonly Row[] = await execute(
      project,
      `select table_name from information_schema.tables where table_schema = '_assay' order by table_name`,
    )
    const names = found.map((row) => textCell(row, 'table_name'))
    await execute(
      project,
      'create schema dump',
      ...names.map((name) => `create table dump.${name} as select * from _assay.${name}`),
    )
    await arrive(project, [3, 'a', 30], [4, 'd', 1])
    await build(project)
    await execute(
      project,
      'drop schema _assay cascade',
      'create schema _assay',
      ...names.map((name) => `create table _assay.${name} as select * from dump.${name}`),
      'drop schema dump cascade',
    )
    expect((await project.assay('status')).exitCode).toBe(1)
    const other =
      'replace table: full refresh: the table is not the one that assay published: it was restored or changed by hand'
    expect(await actions(project)).toMatchObject({ appended: other, users: other, levels: other })
    await arrive(project, [5, 'c', 8])
    await build(project, '--changed')
    expect((await project.assay('status')).exitCode).toBe(0)
    await expectWhole(project)
  })
})
