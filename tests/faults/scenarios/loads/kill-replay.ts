/** Dead letters are read again and that is killed: at every moment a record is a row or waits as a dead letter, never both, and the same command brings the rest. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { outcomeOf } from '../../aftermath.ts'
import type { Ended } from '../../program.ts'
import { type Bench, type Outcome, type Scenario, Tally } from '../../scenario.ts'
import { settingsFile } from '../../world/project-files.ts'
import { type Hindrance, rowsOf, Site } from '../../world/site.ts'
import { strikesAt } from '../strikes.ts'

export const killReplay: Scenario = {
  name: 'kill-replay',
  about:
    'killed before every statement and every step with a file, and around every commit, while dead letters are read again in several batches',
  isKill: true,
  engines: ['duckdb', 'postgres'],
  run,
}

async function run(bench: Bench): Promise<Outcome> {
  const tally = new Tally(bench)
  const site = await Site.create(bench, files(bench))
  const counted = await first(site, 'counted', { isCounting: true })
  const plain = await judgeDone(site, 'counted', counted)
  if (plain.length > 0) throw new Error(`without a kill: ${plain.join('; ')}`)
  bench.say(`${counted.statements.length} steps`)
  const plan = { when: ['before'], commits: ['before', 'sent', 'after'] } as const
  for (const [index, strike] of strikesAt(bench, counted.statements, plan).entries()) {
    const place = `at_${index}`
    const killed = await first(site, place, { strike })
    if (killed.signal !== 'SIGKILL') continue
    const atOnce = await judge(site, place)
    // What was staged is loaded by a plain one too, and then must not be replayed again.
    const between = index % 2 === 0 ? [] : await judgePlain(site, place)
    const again = await site.run(replay(place))
    const step = (killed.struck?.text ?? '').replaceAll(/\s+/g, ' ').slice(0, 120)
    tally.add(`${bench.engine.name} kill-replay at ${strike.at}:${strike.when} (${step})`, [
      ...atOnce.map((fault) => `at once: ${fault}`),
      ...between.map((fault) => `after a plain one: ${fault}`),
      ...(await judgeDone(site, place, again)).map((fault) => `after the next: ${fault}`),
    ])
  }
  await site.remove()
  return tally.outcome()
}

const files = (bench: Bench) => ({
  'assay.yml': `${settingsFile({ engine: bench.engine.name, threads: 1, target: [] })}load-path: "load_{{var 'place' 'x'}}"\n`,
  'sources.yml': `sources:
  - name: shop
    schema: "raw_{{var 'place' 'x'}}"
    loader: files
    load: { settle_seconds: 0, batch_rows: 2, null_values: ["{{var 'nothing' 'null'}}"] }
    tables:
      - name: orders
        load: { path: ["incoming/*.jsonl", "incoming/*.csv"] }
        columns: [{ name: id, data_type: integer }, { name: price, data_type: integer }]
`,
  'incoming/a.jsonl': Array.from({ length: 6 }, (_, index) => lineOf(index + 1)).join(''),
  'incoming/b.csv': 'id,price\n7,none\n8,8\n9,none\n10,"half a quote\n',
})

/** Every other price is one that only the second declaration takes. */
function lineOf(id: number): string {
  return id === 4 ? 'broken\n' : `{"id": ${id}, "price": ${id % 2 === 0 ? id : '"none"'}}\n`
}

const ids = ['1', '2', '3', '5', '6', '7', '8', '9']
const records = 10

const vars = (place: string, nothing: string) => [
  '--vars',
  `{version: 0, place: ${place}, nothing: ${nothing}}`,
]
const plain = (place: string) => ['ingest', ...vars(place, 'none')]
const replay = (place: string) => ['ingest', '--replay', ...vars(place, 'none')]

/** Loaded by the first declaration, and read again by the second. */
async function first(site: Site, place: string, hindrance: Hindrance): Promise<Ended> {
  await site.done('ingest', ...vars(place, 'nothing'))
  return await site.run(replay(place), hindrance)
}

async function judgePlain(site: Site, place: string): Promise<readonly string[]> {
  const ended = await site.run(plain(place))
  return [...(ended.code === 0 ? [] : [outcomeOf(ended)]), ...(await judge(site, place))]
}

interface Found {
  readonly ids: readonly string[]
  readonly numbers: readonly string[]
  readonly waiting: number
}

async function look(site: Site, place: string): Promise<Found> {
  return await site.database.use(async (query) => {
    const rows = await rowsOf(query, `select id, _load_seq from raw_${place}.orders order by id`)
    const waiting = await rowsOf(
      query,
      `select count(*) from _assay.dead_letters as dead
where dead.relation_key = 'raw_${place}.orders' and dead.phase = 'dead' and not exists (
  select 1 from _assay.dead_letters as settled
  where settled.dead_letter_id = dead.dead_letter_id and settled.phase <> 'dead'
)`,
    )
    return {
      ids: (rows ?? []).map(([id]) => String(id)),
      numbers: (rows ?? []).map(([, number]) => String(number)),
      waiting: Number(waiting?.[0]?.[0] ?? 0),
    }
  })
}

async function judge(site: Site, place: string): Promise<readonly string[]> {
  const { ids: found, numbers, waiting } = await look(site, place)
  const isOnce = (values: readonly string[]) => new Set(values).size === values.length
  return [
    ...(found.length + waiting === records
      ? []
      : [`${found.length} rows and ${waiting} dead letters of ${records} records`]),
    ...(isOnce(found) ? [] : [`twice: ${found.join()}`]),
    ...(isOnce(numbers) ? [] : [`numbers twice: ${numbers.join()}`]),
  ]
}

async function judgeDone(site: Site, place: string, ended: Ended): Promise<readonly string[]> {
  const { ids: found } = await look(site, place)
  const isAll = found.toSorted().join() === ids.toSorted().join()
  const staging = join(site.folder, `load_${place}`, 'test', 'staging', 'shop.orders')
  const left = existsSync(staging) ? readdirSync(staging) : []
  return [
    ...(ended.code === 0 ? [] : [outcomeOf(ended)]),
    ...(await judge(site, place)),
    ...(isAll ? [] : [`rows: ${found.join()}, expected ${ids.join()}`]),
    ...(left.length === 0 ? [] : [`left in staging: ${left.join()}`]),
  ]
}
