/** `status` of what loading has set aside: dead letters are told, a batch in quarantine or a file left alone is a failure. */
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
const nothing = { quarantined_batches: [], files_left_alone: [] }

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
    expect((await looked(project)).exitCode).toBe(0)
    await project.assay('ingest')
    const batch: unknown = expect.stringMatching(/^processing_batch_/)
    const leftAlone = ['incoming/orders_3.jsonl.gz']
    expect(await looked(project)).toEqual({
      exitCode: 1,
      isFine: false,
      setAside: [{ ...letters, quarantined_batches: [batch], files_left_alone: leftAlone }],
    })
    const said = await project.assay('status')
    expect(said.stdout).toMatch(
      /\nset aside by loading\n {2}raw\.orders {2}2 dead letters; in quarantine: processing_batch_\S+; left alone until changed: incoming\/orders_3\.jsonl\.gz\n/,
    )
    expect(said.stdout).toContain('2 in quarantine\n')

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
})
