/**
 * `npx tsx benchmarks/pipeline.ts [events]`: a warehouse of the usual size, eight models over one table of events (staging,
 * history of prices, sessions, attribution, daily figures), on DuckDB: all of it, nothing new, and one event in a hundred more,
 * beside the same SQL without the framework; and ten thousand events from a file to gold, twice. The aims were set on models
 * like these.
 */
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DuckDBInstance } from '@duckdb/node-api'
import { type Taken, takeOnce } from './measure.ts'

const here = dirname(fileURLToPath(import.meta.url))
const assay = join(here, '..', 'bin', 'assay.js')
const events = Number(process.argv[2] ?? 1_000_000)
const more = events / 100
const perFile = 10_000
const runs = 3

const root = mkdtempSync(join(tmpdir(), 'assay-pipeline-'))
const database = join(root, 'target', 'bench.duckdb')
const before = join(root, 'before.duckdb')

/** Sessions of five events of users who come back, over a hundred days; prices move every ten. */
function eventsOf(first: number, last: number): string {
  return `select
  i as _load_seq,
  i as event_id,
  hash(i // 5) % ${events / 20} as user_id,
  (['View_item', 'view_item ', 'add_to_cart', 'begin_checkout', 'purchase'])[
    cast(1 + least(i % 5, hash(i // 5 + 1) % 6) as int)] as event_name,
  timestamp '2026-01-01 00:00:00' + to_seconds(cast((i // 5 * 5) * (100 * 86400 / ${events}) + i % 5 * 40 as bigint))
    as event_time,
  hash(i // 5 + 2) % 500 as product_id,
  case when hash(i // 5 + 3) % 3 = 0 then 'c' || hash(i // 5 + 4) % 20 end as campaign_id,
  5 + hash(i // 5 + 2) % 500 % 90 + i // ${events / 10} as price,
  1 + hash(i) % 3 as quantity,
  hash(i + 5) % 50 = 0 as is_robot
from range(${first}, ${last}) as numbers (i)`
}

async function inDatabase(path: string, ...statements: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(path)
  const connection = await instance.connect()
  for (const statement of statements) await connection.run(statement)
  connection.closeSync()
  instance.closeSync()
}

/** The same events as a queue writes them: a file is whole when it comes, so that nobody waits whether it still grows. */
const loadedEvents = `sources:
  - name: raw
    loader: files
    tables:
      - name: events
        load: { path: incoming/*.jsonl, settle_seconds: 0 }
        columns:
          - { name: event_id, data_type: bigint }
          - { name: user_id, data_type: bigint }
          - { name: event_name, data_type: text }
          - { name: event_time, data_type: timestamp }
          - { name: product_id, data_type: bigint }
          - { name: campaign_id, data_type: text }
          - { name: price, data_type: bigint }
          - { name: quantity, data_type: bigint }
          - { name: is_robot, data_type: boolean }
`

function build(): Taken {
  return takeOnce([assay, 'run', '--quiet'], { cwd: root })
}

function createProject(folder: string): void {
  mkdirSync(join(folder, 'target'), { recursive: true })
  cpSync(join(here, 'pipeline', 'models'), join(folder, 'models'), { recursive: true })
  writeFileSync(
    join(folder, 'assay.yml'),
    'name: pipeline\ntarget: dev\ntargets:\n  dev: { type: duckdb, path: target/bench.duckdb }\nmodels:\n  +schema: gold\n',
  )
}

/** Loaded and published in one transaction, into a project that was never built and once more. */
async function fileToGold(run: number): Promise<Readonly<Record<'first' | 'second', Taken>>> {
  const folder = join(root, `file-${run}`)
  createProject(folder)
  writeFileSync(join(folder, 'models', 'sources.yml'), loadedEvents)
  mkdirSync(join(folder, 'incoming'))
  const load = async (batch: number): Promise<Taken> => {
    const rows = `select * exclude (_load_seq) from (${eventsOf(batch * perFile, (batch + 1) * perFile)})`
    const file = join(folder, 'incoming', `batch-${batch}.jsonl`)
    await inDatabase(':memory:', `copy (${rows}) to '${file}' (format json)`)
    return takeOnce([assay, 'ingest', '--build', '--quiet'], { cwd: folder })
  }
  return { first: await load(0), second: await load(1) }
}

function sameSql(): Taken {
  copyFileSync(before, join(root, 'floor.duckdb'))
  const script = join(here, 'growth', 'same-sql.ts')
  const args = [script, root, join(root, 'floor.duckdb')]
  return takeOnce(args, { cwd: process.cwd(), loaders: ['tsx'] })
}

/** The one of several that took least of the processor: what else the machine did is not part of it. */
function least(taken: readonly Taken[]): Taken {
  const [first] = taken.toSorted((a, b) => a.cpuSeconds - b.cpuSeconds)
  if (first === undefined) throw new Error('nothing was measured')
  return first
}

function report(work: string, { wallSeconds, cpuSeconds, peakMib }: Taken, beside = ''): void {
  const figures = [`${wallSeconds.toFixed(2)} s`, `${cpuSeconds.toFixed(2)} s`]
  console.log(`| ${[work, ...figures, `${peakMib.toFixed(0)} MiB`, beside].join(' | ')} |`)
}

async function measureOnce(): Promise<
  Readonly<Record<'full' | 'floor' | 'nothing' | 'more', Taken>>
> {
  copyFileSync(before, database)
  rmSync(join(root, '.assay'), { recursive: true, force: true })
  const full = build()
  const floor = sameSql()
  const nothing = build()
  await inDatabase(database, `insert into raw.events ${eventsOf(events, events + more)}`)
  return { full, floor, nothing, more: build() }
}

try {
  createProject(root)
  await inDatabase(before, 'create schema raw', `create table raw.events as ${eventsOf(0, events)}`)
  const measured: Awaited<ReturnType<typeof measureOnce>>[] = []
  for (let run = 0; run < runs; run += 1) measured.push(await measureOnce())
  const [full, floor] = [
    least(measured.map((each) => each.full)),
    least(measured.map((each) => each.floor)),
  ]
  const ratio = (full.cpuSeconds / floor.cpuSeconds).toFixed(2)
  console.log(`| work, least of ${runs} | wall | CPU | memory | beside |`)
  console.log('|---|---|---|---|---|')
  const floorText = `${ratio} x the same SQL by itself: ${floor.wallSeconds.toFixed(2)} s, CPU ${floor.cpuSeconds.toFixed(2)} s`
  report(`${events.toLocaleString('en')} events: run`, full, floorText)
  report('nothing new: run', least(measured.map((each) => each.nothing)))
  report('1% more: run', least(measured.map((each) => each.more)))
  const files: Awaited<ReturnType<typeof fileToGold>>[] = []
  for (let run = 0; run < runs; run += 1) files.push(await fileToGold(run))
  const loading = `${perFile.toLocaleString('en')} events, file to gold: ingest --build`
  report(`${loading}, a new project`, least(files.map((each) => each.first)))
  report(`${loading}, as many more`, least(files.map((each) => each.second)))
} finally {
  rmSync(root, { recursive: true, force: true })
}
