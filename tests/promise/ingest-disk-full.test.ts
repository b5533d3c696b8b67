/** Loading when the disk of the database is full: said as that, nothing lost or there twice, and with room the next run goes on. */
import { chownSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, describe, expect, test } from 'vitest'
import type { Target } from '../../src/core/target.ts'
import { postgresAdapter, type TestAdapter, testAdapters } from '../support/adapters.ts'
import { type Server, startPostgres } from '../support/servers.ts'
import { mountSmallDisk } from '../support/small-disk.ts'
import { createTestProject, testTargets } from '../support/test-project.ts'
import { countOf } from './count-loaded.ts'

/** undefined where we may not make one: the tests are skipped then. */
const disk = mountSmallDisk(48)
/** Its own: a server whose files are gone with their disk has trouble with whatever it is asked. */
let server: Server | undefined
afterAll(async () => {
  await server?.stop()
  disk?.unmount()
})

/** All of the database lies on the small disk. */
async function onDisk(adapter: TestAdapter, folder: string): Promise<TestAdapter> {
  if (adapter.name === 'duckdb') return adapter
  server = await startPostgres()
  const own = postgresAdapter(server.facts)
  return {
    name: adapter.name,
    async createTarget() {
      const target = await own.createTarget()
      if (target.type === 'postgres') await moveDatabase(target, join(folder, target.database))
      return target
    },
  }
}

async function moveDatabase(
  { host, port, user, password, database }: Extract<Target, { readonly type: 'postgres' }>,
  place: string,
): Promise<void> {
  const client = new Client({ host, port, user, password, database: 'postgres' })
  await client.connect()
  try {
    const shown = await client.query<{ data_directory: string }>('show data_directory')
    const { uid, gid } = statSync(shown.rows[0]?.data_directory ?? '')
    mkdirSync(place)
    // The server must own it.
    chownSync(place, uid, gid)
    await client.query(`create tablespace ${database} location '${place}'`)
    await client.query(`alter database ${database} set tablespace ${database}`)
  } finally {
    await client.end()
  }
}

function project(folder: string): Readonly<Record<string, string>> {
  const targets = testTargets.replace('target/test.duckdb', join(folder, 'test.duckdb'))
  return {
    'assay.yml': `name: shop\ntarget: duckdb\n${targets}`,
    'sources.yml': `sources:
  - name: shop
    schema: raw
    loader: files
    load: { settle_seconds: 0, path: "{name}/*.jsonl", batch_rows: 500, tries: 2 }
    tables:
      - name: orders
        columns: [{ name: id, data_type: integer }, { name: filling }]
      - name: people
        columns: [{ name: id, data_type: integer }]
`,
  }
}

/** Text that no database can pack. */
function lines(from: number, to: number): string {
  const filling = () =>
    Array.from({ length: 125 }, () => Math.random().toString(36).slice(2, 10)).join('')
  const ids = Array.from({ length: to - from + 1 }, (_, index) => from + index)
  return ids.map((id) => `{"id": ${id}, "filling": "${filling()}"}\n`).join('')
}

/** `read 1,500 records: 1,500 loaded` */
function loadedOf(stdout: string): number {
  return Number((/([\d,]+) loaded/.exec(stdout)?.[1] ?? '').replace(',', ''))
}

const full =
  /^error\[load-failed\]: could not load shop\.orders: the disk of the database is full: .*No space left on device$/m

describe.each(testAdapters())('a full disk of the database on $name', (adapter) => {
  test.skipIf(disk === undefined)('the disk of the database is full', async () => {
    if (disk === undefined) return
    const made = await createTestProject(await onDisk(adapter, disk.folder), {
      files: project(disk.folder),
    })
    const staged = () =>
      readdirSync(join(made.folder, 'load', adapter.name, 'staging', 'shop.orders')).length
    await made.write({ 'orders/a.jsonl': lines(1, 500), 'people/a.jsonl': lines(1, 10) })
    expect((await made.assay('ingest')).exitCode).toBe(0)

    await made.write({ 'orders/b.jsonl': lines(501, 3500) })
    let fits = 500
    for (const leftKilobytes of [1024, 64, 64]) {
      const makeRoom = disk.fill(leftKilobytes)
      const done = await made.assay('ingest')
      makeRoom()
      expect(done.exitCode, done.stderr).toBe(1)
      expect(done.stderr).toMatch(full)
      expect(done.stderr).toContain(
        '  = hint: make room on the disk of the database and run it again',
      )
      expect(done.stderr).toMatch(
        /^warning\[batch-waiting\]: batch \w+ is not loaded; it stays in staging, and so do those after it$/m,
      )
      expect(done.stdout).toContain('partial success: read ')
      fits += loadedOf(done.stdout)
      expect(await countOf(made, 'orders')).toEqual([{ n: fits, ids: fits }])
      expect(500 * staged()).toBe(3500 - fits)
    }
    expect(fits).toBeGreaterThan(500)
    expect(fits).toBeLessThan(3500)

    const makeRoom = disk.fill(64)
    const build = await made.assay('ingest', '--build')
    makeRoom()
    expect(build.exitCode, build.stderr).toBe(1)
    expect(build.stderr).toMatch(
      /No space left on device\n(?:.*\n)* += hint: make room on the disk/,
    )
    expect(await countOf(made, 'orders')).toEqual([{ n: fits, ids: fits }])

    expect(await made.assay('ingest')).toMatchObject({ exitCode: 0, stderr: '' })
    expect(await countOf(made, 'orders')).toEqual([{ n: 3500, ids: 3500 }])
    expect(await countOf(made, 'people')).toEqual([{ n: 10, ids: 10 }])
    expect(staged()).toBe(0)
  })
})
