/** `npx tsx benchmarks/typescript-rows.ts [rows ..]`: a model in TypeScript that reads and writes so many rows, time and peak memory, on both databases. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startPostgres } from '../tests/support/servers.ts'
import { peakMemory } from './measure.ts'

const assay = join(dirname(fileURLToPath(import.meta.url)), '..', 'bin', 'assay.js')

const settings = `name: rows
target: duckdb
targets:
  duckdb: { type: duckdb, path: target/rows.duckdb, memory_limit: 400MB, threads: 2 }
  postgres:
    type: postgres
    host: "{{env 'PGHOST' ''}}"
    port: "{{env 'PGPORT' '5432'}}"
    user: "{{env 'PGUSER' ''}}"
    password: "{{env 'PGPASSWORD' ''}}"
    database: "{{env 'PGDATABASE' ''}}"
    threads: 2
`

const many = (rows: number) => `{{config materialized="table"}}
select
  cast(i as bigint) as id,
  cast(i % 1000 as integer) as user_id,
  'ad number ' || cast(i as varchar(12)) as name,
  cast(i as numeric(12, 2)) / 4 as spend,
  timestamp '2026-01-01 00:00:00' + i * interval '1 second' as seen_at
from generate_series(1, ${rows}) as g (i)
`

const copied = `import { defineModel } from 'assay'
export default defineModel(
  { columns: { id: 'bigint', user_id: 'integer', name: 'varchar', spend: 'numeric(12, 2)', seen_at: 'timestamp' } },
  async function* (context) {
    for await (const row of context.ref('many')) yield row
  },
)
`

function main(): Promise<void> {
  const counts = process.argv.slice(2).map(Number)
  return measureAll(counts.length === 0 ? [1000, 1_000_000] : counts)
}

async function measureAll(counts: readonly number[]): Promise<void> {
  const server = await startPostgres()
  const folder = mkdtempSync(join(tmpdir(), 'assay-rows-'))
  try {
    const { host, port, user, password } = server.facts
    Object.assign(process.env, {
      PGHOST: host,
      PGPORT: String(port),
      PGUSER: user,
      PGPASSWORD: password,
      PGDATABASE: 'postgres',
    })
    for (const rows of counts) {
      for (const target of ['duckdb', 'postgres']) measureOne(folder, { rows, target })
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await server.stop()
  }
}

/** The whole process, started and ended; its own memory, not that of a server. */
function measureOne(
  folder: string,
  { rows, target }: { readonly rows: number; readonly target: string },
): void {
  const cwd = join(folder, `${target}-${rows}`)
  mkdirSync(join(cwd, 'models'), { recursive: true })
  writeFileSync(join(cwd, 'assay.yml'), settings)
  writeFileSync(join(cwd, 'models', 'many.sql'), many(rows))
  writeFileSync(join(cwd, 'models', 'copied.ts'), copied)
  run(cwd, ['build', '--target', target, '--quiet'])
  // With --atomic the rows that it reads are not committed yet.
  for (const flags of [['--select', 'copied'], ['--atomic']]) {
    const args = ['build', '--target', target, '--quiet', ...flags]
    const started = performance.now()
    const megabytes = peakMemory([assay, ...args], cwd)
    const seconds = (performance.now() - started) / 1000
    const found = run(cwd, [
      'show',
      '--target',
      target,
      '--output',
      'csv',
      '--inline',
      'select count(*) as n from {{ref "copied"}}',
    ])
    const count = Number(found.split('\n')[1])
    if (count !== rows) throw new Error(`expected ${rows} rows, found ${count}`)
    console.log(
      `${target.padEnd(9)} ${String(rows).padStart(9)} rows ${(flags[0] === '--atomic' ? 'atomic' : '').padEnd(6)} ${seconds.toFixed(1).padStart(6)} s  ${Math.round(rows / seconds)} rows/s  peak ${megabytes.toFixed(0)} MB`,
    )
  }
}

function run(cwd: string, args: readonly string[]): string {
  const done = spawnSync(process.execPath, [assay, ...args], { cwd, encoding: 'utf8' })
  if (done.status !== 0) throw new Error(`${args.join(' ')}: ${done.stdout}${done.stderr}`)
  return done.stdout
}

await main()
