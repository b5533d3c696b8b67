/** `status` and `explain`: what they say of a project that was built, has failed, is stale, is held or was never built. */
import { ledgerVersion } from '../../src/ledger/schema/migrations.ts'
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { spawnAssay } from '../support/spawn-assay.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'
import { withoutVariation } from '../support/without-variation.ts'
import { until } from '../support/until.ts'
import { execute, untilHolderGone } from './rows.ts'

const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

const files = {
  'assay.yml': `name: status\ntarget: duckdb\n${testTargets}`,
  'models/sources.yml': `sources:
  - name: raw
    tables:
      - name: events
        config: { arrival_column: _load_seq }
      - name: plain
`,
  'seeds/prices.csv': 'item,price\na,1\nb,2\n',
  'models/stg_events.sql': 'select _load_seq, item from {{source "raw" "events"}}',
  'models/appended.sql': `{{config materialized="incremental" incremental_strategy="append" arrival_column="_load_seq"}}
select _load_seq, item from {{new_rows "stg_events"}} as n`,
  'models/counted.sql': `{{config materialized="incremental" incremental_strategy="delete+insert" unique_key="item"}}
select item, count(*) as n from {{ref "appended"}}
where item in {{touched_keys "appended" key="item"}}
group by item`,
  'models/price_view.sql': 'select item, price from {{ref "prices"}}',
  'models/cheap.sql':
    '{{config materialized="ephemeral"}}\nselect item from {{ref "price_view"}} where price < 10',
  'models/priced.sql': '{{config materialized="table"}}\nselect item from {{ref "cheap"}}',
  'models/plainly.sql': `{{config materialized="table"}}
select p.id, c.item from {{source "raw" "plain"}} as p cross join {{ref "priced"}} as c`,
  'models/tests.yml': `models:
  - name: priced
    columns: [{ name: item, data_tests: [not_null] }]
  - name: counted
    columns: [{ name: item, data_tests: [not_null] }]
`,
} as const

async function createProject(adapter: Parameters<typeof createTestProject>[0]) {
  const project = await createTestProject(adapter, { files })
  // Makes the file.
  expect((await project.assay('debug')).exitCode).toBe(0)
  await execute(
    project,
    'create schema raw',
    'create table raw.events (_load_seq bigint, item text)',
    `insert into raw.events values (1, 'a'), (2, 'b')`,
    'create table raw.plain (id integer)',
    'insert into raw.plain values (1)',
  )
  return project
}

/** The same on every database and in every run. */
async function said(project: TestProject, ...argv: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await project.assay(...argv)
  const { schema, type } = project.target
  const text = withoutVariation(`${stdout}${stderr}`, project)
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?\+00/g, '<when>')
    .replaceAll(/process \d+ on \S+/g, 'process <pid> on <host>')
    .replaceAll(new RegExp(`\\b${schema}\\.`, 'g'), '<schema>.')
    .replaceAll(new RegExp(`\\b${type}\\b`, 'g'), '<target>')
    .replaceAll(/(?<=\S) {2,}/g, '  ')
    .replace(new RegExp(`("?version"?:? )${ledgerVersion}\\b`), '$1<current>')
  return `${text}--- exit ${exitCode}\n`
}

async function build(project: TestProject, ...more: readonly string[]): Promise<void> {
  const built = await project.assay('build', ...more)
  expect(built.exitCode, built.stdout + built.stderr).toBe(0)
}

describe.each(testAdapters())('on $name', (adapter) => {
  test('a project that was never built is stale, and explain works without a ledger', async () => {
    const project = await createProject(adapter)
    expect(await said(project, 'status')).toMatchInlineSnapshot(`
      "<target>  <database>

      last runs
        none: nothing was built yet

      stale
        appended  it was never built
        counted  it was never built
        plainly  it was never built
        price_view  it was never built
        priced  it was never built
        stg_events  it was never built
        prices  it was never built

      ledger
        none yet: the first build makes it

      7 stale
      --- exit 1
      "
    `)
    expect(await said(project, 'explain', 'counted')).toMatchInlineSnapshot(`
      "counted  incremental  <schema>.counted  models/counted.sql

      decisions, the newest first
        it was never built: the database has no ledger yet

      as it stands
        nothing is there

      next
        build  create table  first build
        build --changed  create table  it was never built
        built before it by --changed, and may change what it reads: stg_events and appended

      reads
        appended  model  not known: assay has not published it

      tests
        not_null_counted_item  never ran
      --- exit 0
      "
    `)
    const made = await execute(
      project,
      `select cast(count(*) as text) as n from information_schema.tables where table_schema = '_assay'`,
    )
    expect(made).toEqual([{ n: '0' }])
  })

  test('O6: a project that was built is fine; explain says why, and what comes next', async () => {
    const project = await createProject(adapter)
    await build(project)
    expect(await said(project, 'status')).toMatchInlineSnapshot(`
      "<target>  <database>

      last runs
        <when>  build  <target>  finished  <time>  7 success, 2 pass  (run <id>)

      ledger
        version <current>, 26 rows: runs 3, node_runs 7, test_results 2, relations 5, leases 7, cursors 2

      nothing is failed or stale
      --- exit 0
      "
    `)
    await execute(project, `insert into raw.events values (3, 'a'), (4, 'c')`)
    // New rows wait for the next build: nothing is stale by them.
    expect(await said(project, 'status')).toMatchInlineSnapshot(`
      "<target>  <database>

      last runs
        <when>  build  <target>  finished  <time>  7 success, 2 pass  (run <id>)

      new rows are waiting
        appended  has read "stg_events" up to 2, the newest is 4

      ledger
        version <current>, 26 rows: runs 3, node_runs 7, test_results 2, relations 5, leases 7, cursors 2

      nothing is failed or stale
      --- exit 0
      "
    `)
    expect(await said(project, 'explain', 'appended')).toMatchInlineSnapshot(`
      "appended  incremental  <schema>.appended  models/appended.sql

      decisions, the newest first
        <when>  build  created table  first build  (run <id>)

      as it stands
        publication 1 of <when>, 2 rows written, epoch <id>

      next
        build  append  it is incremental and its table exists
        build --changed  append  "<schema>.stg_events" changed

      reads
        stg_events  view  changed  published <when>

      cursors
        stg_events  rows by arrival  read up to 2, the newest is 4  2 rows behind

      read by
        counted  touched_keys
      --- exit 0
      "
    `)
    await build(project, '--select', 'appended')
    await build(project, '--changed', '--select', 'price_view', 'priced', 'plainly')
    expect(await said(project, 'explain', 'counted')).toMatchInlineSnapshot(`
      "counted  incremental  <schema>.counted  models/counted.sql

      decisions, the newest first
        <when>  build  created table  first build  (run <id>)

      as it stands
        publication 1 of <when>, 2 rows written, epoch <id>

      next
        build  delete+insert  it is incremental and its table exists
        build --changed  delete+insert  "<schema>.appended" changed

      reads
        appended  model  changed  published <when>

      cursors
        appended  rows by arrival  read up to 2, the newest is 4  2 rows behind

      tests
        not_null_counted_item  pass  <when>
      --- exit 0
      "
    `)
    expect(await said(project, 'explain', 'priced')).toMatchInlineSnapshot(`
      "priced  table  <schema>.priced  models/priced.sql

      decisions, the newest first
        <when>  build  reused  its code, its config and what it reads are as they were  (run <id>)
        <when>  build  created table  first build  (run <id>)

      as it stands
        publication 1 of <when>, 2 rows written, epoch <id>

      next
        build  replace table  a table is rebuilt in every run
        build --changed  reuse  its code, its config and what it reads are as they were

      reads
        price_view  view  as it was  published <when>

      read by
        plainly  ref

      tests
        not_null_priced_item  pass  <when>
      --- exit 0
      "
    `)
    expect(await said(project, 'explain', 'plainly')).toMatchInlineSnapshot(`
      "plainly  table  <schema>.plainly  models/plainly.sql

      decisions, the newest first
        <when>  build  replaced table  a table is rebuilt in every run; since the last build: whether "raw.plain" changed is not known  (run <id>)
        <when>  build  created table  first build  (run <id>)

      as it stands
        publication 2 of <when>, 2 rows written, epoch <id>

      next
        build  replace table  a table is rebuilt in every run
        build --changed  replace table  whether "raw.plain" changed is not known

      reads
        priced  model  as it was  published <when>
        raw.plain  source  not known: its rows leave no trace when they change: declare "arrival_column" if they are only ever added
      --- exit 0
      "
    `)
    expect(await said(project, 'explain', 'cheap')).toMatchInlineSnapshot(`
      "cheap  ephemeral  models/cheap.sql

      decisions, the newest first
        none: an ephemeral model is part of what reads it, and is never built

      reads
        price_view  view  published <when>

      read by
        priced  ref
      --- exit 0
      "
    `)
    expect(await said(project, 'explain', 'prices')).toMatchInlineSnapshot(`
      "prices  seed  <schema>.prices  seeds/prices.csv

      decisions, the newest first
        <when>  build  loaded seed  first build  (run <id>)

      as it stands
        publication 1 of <when>, 2 rows written, epoch <id>

      next
        build  reload seed  a seed is refilled in every run
        build --changed  reuse  its code, its config and what it reads are as they were

      read by
        price_view  ref
      --- exit 0
      "
    `)
  })

  test('explain says which model the next build will leave alone, and that it will not once its SQL is another', async () => {
    const project = await createProject(adapter)
    await build(project)
    const next = async () => {
      const { stdout } = await project.assay('explain', 'appended')
      return /^ {2}build {2,}(.*)$/m.exec(stdout)?.[1]
    }
    expect(await next()).toMatch(
      /^reuse +nothing is beyond its cursors, and all else is as it was$/,
    )
    await project.write({
      'models/appended.sql': files['models/appended.sql'].replace('as n', "as n where item > ''"),
    })
    expect(await next()).toMatch(/^append/)
  })

  test('failures, what was skipped because of them, and other code make exit code 1', async () => {
    const project = await createProject(adapter)
    await build(project)
    await project.write({
      'seeds/prices.csv': 'item,price\na,1\n,2\n',
      'models/appended.sql': files['models/appended.sql'].replace('as n', "as n where item > ''"),
    })
    expect((await project.assay('build', '--exclude', 'appended')).exitCode).toBe(1)
    expect(await said(project, 'status')).toMatchInlineSnapshot(`
      "<target>  <database>

      last runs
        <when>  build  <target>  finished  <time>  3 success, 2 reused, 1 skipped, 1 fail, 1 error  (run <id>)
        <when>  build  <target>  finished  <time>  7 success, 2 pass  (run <id>)

      failed
        node  priced  <when>  expected every test to pass, found 1 failing: not_null_priced_item
        test  not_null_priced_item  <when>  found 1 (fails if != 0)

      stale
        appended  its SQL changed
        plainly  the last run did not come to it: because of priced
        priced  "<schema>.price_view" changed

      ledger
        version <current>, 36 rows: runs 5, node_runs 13, test_results 3, relations 6, leases 7, cursors 2

      2 failed, 3 stale
      --- exit 1
      "
    `)
    expect(await said(project, 'explain', 'plainly')).toMatchInlineSnapshot(`
      "plainly  table  <schema>.plainly  models/plainly.sql

      decisions, the newest first
        <when>  build  skipped  because of priced  (run <id>)
        <when>  build  created table  first build  (run <id>)

      as it stands
        publication 1 of <when>, 2 rows written, epoch <id>

      next
        build  replace table  a table is rebuilt in every run
        build --changed  replace table  whether "raw.plain" changed is not known
        built before it by --changed, and may change what it reads: priced

      reads
        priced  model  as it was  published <when>
        raw.plain  source  not known: its rows leave no trace when they change: declare "arrival_column" if they are only ever added
      --- exit 0
      "
    `)
    expect(await said(project, 'explain', 'priced')).toMatchInlineSnapshot(`
      "priced  table  <schema>.priced  models/priced.sql

      decisions, the newest first
        <when>  build  error  expected every test to pass, found 1 failing: not_null_priced_item  (run <id>)
        <when>  build  created table  first build  (run <id>)

      as it stands
        publication 1 of <when>, 2 rows written, epoch <id>

      next
        build  replace table  a table is rebuilt in every run
        build --changed  replace table  "<schema>.price_view" changed

      reads
        price_view  view  changed  published <when>

      read by
        plainly  ref

      tests
        not_null_priced_item  fail  <when>  found 1 (fails if != 0)
      --- exit 0
      "
    `)
    expect(await said(project, 'explain', 'appended')).toMatchInlineSnapshot(`
      "appended  incremental  <schema>.appended  models/appended.sql

      decisions, the newest first
        <when>  build  created table  first build  (run <id>)

      as it stands
        publication 1 of <when>, 2 rows written, epoch <id>

      next
        build  append  it is incremental and its table exists; its SQL changed: rows that are there keep their old meaning until --full-refresh
        build --changed  append  its SQL changed

      reads
        stg_events  view  as it was  published <when>

      cursors
        stg_events  rows by arrival  read up to 2, the newest is 2  nothing is new

      read by
        counted  touched_keys
      --- exit 0
      "
    `)
    await project.write({ 'seeds/prices.csv': files['seeds/prices.csv'] })
    await build(project, '--full-refresh')
    expect((await project.assay('status')).exitCode).toBe(0)
  })

  test('what is older than what it reads, gone or replaced is stale', async () => {
    const project = await createProject(adapter)
    await build(project)
    await project.write({ 'seeds/prices.csv': 'item,price\na,1\nc,3\n' })
    await build(project, '--select', 'prices')
    await execute(
      project,
      'drop table counted',
      'delete from raw.plain',
      'drop table plainly',
      'create table plainly (id integer)',
    )
    const { stdout, exitCode } = await project.assay('status', '--output', 'json')
    const parsed: { readonly stale: unknown } = JSON.parse(stdout)
    expect({ exitCode, stale: parsed.stale }).toEqual({
      exitCode: 1,
      stale: [
        { name: 'counted', because: 'it was built, and is not there any more' },
        {
          name: 'plainly',
          because: 'it is not what assay published: it was restored or changed by hand',
        },
        { name: 'priced', because: `"${project.target.schema}.price_view" changed` },
      ],
    })
  })

  test('a table below a view that also reads what leaves no trace is told by time', async () => {
    const project = await createProject(adapter)
    await project.write({
      'models/mixed_view.sql':
        'select p.item from {{ref "prices"}} as p cross join {{source "raw" "plain"}} as q',
      'models/mixed.sql': '{{config materialized="table"}}\nselect item from {{ref "mixed_view"}}',
    })
    const staleNames = async () => {
      const { stdout } = await project.assay('status', '--output', 'json')
      const parsed: { readonly stale: readonly { readonly name: string }[] } = JSON.parse(stdout)
      return parsed.stale.map(({ name }) => name)
    }
    await build(project, '--atomic')
    expect(await staleNames()).toEqual([])
    // Published again, with the same rows.
    await build(project, '--select', 'prices')
    expect(await staleNames()).toEqual([])
    await project.write({ 'seeds/prices.csv': 'item,price\na,1\nc,3\n' })
    await build(project, '--select', 'prices')
    expect(await staleNames()).toEqual(['mixed', 'priced'])
    await build(project, '--select', 'mixed', 'priced')
    expect(await staleNames()).toEqual(['plainly'])
    await build(project)
    expect(await staleNames()).toEqual([])
  })

  test('a run that died is said until another one has done its work', async () => {
    const project = await createProject(adapter)
    await build(project)
    // What a killed process leaves.
    await execute(
      project,
      `insert into _assay.runs (run_id, phase, recorded_at, command, target, version, counts)
values ('00000000-0000-0000-0000-000000000001', 'started', current_timestamp, 'run', '${adapter.name}', '0', '{}')`,
      `insert into _assay.heartbeats (run_id, session_name, host, process_id, command, started_at, beat_at)
values ('00000000-0000-0000-0000-000000000001', 'gone', 'there', 1, 'run', current_timestamp, current_timestamp)`,
      `update _assay.leases set run_id = '00000000-0000-0000-0000-000000000001' where relation_key like '%.priced'`,
    )
    expect(await said(project, 'status')).toMatchInlineSnapshot(`
      "<target>  <database>

      last runs
        <when>  run  <target>  died  (run <id>)
        <when>  build  <target>  finished  <time>  7 success, 2 pass  (run <id>)

      failed
        run  assay run  <when>  the run died; what it had not published is as it was before: run it again

      leases
        dead  assay run  process <pid> on <host>  since <when>  last sign <when>  <schema>.priced  (the next run takes them over)

      ledger
        version <current>, 28 rows: runs 4, node_runs 7, test_results 2, relations 5, leases 7, cursors 2, heartbeats 1

      1 failed
      --- exit 1
      "
    `)
    await build(project)
    expect((await project.assay('status')).exitCode).toBe(0)
  })

  test('JSON holds all of it', async () => {
    const project = await createProject(adapter)
    await build(project)
    expect(await said(project, 'status', '--output', 'json')).toMatchInlineSnapshot(`
      "{
        "target": "<target>",
        "database": "<database>",
        "is_fine": true,
        "ledger": {
          "kind": "current",
          "version": <current>,
          "rows": {
            "runs": 3,
            "node_runs": 7,
            "test_results": 2,
            "relations": 5,
            "leases": 7,
            "cursors": 2,
            "changes": 0,
            "heartbeats": 0,
            "pending_hooks": 0,
            "source_freshness": 0,
            "batches": 0,
            "wanted_batches": 0,
            "loads": 0,
            "dead_letters": 0,
            "exports": 0,
            "erasures": 0
          }
        },
        "runs": [
          {
            "run_id": "<id>",
            "command": "build",
            "target": "<target>",
            "state": "finished",
            "started_at": "<when>",
            "finished_at": "<when>",
            "counts": {
              "success": 7,
              "pass": 2
            }
          }
        ],
        "failures": [],
        "stale": [],
        "lagging": [],
        "leases": [],
        "set_aside": [],
        "refused": [],
        "unowned": []
      }
      --- exit 0
      "
    `)
    const explained = await project.assay('explain', 'counted', '--output', 'json')
    const parsed: Readonly<Record<string, unknown>> = JSON.parse(explained.stdout)
    expect(parsed).toMatchObject({
      unique_id: 'model.status.counted',
      kind: 'incremental',
      ledger: { kind: 'current', version: ledgerVersion },
      decisions: [{ status: 'success', message: 'created table', because: 'first build' }],
      standing: { kind: 'table', published: { rows: 2, version: 1, is_there: true } },
      next: { build: { action: 'reuse' }, changed: { action: 'reuse' } },
      built_before: [],
      inputs: [{ name: 'appended', kind: 'model', change: 'as it was' }],
      cursors: [{ upstream: 'appended', feed: 'rows', high: '2', newest: '2', behind: 0 }],
      followers: [],
      tests: [{ name: 'not_null_counted_item', status: 'pass' }],
    })
  })

  test('an unknown model is a refusal with the nearest name', async () => {
    const project = await createProject(adapter)
    expect(await said(project, 'explain', 'pricd')).toMatchInlineSnapshot(`
      "error[empty-selection]: expected the name of a model, seed or snapshot, found "pricd"
        = hint: did you mean "priced"?

      1 error
      --- exit 2
      "
    `)
    expect(await said(project, 'explain', 'not_null_priced_item')).toMatchInlineSnapshot(`
      "error[empty-selection]: expected the name of a model, seed or snapshot, found "not_null_priced_item", a test
        --> models/tests.yml:3:42
         |
       3 |  columns: [{ name: item, data_tests: [not_null] }]
         |  ~~~~~~~~
         = hint: what it reads can be explained: assay explain priced

      1 error
      --- exit 2
      "
    `)
    expect(await said(project, 'explain')).toMatchInlineSnapshot(`
      "error: expected MODEL after "assay explain", found nothing
        = hint: "assay explain --help" shows what there is
      --- exit 2
      "
    `)
  })
})

const shared = testAdapters().filter(({ name }) => name === 'postgres')

describe.each(shared)('a running build on $name', (adapter) => {
  test('is shown with its leases, and as dead when it was killed', async () => {
    const project = await createTestProject(adapter, {
      files: {
        'assay.yml': files['assay.yml'],
        'models/slow.sql':
          '{{config materialized="table"}}\nselect 1 as id from (select pg_sleep({{var "seconds" 0}})) as pause',
      },
    })
    await build(project)
    const run = spawnAssay(['run', '--vars', '{seconds: 200}'], {
      cwd: project.folder,
      env: project.env,
    })
    await until('the slow statement', async () => {
      const sql = `select 1 as one from pg_stat_activity
where datname = current_database() and application_name <> '' and pid <> pg_backend_pid() and query like '%pg_sleep(200)%'`
      return (await execute(project, sql)).length > 0
    })
    expect(await said(project, 'status', '--vars', '{seconds: 200}')).toMatchInlineSnapshot(`
      "<target>  <database>

      last runs
        <when>  run  <target>  running  (run <id>)
        <when>  build  <target>  finished  <time>  1 success  (run <id>)

      stale
        slow  its SQL changed

      leases
        held  assay run  process <pid> on <host>  since <when>  last sign <when>  <schema>.slow

      ledger
        version <current>, 8 rows: runs 4, node_runs 1, relations 1, leases 1, heartbeats 1

      1 stale
      --- exit 1
      "
    `)
    run.child.kill('SIGKILL')
    await run.ended
    await untilHolderGone(project)
    const after = await project.assay('status')
    expect(after.exitCode).toBe(1)
    expect(after.stdout).toMatch(/\n {2}run {2}assay run .* the run died;/)
    expect(after.stdout).toMatch(
      /\n {2}dead {2}assay run {2}process \d+ on .*\(the next run takes them over\)/,
    )
  })
})

const exclusive = testAdapters().filter(({ name }) => name === 'duckdb')

describe.each(exclusive)('a $name file that another process has open', (adapter) => {
  test('cannot be looked at: who has it is said, exit code 2', async () => {
    const project = await createProject(adapter)
    await build(project)
    const code = `require('@duckdb/node-api').DuckDBInstance.create(${JSON.stringify(join(project.folder, 'target', 'test.duckdb'))}).then((instance) => {
  globalThis.kept = instance
  console.log('open')
  setInterval(() => {}, 1000)
})`
    const holder = spawn(process.execPath, ['-e', code], {
      cwd: repository,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await new Promise((resolve) => holder.stdout.once('data', resolve))
    try {
      for (const command of [['status'], ['explain', 'priced']]) {
        const { exitCode, stdout, stderr } = await project.assay(...command)
        expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
        expect(stderr).toContain(`/target/test.duckdb": process ${holder.pid} (`)
        expect(stderr).toContain('has it open, and DuckDB lets one process at a time')
      }
    } finally {
      holder.kill('SIGKILL')
      await new Promise((resolve) => holder.once('close', resolve))
    }
    expect((await project.assay('status')).exitCode).toBe(0)
  })
})
