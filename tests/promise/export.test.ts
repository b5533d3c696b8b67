/** The promise to readers of exports: the old file, folder or table or the new one, whole, whatever happens meanwhile. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import type * as AjvModule from 'ajv'
import { Client } from 'pg'
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { spawnAssay } from '../support/spawn-assay.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'
import { until } from '../support/until.ts'

const { Ajv }: typeof AjvModule = createRequire(import.meta.url)('ajv')

const settings = `name: exports\ntarget: duckdb\nvars: { version: 1, rows: 5000 }\n${testTargets}`

/** `generate_series` gives the same numbers on both databases. */
const rowsOf = (name: string) => `{{config materialized="table"}}
select
  cast(n as integer) as id,
  cast(n % 7 as integer) as part,
  {{var "version"}} as version,
  '${name} ' || n as note
from (select unnest(array[{{#each (range 1 101)}}{{this}}{{#unless @last}}, {{/unless}}{{/each}}]) as a) as tens
cross join (select unnest(array[{{#each (range 0 50)}}{{this}}{{#unless @last}}, {{/unless}}{{/each}}]) as b) as more
cross join lateral (select a * 50 + b as n) as numbered`

const files = {
  'assay.yml': settings,
  'models/t.sql': rowsOf('t'),
  'models/u.sql': '{{config materialized="table"}}\nselect * from {{ref "t"}}',
}
const rowsEach = 5000

async function query(sql: string): Promise<readonly Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson()
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** Reads again and again what the exports write; says what it saw at its end. */
const readerText = `
import { readFileSync, readdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
const [folder] = process.argv.slice(2)
const faults = new Set(), versions = new Set()
let reads = 0, isStopped = false
process.stdin.on('end', () => { isStopped = true }).resume()
const look = (what, lines) => {
  if (lines.length !== ${rowsEach}) faults.add(what + ': ' + lines.length + ' rows')
  const found = new Set(lines.map((line) => line.version))
  if (found.size !== 1) faults.add(what + ': a mixture')
  for (const version of found) {
    if (!versions.has(version)) process.stdout.write('v')
    versions.add(version)
  }
}
const parse = (text) => text.split('\\n').filter((line) => line !== '').map((line) => JSON.parse(line))
while (!isStopped) {
  try {
    look('file', parse(readFileSync(join(folder, 'one.jsonl'), 'utf8')))
    const now = realpathSync(join(folder, 't'))
    const parts = readdirSync(now).filter((name) => name.startsWith('part='))
    look('folder', parts.flatMap((name) => parse(readFileSync(join(now, name, 'data.jsonl'), 'utf8'))))
    reads += 1
  } catch (error) {
    faults.add(error.message)
  }
  await new Promise((resolve) => setTimeout(resolve, 5))
}
process.stdout.write(' ' + JSON.stringify({ faults: [...faults], versions: versions.size, reads }))
`

async function startReader(project: TestProject) {
  const program = join(project.folder, 'read.mjs')
  await writeFile(program, readerText)
  const child: ChildProcess = spawn(process.execPath, [program, join(project.folder, 'out')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout?.on('data', (chunk: unknown) => {
    said += String(chunk)
  })
  await until('the reader to read', () => said.includes('v'))
  return {
    /** How many versions it has seen so far. */
    seen: () => said.split('v').length - 1,
    stop: async (): Promise<unknown> => {
      child.stdin?.end()
      await once(child, 'close')
      return JSON.parse(said.slice(said.indexOf(' ')))
    },
  }
}

const toFile = ['export', '--select', 't', '--to', 'out/one.jsonl'] as const
const toFolder = [
  'export',
  '--select',
  't',
  '--to',
  'out/',
  '--format',
  'jsonl',
  '--partition-by',
  'part',
] as const

async function ok(project: TestProject, ...argv: readonly string[]): Promise<string> {
  const ran = await project.assay(...argv)
  expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
  return ran.stdout
}

/** Rows and versions of what lies there, as a reader finds it. */
function versionsIn(project: TestProject): unknown {
  const out = join(project.folder, 'out')
  const folder = realpathSync(join(out, 't'))
  const texts = [
    ...readdirSync(folder)
      .filter((name) => name.startsWith('part='))
      .map((name) => readFileSync(join(folder, name, 'data.jsonl'), 'utf8')),
    readFileSync(join(out, 'one.jsonl'), 'utf8'),
  ]
  const lines = texts.join('').trimEnd().split('\n')
  const versions = lines.map((line): unknown => JSON.parse(line).version)
  return { rows: lines.length, versions: [...new Set(versions)] }
}

describe.each(testAdapters())('exports of $name', (adapter) => {
  test('a reader in another process sees whole files and folders only, and never an error', async () => {
    const project = await createTestProject(adapter, { files })
    await ok(project, 'build')
    await ok(project, ...toFile)
    await ok(project, ...toFolder)
    const reader = await startReader(project)
    // On a busy machine it misses some.
    for (let version = 2; version <= 5 || (version <= 40 && reader.seen() < 3); version += 1) {
      await ok(project, 'build', '--vars', `{version: ${version}}`)
      await ok(project, ...toFile)
      await ok(project, ...toFolder)
      expect(versionsIn(project)).toEqual({ rows: 2 * rowsEach, versions: [version] })
    }
    const seen = await reader.stop()
    expect(seen).toMatchObject({ faults: [] })
    expect(Object(seen).versions).toBeGreaterThan(2)
    // The version before stays for those who read it; all others are gone.
    expect(readdirSync(join(project.folder, 'out/.t.versions'))).toHaveLength(2)
    expect(readdirSync(join(project.folder, 'out')).sort()).toEqual([
      '.t.versions',
      'one.jsonl',
      't',
    ])
  })

  test('killed at any moment the old files stay, and the next run leaves no litter', async () => {
    const project = await createTestProject(adapter, { files })
    await ok(project, 'build')
    await ok(project, ...toFile)
    await ok(project, ...toFolder)
    await ok(project, 'build', '--vars', '{version: 2}')
    const moments = ['export-started', 'relation-export-started', 'relation-exported']
    for (const argv of [toFile, toFolder]) {
      for (const [index, moment] of [...moments, 'relation-exported'].entries()) {
        const running = spawnAssay([...argv, '--log-format', 'json'], {
          cwd: project.folder,
          env: { ...project.env },
        })
        await running.waitFor(`"${moment}"`).catch(() => undefined)
        // The last one is killed while files take their places, or just after.
        if (index >= moments.length) await new Promise((resolve) => setTimeout(resolve, 15))
        running.child.kill('SIGKILL')
        await running.ended
        const found = versionsIn(project)
        expect(found).toMatchObject({ rows: 2 * rowsEach })
        expect([...Object(found).versions].every((version) => version === 1 || version === 2)).toBe(
          true,
        )
      }
    }
    await ok(project, ...toFile)
    await ok(project, ...toFolder)
    expect(versionsIn(project)).toEqual({ rows: 2 * rowsEach, versions: [2] })
    const left = readdirSync(join(project.folder, 'out'))
    expect(left.filter((name) => name.startsWith('.assay-export'))).toEqual([])
    expect(readdirSync(join(project.folder, 'out/.t.versions')).length).toBeLessThanOrEqual(2)
  })

  test('a full disk leaves the old file, says so, and leaves nothing else', async () => {
    const project = await createTestProject(adapter, { files })
    await ok(project, 'build')
    await ok(project, ...toFile)
    const before = readFileSync(join(project.folder, 'out/one.jsonl'), 'utf8')
    await ok(project, 'build', '--vars', '{version: 2}')
    const command = [process.execPath, join(process.cwd(), 'bin/assay.js'), ...toFile]
    const full = spawn('bash', ['-c', `trap '' XFSZ; ulimit -f 64; exec ${command.join(' ')}`], {
      cwd: project.folder,
      env: { ...project.env },
    })
    let said = ''
    full.stderr.on('data', (chunk: unknown) => {
      said += String(chunk)
    })
    const [code] = await once(full, 'close')
    expect(said).toMatch(
      /error\[export-failed\]: expected to write the export, found a file larger than the system allows/,
    )
    expect(code).toBe(1)
    expect(readFileSync(join(project.folder, 'out/one.jsonl'), 'utf8')).toBe(before)
    expect(readdirSync(join(project.folder, 'out'))).toEqual(['one.jsonl'])
  })

  test('two relations of one command are of one snapshot', async () => {
    if (adapter.name === 'duckdb') return
    const project = await createTestProject(adapter, { files })
    await ok(project, 'build')
    const pairs = async (): Promise<readonly unknown[]> =>
      await query(
        `select distinct version as v from read_json(['${project.folder}/out/t.jsonl', '${project.folder}/out/u.jsonl'])`,
      )
    const state = { isBuilding: true }
    const building = (async () => {
      for (let version = 2; version <= 4; version += 1) {
        await ok(project, 'build', '--atomic', '--vars', `{version: ${version}}`)
      }
      state.isBuilding = false
    })()
    while (state.isBuilding) {
      await ok(project, 'export', '--select', 't', 'u', '--to', 'out/', '--format', 'jsonl')
      expect(await pairs()).toHaveLength(1)
    }
    await building
  })

  test('Parquet has the rows and the types, alone and in partitions', async () => {
    const project = await createTestProject(adapter, {
      files: { 'assay.yml': settings, 'models/typed.sql': typed },
    })
    await ok(project, 'build')
    await ok(project, 'export', '--select', 'typed', '--to', 'out/', '--order-by', 'id desc')
    await ok(project, 'export', '--select', 'typed', '--to', 'parts/', '--partition-by', 'day,word')
    const list = `id, cast(day as varchar) as day, word, cast(amount as varchar) as amount, wide, cast(seen as varchar) as seen, cast(zoned at time zone 'UTC' as varchar) as zoned, cast(ratio as varchar) as ratio, is_open`
    const rows = [
      [3, null, null, null, null, null, null, null, null],
      [2, '2026-01-04', '', '-0.0100', '-9223372036854775808', null, null, 'nan', false],
      [
        1,
        '2026-01-03',
        'a/b=c',
        '12345678901234567890.1234',
        '9223372036854775807',
        '2026-01-03 10:00:00.25',
        '2026-01-03 09:00:00.000001',
        '0.1',
        true,
      ],
    ]
    const found = await query(`select ${list} from '${project.folder}/out/typed.parquet'`)
    expect(found.map((row) => Object.values(row))).toEqual(rows)
    const parts = await query(
      `select ${list} from read_parquet('${realpathSync(join(project.folder, 'parts/typed'))}/**/*.parquet', hive_partitioning = true, hive_types = {day: date, word: varchar}) order by id desc`,
    )
    expect(parts.map((row) => Object.values(row))).toEqual(rows)
    const manifest = JSON.parse(
      readFileSync(join(project.folder, 'parts/typed/_assay.json'), 'utf8'),
    )
    expect(manifest).toMatchObject({ rows: 3, partition_by: ['day', 'word'] })
    expect(manifest.files).toHaveLength(3)
    const schema = JSON.parse(readFileSync('schemas/export-manifest.schema.json', 'utf8'))
    const validate = new Ajv({ allErrors: true, formats: { 'date-time': true } }).compile(schema)
    expect(validate(manifest) ? [] : validate.errors).toEqual([])
  })

  test('CSV and JSON give the values back', async () => {
    const project = await createTestProject(adapter, {
      files: { 'assay.yml': settings, 'models/typed.sql': typed },
    })
    await ok(project, 'build')
    await ok(project, 'export', '--select', 'typed', '--to', 'out/typed.csv', '--order-by', 'id')
    await ok(project, 'export', '--select', 'typed', '--to', 'out/typed.jsonl.gz')
    const csv = readFileSync(join(project.folder, 'out/typed.csv'), 'utf8')
    expect(csv).toBe(`id,day,word,amount,wide,seen,zoned,ratio,is_open
1,2026-01-03,a/b=c,12345678901234567890.1234,9223372036854775807,2026-01-03 10:00:00.250000,2026-01-03 09:00:00.000001+00,0.1,true
2,2026-01-04,"",-0.0100,-9223372036854775808,,,NaN,false
3,,,,,,,,
`)
    const types = `{id: int, day: date, word: varchar, amount: 'decimal(38,4)', wide: bigint, seen: timestamp, zoned: timestamptz, ratio: double, is_open: boolean}`
    const difference = await query(`select * from (
  select * replace (cast(zoned as timestamptz) as zoned) from read_csv('${project.folder}/out/typed.csv', header = true, columns = ${types}, allow_quoted_nulls = false)
) except select * from read_json('${project.folder}/out/typed.jsonl.gz', columns = ${types})`)
    expect(difference).toEqual([])
  })
})

const typed = `{{config materialized="table"}}
select
  id,
  cast(day as date) as day,
  word,
  cast(amount as decimal(38, 4)) as amount,
  cast(wide as bigint) as wide,
  cast(seen as timestamp) as seen,
  cast(zoned as timestamptz) as zoned,
  cast(ratio as double precision) as ratio,
  is_open
from (values
  (1, '2026-01-03', 'a/b=c', '12345678901234567890.1234', '9223372036854775807', '2026-01-03 10:00:00.25', '2026-01-03 10:00:00.000001+01', '0.1', true),
  (2, '2026-01-04', '', '-0.01', '-9223372036854775808', null, null, 'NaN', false),
  (3, null, null, null, null, null, null, null, null)
) as t (id, day, word, amount, wide, seen, zoned, ratio, is_open)`

const [duckdb, postgres] = [
  testAdapters().find(({ name }) => name === 'duckdb'),
  testAdapters().find(({ name }) => name === 'postgres'),
]

/** Needs both databases. */
describe.runIf(duckdb !== undefined && postgres !== undefined)('exports between databases', () => {
  const there = { 'assay.yml': settings, 'models/typed.sql': typed, ...otherTypes() }

  test('DuckDB to Postgres and back: the same rows, counted, replaced in one transaction', async () => {
    if (postgres === undefined) return
    const project = await createTestProject(postgres, { files: there })
    const on = (target: string, ...argv: readonly string[]) => ok(project, ...argv, '-t', target)
    await on('duckdb', 'build', '--select', 'typed', 'of_duckdb')
    await on(
      'duckdb',
      'export',
      '--select',
      'typed',
      'of_duckdb',
      '--to',
      'target:postgres',
      '--schema',
      'came',
    )
    const list = `select id, cast(day as text) as day, word, cast(amount as text) as amount, cast(wide as text) as wide, cast(seen as text) as seen, cast(zoned as text) as zoned, ratio, is_open from came.typed order by id`
    expect(
      await on('postgres', 'show', '--inline', list, '--output', 'csv'),
    ).toBe(`id,day,word,amount,wide,seen,zoned,ratio,is_open
1,2026-01-03,a/b=c,12345678901234567890.1234,9223372036854775807,2026-01-03 10:00:00.25,2026-01-03 09:00:00.000001+00,0.1,true
2,2026-01-04,"",-0.0100,-9223372036854775808,,,NaN,false
3,,,,,,,,
`)
    const types = `select column_name, data_type from information_schema.columns where table_schema = 'came' and table_name = 'of_duckdb' order by ordinal_position`
    expect(
      await on('postgres', 'show', '--inline', types, '--output', 'csv', '--limit', '-1'),
    ).toBe(`column_name,data_type
huge,numeric
bytes,bytea
list,jsonb
doc,jsonb
span,interval
old,date
old_moment,timestamp without time zone
clock,time without time zone
`)
    expect(
      await on(
        'postgres',
        'show',
        '--inline',
        'select huge, bytes, cast(list as text) as list, cast(doc as text) as doc, span, old, old_moment, clock from came.of_duckdb',
        '--output',
        'csv',
      ),
    ).toBe(
      `huge,bytes,list,doc,span,old,old_moment,clock
170141183460469231731687303715884105727,0061ff,"[""a"", null]","{""a"": 12345678901234567890.5}",1 year 2 mons 3 days 04:05:06,0044-03-15 BC,0044-03-15 10:00:00 BC,10:00:00.500000
`,
    )
    // A second time it replaces its own table, and nothing else.
    await on('duckdb', 'export', '--select', 'typed', '--to', 'target:postgres', '--schema', 'came')
    // The database that was read knew of it before it was there.
    const known = `select phase, row_count from _assay.exports where location = 'target:postgres/came.typed' order by recorded_at, phase`
    expect(await on('duckdb', 'show', '--inline', known, '--output', 'csv')).toBe(
      'phase,row_count\nbegun,0\ndone,3\nbegun,0\ndone,3\n',
    )
    await on('postgres', 'build', '--select', 'typed')
    const refused = await project.assay(
      'export',
      '--select',
      'typed',
      '--to',
      'target:postgres',
      '--schema',
      'public',
      '-t',
      'duckdb',
    )
    expect(refused.exitCode).toBe(2)
    expect(refused.stderr).toContain(
      'error[export-destination]: expected a table of an earlier export or none at public.typed of postgres, found a table that a build publishes',
    )
  })

  test('who reads the tables there sees the old rows or the new ones, of all of them', async () => {
    if (postgres === undefined) return
    const project = await createTestProject(postgres, { files })
    const on = (target: string, ...argv: readonly string[]) => ok(project, ...argv, '-t', target)
    const send = () =>
      on('duckdb', 'export', '--select', 't', 'u', '--to', 'target:postgres', '--schema', 'came')
    await on('duckdb', 'build')
    await send()
    const { target } = project
    if (target.type !== 'postgres') return
    const client = new Client({ ...target })
    await client.connect()
    const seen = new Set<string>()
    const state = { isSending: true }
    const reading = (async () => {
      while (state.isSending) {
        const { rows } = await client.query<{ n: string; low: number; high: number }>(
          'select count(*) as n, min(version) as low, max(version) as high from (select version from came.t union all select version from came.u) as both_of_them',
        )
        const [row] = rows
        seen.add(row?.low === row?.high ? `${row?.n} rows` : 'a mixture')
      }
    })()
    for (let version = 2; version <= 5; version += 1) {
      await on('duckdb', 'build', '--vars', `{version: ${version}}`)
      await send()
    }
    state.isSending = false
    await reading
    await client.end()
    expect([...seen]).toEqual([`${2 * rowsEach} rows`])
  })

  test('Postgres to DuckDB: types that DuckDB does not have are said', async () => {
    if (postgres === undefined) return
    const project = await createTestProject(postgres, { files: there })
    const on = (target: string, ...argv: readonly string[]) => ok(project, ...argv, '-t', target)
    await on('postgres', 'build', '--select', 'of_postgres')
    const told = await on('postgres', 'export', '--select', 'of_postgres', '--to', 'target:duckdb')
    expect(told).toContain('total: numeric as decimal(38,18)')
    expect(told).toContain('odd: numeric as text')
    expect(told).toContain('list: integer[] as JSON')
    const values = await on(
      'duckdb',
      'show',
      '--inline',
      'select * replace (cast(doc as text) as doc) from public.of_postgres',
      '--output',
      'csv',
    )
    expect(values).toBe(`total,odd,list,doc,bytes,span,old,old_moment,mood
3.300000000000000000,NaN,"[1,2,null]","{""a"": 12345678901234567890}",0061ff,1 year 2 mons 3 days 04:05:06,0044-03-15 BC,0044-03-15 10:00:00+00 BC,fine
`)
  })
})

function otherTypes() {
  return {
    'models/of_duckdb.sql': `{{config materialized="table"}}
select 170141183460469231731687303715884105727::hugeint as huge, '\\x00a\\xFF'::blob as bytes, ['a', null] as list,
  '{"a": 12345678901234567890.5}'::json as doc, interval '1 year 2 months 3 days 04:05:06' as span,
  date '0044-03-15 (BC)' as old, timestamp '0044-03-15 (BC) 10:00:00' as old_moment, time '10:00:00.5' as clock`,
    'models/of_postgres.sql': `{{config materialized="table"}}
select 1.1 + 2.2 as total, 'NaN'::numeric as odd, array[1, 2, null] as list, '{"a": 12345678901234567890}'::jsonb as doc,
  '\\x0061ff'::bytea as bytes, interval '1 year 2 months 3 days 04:05:06' as span, date '0044-03-15 BC' as old,
  timestamptz '0044-03-15 10:00:00+00 BC' as old_moment, 'fine'::name as mood`,
  }
}
