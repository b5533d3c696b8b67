/** What was set aside is tried again and that is killed: batches from quarantine are loaded once, and their files, which are touched meanwhile, not beside them. */
import { existsSync, readdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { outcomeOf } from '../../aftermath.ts'
import type { Ended } from '../../program.ts'
import { type Bench, type Outcome, type Scenario, Tally } from '../../scenario.ts'
import { settingsFile } from '../../world/project-files.ts'
import { type Hindrance, rowsOf, Site } from '../../world/site.ts'
import { strikesAt } from '../strikes.ts'

export const killRelease: Scenario = {
  name: 'kill-release',
  about:
    'killed before every statement and every step with a file, and around every commit, while batches come back from quarantine',
  isKill: true,
  engines: ['duckdb', 'postgres'],
  run,
}

async function run(bench: Bench): Promise<Outcome> {
  const tally = new Tally(bench)
  const site = await Site.create(bench, projectOf(bench))
  const counted = await release(site, 'counted', { isCounting: true })
  const plain = await judgeDone(site, 'counted', counted)
  if (plain.length > 0) throw new Error(`without a kill: ${plain.join('; ')}`)
  bench.say(`${counted.statements.length} steps`)
  const plan = { when: ['before'], commits: ['before', 'sent', 'after'] } as const
  for (const [index, strike] of strikesAt(bench, counted.statements, plan).entries()) {
    const place = `at_${index}`
    const killed = await release(site, place, { strike })
    if (killed.signal !== 'SIGKILL') continue
    const atOnce = await judge(site, place)
    // A plain one goes on with what was released, and finds files that look new.
    const between = index % 2 === 0 ? [] : await judgePlain(site, place)
    const again = await site.run(replay(place))
    const step = (killed.struck?.text ?? '').replaceAll(/\s+/g, ' ').slice(0, 120)
    tally.add(`${bench.engine.name} kill-release at ${strike.at}:${strike.when} (${step})`, [
      ...atOnce.map((fault) => `at once: ${fault}`),
      ...between.map((fault) => `after a plain one: ${fault}`),
      ...(await judgeDone(site, place, again)).map((fault) => `after the next: ${fault}`),
    ])
  }
  await site.remove()
  return tally.outcome()
}

const projectOf = (bench: Bench) => ({
  'assay.yml': `${settingsFile({ engine: bench.engine.name, threads: 1, target: [] })}load-path: "load_{{var 'place' 'x'}}"\n`,
  'sources.yml': `sources:
  - name: shop
    schema: "raw_{{var 'place' 'x'}}"
    loader: files
    load: { settle_seconds: 0, batch_rows: 2, tries: 1, path: "incoming_{{var 'place' 'x'}}/*.jsonl" }
    tables:
      - name: orders
        columns: [{ name: id, data_type: integer }, { name: k, data_type: integer }]
`,
})

/** Each pair is a batch; one whose records have the same `k` is refused as long as the index is there. */
const incoming = {
  'first.jsonl': [0, 0, 1, 2],
  'last.jsonl': [3, 4, 0, 0],
  'middle.jsonl': [5, 6, 0, 0, 7, 8],
} as const
const ids = Object.values(incoming).flatMap((keys, file) => keys.map((_, row) => file * 10 + row))

function filesOf(place: string): Readonly<Record<string, string>> {
  const entries = Object.entries(incoming).map(([name, keys], file): readonly [string, string] => [
    `incoming_${place}/${name}`,
    keys.map((k, row) => `{"id": ${file * 10 + row}, "k": ${k}}\n`).join(''),
  ])
  return Object.fromEntries(entries)
}

const vars = (place: string) => ['--vars', `{version: 0, place: ${place}}`]
const plain = (place: string) => ['ingest', ...vars(place)]
const replay = (place: string) => ['ingest', '--replay', ...vars(place)]

/** Three batches are refused and set aside, then the cause is mended and they are tried again. */
async function release(site: Site, place: string, hindrance: Hindrance): Promise<Ended> {
  const schema = `raw_${place}`
  await site.done(...plain(place))
  const index = `create unique index one_k on ${schema}.orders (k)`
  await site.database.use(async (query) => await query(index))
  site.write(filesOf(place))
  const refused = await site.run(plain(place))
  if (refused.code !== 1) throw new Error(`expected refused batches: ${outcomeOf(refused)}`)
  await site.database.use(async (query) => await query(`drop index ${schema}.one_k`))
  const ended = await site.run(replay(place), hindrance)
  const now = new Date()
  for (const file of Object.keys(filesOf(place))) utimesSync(join(site.folder, file), now, now)
  return ended
}

async function judgePlain(site: Site, place: string): Promise<readonly string[]> {
  const ended = await site.run(plain(place))
  return [...(ended.code === 0 ? [] : [outcomeOf(ended)]), ...(await judge(site, place))]
}

/** At any moment: nothing is there twice. */
async function judge(site: Site, place: string): Promise<readonly string[]> {
  const { found, numbers } = await look(site, place)
  const isOnce = (values: readonly string[]) => new Set(values).size === values.length
  return [
    ...(isOnce(found) ? [] : [`twice: ${found.join()}`]),
    ...(isOnce(numbers) ? [] : [`numbers twice: ${numbers.join()}`]),
  ]
}

async function look(site: Site, place: string) {
  const rows = await site.database.use(
    async (query) => await rowsOf(query, `select id, _load_seq from raw_${place}.orders`),
  )
  return {
    found: (rows ?? []).map(([id]) => String(id)),
    numbers: (rows ?? []).map(([, number]) => String(number)),
  }
}

async function judgeDone(site: Site, place: string, ended: Ended): Promise<readonly string[]> {
  const { found } = await look(site, place)
  const isAll = found.toSorted().join() === ids.map(String).toSorted().join()
  const left = ['staging', 'quarantine'].flatMap((folder) => {
    const path = join(site.folder, `load_${place}`, 'test', folder, 'shop.orders')
    return existsSync(path) ? readdirSync(path) : []
  })
  return [
    ...(ended.code === 0 ? [] : [outcomeOf(ended)]),
    ...(await judge(site, place)),
    ...(isAll ? [] : [`rows: ${found.join()}, expected ${ids.join()}`]),
    ...(left.length === 0 ? [] : [`left over: ${left.join()}`]),
  ]
}
