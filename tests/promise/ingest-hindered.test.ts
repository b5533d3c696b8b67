/** Loading when the disk for batches is full, or the connection is lost: nothing is lost or there twice, and the next run goes on. */
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Cut, openProxy } from '../faults/wire-proxy.ts'
import { createProgram, type Program } from '../faults/program.ts'
import { testAdapters } from '../support/adapters.ts'
import { mountSmallDisk } from '../support/small-disk.ts'
import { createTestProject, testTargets } from '../support/test-project.ts'
import { countOf } from './count-loaded.ts'

/** undefined where we may not make one. */
const batchDisk = mountSmallDisk(1)
let program: Program
beforeAll(() => {
  program = createProgram()
})
afterAll(() => {
  program.remove()
  batchDisk?.unmount()
})

/** Before the second batch; and in commits, so that nobody hears whether they hold. */
const lost: readonly Cut[] = [
  { at: 2, matches: /^.{0,5}copy .*"orders"/is, way: 'before' },
  ...[2, 3, 4, 6].map((at): Cut => ({ at, matches: /^commit/i, way: 'answer' })),
]

function project(loadPath: string): Readonly<Record<string, string>> {
  return {
    'assay.yml': `name: shop\ntarget: duckdb\nload-path: "${loadPath}"\n${testTargets}`,
    'sources.yml': `sources:
  - name: shop
    schema: raw
    loader: files
    load: { settle_seconds: 0, path: "{name}/*.jsonl", batch_rows: 1000 }
    tables:
      - name: orders
        columns: [{ name: id, data_type: integer }, { name: filling }]
      - name: people
        columns: [{ name: id, data_type: integer }]
`,
  }
}

function lines(from: number, to: number, filling = ''): string {
  const ids = Array.from({ length: to - from + 1 }, (_, index) => from + index)
  return ids.map((id) => `{"id": ${id}, "filling": "${filling}"}\n`).join('')
}

describe.each(testAdapters())('hindered on $name', (adapter) => {
  test.skipIf(batchDisk === undefined)('the disk for batches is full', async () => {
    const folder = join(batchDisk?.folder ?? '', adapter.name)
    const made = await createTestProject(adapter, { files: project(folder) })
    await made.write({
      'orders/a.jsonl': lines(1, 1000),
      'orders/b.jsonl': lines(1001, 3000, 'x'.repeat(1000)),
      'people/a.jsonl': lines(1, 10),
    })
    const done = await made.assay('ingest')
    expect(done.exitCode).toBe(1)
    expect(done.stderr).toContain(
      'error[load-failed]: could not load shop.orders: the disk is full\n',
    )
    expect(done.stdout).toContain('partial success: read 1,010 records: 1,010 loaded')
    expect(await countOf(made, 'orders')).toEqual([{ n: 1000, ids: 1000 }])
    expect(readdirSync(join(folder, adapter.name, 'staging', 'shop.orders'))).toEqual([])
    batchDisk?.resize(32)
    const again = await made.assay('ingest')
    expect(again.stderr).toBe('')
    expect(await countOf(made, 'orders')).toEqual([{ n: 3000, ids: 3000 }])
    rmSync(folder, { recursive: true, force: true })
    batchDisk?.resize(1)
  })

  const cuts = adapter.name === 'duckdb' ? [] : lost
  test.each(cuts)('the connection is lost: $way $matches, number $at', async (cut) => {
    const made = await createTestProject(adapter, { files: project('load') })
    // The ledger and the tables are there: what is committed now is leases, the run and batches.
    expect((await made.assay('ingest')).exitCode).toBe(0)
    await made.write({ 'orders/a.jsonl': lines(1, 2500), 'people/a.jsonl': lines(1, 10) })
    const { PGHOST: host = '', PGPORT: port = '' } = made.env
    const proxy = await openProxy({ host, port: Number(port) })
    proxy.plan(cut)
    const env = { ...made.env, PGHOST: '127.0.0.1', PGPORT: String(proxy.port) }
    const done = await program.run(['ingest'], { cwd: made.folder, env })
    expect(proxy.struck(), done.output).toBeDefined()
    await proxy.close()
    if (cut.way === 'answer') {
      // Not of a batch: whoever runs it looks. Of a batch: the next try finds it.
      expect(done.code, done.output).toBe(cut.at < 4 ? 2 : 0)
      expect(done.output).toContain(
        cut.at < 4 ? 'whether its changes hold is not known' : 'read 2,510 records: 2,510 loaded',
      )
    } else {
      // The batch is rolled back and waits, the other table goes on.
      expect(done.code).toBe(1)
      expect(done.output).toContain('partial success: read 1,010 records: 1,010 loaded')
      expect(done.output).toContain('1,000 rows')
      expect(done.output).toContain('from a part of 1 file\n')
      expect(done.output).toMatch(/warning\[batch-waiting\]: batch \w+ is not loaded after 1 of 3/)
      expect(await countOf(made, 'orders')).toEqual([{ n: 1000, ids: 1000 }])
    }
    const again = await made.assay('ingest')
    expect(again.exitCode, again.stderr).toBe(0)
    expect(await countOf(made, 'orders')).toEqual([{ n: 2500, ids: 2500 }])
    expect(await countOf(made, 'people')).toEqual([{ n: 10, ids: 10 }])
  })

  test('what may not be written below the load folder is named', async () => {
    const made = await createTestProject(adapter, { files: project('load') })
    const staging = `load/${adapter.name}/staging`
    await made.write({ 'orders/a.jsonl': lines(1, 10), [staging]: 'a file' })
    const done = await made.assay('ingest')
    expect(done.exitCode).toBe(1)
    expect(done.stderr).toContain(
      `could not load shop.orders: a part of the path is a file, not a folder at "${staging}`,
    )
    rmSync(join(made.folder, staging))
    expect(await made.assay('ingest')).toMatchObject({ exitCode: 0 })
    expect(await countOf(made, 'orders')).toEqual([{ n: 10, ids: 10 }])
  })

  test.skipIf(adapter.name === 'duckdb')(
    'the server is killed: each table is told of',
    async () => {
      const made = await createTestProject(adapter, { files: project('load') })
      expect((await made.assay('ingest')).exitCode).toBe(0)
      await made.write({ 'orders/a.jsonl': lines(1, 2500), 'people/a.jsonl': lines(1, 10) })
      const { PGHOST: host = '', PGPORT: port = '' } = made.env
      const proxy = await openProxy({ host, port: Number(port) })
      proxy.plan({ at: 2, matches: /^.{0,5}copy .*"orders"/is, way: 'gone' })
      const env = { ...made.env, PGHOST: '127.0.0.1', PGPORT: String(proxy.port) }
      const done = await program.run(['ingest'], { cwd: made.folder, env })
      await proxy.close()
      expect(done.code, done.output).toBe(1)
      expect(done.output).toMatch(/1\/2 {2}partial shop\.orders +1,000 rows/)
      expect(done.output).toMatch(/2\/2 {2}error {3}shop\.people/)
      expect(done.output).toContain('= hint: check host and port, and that the server is running')
      expect(done.output).toMatch(/the ledger was not written: .*nothing listens there/)
      expect(done.output).toContain('partial success: read 1,000 records: 1,000 loaded')
      expect((await made.assay('ingest', '--wait')).exitCode).toBe(0)
      expect(await countOf(made, 'orders')).toEqual([{ n: 2500, ids: 2500 }])
      expect(await countOf(made, 'people')).toEqual([{ n: 10, ids: 10 }])
    },
  )

  test.skipIf(adapter.name === 'duckdb')('a database that takes no writes is named', async () => {
    const made = await createTestProject(adapter, { files: project('load') })
    await made.write({ 'models/one.sql': 'select 1 as n' })
    const env = { ...made.env, PGOPTIONS: '-c default_transaction_read_only=on' }
    for (const command of ['ingest', 'build']) {
      const done = await program.run([command], { cwd: made.folder, env })
      expect(done.code, done.output).toBe(2)
      expect(done.output).toMatch(
        /in a read-only transaction\n(?:.*\n)* += hint: it is a replica, or default_transaction_read_only is on/,
      )
    }
  })

  test('a type that no database has is named in its column', async () => {
    const files = project('load')
    const made = await createTestProject(adapter, { files })
    const text = files['sources.yml']?.replace(
      '[{ name: id, data_type: integer }]',
      '[{ name: id, data_type: bigit }]',
    )
    await made.write({ 'sources.yml': text, 'people/a.jsonl': lines(1, 10) })
    const done = await made.assay('ingest')
    expect(done.exitCode).toBe(1)
    expect(done.stderr).toMatch(
      /could not load shop.people: type .*bigit"? does not exist\n +--> sources.yml:10:27\n/,
    )
  })
})
