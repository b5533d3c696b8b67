/** Two tables of which every version is another, a place for exports of them, and another database. */
import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from '../../engines/engine.ts'
import type { Bench } from '../../scenario.ts'
import { settingsFile } from '../../world/project-files.ts'
import { Site } from '../../world/site.ts'

export type Row = readonly (number | string)[]

const other = {
  duckdb: `  other: { type: duckdb, path: "{{env 'OTHER'}}" }`,
  postgres: `  other:
    type: postgres
    host: "{{env 'PGHOST'}}"
    port: "{{env 'PGPORT'}}"
    user: "{{env 'PGUSER'}}"
    password: "{{env 'PGPASSWORD'}}"
    database: "{{env 'OTHER'}}"
    lease_timeout: 2s`,
} as const

const sources = `sources:
  - name: shop
    schema: raw
    tables: [{ name: events }, { name: users }]
`

export class Shop {
  readonly site: Site
  readonly other: Database
  #version = 0

  private constructor(site: Site, other: Database) {
    this.site = site
    this.other = other
  }

  static async create(bench: Bench): Promise<Shop> {
    const { name } = bench.engine
    const elsewhere = join(bench.program.folder, `elsewhere-${randomUUID()}`)
    mkdirSync(join(elsewhere, 'target'), { recursive: true })
    const database = await bench.engine.createDatabase(elsewhere)
    const settings = settingsFile({ engine: name, threads: 1, target: [] })
    const files = {
      'assay.yml': settings.replace(/^vars:/m, `${other[name]}\nvars:`),
      'sources.yml': sources,
    }
    const there = database.env['PGDATABASE'] ?? database.env['DUCKDB_PATH'] ?? ''
    const site = await Site.create(bench, files, { OTHER: there })
    await site.database.use(async (query) => {
      await query('create schema raw')
      await query('create table raw.events (id bigint, day text, version bigint)')
      await query('create table raw.users (id bigint, version bigint)')
    })
    return new Shop(site, database)
  }

  get version(): number {
    return this.#version
  }

  /** All rows are of a new version then. */
  async feed(): Promise<void> {
    this.#version += 1
    await this.site.database.use(async (query) => {
      for (const [table, rows] of [
        ['events', eventsOf(this.#version)],
        ['users', usersOf(this.#version)],
      ] as const) {
        const values = rows.map((row) => `(${row.map(literal).join(', ')})`)
        await query(`delete from raw.${table}`)
        await query(`insert into raw.${table} values ${values.join(', ')}`)
      }
    })
  }

  async remove(): Promise<void> {
    await this.site.remove()
    await this.other.drop()
  }
}

function literal(cell: number | string): string {
  return typeof cell === 'number' ? String(cell) : `'${cell}'`
}

/** More of them with every version, on two days. */
export function eventsOf(version: number): readonly Row[] {
  return Array.from({ length: 10 + (version % 7) }, (_, index) => [
    index + 1,
    `2026-01-0${(index % 2) + 1}`,
    version,
  ])
}

export function usersOf(version: number): readonly Row[] {
  return Array.from({ length: 5 }, (_, index) => [index + 1, version])
}
