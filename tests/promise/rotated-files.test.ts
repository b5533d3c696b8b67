/** Log files that are rotated while they are loaded: what is known under another name is not loaded again. */
import { appendFile, copyFile, readFile, rename, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'

const project = {
  'assay.yml': `name: shop\ntarget: duckdb\n${testTargets}`,
  'sources.yml': `sources:
  - name: shop
    schema: raw
    loader: files
    load: { settle_seconds: 0, path: "logs/*", format: jsonl }
    tables:
      - name: events
        columns: [{ name: id, data_type: integer }]
`,
}

const lines = (...ids: readonly number[]) => ids.map((id) => `{"id": ${id}}\n`).join('')

async function idsOf(made: TestProject): Promise<readonly number[]> {
  const sql = 'select id from {{source "shop" "events"}} order by id'
  const shown = await made.assay('show', '--inline', sql, '--output', 'json', '--limit', '-1')
  expect(shown.stderr).toBe('')
  const parsed: { readonly show: readonly { readonly id: number }[] } = JSON.parse(shown.stdout)
  return parsed.show.map(({ id }) => id)
}

describe.each(testAdapters())('rotated files on $name', (adapter) => {
  const started = async () => {
    const made = await createTestProject(adapter, { files: project })
    await made.write({ 'logs/app.log': lines(1, 2) })
    expect((await made.assay('ingest')).exitCode).toBe(0)
    const at = (name: string) => join(made.folder, 'logs', name)
    const refused = async (name: string, from = 'app.log') => {
      const done = await made.assay('ingest')
      expect(done.exitCode).toBe(1)
      expect(done.stderr).toBe(
        `error[file-grew]: expected logs/${name} to be new, found that it begins with what was loaded from logs/${from}, and that more was written behind it; nothing of it is loaded again
  = hint: let "path" match only files that are whole, e.g. of a log those that were rotated; put what is new into a file of another name

1 error
`,
      )
    }
    return { made, at, refused }
  }

  test('renamed when it had grown, by whatever name; the new one is loaded', async () => {
    const { made, at, refused } = await started()
    await appendFile(at('app.log'), lines(3))
    await rename(at('app.log'), at('app.log.1'))
    await writeFile(at('app.log'), lines(4))
    await refused('app.log.1')
    await rename(at('app.log.1'), at('old-events'))
    await refused('old-events')
    expect(await idsOf(made)).toEqual([1, 2, 4])
    // Packed by the next rotation, and as long as more is in it than was loaded.
    await writeFile(at('app.log.2.gz'), gzipSync(await readFile(at('old-events'))))
    await truncate(at('old-events'), lines(1, 2).length)
    const done = await made.assay('ingest')
    expect(done.stderr).toContain('error[file-grew]: expected logs/app.log.2.gz to be new')
    expect(done.stdout).toContain('from 1 duplicate file; 2 duplicates')
    expect(await idsOf(made)).toEqual([1, 2, 4])
  })

  test('copied and emptied, in the ways of naming; packed without being changed', async () => {
    const { made, at, refused } = await started()
    await appendFile(at('app.log'), lines(3))
    for (const name of ['app.log-20260102', 'app-20260102.log', 'app.log.2026-01-02']) {
      await copyFile(at('app.log'), at(name))
      await made.write({ 'logs/app.log': lines(1, 2) })
      await refused(name)
      await made.write({ [`logs/${name}`]: undefined })
      await appendFile(at('app.log'), lines(3))
    }
    await writeFile(at('app.log.1.gz'), gzipSync(lines(1, 2)))
    await writeFile(at('app.log'), lines(5))
    const done = await made.assay('ingest')
    expect(done.stderr).toBe('')
    expect(await idsOf(made)).toEqual([1, 2, 5])
  })

  test('packed, packed anew and unpacked it is one content, whatever the names', async () => {
    const { made, at } = await started()
    const pack = async (name: string, level: number, ...ids: readonly number[]) =>
      await writeFile(at(name), gzipSync(lines(...ids), { level }))
    await pack('b.gz', 9, 7, 8)
    expect((await made.assay('ingest')).exitCode).toBe(0)
    await pack('c.gz', 0, 7, 8)
    await made.write({ 'logs/zz_plain': lines(7, 8) })
    const known = await made.assay('ingest')
    expect([known.exitCode, known.stderr]).toEqual([0, ''])
    expect(known.stdout).toContain('from 2 duplicate files; 4 duplicates')
    // Within one run; the packed one is the later one.
    await pack('e.gz', 9, 9)
    await pack('f.gz', 0, 9)
    await made.write({ 'logs/d_plain': lines(9) })
    expect((await made.assay('ingest')).stdout).toContain(
      'from 1 file and 2 duplicate files; 2 duplicates',
    )
    // Unpacked and gone on with.
    await made.write({ 'logs/b': lines(7, 8, 10) })
    expect((await made.assay('ingest')).stderr).toContain(
      'error[file-grew]: expected logs/b to be new, found that it begins with what was loaded',
    )
    expect(await idsOf(made)).toEqual([1, 2, 7, 8, 9])
  })

  test('a dump of each day that begins with the one before is a file of its own', async () => {
    const { made } = await started()
    await made.write({ 'logs/dump-2026-01-01': lines(10), 'logs/dump-2026-01-02': lines(10, 11) })
    expect((await made.assay('ingest')).exitCode).toBe(0)
    await made.write({ 'logs/dump-2026-01-03': lines(10, 11, 12) })
    expect((await made.assay('ingest')).exitCode).toBe(0)
    expect(await idsOf(made)).toEqual([1, 2, 10, 10, 10, 11, 11, 12])
  })
})
