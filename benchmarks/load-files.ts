/** `npx tsx benchmarks/load-files.ts`: a million JSONL records, 1% malformed and 5% of the files twice, into raw on each database. */
import { spawnSync } from 'node:child_process'
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type PostgresFacts, startPostgres } from '../tests/support/servers.ts'

const assay = join(dirname(fileURLToPath(import.meta.url)), '..', 'bin', 'assay.js')
const records = Number(process.argv[2] ?? 1_000_000)
const files = 100
const duplicates = 5
const perFile = records / files

const settings = `name: bench
target: duckdb
targets:
  duckdb: { type: duckdb, path: target/bench.duckdb }
  postgres:
    type: postgres
    host: "{{env 'PGHOST' 'localhost'}}"
    port: "{{env 'PGPORT' '5432'}}"
    user: "{{env 'PGUSER' 'postgres'}}"
    password: "{{env 'PGPASSWORD' ''}}"
    database: "{{env 'PGDATABASE' 'postgres'}}"
`

const sources = `sources:
  - name: growth
    schema: raw
    loader: files
    tables:
      - name: events
        load: { path: "incoming/*.jsonl", settle_seconds: 0 }
        columns:
          - { name: event_id, constraints: [{ type: not_null }] }
          - { name: event_name }
          - { name: user_id, data_type: bigint }
          - { name: amount, data_type: "numeric(12, 2)" }
          - { name: happened_at, data_type: timestamp }
          - { name: items, data_type: text }
`

/** Each hundredth record is broken in one of four ways. */
function lineOf(index: number): string {
  const record = {
    event_id: `event-${index}`,
    event_name: ['view', 'add_to_cart', 'purchase'][index % 3],
    user_id: index % 50_000,
    amount: (index % 10_000) / 100,
    happened_at: new Date(1_767_225_600_000 + index * 1000).toISOString(),
    items: [{ id: index % 700, price: 12.5, list: 'home' }],
  }
  if (index % 100 !== 0) return JSON.stringify(record)
  const broken = [
    '{"event_id": "cut off',
    JSON.stringify({ ...record, user_id: 'nobody' }),
    JSON.stringify({ ...record, event_id: null }),
    JSON.stringify({ ...record, happened_at: '2026-02-30T00:00:00Z' }),
  ]
  return broken[(index / 100) % broken.length] ?? ''
}

function generate(folder: string): void {
  mkdirSync(join(folder, 'incoming'), { recursive: true })
  writeFileSync(join(folder, 'assay.yml'), settings)
  writeFileSync(join(folder, 'sources.yml'), sources)
  const pathOf = (file: number) =>
    join(folder, 'incoming', `events_${String(file).padStart(3, '0')}.jsonl`)
  for (let file = 0; file < files - duplicates; file += 1) {
    const handle = openSync(pathOf(file), 'w')
    const lines = Array.from({ length: perFile }, (_, index) => lineOf(file * perFile + index))
    writeSync(handle, `${lines.join('\n')}\n`)
    closeSync(handle)
  }
  for (let file = 0; file < duplicates; file += 1) {
    copyFileSync(pathOf(file), pathOf(files - duplicates + file))
  }
}

const tellPeak = `import { writeSync } from 'node:fs'
process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)))`

function load(folder: string, target: string, env: Readonly<Record<string, string>>): void {
  const preload = `data:text/javascript,${encodeURIComponent(tellPeak)}`
  const args = ['--import', preload, assay, 'ingest', '--target', target, '--log-format', 'json']
  const done = spawnSync(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  })
  if (done.status !== 0) throw new Error(`assay ingest exited ${done.status}: ${done.stdout}`)
  const last = done.stdout.split('\n').findLast((line) => line.includes('"ingest-finished"'))
  const counts: Readonly<Record<string, number>> = JSON.parse(last ?? '{}')
  const { read = 0, loaded = 0, dead = 0, elapsed_ms: elapsedMs = 1 } = counts
  const peak = Number(done.output[3]) / 1024
  const rate = Math.round((read * 1000) / elapsedMs)
  console.log(
    `| ${target} | ${read} | ${loaded} | ${dead} | ${counts['duplicates'] ?? 0} | ${(elapsedMs / 1000).toFixed(1)} s | ${rate} | ${peak.toFixed(0)} MiB |`,
  )
}

function environmentOf(facts: PostgresFacts): Readonly<Record<string, string>> {
  return {
    PGHOST: facts.host,
    PGPORT: String(facts.port),
    PGUSER: facts.user,
    PGPASSWORD: facts.password,
    PGDATABASE: 'postgres',
  }
}

const folder = mkdtempSync(join(tmpdir(), 'assay-load-'))
const server = await startPostgres()
try {
  generate(folder)
  console.log('| database | read | loaded | dead letters | duplicates | time | a second | memory |')
  console.log('|---|---|---|---|---|---|---|---|')
  load(folder, 'duckdb', {})
  load(folder, 'postgres', environmentOf(server.facts))
} finally {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}
