/** A file of which some batches are committed and others are not: whatever is lost then, each record comes once. */
import { cp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { type TestAdapter, testAdapters } from '../support/adapters.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'

const tables = ['lines', 'packed', 'fields', 'columns'] as const

interface Declared {
  readonly batchRows: number
  /** With one a batch goes into quarantine at once, and those behind it are loaded. */
  readonly tries: number
  readonly nullValues: readonly string[]
}
const declared: Declared = { batchRows: 2, tries: 3, nullValues: [] }

function sources({ batchRows, tries, nullValues }: Declared): string {
  return `sources:
  - name: shop
    schema: raw
    loader: files
    load:
      path: incoming/{name}.*
      settle_seconds: 0
      batch_rows: ${batchRows}
      tries: ${tries}
      after_load: move
      null_values: [${nullValues.join(', ')}]
    tables:
${tables
  .map(
    (name) =>
      `      - name: ${name}\n        columns: [{ name: id, data_type: integer }, { name: k, data_type: integer }, { name: word }]\n`,
  )
  .join('')}`
}

interface FileRecord {
  readonly id: number
  readonly k: number | string
  readonly word: string
}

/** In batches of two: the third is refused as a whole, and a record before and one behind it are of a wrong type. */
const records: readonly FileRecord[] = Array.from({ length: 13 }, (_, index) => {
  const id = index + 1
  const k = id === 2 || id === 9 ? 'two' : id === 6 ? 5 : id
  return { id, k, word: id % 3 === 0 ? 'over\ntwo lines' : 'one' }
})
const dead = [2, 9]
const sound = records.map(({ id }) => id).filter((id) => !dead.includes(id))

let columns: Uint8Array
beforeAll(async () => {
  const path = join(inject('workFolder'), 'half-loaded.parquet')
  const values = records.map(({ id, k, word }) => `(${id}, '${k}', '${word}')`).join(', ')
  const instance = await DuckDBInstance.create()
  const connection = await instance.connect()
  await connection.run(
    `copy (select * from (values ${values}) as r (id, k, word)) to '${path}' (format parquet)`,
  )
  connection.closeSync()
  instance.closeSync()
  columns = await readFile(path)
})

async function writeSources(made: TestProject): Promise<void> {
  const lines = records.map((record) => `${JSON.stringify(record)}\n`)
  // An empty line is no record, and two batches meet there.
  lines.splice(4, 0, '\n')
  const fields = records.map(({ id, k, word }) => `${id},${k},"${word}"\n`)
  await made.write({
    'incoming/lines.jsonl': lines.join(''),
    'incoming/fields.csv': `id,k,word\n${fields.join('')}`,
  })
  await writeFile(join(made.folder, 'incoming/packed.jsonl.gz'), gzipSync(lines.join('')))
  await writeFile(join(made.folder, 'incoming/columns.parquet'), columns)
}

async function query(made: TestProject, sql: string): Promise<readonly unknown[]> {
  const shown = await made.assay('show', '--inline', sql, '--output', 'json', '--limit', '-1')
  expect(shown.stderr).toBe('')
  const parsed: { readonly show: readonly unknown[] } = JSON.parse(shown.stdout)
  return parsed.show
}

/** For each table its ids as text, and the ids of the records that wait as dead letters. */
async function found(made: TestProject): Promise<readonly unknown[]> {
  const selects = tables.map(
    (
      name,
    ) => `select '${name}' as name, cast(string_agg(cast(id as text), ' ' order by id) as text) as ids,
  (select string_agg(substr(replace(original, '"', ''), strpos(replace(original, '"', ''), 'id:') + 3, 1), ' ' order by source_line)
   from _assay.dead_letters as dead
   where phase = 'dead' and dead.unique_id like '%.${name}'
   and not exists (
     select 1 from _assay.dead_letters as settled
     where settled.dead_letter_id = dead.dead_letter_id and settled.phase <> 'dead'
   )) as dead
from {{source "shop" "${name}"}}`,
  )
  return await query(made, selects.join('\nunion all\n'))
}

function expected(ids: readonly number[], waiting: readonly number[]): readonly unknown[] {
  const text = (list: readonly number[]) => (list.length === 0 ? null : list.join(' '))
  return tables.map((name) => ({ name, ids: text(ids), dead: text(waiting) }))
}

async function halfLoaded(adapter: TestAdapter, given: Declared): Promise<TestProject> {
  const made = await createTestProject(adapter, {
    files: {
      'assay.yml': `name: shop\ntarget: duckdb\n${testTargets}`,
      'sources.yml': sources(given),
    },
  })
  expect((await made.assay('ingest')).exitCode).toBe(0)
  const indexes = tables.map((name) => `create unique index one_k_${name} on raw.${name} (k)`)
  expect((await made.assay('run-operation', '--sql', indexes.join(';\n'))).exitCode).toBe(0)
  await writeSources(made)
  expect((await made.assay('ingest')).exitCode).toBe(1)
  const isHeld = given.tries === 1
  const before = isHeld ? [1, 3, 4, 7, 8, 10, 11, 12, 13] : [1, 3, 4]
  expect(await found(made)).toEqual(expected(before, isHeld ? dead : [2]))
  // Nothing of a file is put away before all of it is loaded.
  expect((await readdir(join(made.folder, 'incoming'))).length).toBe(tables.length)
  return made
}

/** What is lost, or made otherwise, before the cause is mended. */
const mishaps = {
  batches: (made: TestProject) => rm(join(made.folder, 'load'), { recursive: true }),
  tables: async (made: TestProject) => {
    expect((await made.assay('run-operation', '--sql', 'drop schema raw cascade')).exitCode).toBe(0)
  },
  size: (made: TestProject) =>
    made.write({ 'sources.yml': sources({ ...declared, batchRows: 3 }) }),
  staging: async ({ folder }: TestProject) => {
    for (const name of await readdir(join(folder, 'load'))) {
      await rm(join(folder, 'load', name, 'staging'), { recursive: true })
      await rm(join(folder, 'load', name, 'quarantine'), { recursive: true, force: true })
    }
  },
  ingest: async (made: TestProject) => {
    await made.assay('ingest')
  },
}
type Mishap = keyof typeof mishaps

const orders: readonly { readonly tries: number; readonly order: readonly Mishap[] }[] = [
  { tries: 3, order: ['size', 'batches'] },
  { tries: 3, order: ['tables'] },
  { tries: 3, order: ['size', 'tables', 'batches'] },
  { tries: 1, order: ['batches'] },
  { tries: 1, order: ['tables', 'ingest', 'staging'] },
]

describe.each(testAdapters())('half loaded on $name', (adapter) => {
  test.each(orders.map((each) => ({ ...each, named: each.order.join(', ') })))(
    'each record comes once when these are lost or changed: $named (tries: $tries)',
    async ({ order, tries }) => {
      const made = await halfLoaded(adapter, { ...declared, tries })
      for (const mishap of order) await mishaps[mishap](made)
      if (!order.includes('tables')) {
        const indexes = tables.map((name) => `drop index raw.one_k_${name}`)
        expect((await made.assay('run-operation', '--sql', indexes.join(';\n'))).exitCode).toBe(0)
      }
      await made.assay('ingest')
      await made.assay('ingest', '--replay')
      await made.assay('ingest')
      expect(await found(made)).toEqual(expected(sound, dead))
      // Mended, the dead letters pass: those of a table that is gone stand for nothing any more.
      const mended = { ...declared, nullValues: ['two'] }
      await made.write({ 'sources.yml': sources(mended) })
      expect((await made.assay('ingest', '--replay')).exitCode).toBe(0)
      const all = records.map(({ id }) => id)
      expect(await found(made)).toEqual(expected(all, []))
      expect(await readdir(join(made.folder, 'incoming'))).toEqual([])
      const last = await made.assay('ingest')
      expect(last.exitCode, last.stderr).toBe(0)
      expect(last.stdout).toContain('read 0 records')
    },
  )

  test('batches of a backup bring nothing twice; those of the archive fill a table that was dropped', async () => {
    const made = await halfLoaded(adapter, declared)
    const load = join(made.folder, 'load')
    const backup = join(made.folder, 'backup')
    await cp(load, backup, { recursive: true })
    const indexes = tables.map((name) => `drop index raw.one_k_${name}`)
    expect((await made.assay('run-operation', '--sql', indexes.join(';\n'))).exitCode).toBe(0)
    await rm(load, { recursive: true })
    // Without a line of it nobody would know any more which of the others are loaded.
    const erased = await made.assay('erase', '--column', 'id', '--value', '1', '--yes')
    expect(erased.exitCode).toBe(2)
    expect(erased.stderr).toContain(
      'expected files that hold it to be loaded to their last record, found incoming/lines.jsonl half loaded\n  = hint: load it first: assay ingest\n',
    )
    expect((await made.assay('ingest')).exitCode).toBe(0)
    expect(await found(made)).toEqual(expected(sound, dead))

    await cp(backup, load, { recursive: true })
    const again = await made.assay('ingest')
    expect(again.stdout).toContain('0 loaded, 0 dead letters, 36 duplicates')
    expect(await found(made)).toEqual(expected(sound, dead))

    await mishaps.tables(made)
    for (const name of tables) {
      const staging = join(load, adapter.name, 'staging', `shop.${name}`)
      const archive = join(load, adapter.name, 'archive', `shop.${name}`)
      for (const batch of await readdir(archive))
        await rename(join(archive, batch), join(staging, batch))
    }
    expect(await readdir(join(made.folder, 'incoming'))).toEqual([])
    expect((await made.assay('ingest')).exitCode).toBe(0)
    expect(await found(made)).toEqual(expected(sound, dead))
    await made.write({ 'sources.yml': sources({ ...declared, nullValues: ['two'] }) })
    expect((await made.assay('ingest', '--replay')).exitCode).toBe(0)
    expect(await found(made)).toEqual(
      expected(
        records.map(({ id }) => id),
        [],
      ),
    )
  })
})
