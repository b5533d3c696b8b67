/** Loading is killed at each step: no record is lost or there twice, and the same command goes on where it was. */
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { outcomeOf } from '../../aftermath.ts'
import { type Database, NoSuchRelation, type Query } from '../../engines/engine.ts'
import type { Ended, RunOptions } from '../../program.ts'
import { type Bench, type Outcome, type Scenario, Tally } from '../../scenario.ts'
import { settingsFile } from '../../world/project-files.ts'
import { strikesAt, type StrikePlan } from '../strikes.ts'

interface KillIngest extends StrikePlan {
  readonly name: string
  readonly about: string
  readonly argv: readonly string[]
}

export function killIngest({ name, about, argv, ...plan }: KillIngest): Scenario {
  return {
    name,
    about,
    isKill: true,
    engines: ['duckdb', 'postgres'],
    run: async (bench) => await run(bench, { name, argv, plan }),
  }
}

interface Order {
  readonly name: string
  readonly argv: readonly string[]
  readonly plan: StrikePlan
}

async function run(bench: Bench, { name, argv, plan }: Order): Promise<Outcome> {
  const tally = new Tally(bench)
  const world = await Loading.create(bench, argv)
  // The first one makes the ledger too: its steps are not those of the others.
  const whole = await world.judgeDone('first', await world.ingest('first', {}))
  if (whole.length > 0) throw new Error(`without a kill: ${whole.join('; ')}`)
  const counted = await world.ingest('counted', { isCounting: true })
  bench.say(`${counted.statements.length} steps`)
  for (const [index, strike] of strikesAt(bench, counted.statements, plan).entries()) {
    const place = `at_${index}`
    const killed = await world.ingest(place, { strike })
    if (killed.signal !== 'SIGKILL') continue
    const atOnce = await world.judgeWhole(place)
    const again = await world.ingest(place, {})
    const faults = [
      ...atOnce.map((fault) => `at once: ${fault}`),
      ...(await world.judgeDone(place, again)).map((fault) => `after the next: ${fault}`),
    ]
    const step = (killed.struck?.text ?? '').replaceAll(/\s+/g, ' ').slice(0, 120)
    tally.add(`${bench.engine.name} ${name} at ${strike.at}:${strike.when} (${step})`, faults)
    world.forget(place)
  }
  await world.remove()
  return tally.outcome()
}

/** Ten records in three files, of which one is there twice: six rows, four dead letters. */
const incoming = {
  'a.jsonl': [
    '{"id": 1}',
    '{"id": 2, "patience": "1 day"}',
    'broken',
    '{"id": 3}',
    '{"id": "no"}',
    '{"id": 4}',
  ],
  'b.jsonl': ['{"id": 5, "patience": "none"}', '{"id": 6}'],
  'c.jsonl': ['{"id": 5, "patience": "none"}', '{"id": 6}'],
} as const
const rows = ['1', '2', '3', '4', '6']
const dead = ['3 invalid-json', '5 wrong-type', '1 database-refused']

const sources = `sources:
  - name: shop
    schema: "raw_{{var 'place' 'x'}}"
    loader: files
    load: { settle_seconds: 0, batch_rows: 3, after_load: move }
    tables:
      - name: orders
        load: { path: "incoming_{{var 'place' 'x'}}/*.jsonl" }
        columns:
          - { name: id, data_type: integer }
          - { name: patience, data_type: interval }
`

const staged = `{{config materialized="incremental" incremental_strategy="append"}}
select id, _load_seq, _batch_id from {{new_rows (source "shop" "orders")}} as n
`

/** In dead-letter files of their own, where a build brings them. */
const refusing = `select id, _load_seq, _batch_id, 'even' as reason from {{ref "staged"}} where id % 2 = 0
`
const refusals = `models: [{ name: refused, config: { materialized: view, dead_letters: { reason: reason } } }]
`
/** By the line of their file: 2 and 4 of the first, 6 of the second. */
const refused = ['2 even', '6 even', '2 even'] as const

class Loading {
  readonly #bench: Bench
  readonly #argv: readonly string[]
  readonly #folder: string
  readonly #database: Database

  private constructor(bench: Bench, argv: readonly string[], at: { folder: string; db: Database }) {
    this.#bench = bench
    this.#argv = argv
    this.#folder = at.folder
    this.#database = at.db
  }

  static async create(bench: Bench, argv: readonly string[]): Promise<Loading> {
    const folder = join(bench.program.folder, `ingest-${randomUUID()}`)
    const settings = settingsFile({
      engine: bench.engine.name,
      threads: 1,
      target: [`schema: "silver_{{var 'place' 'x'}}"`],
    })
    const files = {
      'assay.yml': `${settings}\nload-path: "load_{{var 'place' 'x'}}"\n`,
      'sources.yml': sources,
      'models/staged.sql': staged,
      'models/refused.sql': refusing,
      'models/refused.yml': refusals,
    }
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    mkdirSync(join(folder, 'target'))
    const db = await bench.engine.createDatabase(folder)
    return new Loading(bench, argv, { folder, db })
  }

  /** Files are there when it is called for the first time at a place. */
  async ingest(place: string, options: Pick<RunOptions, 'strike' | 'isCounting'>): Promise<Ended> {
    const folder = join(this.#folder, `incoming_${place}`)
    if (!existsSync(folder)) {
      mkdirSync(folder)
      for (const [name, lines] of Object.entries(incoming)) {
        writeFileSync(join(folder, name), `${lines.join('\n')}\n`)
      }
    }
    const argv = [...this.#argv, '--vars', `{version: 0, place: ${place}}`]
    const { program } = this.#bench
    const ended = await program.run(argv, {
      ...options,
      cwd: this.#folder,
      env: this.#database.env,
    })
    await this.#database.settle()
    return ended
  }

  /** At any moment: the ledger says what is there, and what is built on it is of the same moment. */
  async judgeWhole(place: string): Promise<readonly string[]> {
    return await this.#database.use(async (query) => {
      const found = await this.#found(query, place)
      const counted = await ask(
        query,
        `select coalesce(sum(rows_loaded), 0), coalesce(sum(dead), 0), coalesce(sum(records_read - rows_loaded - dead - duplicates), 0)
from _assay.loads where relation_key = 'raw_${place}.orders'`,
      )
      const [loaded = 0, letters = 0, rest = 0] = (counted[0] ?? []).map(Number)
      const isTogether = !this.#argv.includes('--build') || found.staged.join() === found.raw.join()
      return [
        ...(loaded === found.raw.length ? [] : [`${found.raw.length} rows, ledger ${loaded}`]),
        ...(letters === found.dead.length ? [] : [`${found.dead.length} dead, ledger ${letters}`]),
        ...(rest === 0 ? [] : [`records read do not add up: ${rest}`]),
        ...(isTogether ? [] : [`raw ${found.raw.join()}, staging ${found.staged.join()}`]),
        ...(new Set(found.raw).size === found.raw.length ? [] : [`twice: ${found.raw.join()}`]),
      ]
    })
  }

  /** After a run that came to its end: every record is a row or a dead letter, once. */
  async judgeDone(place: string, ended: Ended): Promise<readonly string[]> {
    const found = await this.#database.use(async (query) => await this.#found(query, place))
    const differs = (what: string, is: readonly string[], must: readonly string[]) =>
      is.toSorted().join() === must.toSorted().join()
        ? []
        : [`${what}: ${is.join()}, expected ${must.join()}`]
    const isBuild = this.#argv.includes('--build')
    return [
      ...(ended.code === 0 ? [] : [outcomeOf(ended)]),
      ...(await this.judgeWhole(place)),
      ...differs('rows', found.raw, rows),
      ...differs(
        'numbers',
        found.numbers,
        rows.map((_, index) => String(index + 1)),
      ),
      ...differs('dead letters', found.dead, dead),
      ...differs('dead letters in files', this.#deadInFiles(place, 'shop.orders'), dead),
      ...differs('loads', found.statuses, ['duplicate', 'loaded', 'loaded', 'loaded']),
      ...differs('in staging', this.#files(place, 'staging/shop.orders'), []),
      ...differs('left in incoming', readdirSync(join(this.#folder, `incoming_${place}`)), [
        'c.jsonl',
      ]),
      ...(isBuild ? differs('staged', found.staged, rows) : []),
      ...differs('refused, in files', this.#deadInFiles(place, 'refused'), isBuild ? refused : []),
    ]
  }

  forget(place: string): void {
    for (const name of [`incoming_${place}`, `load_${place}`]) {
      rmSync(join(this.#folder, name), { recursive: true, force: true })
    }
  }

  async remove(): Promise<void> {
    await this.#database.drop()
  }

  async #found(query: Query, place: string) {
    const column = async (sql: string) => (await ask(query, sql)).map(([cell]) => String(cell))
    const key = `raw_${place}.orders`
    return {
      raw: await column(`select id from raw_${place}.orders order by id`),
      numbers: await column(`select _load_seq from raw_${place}.orders`),
      staged: await column(`select id from silver_${place}.staged order by id`),
      dead: await column(
        `select cast(source_line as text) || ' ' || code from _assay.dead_letters where relation_key = '${key}'`,
      ),
      statuses: await column(`select status from _assay.loads where relation_key = '${key}'`),
    }
  }

  #files(place: string, folder: string): readonly string[] {
    const path = join(this.#folder, `load_${place}`, 'test', folder)
    return existsSync(path) ? readdirSync(path) : []
  }

  #deadInFiles(place: string, of: string): readonly string[] {
    const folder = join('dead_letter', of)
    const path = join(this.#folder, `load_${place}`, 'test', folder)
    return this.#files(place, folder).flatMap((name) =>
      readFileSync(join(path, name), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => {
          const letter: { readonly line: number; readonly code: string } = JSON.parse(line)
          return `${letter.line} ${letter.code}`
        }),
    )
  }
}

async function ask(query: Query, sql: string) {
  try {
    return await query(sql)
  } catch (error) {
    if (error instanceof NoSuchRelation) return []
    throw error
  }
}
