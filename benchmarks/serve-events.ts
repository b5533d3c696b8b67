/**
 * Events over HTTP under load, with builds in the same process: throughput, latency, errors, how soon they are in a
 * published table, and whether every accepted one is found in raw afterwards.
 *
 *     npx tsx benchmarks/serve-events.ts [--seconds 10] [--clients 32] [--batch 10] [--target duckdb|postgres] [--builds]
 *
 * For postgres PGHOST and its like say where; without them a server of its own is started.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { invoke } from '../src/index.ts'
import { startPostgres } from '../tests/support/servers.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    clients: { type: 'string', default: '32' },
    batch: { type: 'string', default: '10' },
    target: { type: 'string', default: 'duckdb' },
    builds: { type: 'boolean', default: false },
  },
})
const seconds = Number(values.seconds)
const clients = Number(values.clients)
const batch = Number(values.batch)

const key = 'bench-key-0123456789'
const folder = await mkdtemp(join(tmpdir(), 'assay-serve-'))
const postgres = values.target === 'postgres' ? await ownPostgres() : undefined
const env = { ...process.env, ...postgres?.env, ASSAY_TARGET: values.target, BENCH_KEY: key }

await mkdir(join(folder, 'models'))
await writeFile(
  join(folder, 'assay.yml'),
  `name: bench
target: duckdb
targets:
  duckdb: { type: duckdb, path: target/bench.duckdb, threads: 2 }
  postgres:
    type: postgres
    host: "{{env 'PGHOST' 'localhost'}}"
    port: "{{env 'PGPORT' '5432'}}"
    user: "{{env 'PGUSER' 'postgres'}}"
    password: "{{env 'PGPASSWORD' ''}}"
    database: "{{env 'PGDATABASE' 'postgres'}}"
serve:
  port: 0
  rate_limit: { requests: 1000000 }
  relations: [arms]
  keys: [{ name: bench, key: "{{env 'BENCH_KEY'}}", scopes: [events, read, build] }]
  builds: { ${values.builds ? 'after_events: 1, ' : ''}rest: 100ms }
`,
)
await writeFile(
  join(folder, 'sources.yml'),
  `sources:
  - name: shop
    schema: raw
    tables:
      - name: events
        loader: events
        load: { id: event_id }
        columns:
          - { name: event_id, data_type: text }
          - { name: event_name, data_type: text }
          - { name: experiment_id, data_type: text }
          - { name: price_id, data_type: text }
          - { name: user_id, data_type: bigint }
          - { name: amount, data_type: "numeric(12, 2)" }
          - { name: happened_at, data_type: timestamp }
`,
)
await writeFile(
  join(folder, 'models', 'arms.sql'),
  `{{config materialized="table"}}
select experiment_id, price_id, count(*) as events, max(_load_seq) as newest
from {{source "shop" "events"}}
group by experiment_id, price_id
`,
)

const server = spawn('node', [join(import.meta.dirname, '..', 'bin', 'assay.js'), 'serve'], {
  cwd: folder,
  env,
  stdio: ['ignore', 'pipe', 'inherit'],
})
let said = ''
server.stdout.on('data', (text) => {
  said += String(text)
})
const address = await waitFor(() => /http:\/\/[\w.]+:\d+/.exec(said)?.[0])
const agent = new Agent({ keepAlive: true, maxSockets: clients + 4 })

const latencies: number[] = []
const accepted: string[] = []
let errors = 0
const until = performance.now() + seconds * 1000
const freshness = watchFreshness()
const began = performance.now()
await Promise.all(Array.from({ length: clients }, (_, client) => sendAll(client)))
const elapsed = (performance.now() - began) / 1000
const fresh = await freshness

server.kill('SIGTERM')
const [code] = await once(server, 'exit')
const shown = await invoke(
  [
    'show',
    '--inline',
    'select count(*) as n, count(distinct event_id) as ids from {{source "shop" "events"}}',
    '--output',
    'json',
  ],
  { cwd: folder, env },
)
const found: { readonly show: readonly { readonly n: number; readonly ids: number }[] } =
  JSON.parse(shown.stdout)
const [{ n, ids } = { n: -1, ids: -1 }] = found.show
latencies.sort((a, b) => a - b)
const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? Number.NaN
const line = [
  `${values.target}: ${clients} clients, ${batch} events a request, ${elapsed.toFixed(1)} s`,
  `${Math.round(latencies.length / elapsed)} requests/s, ${Math.round(accepted.length / elapsed)} events/s`,
  `p50 ${at(0.5).toFixed(1)} ms, p99 ${at(0.99).toFixed(1)} ms, max ${at(1 - 1 / latencies.length).toFixed(0)} ms`,
  `errors ${errors}, exit ${code}`,
  `accepted ${accepted.length}, in raw ${n}, ids ${ids}: ${n === accepted.length && ids === n ? 'every one once' : 'NOT EQUAL'}`,
  ...(fresh.length === 0
    ? []
    : [`accepted to published: p50 ${part(fresh, 0.5)} s, p95 ${part(fresh, 0.95)} s`]),
]
process.stdout.write(`${line.join('; ')}\n`)
agent.destroy()
await postgres?.stop()
await rm(folder, { recursive: true, force: true })
if (n !== accepted.length || errors > 0) process.exitCode = 1

async function sendAll(client: number): Promise<void> {
  for (let round = 0; performance.now() < until; round += 1) {
    const events = Array.from({ length: batch }, (_, index) => ({
      event_id: `${client}-${round}-${index}`,
      event_name: 'impression_event',
      experiment_id: 'price_test',
      price_id: String(10 + 5 * (index % 4)),
      user_id: client * 1_000_000 + round,
      amount: 19.99,
      happened_at: new Date().toISOString(),
    }))
    const sent = performance.now()
    const { status } = await ask('POST', '/events', JSON.stringify(events))
    latencies.push(performance.now() - sent)
    if (status === 202) accepted.push(...events.map(({ event_id }) => event_id))
    else errors += 1
  }
}

/** How long after it was accepted an event of its own arm is in the published table. */
async function watchFreshness(): Promise<readonly number[]> {
  const took: number[] = []
  if (!values.builds) return took
  for (let round = 0; performance.now() < until; round += 1) {
    const arm = `probe-${round}`
    const event = { event_id: arm, event_name: 'probe', experiment_id: 'probe', price_id: arm }
    const { status } = await ask('POST', '/events', JSON.stringify(event))
    if (status !== 202) continue
    accepted.push(arm)
    const sent = performance.now()
    await waitFor(async () => {
      const { text } = await ask('GET', `/relations/arms?price_id=${arm}`)
      return text.includes(`"${arm}"`) || undefined
    })
    took.push((performance.now() - sent) / 1000)
  }
  return took.toSorted((a, b) => a - b)
}

function part(sorted: readonly number[], share: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(2)
}

function ask(method: string, path: string, body?: string) {
  return new Promise<{ readonly status: number; readonly text: string }>((resolve, reject) => {
    const sent = request(
      address + path,
      {
        method,
        agent,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
        },
      },
      (reply) => {
        let text = ''
        reply.on('data', (piece) => {
          text += String(piece)
        })
        reply.on('end', () => resolve({ status: reply.statusCode ?? 0, text }))
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

async function waitFor<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Left out where the environment names a server. */
async function ownPostgres() {
  if (process.env['PGHOST'] !== undefined) return undefined
  const started = await startPostgres()
  const { host, port, user, password } = started.facts
  return {
    env: { PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password },
    stop: () => started.stop(),
  }
}
