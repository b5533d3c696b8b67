/**
 * `/bandits/select` and `/events` under load, with builds of the bandits in the same process: throughput, latency, errors, how
 * soon an accepted event is in the published posterior; then the server is killed under load, and every answer that was given
 * is looked for in raw.
 *
 *     npx tsx benchmarks/serve-bandits.ts [--seconds 20] [--probes 20] [--clients 16] [--target duckdb|postgres]
 *
 * The load goes on until so many seconds have passed and so many probes have come through.
 */
import { parseArgs } from 'node:util'
import { isJsonArray, isJsonObject, type Json, parseJson } from '../src/core/json.ts'
import { probedArms, serveFlagship } from './bandits/serve-flagship.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    probes: { type: 'string', default: '20' },
    clients: { type: 'string', default: '16' },
    target: { type: 'string', default: 'duckdb' },
  },
})
const seconds = Number(values.seconds)
const clients = Number(values.clients)
const probes = Number(values.probes)

const served = await serveFlagship({
  target: values.target === 'postgres' ? 'postgres' : 'duckdb',
  openBanditRows: 0,
  clients,
  serve: `  load_every: 200ms
  builds: { select: [path:models/*/bandits], after_events: 1, rest: 200ms }`,
})
await served.start()

interface Measured {
  readonly latencies: number[]
  errors: number
}

const selects: Measured = { latencies: [], errors: 0 }
const events: Measured = { latencies: [], errors: 0 }
const fresh: number[] = []
const answered: { readonly selections: string[]; readonly events: string[] } = {
  selections: [],
  events: [],
}

/** Aborted: the crowd goes home. */
let over = new AbortController()
const began = performance.now()
const load = Promise.all([
  ...Array.from({ length: clients }, (_, client) => visitUntilOver('load', client)),
  ...probedArms.map(probeUntilOver),
])
await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
while (fresh.length < probes) await new Promise((resolve) => setTimeout(resolve, 20))
over.abort()
await load
const elapsed = (performance.now() - began) / 1000
const builds = await buildsBy()

// The same load, and the server is gone in the midst of it.
over = new AbortController()
const counted = { selects: selects.latencies.length, events: events.latencies.length }
const crowd = Array.from({ length: clients }, (_, client) => visitUntilOver('kill', client))
await new Promise((resolve) => setTimeout(resolve, 2000))
const killed = await served.end('SIGKILL')
over.abort()
await Promise.all(crowd)
await served.start()
const code = await served.end('SIGTERM')
const lost = {
  selections: await missing('price_selections', 'selection_id', answered.selections),
  events: await missing('live_price_events', 'event_id', answered.events),
}
await served.remove()

const line = [
  `${values.target}: ${clients} clients, ${elapsed.toFixed(0)} s, ${builds} builds beside`,
  told('/bandits/select', selects, counted.selects),
  told('/events', events, counted.events),
  `accepted to posterior published: p50 ${part(fresh, 0.5).toFixed(2)} s, p95 ${part(fresh, 0.95).toFixed(2)} s (${fresh.length} probes)`,
  `then killed (${killed === null ? 'SIGKILL' : String(killed)}): of ${answered.selections.length} selections ${lost.selections}, of ${answered.events.length} events ${lost.events} not in raw exactly once; exit ${code}`,
]
process.stdout.write(`${line.join('\n')}\n`)
const isFine = lost.selections + lost.events + selects.errors + events.errors === 0 && code === 0
if (!isFine) process.exitCode = 1

/** A visit: an arm, its impression, and for one in ten a sale. */
async function visitUntilOver(name: string, client: number): Promise<void> {
  for (let visit = 0; !over.signal.aborted; visit += 1) {
    const id = `${name}-${client}-${visit}`
    const selection = { experiment_id: 'spring_price', selection_id: id, session_id: id }
    const chosen = await timed('/bandits/select', selection, selects)
    if (chosen === undefined) return
    if (!isJsonObject(chosen)) continue
    answered.selections.push(id)
    const event = (event_name: string, more: object) => ({
      event_id: `${id}-${event_name}`,
      event_name,
      experiment_id: 'spring_price',
      price_id: chosen['price_id'],
      session_id: id,
      event_timestamp: new Date().toISOString(),
      ...more,
    })
    const sale = { outcome: 'purchase', amount: JSON.stringify(chosen['price']), currency: 'USD' }
    const batch = [
      event('impression_event', { selection_id: id }),
      ...(visit % 10 === 0 ? [event('conversion_event', sale)] : []),
    ]
    const kept = await timed('/events', batch, events)
    if (kept === undefined) return
    if (isJsonObject(kept)) answered.events.push(...batch.map(({ event_id }) => event_id))
  }
}

/**
 * How long after it was accepted an impression of a session of its own counts in the published posterior of an arm. At any
 * moment, not just when the one before was published.
 */
async function probeUntilOver(arm: string): Promise<void> {
  for (let probe = 1; !over.signal.aborted; probe += 1) {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 1000))
    const id = `probe-${arm}-${probe}`
    const event = {
      event_id: id,
      event_name: 'impression_event',
      experiment_id: 'probe_price',
      price_id: arm,
      session_id: id,
      event_timestamp: new Date().toISOString(),
    }
    const { status } = await served.ask('POST', '/events', [event])
    if (status !== 202) continue
    answered.events.push(id)
    const sent = performance.now()
    for (;;) {
      const { text } = await served.ask(
        'GET',
        `/bandits/posterior?experiment_id=probe_price&price_id=${arm}&model=bernoulli&columns=trials`,
      )
      if (Number(/"trials": (\d+)/.exec(text)?.[1] ?? 0) >= probe) break
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    fresh.push((performance.now() - sent) / 1000)
  }
}

/** null: refused; undefined: the server is gone. */
async function timed(path: string, body: unknown, measured: Measured): Promise<Json | undefined> {
  const sent = performance.now()
  try {
    const { status, text } = await served.ask('POST', path, body)
    measured.latencies.push(performance.now() - sent)
    if (status === 200 || status === 202) return parseJson(text) ?? null
    measured.errors += 1
    return null
  } catch {
    return undefined
  }
}

async function missing(table: string, id: string, given: readonly string[]): Promise<number> {
  const rows = await served.rows(
    `select ${id} as id, count(*) as n from {{source "bandits" "${table}"}} group by ${id}`,
  )
  const once = new Set(rows.filter((row) => Number(row['n']) === 1).map((row) => String(row['id'])))
  return given.filter((each) => !once.has(each)).length
}

async function buildsBy(): Promise<number> {
  const body = parseJson((await served.ask('GET', '/builds')).text)
  const list = isJsonObject(body) ? body['builds'] : undefined
  return isJsonArray(list) ? list.length : 0
}

function told(path: string, { latencies, errors }: Measured, count: number): string {
  const sorted = latencies.slice(0, count).toSorted((a, b) => a - b)
  return `${path}: ${Math.round(count / elapsed)}/s, p50 ${part(sorted, 0.5).toFixed(1)} ms, p99 ${part(sorted, 0.99).toFixed(1)} ms, errors ${errors}`
}

function part(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
