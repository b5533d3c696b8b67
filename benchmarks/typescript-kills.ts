/** `npx tsx benchmarks/typescript-kills.ts [--engine duckdb] [--mode plain] [--kills 10] [--rows 1000000]`: models in TypeScript killed at random moments; each time the table is whole as before or whole as after, and a plain run makes it good. */
import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Client } from 'pg'
import { type Server, startPostgres } from '../tests/support/servers.ts'

const assay = join(dirname(fileURLToPath(import.meta.url)), '..', 'bin', 'assay.js')
/** In the incremental table before the many come. */
const fewRows = 1000
/** A kill counts where the process had not ended yet: so many tries for each that is wanted. */
const triesEach = 3

const projectFiles = {
  'assay.yml': `name: kills
target: duckdb
vars: { gen: 1, low: 1, high: ${fewRows}, rows: 1 }
targets:
  duckdb: { type: duckdb, path: target/kills.duckdb, memory_limit: 400MB, threads: 2 }
  postgres:
    type: postgres
    host: "{{env 'PGHOST' ''}}"
    port: "{{env 'PGPORT' '5432'}}"
    user: "{{env 'PGUSER' ''}}"
    password: "{{env 'PGPASSWORD' ''}}"
    database: "{{env 'PGDATABASE' ''}}"
    threads: 2
`,
  'models/many.sql': `{{config materialized="table"}}
select cast(i as bigint) as id, cast({{var "gen"}} as bigint) as gen
from generate_series(1, {{var "rows"}}) as g (i)
`,
  'models/arrived.sql': `{{config materialized="incremental" incremental_strategy="append" arrival_column="id"}}
select cast(i as bigint) as id
from generate_series({{var "low"}}, {{var "high"}}) as g (i)
`,
  'models/copied.ts': `import { defineModel } from 'assay'
export default defineModel({ columns: { id: 'bigint', gen: 'bigint' } }, async function* (context) {
  for await (const { id } of context.ref<{ id: number }>('many')) yield { id, gen: context.var('gen', 1) }
})
`,
  'models/second.ts': `import { defineModel } from 'assay'
export default defineModel({ columns: { id: 'bigint', gen: 'bigint' } }, async function* (context) {
  let read = 0
  for await (const { id } of context.ref<{ id: number }>('many')) {
    read += 1
    if (read === 1000) for await (const row of context.ref<{ id: number }>('many')) read -= row.id > 0 ? 1 : 0
    yield { id, gen: context.var('gen', 1) }
  }
  if (read !== 0) throw new Error('read ' + read + ' rows more in one statement than in the other')
})
`,
  'models/added.ts': `import { defineModel } from 'assay'
export default defineModel({ materialized: 'incremental', incremental_strategy: 'append', columns: { id: 'bigint', gen: 'bigint' } }, async function* (context) {
  for await (const { id } of context.newRows<{ id: number }>('arrived')) yield { id, gen: 1 }
})
`,
}

interface Mode {
  readonly flags: readonly string[]
  /** Counted together: none may be of another moment than the others. */
  readonly tables: readonly string[]
  readonly isAdded: boolean
}

const modes: Readonly<Record<string, Mode>> = {
  plain: { flags: ['--select', 'copied'], tables: ['copied'], isAdded: false },
  atomic: {
    flags: ['--atomic', '--select', 'many', 'copied'],
    tables: ['many', 'copied'],
    isAdded: false,
  },
  incremental: { flags: ['--select', 'added'], tables: ['added'], isAdded: true },
  'second statement': { flags: ['--select', 'second'], tables: ['second'], isAdded: false },
}

interface Choice {
  readonly engines: readonly string[]
  readonly modes: readonly string[]
  readonly kills: number
  readonly rows: number
}

function readChoice(): Choice {
  const { values } = parseArgs({
    options: {
      engine: { type: 'string', multiple: true, default: ['duckdb', 'postgres'] },
      mode: { type: 'string', multiple: true, default: Object.keys(modes) },
      kills: { type: 'string', default: '10' },
      rows: { type: 'string', default: '1000000' },
    },
  })
  const { engine: engines, mode, kills, rows } = values
  return { engines, modes: mode, kills: Number(kills), rows: Number(rows) }
}

/** One engine's project, whose database can be set back to what it was before any kill. */
interface Site {
  readonly engine: string
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  readonly rows: number
  keep(): Promise<void>
  reset(): Promise<void>
}

function duckdbSite(folder: string, rows: number): Site {
  const cwd = join(folder, 'duckdb')
  const [file, kept] = [join(cwd, 'target', 'kills.duckdb'), join(folder, 'kept.duckdb')]
  return {
    engine: 'duckdb',
    cwd,
    env: process.env,
    rows,
    keep: async () => copyFileSync(file, kept),
    async reset() {
      rmSync(`${file}.wal`, { force: true })
      copyFileSync(kept, file)
    },
  }
}

function postgresSite(folder: string, { facts }: Server, rows: number): Site {
  const { host, port, user, password } = facts
  const env = {
    ...process.env,
    PGHOST: host,
    PGPORT: String(port),
    PGUSER: user,
    PGPASSWORD: password,
    PGDATABASE: 'kills',
  }
  const run = async (...statements: readonly string[]) => {
    const client = new Client({ host, port, user, password, database: 'postgres' })
    await client.connect()
    for (const statement of statements) await client.query(statement)
    await client.end()
  }
  return {
    engine: 'postgres',
    cwd: join(folder, 'postgres'),
    env,
    rows,
    keep: () => run('drop database if exists kept', 'create database kept template kills'),
    reset: () =>
      run('drop database if exists kills with (force)', 'create database kills template kept'),
  }
}

function run({ engine, cwd, env }: Site, words: readonly string[]): string {
  const argv = [assay, ...words, '--target', engine]
  const done = spawnSync(process.execPath, argv, { cwd, env, encoding: 'utf8' })
  if (done.status !== 0) throw new Error(`${words.join(' ')}: ${done.stdout}${done.stderr}`)
  return done.stdout
}

const later = ({ rows }: Site) => ['--vars', `{gen: 2, rows: ${rows}}`, '--quiet']

async function prepare(site: Site): Promise<void> {
  for (const [path, text] of Object.entries(projectFiles)) {
    mkdirSync(join(site.cwd, dirname(path)), { recursive: true })
    writeFileSync(join(site.cwd, path), text)
  }
  run(site, ['build', '--quiet', '--vars', `{rows: ${site.rows}}`])
  const vars = `{low: ${fewRows + 1}, high: ${fewRows + site.rows}}`
  run(site, ['build', '--quiet', '--select', 'arrived', '--vars', vars])
  await site.keep()
}

/** As it was before, as it is to be, or what it may never be. */
function look(site: Site, mode: Mode): 'before' | 'after' | `broken: ${string}` {
  const union = mode.tables
    .map((name) => `select id, gen from {{ref "${name}"}}`)
    .join(' union all ')
  const sql = `select count(*) as n, cast(sum(id) as bigint) as total, min(gen) as low, max(gen) as high from (${union}) as rows_of_all`
  const [, found = ''] = run(site, ['show', '--output', 'csv', '--inline', sql]).split('\n')
  const expected = (rows: number, gen: number) => {
    const total = ((rows * (rows + 1)) / 2) * mode.tables.length
    return `${rows * mode.tables.length},${total},${gen},${gen}`
  }
  const [before, after] = mode.isAdded
    ? [expected(fewRows, 1), expected(fewRows + site.rows, 1)]
    : [expected(site.rows, 1), expected(site.rows, 2)]
  if (found === before) return 'before'
  return found === after ? 'after' : `broken: ${found}`
}

/** False: it had ended by itself. */
function killed(site: Site, mode: Mode, afterMs: number): Promise<boolean> {
  const argv = [assay, 'build', ...mode.flags, ...later(site), '--target', site.engine]
  const { cwd, env } = site
  const child = spawn(process.execPath, argv, { cwd, env, stdio: 'ignore' })
  const timer = setTimeout(() => child.kill('SIGKILL'), afterMs)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (_, signal) => {
      clearTimeout(timer)
      resolve(signal === 'SIGKILL')
    })
  })
}

async function killOften(site: Site, name: string, kills: number): Promise<boolean> {
  const mode = modes[name]
  if (mode === undefined) throw new Error(`expected one of ${Object.keys(modes).join(', ')}`)
  await site.reset()
  const started = performance.now()
  run(site, ['build', ...mode.flags, ...later(site)])
  const wholeMs = performance.now() - started
  const faults: string[] = look(site, mode) === 'after' ? [] : ['without any kill']
  const found = { before: 0, after: 0 }
  for (let tries = 0; tries < kills * triesEach && found.before + found.after < kills; tries += 1) {
    await site.reset()
    const afterMs = wholeMs * (0.1 + 0.9 * Math.random())
    if (!(await killed(site, mode, afterMs))) continue
    const left = look(site, mode)
    if (left === 'before' || left === 'after') found[left] += 1
    else faults.push(`killed after ${afterMs.toFixed(0)} ms: ${left}`)
    run(site, ['build', ...mode.flags, ...later(site)])
    const again = look(site, mode)
    if (again !== 'after') faults.push(`run again after ${afterMs.toFixed(0)} ms: ${again}`)
  }
  const count = found.before + found.after
  console.log(
    `${site.engine.padEnd(9)} ${name.padEnd(17)} ${count} kills within ${(wholeMs / 1000).toFixed(1)} s: ${found.before} as before, ${found.after} as after, ${faults.length} at fault`,
  )
  for (const fault of faults) console.log(`  ${fault}`)
  return faults.length === 0 && count === kills
}

async function main(): Promise<void> {
  const choice = readChoice()
  const folder = mkdtempSync(join(tmpdir(), 'assay-kills-'))
  const server = choice.engines.includes('postgres') ? await startPostgres() : undefined
  let isFine = true
  try {
    const sites = [
      ...(choice.engines.includes('duckdb') ? [duckdbSite(folder, choice.rows)] : []),
      ...(server === undefined ? [] : [postgresSite(folder, server, choice.rows)]),
    ]
    for (const site of sites) {
      if (site.engine === 'postgres') await createDatabase(server)
      await prepare(site)
      for (const name of choice.modes)
        isFine = (await killOften(site, name, choice.kills)) && isFine
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await server?.stop()
  }
  if (!isFine) process.exitCode = 1
}

async function createDatabase(server: Server | undefined): Promise<void> {
  if (server === undefined) return
  const { host, port, user, password } = server.facts
  const client = new Client({ host, port, user, password, database: 'postgres' })
  await client.connect()
  await client.query('create database kills')
  await client.end()
}

await main()
