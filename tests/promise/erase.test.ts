/** What `assay erase` promises: one person's rows are gone everywhere, nobody else's are, and what builds go by still holds. */
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { spawnAssay } from '../support/spawn-assay.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'
import { untilHolderGone } from './rows.ts'

const events = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => {
    const id = from + index
    const amount = id % 37 === 0 ? '"lots"' : String(id)
    return `{"event_id": "e${id}", "user_id": ${(id % 10) + 1000}, "amount": ${amount}, "happened_at": "2026-01-0${(id % 5) + 1}T10:00:00Z"}\n`
  }).join('')

const userColumn = '[{ name: user_id, meta: { identifies: user } }]'

const files = {
  'assay.yml': `name: shop\ntarget: duckdb\nvars: { with_files: false }\n${testTargets}`,
  'models/sources.yml': `sources:
  - name: growth
    schema: raw
    loader: files
    tables:
      - name: events
        load: { path: "incoming/*.jsonl", settle_seconds: 0 }
        columns:
          - { name: event_id, data_type: text, constraints: [{ type: not_null }] }
          - { name: user_id, data_type: bigint, meta: { identifies: user } }
          - { name: amount, data_type: "numeric(10, 2)" }
          - { name: happened_at, data_type: timestamp }
models:
  - { name: fct_events, columns: ${userColumn} }
  - { name: users, columns: ${userColumn} }
  - { name: kept, columns: ${userColumn} }
  - { name: last_events, columns: ${userColumn} }
snapshots:
  - { name: users_history, columns: ${userColumn} }
`,
  'models/fct_events.sql':
    '{{config materialized="incremental" unique_key="event_id"}}\nselect event_id, user_id, amount, _load_seq from {{new_rows (source "growth" "events")}} as e',
  'models/daily.sql': `{{config materialized="incremental" incremental_strategy="delete+insert" unique_key="day"}}
select cast(happened_at as date) as day, count(*) as n, sum(amount) as amount from {{source "growth" "events"}} as e
{{#if (is_incremental)}}where cast(happened_at as date) in (select cast(happened_at as date) from {{new_rows (source "growth" "events")}} as n){{/if}}
group by 1`,
  'models/users.sql':
    '{{config materialized="table"}}\nselect user_id, count(*) as n from {{ref "fct_events"}} group by user_id',
  'models/last_events.sql': 'select * from {{ref "fct_events"}} where amount > 100',
  'models/kept.sql':
    '{{config materialized="incremental" full_refresh=false incremental_strategy="append"}}\nselect event_id, user_id from {{new_rows (source "growth" "events")}} as e',
  'models/users_history.sql':
    '{{config materialized="snapshot" unique_key="user_id" strategy="check" check_cols="all"}}\nselect user_id, n from {{ref "users"}}',
  'incoming/a.jsonl': events(1, 200),
}

const subject = '1007'

async function ran(project: TestProject, exit: number, ...argv: readonly string[]) {
  const done = await project.assay(...argv)
  expect(done.exitCode, done.stdout + done.stderr).toBe(exit)
  return done
}

async function rows(project: TestProject, sql: string): Promise<string> {
  const shown = await ran(project, 0, 'show', '--inline', sql, '--output', 'csv', '--limit', '-1')
  return shown.stdout
}

const everything = `select t, n, cast(a as decimal(12, 2)) as a from (select 'fct' as t, count(*) as n, sum(amount) as a from {{ref "fct_events"}}
union all select 'daily', sum(n), sum(amount) from {{ref "daily"}}
union all select 'users', count(*), sum(n) from {{ref "users"}}
union all select 'raw', count(*), sum(amount) from {{source "growth" "events"}}
union all select 'kept', count(*), count(distinct user_id) from {{ref "kept"}}
union all select 'history', count(*), sum(n) from {{ref "users_history"}}) as counted order by 1`

/** Every file below the project that speaks of the user, but the database itself. */
function filesWithSubject(project: TestProject): readonly string[] {
  return readdirSync(project.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.duckdb(?:\.wal)?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes('/target/'))
    .filter((path) => /(?:user_id\W{1,4}1007\b|^1007,)/m.test(readFileSync(path, 'utf8')))
}

async function started(adapter: (typeof adapters)[number]): Promise<TestProject> {
  const project = await createTestProject(adapter, { files })
  await ran(project, 0, 'ingest')
  await ran(project, 0, 'build')
  await ran(
    project,
    0,
    'export',
    '--select',
    'users',
    'fct_events',
    '--to',
    'out/',
    '--format',
    'csv',
  )
  await ran(
    project,
    0,
    'export',
    '--select',
    'users',
    '--to',
    'out/',
    '--format',
    'jsonl',
    '--partition-by',
    'user_id',
  )
  return project
}

const adapters = testAdapters()

describe.each(adapters)('erase on $name', (adapter) => {
  test('takes the rows of one person everywhere, and builds go on as if they had never been', async () => {
    const project = await started(adapter)
    const before = filesWithSubject(project)
    expect(before.length).toBeGreaterThan(3)
    const looked = await ran(project, 0, 'erase', '--identity', 'user', '--value', subject)
    expect(looked.stdout).toContain('nothing was changed')
    expect(filesWithSubject(project)).toEqual(before)

    const done = await ran(project, 0, 'erase', '--identity', 'user', '--value', subject, '--yes')
    expect(done.stdout).toContain('6 relations searched again, 0 rows found')
    expect(done.stdout).not.toContain(subject)
    expect(filesWithSubject(project)).toEqual([])
    const letters = `select count(*) as n from _assay.dead_letters where original like '%${subject}%'`
    expect(await rows(project, letters)).toBe('n\n0\n')
    const audit = `select phase, subject_kind, subject_hash, files, exports from _assay.erasures order by phase`
    expect(await rows(project, audit)).toBe(
      'phase,subject_kind,subject_hash,files,exports\nbegun,identity user,,0,0\ndone,identity user,,3,3\n',
    )

    // 199 events: 20 of the person, 4 others without an amount. Nobody else's are missing.
    expect(await rows(project, everything)).toBe(
      `t,n,a
daily,175,17480.00
fct,175,17480.00
history,9,175.00
kept,175,9.00
raw,175,17480.00
users,9,175.00
`.replaceAll('17480.00', await total(project)),
    )
    const after = await rows(project, everything)
    // Files that were rewritten are known, cursors go on, and a full refresh gives the same.
    expect((await ran(project, 0, 'ingest')).stdout).toContain('nothing new')
    await ran(project, 0, 'build')
    expect(await rows(project, everything)).toBe(after)
    await ran(project, 0, 'build', '--full-refresh')
    expect(await rows(project, everything)).toBe(after)

    await project.write({ 'incoming/b.jsonl': events(200, 250) })
    await ran(project, 0, 'ingest')
    await ran(project, 0, 'build')
    const incremental = await rows(project, everything)
    expect(incremental).not.toBe(after)
    await ran(project, 0, 'run', '--full-refresh', '--exclude', 'kept')
    expect(await rows(project, everything)).toBe(incremental)
  })

  test('exports of all that reads it are made anew, whatever their columns are called, and what is no JSON goes', async () => {
    const person = 'kim@example.org'
    const project = await createTestProject(adapter, {
      files: {
        'assay.yml': `name: shop\ntarget: duckdb\n${testTargets}  lake: { type: duckdb, path: lake.duckdb }\n`,
        'models/sources.yml': `sources:
  - name: shop
    schema: raw
    loader: files
    tables:
      - name: orders
        load: { path: "incoming/*.jsonl", settle_seconds: 0 }
        columns:
          - { name: email, data_type: text, meta: { identifies: person } }
          - { name: amount, data_type: bigint }
`,
        'models/revenue.sql':
          '{{config materialized="table"}}\nselect email as who, sum(amount) as amount from {{source "shop" "orders"}} group by email',
        'models/best.sql':
          '{{config materialized="view"}}\nselect who as best_one, amount from {{ref "revenue"}} where amount > 1',
        'incoming/a.jsonl': `{"email": "${person}", "amount": 5}\n{"email": "lee@example.org", "amount": 7}\nbroken ${person} line\nbroken lee@example.org line\n`,
      },
    })
    await ran(project, 0, 'ingest')
    await ran(project, 0, 'build')
    const ways = [
      ['revenue', '--to', 'out/revenue.jsonl'],
      ['best', '--to', 'out/', '--format', 'csv'],
      ['revenue', '--to', 'out/parts/', '--format', 'csv', '--partition-by', 'amount'],
      ['revenue', '--to', 'target:lake', '--schema', 'gold'],
    ] as const
    for (const way of ways) await ran(project, 0, 'export', '--select', ...way)
    const inLake = async () => {
      const sql = 'select count(*) as n, min(who) as who from gold.revenue'
      const argv = ['show', '--target', 'lake', '--output', 'csv', '--inline', sql]
      return (await ran(project, 0, ...argv)).stdout
    }
    expect(await inLake()).toBe(`n,who\n2,${person}\n`)
    const erase = ['erase', '--identity', 'person', '--value', person] as const
    const looked = await ran(project, 0, ...erase)
    expect(looked.stdout).toMatch(/out\/revenue\.jsonl {2}export file, made anew/)
    expect(looked.stdout).toContain('1 dead letter of the ledger')
    await ran(project, 0, ...erase, '--yes')
    const holding = readdirSync(project.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(?:jsonl|csv)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !path.includes('/target/'))
    const texts = holding.map((path) => readFileSync(path, 'utf8'))
    expect(texts.filter((text) => text.includes(person))).toEqual([])
    expect(texts.filter((text) => text.includes('lee@example.org')).length).toBeGreaterThan(4)
    expect(await inLake()).toBe('n,who\n1,lee@example.org\n')
    const letters = 'select original from _assay.dead_letters'
    expect(await rows(project, letters)).toBe('original\nbroken lee@example.org line\n')

    // An export that cannot be made anew is named.
    await ran(
      project,
      0,
      'export',
      '--select',
      'revenue',
      '--to',
      'out/by_who/',
      '--partition-by',
      'who',
    )
    await project.write({
      'models/revenue.sql':
        '{{config materialized="table"}}\nselect email as whose, sum(amount) as amount from {{source "shop" "orders"}} group by email',
      'models/best.sql':
        '{{config materialized="view"}}\nselect whose as best_one, amount from {{ref "revenue"}}',
    })
    await ran(project, 0, 'build')
    const left = await ran(project, 1, ...erase, '--yes')
    expect(left.stdout).toMatch(/still there: \S*out\/by_who\/revenue: expected a column of \S+/)
  })

  test('exports of nodes that left the project are named until they are taken away, others of them only where they name the person', async () => {
    const project = await createTestProject(adapter, {
      files: {
        'assay.yml': `name: shop\ntarget: duckdb\n${testTargets}  lake: { type: duckdb, path: lake.duckdb }\n`,
        'models/people.sql':
          "{{config materialized=\"table\"}}\nselect cast('a1' as varchar(9)) as user_id union all select 'a12'",
        'models/gone.sql': 'select user_id, 1 as n from {{ref "people"}}',
        'models/calm.sql': "select 'a12' as other",
        'models/rewired.sql': 'select user_id as who from {{ref "people"}}',
        'models/below.sql': 'select who from {{ref "rewired"}}',
      },
    })
    await ran(project, 0, 'build')
    const ways = [
      ['gone', '--to', 'out/gone.csv'],
      ['gone', '--to', 'out/', '--format', 'csv', '--partition-by', 'user_id'],
      ['gone', '--to', 'target:lake', '--schema', 'gold'],
      ['calm', '--to', 'out/calm.csv'],
      ['rewired', '--to', 'out/rewired.csv'],
    ] as const
    for (const way of ways) await ran(project, 0, 'export', '--select', ...way)
    await project.write({
      'models/gone.sql': undefined,
      'models/calm.sql': undefined,
      'models/people.sql':
        '{{config materialized="table"}}\nselect cast(\'a12\' as varchar(9)) as user_id',
      'models/rewired.sql': "select 'a12' as who",
    })
    await ran(project, 0, 'build')
    const erase = ['erase', '--column', 'user_id', '--value', 'a1'] as const
    const why = (what: string) =>
      `exported from model.shop.gone, which is no longer in the project; ${what}, or bring the node back and erase again`
    const named = [
      `out/gone: ${why('take it away')}`,
      `out/gone.csv: ${why('take it away')}`,
      `target:lake/gold.gone: ${why('drop it there')}`,
    ]
    const looked = await ran(project, 0, ...erase)
    expect(looked.stdout).not.toContain('nothing holds it')
    expect(looked.stdout.match(/^would be left: (.*)$/gm)).toEqual(
      named.map((text) => `would be left: ${text}`),
    )
    expect(looked.stdout).toContain('out/rewired.csv  export file, made anew')
    const done = await ran(project, 1, ...erase, '--yes')
    expect(done.stdout.match(/^still there: (.*)$/gm)).toEqual(
      named.map((text) => `still there: ${text}`),
    )
    expect(readFileSync(join(project.folder, 'out/rewired.csv'), 'utf8')).toBe('who\na12\n')
    const json: unknown = JSON.parse((await ran(project, 0, ...erase, '--output', 'json')).stdout)
    expect(json).toMatchObject({ left: named, exports: [] })

    // Only they remain: that is not nothing.
    const only = await ran(project, 0, ...erase)
    expect(only.stdout).toContain('nothing that could be erased')
    for (const path of ['out/gone', 'out/.gone.versions', 'out/gone.csv']) {
      rmSync(join(project.folder, path), { recursive: true, force: true })
    }
    const rest = await ran(project, 0, ...erase)
    expect(rest.stdout.match(/^would be left: (.*)$/gm)).toEqual([`would be left: ${named[2]}`])
    // The node is back, so its exports are made anew.
    await project.write({ 'models/gone.sql': 'select user_id, 1 as n from {{ref "people"}}' })
    await ran(project, 0, 'build')
    await ran(project, 0, ...erase, '--yes')
    const inLake = ['show', '--target', 'lake', '--output', 'csv', '--inline'] as const
    expect((await ran(project, 0, ...inLake, 'select user_id from gold.gone')).stdout).toBe(
      'user_id\na12\n',
    )
  })

  test('a value that others begin with, and one that begins others, each take their own alone', async () => {
    const line = (user: string) => `{"user_id": "${user}", "order_id": "${user}"}\n`
    const project = await createTestProject(adapter, {
      files: {
        'assay.yml': `name: shop\ntarget: duckdb\n${testTargets}`,
        'models/sources.yml': `sources:
  - name: shop
    schema: raw
    loader: files
    tables:
      - name: orders
        load: { path: "incoming/*.jsonl", settle_seconds: 0 }
        columns: [{ name: user_id, data_type: text }, { name: order_id, data_type: text }]
`,
        'models/orders.sql':
          '{{config materialized="incremental" unique_key=(list "order_id" "user_id")}}\nselect order_id, user_id from {{source "shop" "orders"}}',
        'models/touched.sql': `{{config materialized="incremental" unique_key=(list "order_id" "user_id")}}
select order_id, user_id from {{ref "orders"}}
{{#if (is_incremental)}}where (order_id, user_id) in (select order_id, user_id from {{touched_keys "orders" key=(list "order_id" "user_id")}} as keys){{/if}}`,
        'incoming/a.jsonl': `${line('a1')}${line('a12')}${line('xa1')}${line('a1@b.org')}{"user_id": "b", "order_id": "a1"}\nbroken a1 line\nbroken a12 line\nbroken a1@b.org line\n{"user_id": "\\u0061\\u0031", "order_id": "escaped"}\n`,
      },
    })
    await ran(project, 0, 'ingest')
    await ran(project, 0, 'build')
    await ran(project, 0, 'erase', '--column', 'user_id', '--value', 'a1', '--yes')
    const left = ['a1,b', 'a12,a12', 'a1@b.org,a1@b.org', 'xa1,xa1']
    for (const from of ['{{ref "orders"}}', '{{ref "touched"}}', '{{source "shop" "orders"}}']) {
      const found = await rows(project, `select order_id, user_id from ${from} order by 1, 2`)
      expect(found).toBe(['order_id,user_id', ...left, ''].join('\n'))
    }
    const letters = 'select distinct original from _assay.dead_letters order by 1'
    expect(await rows(project, letters)).toBe('original\nbroken a12 line\nbroken a1@b.org line\n')
    expect(readFileSync(join(project.folder, 'incoming/a.jsonl'), 'utf8')).toBe(
      `${line('a12')}${line('xa1')}${line('a1@b.org')}{"user_id": "b", "order_id": "a1"}\nbroken a12 line\nbroken a1@b.org line\n`,
    )
    await ran(project, 0, 'build')
    await ran(project, 0, 'erase', '--column', 'user_id', '--value', 'a12', '--yes')
    expect(await rows(project, 'select user_id from {{ref "orders"}} order by 1')).toBe(
      'user_id\na1@b.org\nb\nxa1\n',
    )
  })

  test('names what it does not write anew; numbers with a point are numbers', async () => {
    const project = await createTestProject(adapter, {
      files: {
        'assay.yml': files['assay.yml'],
        'models/sources.yml': `sources:
  - name: shop
    schema: raw
    loader: files
    tables:
      - name: orders
        load: { path: "incoming/*.csv", settle_seconds: 0 }
        columns: [{ name: order_id, data_type: bigint }, { name: user_id, data_type: double precision }]
`,
        'models/by_user.sql':
          '{{config materialized="table"}}\nselect user_id, count(*) as n from {{source "shop" "orders"}} group by user_id',
        'incoming/orders.csv': 'order_id,user_id\n1,1007\n2,8\n',
      },
    })
    await ran(project, 0, 'ingest')
    await ran(project, 0, 'build')
    const left =
      'incoming/orders.csv: a loaded file that is not written anew; take it away, it is not loaded again'
    const looked = await ran(project, 0, 'erase', '--column', 'user_id', '--value', subject)
    expect(looked.stdout).toContain(`would be left: ${left}`)
    const done = await ran(project, 1, 'erase', '--column', 'user_id', '--value', subject, '--yes')
    expect(done.stdout).toContain(`still there: ${left}`)
    await project.write({ 'incoming/orders.csv': undefined })
    const again = ['erase', '--column', 'user_id', '--value', subject, '--yes', '--output', 'json']
    const json: unknown = JSON.parse((await ran(project, 0, ...again)).stdout)
    expect(json).toMatchObject({ is_done: true, left: [], searched: { relations: 2, files: 0 } })
    expect(await rows(project, 'select n from {{ref "by_user"}}')).toBe('n\n1\n')
  })

  test('by identity what declares nothing is made anew with the rest, or named', async () => {
    const project = await createTestProject(adapter, {
      files: {
        ...files,
        'models/sources.yml': files['models/sources.yml'].split('models:')[0] ?? '',
      },
    })
    await ran(project, 0, 'ingest')
    await ran(project, 0, 'build')
    const argv = ['erase', '--identity', 'user', '--value', subject, '--yes'] as const
    const done = await ran(project, 1, ...argv)
    expect(
      done.stdout
        .match(/^still there: \w+\.(.*)$/gm)
        ?.map((line) => line.replace(/there: \w+\./, 'there: ')),
    ).toEqual([
      'still there: kept: 19 rows by user_id, which declares nothing',
      'still there: users_history: 1 row by user_id, which declares nothing',
    ])
    const made = `select count(*) as n from (select user_id from {{ref "fct_events"}} union all select user_id from {{ref "users"}}) as made where user_id = ${subject}`
    expect(await rows(project, made)).toBe('n\n0\n')
    await ran(project, 0, 'erase', '--column', 'user_id', '--value', subject, '--yes')
  })

  test('says whose rows it was only to those who have the key', async () => {
    const project = await createTestProject(adapter, { files })
    await project.write({ '.env': 'ASSAY_ERASE_KEY=not in the database\n' })
    await ran(project, 0, 'ingest')
    await ran(project, 0, 'build')
    await ran(project, 0, 'erase', '--column', 'user_id', '--value', subject, '--yes')
    const asked = 'select distinct subject_hash from _assay.erasures'
    expect(await rows(project, asked)).toMatch(/^subject_hash\n[0-9a-f]{64}\n$/)
  })

  test('killed at any moment it is done or not done, and again ends it', async () => {
    const project = await started(adapter)
    const argv = [
      'erase',
      '--identity',
      'user',
      '--value',
      subject,
      '--yes',
      '--log-format',
      'json',
    ]
    for (const moment of ['run-started', 'node-finished', 'run-finished']) {
      const running = spawnAssay(argv, { cwd: project.folder, env: { ...project.env } })
      await running.waitFor(`"${moment}"`).catch(() => undefined)
      running.child.kill('SIGKILL')
      await running.ended
      await untilHolderGone(project)
      // All of the tables or none of them.
      const counts = await rows(
        project,
        `select count(*) as n from (select user_id from {{ref "fct_events"}} union all select user_id from {{ref "users"}} union all select user_id from {{source "growth" "events"}}) as all_rows where user_id = ${subject}`,
      )
      expect(['n\n0\n', 'n\n39\n']).toContain(counts)
    }
    await ran(project, 0, 'erase', '--identity', 'user', '--value', subject, '--yes')
    expect(filesWithSubject(project)).toEqual([])
    const after = await rows(project, everything)
    await ran(project, 0, 'build', '--full-refresh')
    expect(await rows(project, everything)).toBe(after)
  })

  test('rolls all of it back where the rows come back from outside, and refuses what it cannot hold to', async () => {
    const project = await createTestProject(adapter, {
      files: {
        ...files,
        'models/elsewhere.sql':
          '{{config materialized="table"}}\nselect cast(1007 as bigint) as user_id',
        'seeds/vips.csv': 'user_id\n1007\n',
      },
    })
    await ran(project, 0, 'ingest')
    await ran(project, 0, 'build', '--exclude', 'vips')
    const failed = await ran(
      project,
      1,
      'erase',
      '--column',
      'user_id',
      '--value',
      subject,
      '--yes',
    )
    expect(failed.stderr).toMatch(
      /error\[erase-failed\]: expected to find nothing any more, found it in \w+\.elsewhere/,
    )
    const raw = `select count(*) as n from {{source "growth" "events"}} where user_id = ${subject}`
    expect(await rows(project, raw)).toBe('n\n19\n')
    await ran(project, 0, 'seed')
    const refused = await ran(
      project,
      2,
      'erase',
      '--column',
      'user_id',
      '--value',
      subject,
      '--yes',
    )
    expect(refused.stderr).toContain(
      'error[erase-seed]: expected no rows of it in a seed, found 1 in',
    )
    const unknown = await ran(project, 2, 'erase', '--column', 'nobody_id', '--value', subject)
    expect(unknown.stderr).toContain('expected tables with a column "nobody_id", found none')
    const misspelt = await ran(project, 2, 'erase', '--identity', 'usre', '--value', subject)
    expect(misspelt.stderr).toContain('did you mean "user"?')
    const neither = await ran(project, 2, 'erase', '--value', subject)
    expect(neither.stderr).toContain('expected --column or --identity, found neither')
  })
})

/** What the other nine have, from the file. */
async function total(project: TestProject): Promise<string> {
  const shown = await rows(project, 'select sum(amount) as a from {{source "growth" "events"}}')
  return shown.split('\n')[1] ?? ''
}
