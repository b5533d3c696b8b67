/** `status` of what loading has set aside: dead letters are told, a batch in quarantine or a file left alone is a failure. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'

const files = {
  'assay.yml': `name: shop\ntarget: duckdb\n${testTargets}`,
  'models/sources.yml': `sources:
  - name: shop
    schema: raw
    loader: files
    load: { settle_seconds: 0, tries: 2 }
    tables:
      - name: orders
        load: { path: "incoming/orders_*.jsonl*", max_record_bytes: 50 }
        columns: [{ name: id, data_type: integer }]
`,
  'incoming/orders_1.jsonl': `{"id": 1}\n{"id": ${' '.repeat(60)}9}\nno JSON\n`,
}

async function looked(project: TestProject) {
  const { exitCode, stdout } = await project.assay('status', '--output', 'json')
  const json: { readonly is_fine: boolean; readonly set_aside: unknown } = JSON.parse(stdout)
  return { exitCode, isFine: json.is_fine, setAside: json.set_aside }
}

const letters = { table: 'raw.orders', dead_letters: 2 }
const nothing = { quarantined_batches: [], files_left_alone: [], files_failing: [] }

describe.each(testAdapters())('status of loading on $name', (adapter) => {
  test('dead letters are counted until they are replayed; quarantine is exit 1 until it is settled', async () => {
    const project = await createTestProject(adapter, { files })
    await project.assay('ingest')
    expect(await looked(project)).toEqual({
      exitCode: 0,
      isFine: true,
      setAside: [{ ...letters, ...nothing }],
    })

    const index = 'create unique index one_of_a_kind on raw.orders (id)'
    await project.assay('run-operation', '--sql', index)
    await project.write({
      'incoming/orders_2.jsonl': '{"id": 2}\n{"id": 3}\n{"id": 3}\n',
      'incoming/orders_3.jsonl.gz': 'not packed',
    })
    await project.assay('ingest')
    const packed = 'incoming/orders_3.jsonl.gz'
    expect(await looked(project)).toEqual({
      exitCode: 1,
      isFine: false,
      setAside: [{ ...letters, ...nothing, files_failing: ['incoming/orders_2.jsonl', packed] }],
    })
    expect((await project.assay('status')).stdout).toContain('2 to be loaded again\n')
    await project.assay('ingest')
    const batch: unknown = expect.stringMatching(/^processing_batch_/)
    const leftAlone = [packed]
    expect(await looked(project)).toEqual({
      exitCode: 1,
      isFine: false,
      setAside: [
        {
          ...letters,
          quarantined_batches: [batch],
          files_left_alone: leftAlone,
          files_failing: [],
        },
      ],
    })
    const said = await project.assay('status')
    expect(said.stdout).toMatch(
      /\nset aside by loading\n {2}raw\.orders {2}2 dead letters; in quarantine: processing_batch_\S+; left alone until changed: incoming\/orders_3\.jsonl\.gz\n/,
    )
    expect(said.stdout).toContain('1 in quarantine, 1 left alone\n')

    await project.assay('run-operation', '--sql', 'drop index raw.one_of_a_kind')
    await project.write({
      'incoming/orders_3.jsonl.gz': undefined,
      'models/sources.yml': files['models/sources.yml'].replace('50', '400'),
    })
    await project.assay('ingest', '--replay')
    const after = await looked(project)
    // The line that is no JSON stays dead, and is no failure.
    expect(after).toEqual({
      exitCode: 0,
      isFine: true,
      setAside: [{ ...letters, dead_letters: 1, ...nothing }],
    })
  })

  test('a file that is refused is a failure until it is put back or taken away', async () => {
    const project = await createTestProject(adapter, { files })
    const [first, second] = ['incoming/orders_1.jsonl', 'incoming/orders_2.jsonl']
    await project.write({ [first]: '{"id": 1}\n', [second]: '{"id": 2}\n' })
    const ingested = async () => (await project.assay('ingest')).exitCode
    expect(await ingested()).toBe(0)
    const fine = { exitCode: 0, isFine: true, setAside: [] }
    expect(await looked(project)).toEqual(fine)
    const aside = { table: 'raw.orders', dead_letters: 0, ...nothing }
    const grown = { [first]: '{"id": 1}\n{"id": 3}\n', [second]: '{"id": 2}\n{"id": 4}\n' }
    await project.write(grown)
    for (const _ of [1, 2]) {
      expect(await ingested()).toBe(1)
      const { exitCode, setAside } = await looked(project)
      expect([exitCode, setAside]).toEqual([1, [{ ...aside, files_failing: [first, second] }]])
    }
    await project.write({ [first]: '{"id": 1}\n', [second]: undefined })
    expect(await ingested()).toBe(0)
    expect(await looked(project)).toEqual(fine)
    expect((await project.assay('ingest')).stdout).toContain('read 0 records')
  })

  test('a file that failed is a failure until it is mended or taken away', async () => {
    const project = await createTestProject(adapter, { files })
    await project.write({ 'incoming/orders_1.jsonl': '{"id": 1}\n' })
    const fine = { exitCode: 0, isFine: true, setAside: [] }
    const broken = 'incoming/orders_2.jsonl.gz'
    const ingested = async () => (await project.assay('ingest')).exitCode
    const afterwards = async () => {
      const { exitCode, setAside } = await looked(project)
      return [exitCode, setAside]
    }
    const aside = { table: 'raw.orders', dead_letters: 0, ...nothing }
    const leave = async () => {
      await project.write({ [broken]: 'not packed' })
      expect(await ingested()).toBe(1)
      expect(await afterwards()).toEqual([1, [{ ...aside, files_failing: [broken] }]])
    }
    await leave()
    await project.write({ [broken]: undefined })
    expect(await ingested()).toBe(0)
    expect(await looked(project)).toEqual(fine)

    await leave()
    expect(await ingested()).toBe(1)
    expect(await ingested()).toBe(0)
    expect(await afterwards()).toEqual([1, [{ ...aside, files_left_alone: [broken] }]])
    await project.write({ [broken]: undefined })
    expect(await ingested()).toBe(0)
    expect(await looked(project)).toEqual(fine)

    // The same one is new, with all its tries.
    await leave()
    await writeFile(join(project.folder, broken), gzipSync('{"id": 2}\n'))
    expect(await ingested()).toBe(0)
    expect(await looked(project)).toEqual(fine)
  })
})
