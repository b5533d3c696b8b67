/** Where exports go in the scenarios, and what is to be seen there. */
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { toCell } from '../../engines/engine.ts'
import { readLedger } from '../../world/ledger.ts'
import { absent } from '../../world/relations.ts'
import { rowsOf } from '../../world/site.ts'
import { eventsOf, type Row, type Shop, usersOf } from './shop.ts'

export interface Goal {
  readonly name: string
  readonly argv: readonly string[]
  /** All of its places are of one version. */
  readonly isTogether: boolean
  /** What its places hold, in their order. */
  expected(version: number): readonly string[]
  look(shop: Shop): Promise<readonly Shown[]>
  litter(shop: Shop): Promise<readonly string[]>
}

export interface Shown {
  readonly place: string
  readonly text: string
  /** How many exports there the ledger of the database that was read knows of. */
  readonly exports: number
}

const textOf = (rows: readonly Row[]) => rows.map((row) => row.join(',')).join('\n')
const events = 'source:shop.events'
const users = 'source:shop.users'

const files: Goal = {
  name: 'files',
  argv: [
    'export',
    '--select',
    events,
    users,
    '--to',
    'out/',
    '--format',
    'csv',
    '--order-by',
    'id',
  ],
  isTogether: false,
  expected: (version) => [
    `id,day,version\n${textOf(eventsOf(version))}\n`,
    `id,version\n${textOf(usersOf(version))}\n`,
  ],
  look: async (shop) => {
    const paths = ['events', 'users'].map((name) => join(shop.site.folder, 'out', `${name}.csv`))
    const texts = paths.map((path) => (existsSync(path) ? readFileSync(path, 'utf8') : absent))
    return await shown(shop, paths, texts)
  },
  litter: async (shop) => litterIn(join(shop.site.folder, 'out'), ['events.csv', 'users.csv']),
}

const parts: Goal = {
  name: 'folder',
  argv: [
    'export',
    '--select',
    events,
    '--to',
    'parts/',
    '--format',
    'parquet',
    '--partition-by',
    'day',
    '--order-by',
    'id',
  ],
  isTogether: true,
  // The folder and what is said of it beside.
  expected: (version) => [`${textOf(eventsOf(version))}\n${eventsOf(version).length} rows`],
  look: async (shop) => {
    const path = join(shop.site.folder, 'parts', 'events')
    return await shown(shop, [path], [existsSync(path) ? await readParts(path) : absent])
  },
  litter: async (shop) => {
    const folder = join(shop.site.folder, 'parts')
    const versions = readdirSync(join(folder, '.events.versions'))
    const isTidy = versions.length <= 2 && !versions.some((name) => name.startsWith('link'))
    return [
      ...litterIn(folder, ['.events.versions', 'events']),
      ...(isTidy ? [] : [`left behind: ${versions.join(', ')}`]),
    ]
  },
}

const database: Goal = {
  name: 'another database',
  argv: ['export', '--select', events, users, '--to', 'target:other', '--schema', 'shared'],
  isTogether: true,
  expected: (version) => [textOf(eventsOf(version)), textOf(usersOf(version))],
  look: async (shop) => {
    const names = ['events', 'users']
    await shop.other.settle()
    const texts = await shop.other.use(async (query) => {
      const found: string[] = []
      for (const name of names) {
        const rows = await rowsOf(query, `select * from shared.${name} order by id`)
        found.push(rows === undefined ? absent : rows.map((row) => row.join(',')).join('\n'))
      }
      return found
    })
    const places = names.map((name) => `target:other/shared.${name}`)
    return await shown(shop, places, texts)
  },
  litter: async (shop) => {
    const { faults } = await shop.other.use(readLedger)
    return faults
  },
}

export const goals: readonly Goal[] = [files, parts, database]

async function shown(
  shop: Shop,
  places: readonly string[],
  texts: readonly string[],
): Promise<readonly Shown[]> {
  return await shop.site.database.use(async (query) => {
    const all: Shown[] = []
    for (const [index, place] of places.entries()) {
      const rows = await rowsOf(
        query,
        `select count(distinct run_id) from _assay.exports where location = '${place}'`,
      )
      all.push({ place, text: texts[index] ?? absent, exports: Number(rows?.[0]?.[0] ?? 0) })
    }
    return all
  })
}

async function readParts(path: string): Promise<string> {
  const folder = realpathSync(path)
  const instance = await DuckDBInstance.create(':memory:')
  try {
    const connection = await instance.connect()
    const reader = await connection.runAndReadAll(
      `select id, cast(day as text), version from read_parquet('${folder}/*/*.parquet', hive_partitioning = true) order by id`,
    )
    const rows = reader.getRows().map((row) => row.map(toCell).join(','))
    const told: { readonly rows: number } = JSON.parse(
      readFileSync(join(folder, '_assay.json'), 'utf8'),
    )
    connection.closeSync()
    return `${rows.join('\n')}\n${told.rows} rows`
  } finally {
    instance.closeSync()
  }
}

function litterIn(folder: string, wanted: readonly string[]): readonly string[] {
  const found = readdirSync(folder).toSorted()
  return found.join() === wanted.join() ? [] : [`left behind: ${found.join(', ')}`]
}
