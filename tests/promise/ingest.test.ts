/** What is promised of loading beyond kills: bounded memory, changed files, full disks, two loaders, a table made anew. */
import { appendFile, mkdir, open, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { files } from '../../src/load/loaders/files/files.ts'
import { createProgram, type Program } from '../faults/program.ts'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'

let program: Program
beforeAll(() => {
  program = createProgram()
})
afterAll(() => program.remove())

const project = {
  'assay.yml': `name: shop\ntarget: duckdb\n${testTargets}`,
  'sources.yml': `sources:
  - name: shop
    schema: raw
    loader: files
    load: { settle_seconds: 0, path: "incoming/*.jsonl" }
    tables:
      - name: orders
        columns: [{ name: id, data_type: integer }]
`,
  'models/numbered.sql':
    '{{config materialized="incremental" incremental_strategy="append"}}\nselect id from {{new_rows (source "shop" "orders")}} as n\n',
}

async function idsOf(made: TestProject, from: string): Promise<readonly number[]> {
  const sql = `select id from ${from} order by id`
  const shown = await made.assay('show', '--inline', sql, '--output', 'json', '--limit', '-1')
  expect(shown.stderr).toBe('')
  const parsed: { readonly show: readonly { readonly id: number }[] } = JSON.parse(shown.stdout)
  return parsed.show.map(({ id }) => id)
}

const raw = '{{source "shop" "orders"}}'

function lines(from: number, to: number): string {
  const ids = Array.from({ length: to - from + 1 }, (_, index) => from + index)
  return ids.map((id) => `{"id": ${id}}\n`).join('')
}

describe.each(testAdapters())('loading on $name', (adapter) => {
  test('a table that was dropped is filled again, and who followed it starts anew', async () => {
    const made = await createTestProject(adapter, { files: project })
    await made.write({ 'incoming/a.jsonl': lines(1, 3) })
    expect((await made.assay('ingest')).exitCode).toBe(0)
    expect((await made.assay('build')).exitCode).toBe(0)
    expect(await idsOf(made, '{{ref "numbered"}}')).toEqual([1, 2, 3])
    await made.assay('run-operation', '--sql', 'drop table raw.orders')
    await made.write({ 'incoming/b.jsonl': lines(4, 9) })
    const again = await made.assay('ingest')
    expect(again.stdout).toContain('9 rows')
    expect((await made.assay('build')).exitCode).toBe(0)
    expect(await idsOf(made, '{{ref "numbered"}}')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('a file that goes on growing is refused in every run, and no row is there twice', async () => {
    const made = await createTestProject(adapter, { files: project })
    const file = 'incoming/a.jsonl'
    await made.write({ [file]: lines(1, 3), 'incoming/same.jsonl': lines(1, 3) })
    expect((await made.assay('ingest')).exitCode).toBe(0)
    for (const to of [4, 4, 4, 4, 9]) {
      await made.write({ [file]: lines(1, to), 'incoming/same.jsonl': lines(1, to + 10) })
      for (const replay of [[], ['--replay'], []]) {
        const again = await made.assay('ingest', ...replay)
        if (replay.length === 0) {
          expect(again.exitCode).toBe(1)
          expect(again.stderr).toContain(`error[file-grew]: expected ${file}`)
          expect(again.stderr).toContain('error[file-grew]: expected incoming/same.jsonl')
        }
        expect(await idsOf(made, raw)).toEqual([1, 2, 3])
      }
    }
    // Another content is another file; to have begun with the first one still counts after it.
    await made.write({ [file]: lines(50, 51), 'incoming/same.jsonl': lines(1, 3) })
    expect((await made.assay('ingest')).exitCode).toBe(0)
    await made.write({ [file]: lines(1, 20) })
    const after = await made.assay('ingest')
    expect(after.stderr).toContain(`error[file-grew]: expected ${file}`)
    expect(await idsOf(made, raw)).toEqual([1, 2, 3, 50, 51])
  })

  test('a file that failed and was set aside before it grew is refused too', async () => {
    const made = await createTestProject(adapter, { files: project })
    await made.write({ 'incoming/a.jsonl': lines(1, 3) })
    expect((await made.assay('ingest')).exitCode).toBe(0)
    // Half a line at its end is a try that failed, and the third one sets it aside.
    await made.write({ 'incoming/a.jsonl': `${lines(7, 8)}{"id"` })
    for (let run = 0; run < 3; run += 1) await made.assay('ingest')
    await made.write({ 'incoming/a.jsonl': lines(1, 5) })
    for (const replay of [['--replay'], [], []]) {
      const again = await made.assay('ingest', ...replay)
      // It was set aside: --replay looks at it too.
      expect(again.stderr).toContain('error[file-grew]')
      expect(again.exitCode).toBe(1)
      expect(await idsOf(made, raw)).toEqual([1, 2, 3])
    }
  })

  test('a file that cannot be read and a link that leads nowhere keep none of the others', async () => {
    const made = await createTestProject(adapter, { files: project })
    await made.write({ 'incoming/b.jsonl': lines(1, 3) })
    const incoming = join(made.folder, 'incoming')
    // To itself: no user may read it, not even one who may read everything.
    await symlink('a.jsonl', join(incoming, 'a.jsonl'))
    await symlink('gone', join(incoming, 'c.jsonl'))
    await symlink('b.jsonl', join(incoming, 'd.jsonl'))
    for (const loaded of ['read 6 records: 3 loaded, 0 dead letters, 3 duplicates', 'read 0']) {
      const done = await made.assay('ingest')
      expect(done.exitCode).toBe(1)
      expect(done.stdout).toContain(loaded)
      expect(done.stderr).toContain('error[file-unreadable]: expected incoming/a.jsonl')
      expect(done.stderr).toContain('(ELOOP)')
      expect(done.stderr).toContain(
        'expected incoming/c.jsonl to be readable, found that it is a link',
      )
      expect(await idsOf(made, raw)).toEqual([1, 2, 3])
    }
  })

  test('a number is loaded with all its digits or not at all; JSON that is no JSON lines is a fault', async () => {
    const columns =
      '[{ name: id, data_type: integer }, { name: n, data_type: numeric }, { name: m, data_type: "numeric(10,2)" }]'
    const sources = project['sources.yml'].replace('[{ name: id, data_type: integer }]', columns)
    const made = await createTestProject(adapter, {
      files: { ...project, 'sources.yml': sources.replace('*.jsonl', '*') },
    })
    await made.write({
      'incoming/a.jsonl':
        '{"id": 1, "n": 1.125, "m": 1.50}\n{"id": 2, "n": 1.1234}\n{"id": 3, "m": 1.005}\n',
      'incoming/list.json': '[{"id": 4},\n{"id": 5}]\n',
      'incoming/pretty.json': '{\n  "id": 6\n}\n',
    })
    const done = await made.assay('ingest')
    expect(done.exitCode).toBe(1)
    expect(done.stderr).toContain('incoming/list.json to be readable, found that it is one list')
    expect(done.stderr).toContain('incoming/pretty.json to be readable, found that it is JSON with')
    // DuckDB has no numeric without a limit.
    expect(await idsOf(made, raw)).toEqual(adapter.name === 'duckdb' ? [1] : [1, 2])
    const sql = `select id, n from ${raw} where n <> 1.125 and n <> 1.1234`
    const shown = await made.assay('show', '--inline', sql, '--output', 'json')
    expect(JSON.parse(shown.stdout)).toMatchObject({ show: [] })
  })

  test('a line that does not end takes no memory, and the others are loaded', async () => {
    const made = await createTestProject(adapter, { files: project })
    await mkdir(join(made.folder, 'incoming'))
    const path = join(made.folder, 'incoming', 'long.jsonl')
    await writeFile(path, lines(1, 1))
    const handle = await open(path, 'r+')
    // A hole in the file: as long as it reads, it takes no room on the disk.
    await handle.truncate(150_000_000)
    await handle.close()
    await appendFile(path, `\n${lines(2, 2)}`)
    const before = process.memoryUsage.rss()
    const done = await made.assay('ingest')
    expect(done.stdout).toContain('2 rows')
    expect(done.stdout).toContain('1 dead letter')
    expect(process.memoryUsage.rss() - before).toBeLessThan(150_000_000)
    expect(await idsOf(made, raw)).toEqual([1, 2])
  })

  test('a file that cannot grow any more: what was loaded stays, the rest comes with the next run', async () => {
    const made = await createTestProject(adapter, { files: project })
    await made.write({
      'incoming/a.jsonl': lines(1, 10),
      'incoming/b.jsonl': lines(11, 4000),
      'incoming/c.jsonl': lines(4001, 4010),
    })
    expect((await made.assay('ingest', '--select', 'source:shop')).exitCode).toBe(0)
    await made.write({ 'incoming/d.jsonl': lines(4011, 9000) })
    const options = { cwd: made.folder, env: made.env }
    const hindered = await program.run(['ingest'], { ...options, limit: 'ulimit -f 20;' })
    expect([1, 2], hindered.output).toContain(hindered.code)
    expect(hindered.output).not.toContain('this is a bug')
    expect((await idsOf(made, raw)).length).toBe(4010)
    expect((await made.assay('ingest')).exitCode).toBe(0)
    expect((await idsOf(made, raw)).length).toBe(9000)
    const staging = join(made.folder, 'load', adapter.name, 'staging', 'shop.orders')
    expect(await readdir(staging)).toEqual([])
  })

  test('two loaders of one table: one waits, and no row is there twice', async () => {
    const made = await createTestProject(adapter, { files: project })
    await made.write({ 'incoming/a.jsonl': lines(1, 5000), 'incoming/b.jsonl': lines(5001, 6000) })
    const options = { cwd: made.folder, env: made.env }
    const both = await Promise.all([
      program.run(['ingest', '--wait'], options),
      program.run(['ingest', '--wait'], options),
    ])
    expect(both.map(({ code, output }) => (code === 0 ? 0 : output))).toEqual([0, 0])
    expect((await idsOf(made, raw)).length).toBe(6000)
  })
})

test('a file that is replaced while it is read is left as a whole', async () => {
  const folder = join(program.folder, 'replaced')
  await mkdir(join(folder, 'incoming'), { recursive: true })
  const path = join(folder, 'incoming', 'a.jsonl')
  await writeFile(path, lines(1, 100_000))
  const found = []
  const context = {
    table: 'shop.orders',
    options: { path: 'incoming/a.jsonl', settle_seconds: 0 },
    columns: ['id'],
    root: folder,
    known: {
      latest: () => undefined,
      byHash: () => undefined,
      isHeld: () => false,
      loaded: [],
      loadedFrom: () => [],
      linesOf: () => [],
      failed: [],
      isEmpty: true,
    },
    processedFolder: join(folder, 'processed'),
    capturedFolder: join(folder, 'captured'),
    tools: {
      findFiles: () => Promise.resolve({ files: ['incoming/a.jsonl'], folders: [] }),
      readParquet: () => {
        throw new Error('it is no Parquet file')
      },
      now: () => new Date(),
    },
    signal: new AbortController().signal,
  }
  for await (const each of files.find(context)) found.push(each)
  const [first] = found
  if (first?.kind !== 'unit') throw new Error('expected a file to read')
  let records = 0
  for await (const some of first.unit.records()) {
    if (records === 0) await writeFile(path, lines(200_000, 300_000))
    records += some.length
  }
  expect(await first.unit.close()).toMatchObject({
    kind: 'left',
    isTry: false,
    diagnostic: {
      code: 'file-changed',
      message:
        'expected incoming/a.jsonl to stay as it is while it is read, found that it changed; nothing of it is loaded',
    },
  })
})
