/** Ctrl-C in a real build: the query is cancelled, the old table stays, the exit code is 130. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { spawnAssay } from './spawn-assay.ts'

const cwd = mkdtempSync(join(tmpdir(), 'assay-interrupt-'))
/** Written by the transaction of the slow model, just before its query. */
const reached = join(cwd, 'reached.csv')
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

function writeProject(slow: string): void {
  mkdirSync(join(cwd, 'models'), { recursive: true })
  writeFileSync(
    join(cwd, 'assay.yml'),
    'name: p\ntarget: dev\ntargets:\n  dev: { type: duckdb, path: target/p.duckdb }\n' +
      `models: { +materialized: table, p: { slow: { +pre-hook: "copy (select 1 as n) to '${reached}'" } } }\n`,
  )
  writeFileSync(join(cwd, 'models', 'quick.sql'), 'select 1 as one')
  writeFileSync(join(cwd, 'models', 'slow.sql'), `{{depends_on "quick"}}\n${slow}`)
  writeFileSync(join(cwd, 'models', 'after.sql'), 'select * from {{ref "slow"}}')
}

const neverEnding = 'select count(*) as n from range(1000000000) a, range(1000000000) b'

test('L21: SIGINT in the middle of a query', async () => {
  writeProject('select 7 as n')
  expect(await spawnAssay(['build', '-q'], { cwd })).toEqual({
    exitCode: 0,
    stdout: '',
    stderr: '',
  })
  writeProject(neverEnding)
  rmSync(reached)
  let isSent = false
  const interrupted = await spawnAssay(['build'], {
    cwd,
    onOutput: (stdout, kill) => {
      if (isSent || !stdout.includes('main.quick')) return
      isSent = true
      void until('the slow model', () => existsSync(reached)).then(() => kill('SIGINT'))
    },
  })
  expect(interrupted.exitCode).toBe(130)
  expect(interrupted.stderr).toBe(
    'stopping: rolling back what is running (Ctrl-C again to stop at once)\n',
  )
  expect(interrupted.stdout.replace(/\d+\.\d+s/g, '<time>')).toMatchInlineSnapshot(`
    "build on dev (duckdb target/p.duckdb), 4 threads
    found 3 models; 3 nodes to run

      1/3  ok      main.quick                    table               1 row   <time>
      2/3  error   main.slow                     table                       <time>
    error[interrupted]: expected to finish, was stopped and rolled back
      --> models/slow.sql:1:1
       |
     1 | {{depends_on "quick"}}
       | ~

      3/3  skipped main.after                    table        because of the interruption

    error  main.slow  expected to finish, was stopped and rolled back (models/slow.sql:1:1)
    not published, what was there before stays in place: main.slow and main.after
    interrupted after <time>: 1 ok, 1 failed, 1 skipped
    "
  `)
  const results: unknown = JSON.parse(readFileSync(join(cwd, 'target', 'run_results.json'), 'utf8'))
  expect(results).toMatchObject({ results: [{ status: 'success' }, {}, { status: 'skipped' }] })
  const query = 'select * from {{ref "slow"}}'
  const shown = await spawnAssay(['show', '--inline', query, '--output', 'csv', '-q'], { cwd })
  expect(shown).toEqual({ exitCode: 0, stdout: 'n\n7\n', stderr: '' })
})

test('SIGINT while a file is exported: it is said as an interruption, and nothing is there', async () => {
  writeProject(`{{config materialized="view"}} ${neverEnding}`)
  const built = await spawnAssay(['run', '-q', '--select', 'quick', 'slow'], { cwd })
  expect(built).toMatchObject({ exitCode: 0, stderr: '' })
  let isSent = false
  const words = ['export', '--select', 'quick', 'slow', '--to', 'out/deep']
  const { exitCode, stdout } = await spawnAssay(words, {
    cwd,
    onOutput: (said, kill) => {
      if (isSent || !said.includes('main.quick')) return
      isSent = true
      kill('SIGINT')
    },
  })
  expect(exitCode).toBe(130)
  expect(stdout).toMatch(/\ninterrupted after \d+\.\d+s: not exported\n$/)
  expect(existsSync(join(cwd, 'out'))).toBe(false)
})

test('SIGINT while a data test runs: the test was stopped, and is no fault of the database', async () => {
  writeProject('select 7 as n')
  mkdirSync(join(cwd, 'tests'), { recursive: true })
  writeFileSync(join(cwd, 'tests', 'endless.sql'), `${neverEnding}, {{ref "slow"}}`)
  const compiled = join(cwd, 'target', 'run', 'p', 'tests', 'endless.sql')
  let isSent = false
  const { exitCode, stdout } = await spawnAssay(['build', '--select', 'slow'], {
    cwd,
    onOutput: (_, kill) => {
      if (isSent) return
      isSent = true
      void until('the data test', () => existsSync(compiled)).then(() => kill('SIGINT'))
    },
  })
  rmSync(join(cwd, 'tests'), { recursive: true })
  expect(exitCode).toBe(130)
  expect(stdout).toMatch(/ 1\/2 {2}error {3}endless +test/)
  expect(stdout).toContain('error[interrupted]: expected to finish, was stopped and rolled back')
  expect(stdout).not.toContain('database-error')
})

test('SIGINT while a table is loaded: what is there is told, and that there is more', async () => {
  writeProject('select 7 as n')
  mkdirSync(join(cwd, 'incoming'))
  for (const name of ['a', 'b']) writeFileSync(join(cwd, 'incoming', name), `{"id": "${name}"}\n`)
  // The other one is waited for.
  utimesSync(join(cwd, 'incoming', 'a'), 0, 0)
  const declare = (rows: number) => {
    const load = `{ settle_seconds: 600, format: jsonl, path: "incoming/*", batch_rows: ${rows} }`
    const table = `{ name: orders, load: ${load}, columns: [{ name: id }] }`
    const text = `sources: [{ name: shop, loader: files, tables: [${table}] }]`
    writeFileSync(join(cwd, 'sources.yml'), text)
  }
  declare(1000)
  const staging = join(cwd, 'load', 'dev', 'staging', 'shop.orders')
  let isAwaited = false
  const early = await spawnAssay(['ingest'], {
    cwd,
    onOutput: (_, kill) => {
      if (isAwaited) return
      isAwaited = true
      void until('the first file', () => existsSync(staging)).then(() => kill('SIGINT'))
    },
  })
  expect(early.exitCode).toBe(130)
  expect(early.stdout).toMatch(/ 1\/1 {2}stopped shop\.orders +0 rows .+s {2}nothing loaded yet\n/)
  expect(early.stdout).toMatch(/\ninterrupted: read 0 records/)
  declare(1)
  let isStopped = false
  const { exitCode, stdout } = await spawnAssay(['ingest', '--log-format', 'json'], {
    cwd,
    onOutput: (said, kill) => {
      // A second one would stop it at once.
      if (isStopped || !said.includes('"load-progress"')) return
      isStopped = true
      kill('SIGINT')
    },
  })
  rmSync(join(cwd, 'sources.yml'))
  expect(exitCode).toBe(130)
  expect(stdout).toMatch(/"type":"load-finished",.*"loaded":1,.*"interrupted":true,"files":1,/)
})
