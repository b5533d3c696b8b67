/** Many persons in raw tables, models, dead letters, batches, files and exports: each kill is about another one of them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { absent } from '../../world/relations.ts'
import type { Bench } from '../../scenario.ts'
import { settingsFile } from '../../world/project-files.ts'
import { rowsOf, Site } from '../../world/site.ts'

const first = 700_001

/** An event and a dead letter in the first file, an event in the second. */
function fileOf(persons: readonly number[], part: 1 | 2): string {
  return persons
    .map((person) => {
      const event = `{"event_id": "e${person * 2 + part}", "user_id": ${person}, "day": "2026-01-0${(person % 2) + 1}"}\n`
      const dead = `{"event_id": "dead", "user_id": ${person}, "day": "never"}\n`
      return part === 1 ? event + dead : event
    })
    .join('')
}

const column = '[{ name: user_id, meta: { identifies: user } }]'

const files = {
  'models/schema.yml': `sources:
  - name: growth
    schema: raw
    loader: files
    load: { settle_seconds: 0, batch_rows: 50 }
    tables:
      - name: events
        load: { path: "incoming/*.jsonl" }
        columns:
          - { name: event_id, data_type: text }
          - { name: user_id, data_type: bigint, meta: { identifies: user } }
          - { name: day, data_type: date }
models:
  - { name: events, columns: ${column} }
  - { name: kept, columns: ${column} }
  - { name: users, columns: ${column} }
`,
  'models/events.sql':
    '{{config materialized="incremental" unique_key="event_id"}}\nselect event_id, user_id, day from {{new_rows (source "growth" "events")}} as n\n',
  'models/kept.sql':
    '{{config materialized="incremental" incremental_strategy="append" full_refresh=false}}\nselect event_id, user_id from {{new_rows (source "growth" "events")}} as n\n',
  'models/users.sql':
    '{{config materialized="table"}}\nselect user_id, count(*) as n from {{ref "events"}} group by user_id\n',
} as const

/** With how many rows each person is in them. */
const tables = [
  { name: 'raw.events', each: 2 },
  { name: 'marts.events', each: 2 },
  { name: 'marts.kept', each: 2 },
  { name: 'marts.users', each: 1 },
] as const

export class Crowd {
  readonly site: Site
  readonly #size: number
  #gone = 0

  private constructor(site: Site, size: number) {
    this.site = site
    this.#size = size
  }

  static async create(bench: Bench, size: number): Promise<Crowd> {
    const settings = settingsFile({
      engine: bench.engine.name,
      threads: 1,
      target: ['schema: marts'],
    })
    const persons = Array.from({ length: size }, (_, index) => first + index)
    const site = await Site.create(bench, {
      'assay.yml': settings,
      ...files,
      'incoming/a.jsonl': fileOf(persons, 1),
      'incoming/b.jsonl': fileOf(persons, 2),
    })
    await site.done('ingest')
    await site.done('build')
    await site.done('export', '--select', 'users', '--to', 'out/', '--format', 'csv')
    const parts = ['--format', 'jsonl', '--partition-by', 'day']
    await site.done('export', '--select', 'events', '--to', 'out/', ...parts)
    return new Crowd(site, size)
  }

  /** The next whose turn it is; undefined: all are gone. */
  get person(): number | undefined {
    return this.#gone < this.#size ? first + this.#gone : undefined
  }

  /** From now on that one may be seen nowhere. */
  settle(): void {
    this.#gone += 1
  }

  /** The others are in every table; the one whose turn it is in all of them or in none. */
  async judgeTables(isDone: boolean): Promise<readonly string[]> {
    const counts = await this.#counts()
    const others = this.#size - this.#gone - 1
    const faults = counts.flatMap(({ name, total, each, own }) => {
      const left = total === absent ? absent : Number(total) - own
      const isWhole = own === 0 || own === each
      return [
        ...(left === others * each
          ? []
          : [`${name}: ${left} rows of others, not ${others * each}`]),
        ...(isWhole ? [] : [`${name}: ${own} of ${each} rows`]),
      ]
    })
    const holding = counts.filter(({ own }) => own > 0).map(({ name }) => name)
    const isMixed = holding.length > 0 && holding.length < counts.length
    return [
      ...faults,
      ...(isMixed ? [`still in ${holding.join(', ')} and nowhere else`] : []),
      ...(isDone && holding.length > 0 ? [`still in ${holding.join(', ')}`] : []),
    ]
  }

  /** Files that speak of those who are gone, and files that were left behind. */
  judgeFiles(): readonly string[] {
    const mentioned = new RegExp(String(this.person))
    return ['incoming', 'load', 'out'].flatMap((folder) => {
      const found = readdirSync(join(this.site.folder, folder), {
        recursive: true,
        withFileTypes: true,
      })
      return found
        .filter((entry) => entry.isFile())
        .flatMap((entry) => {
          const path = join(entry.parentPath, entry.name)
          const isLitter = /\.tmp$|\.assay-export/.test(path)
          return [
            ...(isLitter ? [`left behind: ${path}`] : []),
            ...(mentioned.test(readFileSync(path, 'utf8')) ? [`still in ${path}`] : []),
          ]
        })
    })
  }

  async #counts() {
    const letters = {
      name: '_assay.dead_letters',
      each: 1,
      column: `case when original like '%${this.person}%' then ${this.person} else 0 end`,
    }
    const all = [...tables.map((table) => ({ ...table, column: 'user_id' })), letters]
    return await this.site.database.use(async (query) => {
      const found = []
      for (const { name, each, column } of all) {
        const rows = await rowsOf(
          query,
          `select count(*), count(case when ${column} = ${this.person} then 1 end) from ${name}`,
        )
        const [total = absent, own = '0'] = rows?.[0] ?? []
        found.push({ name, each, total, own: Number(own) })
      }
      return found
    })
  }
}
