/** The promise to readers on DuckDB: whoever opens the published copy sees a whole state, also while a run commits. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync, watch } from 'node:fs'
import { readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createProgram, type Program } from '../faults/program.ts'
import { describeDuckdb } from '../support/adapters.ts'
import { spawnAssay } from '../support/spawn-assay.ts'
import { createTestProject, type TestProject } from '../support/test-project.ts'
import { until } from '../support/until.ts'

const rowsEach = 5000
const names = ['t', 'v', 'merged'] as const

const settings = (target: string) => `name: copies
target: duckdb
targets:
  duckdb: { type: duckdb, threads: 2, ${target} }
vars: { version: 1 }
`

const files = {
  'assay.yml': settings('path: target/test.duckdb, publish_copy: bi/test.duckdb'),
  'models/t.sql': `{{config materialized="table"}}
select range as id, {{var "version"}} as version from range(${rowsEach})`,
  'models/v.sql': 'select id, version from {{ref "t"}}',
  'models/merged.sql':
    '{{config materialized="incremental" unique_key="id"}}select id, version from {{ref "t"}}',
  'models/schema.yml': `models:\n${names.map((name) => `  - { name: ${name}, columns: [{ name: id, data_tests: [unique] }] }\n`).join('')}`,
}

async function readCopy(project: TestProject, sql: string, path = 'bi/test.duckdb') {
  const instance = await DuckDBInstance.create(join(project.folder, path), {
    access_mode: 'READ_ONLY',
  })
  const connection = await instance.connect()
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson()
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** Opens the copy again and again, as a BI tool does that looks for a new file; says what it saw at its end. */
const readerText = `
import duckdb from ${JSON.stringify(createRequire(import.meta.url).resolve('@duckdb/node-api'))}
import { statSync } from 'node:fs'
const [path] = process.argv.slice(2)
const faults = new Set(), versions = new Set(), inodes = new Set()
let reads = 0, isStopped = false, last = 0
process.stdin.on('end', () => { isStopped = true }).resume()
while (!isStopped) {
  try {
    inodes.add(statSync(path).ino)
    const instance = await duckdb.DuckDBInstance.create(path, { access_mode: 'READ_ONLY' })
    const connection = await instance.connect()
    for (let again = 0; again < 3; again += 1) {
      for (const name of ${JSON.stringify(names)}) {
        const result = await connection.runAndReadAll('select count(*)::int as n, min(version)::int as low, max(version)::int as high from ' + name)
        const [{ n, low, high }] = result.getRowObjectsJson()
        if (n !== ${rowsEach}) faults.add(name + ': ' + n + ' rows')
        if (low !== high) faults.add(name + ': a mixture')
        if (name === 't' && low < last) faults.add(name + ': back again')
        if (name === 't') last = low
        if (!versions.has(low)) process.stdout.write('v')
        versions.add(low)
      }
      reads += 1
      process.stdout.write('.')
    }
    connection.closeSync()
    instance.closeSync()
  } catch (error) {
    faults.add(error.message)
  }
}
process.stdout.write(' ' + JSON.stringify({ faults: [...faults], versions: versions.size, files: inodes.size, reads }))
`

interface Seen {
  readonly faults: readonly string[]
  readonly versions: number
  readonly files: number
  readonly reads: number
}

interface Reader {
  /** A sign for each reading, another for each new version. */
  said(): string
  stop(): Promise<Seen>
}

async function startReader(project: TestProject): Promise<Reader> {
  const program = join(project.folder, 'read.mjs')
  await writeFile(program, readerText)
  const child: ChildProcess = spawn(
    process.execPath,
    [program, join(project.folder, 'bi/test.duckdb')],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  let said = ''
  child.stdout?.on('data', (chunk: unknown) => {
    said += String(chunk)
  })
  await until('the reader to read', () => said.includes('.'))
  const stop = async () => {
    child.stdin?.end()
    await once(child, 'close')
    const seen: Seen = JSON.parse(said.slice(said.indexOf(' ')))
    return seen
  }
  return { said: () => said, stop }
}

let program: Program
beforeAll(() => {
  program = createProgram()
})
afterAll(() => program.remove())

describeDuckdb('the published copy on $name', (adapter) => {
  test('a reader in another process sees whole states only, and never an error', async () => {
    const project = await createTestProject(adapter, { files })
    expect((await project.assay('build')).exitCode).toBe(0)
    const reader = await startReader(project)
    const count = (sign: string) => reader.said().split(sign).length - 1
    const hasSeenEnough = () => count('v') > 3 && count('.') > 30
    for (let version = 2; version <= 12 || (version <= 60 && !hasSeenEnough()); version += 1) {
      const built = await project.assay('build', '--vars', `{version: ${version}}`)
      expect(built.exitCode, built.stdout + built.stderr).toBe(0)
      expect(await readCopy(project, 'select distinct version::int as v from merged')).toEqual([
        { v: version },
      ])
    }
    const seen = await reader.stop()
    expect(seen.faults).toEqual([])
    expect(seen.versions).toBeGreaterThan(3)
    expect(seen.files).toBeGreaterThan(3)
    expect(seen.reads).toBeGreaterThan(30)
    expect(await readdir(join(project.folder, 'bi'))).toEqual(['test.duckdb'])
  })

  test('holds the end of the run, ledger included, also when a node failed', async () => {
    const project = await createTestProject(adapter, {
      files: {
        ...files,
        'models/broken.sql': `{{config materialized="table"}}select error('no') as a`,
      },
    })
    const built = await project.assay('build')
    expect(built.exitCode).toBe(1)
    expect(built.stdout).not.toContain('copy')
    expect(await readCopy(project, 'select count(*)::int as n from v')).toEqual([{ n: rowsEach }])
    const ended = "select count(*)::int as n from _assay.runs where phase = 'finished'"
    expect(await readCopy(project, ended)).toEqual([{ n: 1 }])
    await project.write({ 'models/broken.sql': undefined })
    expect((await project.assay('test')).exitCode).toBe(0)
    expect(await readCopy(project, ended)).toEqual([{ n: 2 }])
  })

  test('that cannot be replaced is an error of the run, which is committed', async () => {
    const project = await createTestProject(adapter, { files })
    const copy = join(project.folder, 'bi', 'test.duckdb')
    expect((await project.assay('build')).exitCode).toBe(0)
    await rm(join(project.folder, 'bi'), { recursive: true })
    await symlink(join(project.folder, 'unmounted'), join(project.folder, 'bi'))
    const built = await project.assay('build', '--vars', '{version: 2}')
    expect(built.exitCode).toBe(1)
    expect(built.stdout + built.stderr).toContain(
      `error[copy-not-published]: expected to replace the copy "${copy}", found a part of the path is a file, not a folder`,
    )
    const shown = await project.assay(
      'show',
      '--inline',
      'select max(version) as v from {{ref "t"}}',
    )
    expect(shown.stdout).toMatch(/\b2\b/)
    await rm(join(project.folder, 'bi'))
    expect((await project.assay('build')).exitCode).toBe(0)
    expect((await stat(copy)).mode & 0o777).toBe(0o444)
  })

  test('is nothing else than a copy: refused before anything runs', async () => {
    const project = await createTestProject(adapter, {
      files: {
        ...files,
        'assay.yml': settings(
          'path: target/test.duckdb, publish_copy: target/../target/test.duckdb',
        ),
      },
    })
    const built = await project.assay('build')
    const path = join(project.folder, 'target/test.duckdb')
    expect(built.exitCode).toBe(2)
    expect(built.stdout + built.stderr).toContain(
      `error[invalid-value]: expected "publish_copy" to name a file beside the database, found the database itself: "${path}"`,
    )
    expect(await stat(path).catch(() => undefined)).toBe(undefined)
  })

  test('of a database in memory outlives it', async () => {
    const project = await createTestProject(adapter, {
      files: { ...files, 'assay.yml': settings('path: ":memory:", publish_copy: bi/test.duckdb') },
    })
    expect((await project.assay('build')).exitCode).toBe(0)
    expect(await readCopy(project, 'select count(*)::int as n from merged')).toEqual([
      { n: rowsEach },
    ])
  })

  test('names the views that do not work in it, and is there all the same', async () => {
    const project = await createTestProject(adapter, {
      files: {
        ...files,
        'assay.yml': settings('path: target/test.duckdb, publish_copy: bi/other.duckdb'),
        'models/w.sql': 'select 1 as a from test.main.t -- {{ref "t"}}',
      },
    })
    const built = await project.assay('build')
    expect(built.exitCode).toBe(0)
    expect(built.stdout + built.stderr).toMatch(
      /warning\[copy-view-unreadable\]: .*found some that name the database: "main\.w"/,
    )
    expect(await readCopy(project, 'select count(*)::int as n from v', 'bi/other.duckdb')).toEqual([
      { n: rowsEach },
    ])
  })

  test('survives kills at random moments; the next run removes what they left', async () => {
    const project = await createTestProject(adapter, { files })
    const env = { ...project.env, HOME: project.folder }
    expect((await project.assay('build')).exitCode).toBe(0)
    const folder = join(project.folder, 'bi')
    let leftovers = 0
    // Where a copy is written at once it may be done before its kill: then a later one is killed.
    for (let n = 0; n < 8 || (leftovers === 0 && n < 40); n += 1) {
      const argv = ['build', '--vars', `{version: ${n + 2}}`]
      if (n % 2 === 0) {
        // While a copy is being written.
        const strike = {
          at: 1,
          matches: '^copy from database',
          when: 'sent',
          sentMs: n % 8,
        } as const
        const { signal, output } = await program.run(argv, { cwd: project.folder, env, strike })
        expect(signal, output).toBe('SIGKILL')
      } else {
        const run = spawnAssay(argv, { cwd: project.folder, env })
        await Promise.race([run.ended, delay(300 + n * 60)])
        run.child.kill('SIGKILL')
        await run.ended
      }
      leftovers += (await readdir(folder)).length - 1
      const [seen] = await readCopy(
        project,
        'select count(*)::int as n, count(distinct version)::int as versions from t',
      )
      expect(seen).toEqual({ n: rowsEach, versions: 1 })
    }
    expect(leftovers).toBeGreaterThan(0)
    expect((await project.assay('build', '--vars', '{version: 99}')).exitCode).toBe(0)
    expect(await readdir(folder)).toEqual(['test.duckdb'])
    expect(await readCopy(project, 'select distinct version::int as v from t')).toEqual([{ v: 99 }])
  })

  test('is made anew while nodes are published, but not once for each of them', async () => {
    const count = 40
    const models = Array.from({ length: count }, (_, n) => [`models/m${n}.sql`, `select ${n} as a`])
    const project = await createTestProject(adapter, {
      files: { 'assay.yml': files['assay.yml'], ...Object.fromEntries(models) },
    })
    expect((await project.assay('build', '--select', 'm0')).exitCode).toBe(0)
    const seen = new Set<number>()
    const watcher = watch(join(project.folder, 'bi'), (_, name) => {
      if (name === 'test.duckdb') seen.add(statSync(join(project.folder, 'bi', name)).ctimeMs)
    })
    expect((await project.assay('build')).exitCode).toBe(0)
    watcher.close()
    expect(seen.size).toBeGreaterThan(1)
    expect(seen.size).toBeLessThan(count)
  })

  test('is never removed by clean, whatever its name', async () => {
    const project = await createTestProject(adapter, {
      files: {
        ...files,
        'assay.yml': `${settings('path: target/test.duckdb, publish_copy: target/bi/readers.json')}clean-targets: [target]\n`,
      },
    })
    expect((await project.assay('build')).exitCode).toBe(0)
    const cleaned = await project.assay('clean')
    expect(cleaned.exitCode, cleaned.stdout + cleaned.stderr).toBe(0)
    expect(await readdir(join(project.folder, 'target/bi'))).toEqual(['readers.json'])
  })
})
