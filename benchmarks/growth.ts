/**
 * `npx tsx benchmarks/growth.ts [messages] [duckdb|postgres]`: messages from JSONL to gold, all of them and one in a hundred
 * more, beside the same SQL without the framework. Default: a million on DuckDB. Ten million are the million ten times over.
 */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startPostgres } from '../tests/support/servers.ts'
import { assay, createGrowthProject, generateMessages, vars } from './growth/growth-project.ts'
import { multiplyMessages } from './growth/multiply-messages.ts'
import { type Taken, takeOnce } from './measure.ts'

const [messages = '1000000', adapter = 'duckdb'] = process.argv.slice(2)
const events = Number(messages)
/** More are not written as JSON lines: loading them would take longer than all the rest. */
const mostLoaded = 1_000_000
const times = Math.ceil(events / mostLoaded)

const root = mkdtempSync(join(tmpdir(), 'assay-growth-'))
const server = adapter === 'postgres' ? await startPostgres() : undefined
const env = server === undefined ? {} : environmentOf(server.facts)
const target = ['--target', adapter === 'postgres' ? 'postgres' : 'dev']

function run(folder: string, ...args: readonly string[]): Taken {
  return takeOnce([assay, ...args, ...target, '--quiet'], { cwd: folder, env })
}

function report(work: string, { wallSeconds, cpuSeconds, peakMib }: Taken, beside = ''): void {
  const figures = [`${wallSeconds.toFixed(1)} s`, `${cpuSeconds.toFixed(1)} s`]
  console.log(`| ${[work, ...figures, `${peakMib.toFixed(0)} MiB`, beside].join(' | ')} |`)
}

function besideOf(taken: Taken, floor: Taken): string {
  const ratio = (taken.cpuSeconds / floor.cpuSeconds).toFixed(2)
  return `${ratio} x the same SQL by itself: ${floor.wallSeconds.toFixed(1)} s, CPU ${floor.cpuSeconds.toFixed(1)} s, ${floor.peakMib.toFixed(0)} MiB`
}

/** Ten thousand messages in a file of JSON lines, in a project that was never built. */
async function fileToGold(): Promise<void> {
  const folder = join(root, 'file')
  await createGrowthProject(folder)
  const bring = generateMessages(folder, { events: 10_000, files: 1 })
  report('10,000 messages, file to gold: ingest --build', run(folder, 'ingest', '--build', ...vars))
  bring()
  report('10,000 more, file to gold', run(folder, 'ingest', '--build', ...vars))
}

/** What is loaded, and what brings one in a hundred more. */
async function load(folder: string): Promise<() => Promise<void>> {
  const loaded = Math.min(events, mostLoaded)
  const bring = generateMessages(folder, { events: loaded, files: 100 })
  if (times > 1) bring()
  report(`${loaded.toLocaleString('en')} messages, ingest`, run(folder, 'ingest'))
  if (times > 1) {
    const database = join(folder, 'target', 'assay.duckdb')
    return await multiplyMessages({ database, times, first: loaded })
  }
  return async () => {
    bring()
    report('1% more, ingest', run(folder, 'ingest'))
  }
}

async function all(): Promise<void> {
  const folder = join(root, 'all')
  await createGrowthProject(folder)
  const bringMore = await load(folder)
  run(folder, 'seed')
  const raw = join(root, 'floor.duckdb')
  if (adapter === 'duckdb') copyFileSync(join(folder, 'target', 'assay.duckdb'), raw)
  const full = run(folder, 'run', ...vars)
  const title = `${events.toLocaleString('en')} messages: run`
  if (adapter === 'duckdb') {
    const script = fileURLToPath(new URL('growth/same-sql.ts', import.meta.url))
    const floor = takeOnce([script, folder, raw], { cwd: process.cwd(), loaders: ['tsx'] })
    rmSync(raw)
    report(title, full, besideOf(full, floor))
  } else report(title, full)
  report('nothing new: run', run(folder, 'run', ...vars))
  await bringMore()
  report('1% more: run', run(folder, 'run', ...vars))
}

function environmentOf(facts: {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
}): Readonly<Record<string, string>> {
  return {
    PGHOST: facts.host,
    PGPORT: String(facts.port),
    PGUSER: facts.user,
    PGPASSWORD: facts.password,
    PGDATABASE: 'postgres',
  }
}

try {
  console.log('| work | wall | CPU | memory | beside |')
  console.log('|---|---|---|---|---|')
  if (times === 1) await fileToGold()
  await all()
} finally {
  await server?.stop()
  rmSync(root, { recursive: true, force: true })
}
