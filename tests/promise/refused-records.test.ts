/** Many records of one batch that only the database can refuse: they alone are dead, each with its own reason. */
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, testTargets } from '../support/test-project.ts'

const files = (adapter: string) => ({
  'assay.yml': `name: shop\ntarget: ${adapter}\n${testTargets}`,
  'sources.yml': `sources:
  - name: shop
    schema: raw
    loader: files
    load: { settle_seconds: 0, path: "incoming/*.jsonl" }
    tables:
      - name: orders
        columns:
          - { name: id, data_type: integer }
          - { name: patience, data_type: interval }
          - { name: note, data_type: text }
`,
})

const total = 1500
const isBad = (id: number) => id % 3 === 0

describe.each(testAdapters())('refused records on $name', (adapter) => {
  test('of a batch with hundreds the others are loaded, and each has what the database said of it', async () => {
    const project = await createTestProject(adapter, { files: files(adapter.name) })
    await project.write({ 'incoming/a.jsonl': '{"id": 0, "patience": "1 day", "note": "first"}\n' })
    expect((await project.assay('ingest')).exitCode).toBe(0)
    const sql = 'alter table raw.orders alter column note set not null'
    expect(await project.assay('run-operation', '--sql', sql)).toMatchObject({ exitCode: 0 })
    const ids = Array.from({ length: total }, (_, index) => index + 1)
    const lines = ids.map((id) => {
      const note = id === 1 ? null : 'said'
      return JSON.stringify({ id, patience: isBad(id) ? `soon ${id}` : `${id} minutes`, note })
    })
    await project.write({ 'incoming/b.jsonl': `${lines.join('\n')}\n` })
    const loaded = await project.assay('ingest')
    expect(loaded.exitCode, loaded.stderr).toBe(0)
    const bad = ids.filter(isBad)
    const shown = async (select: string) =>
      JSON.parse(
        (await project.assay('show', '--inline', select, '--output', 'json', '--limit', '-1'))
          .stdout,
      ).show
    const counts = await shown(
      'select cast(sum(records_read) as integer) as read, cast(sum(rows_loaded) as integer) as loaded, cast(sum(dead) as integer) as dead from _assay.loads',
    )
    expect(counts).toEqual([{ read: total + 1, loaded: total - bad.length, dead: bad.length + 1 }])
    expect(await shown('select id from raw.orders order by id')).toEqual(
      [0, ...ids.filter((id) => id !== 1 && !isBad(id))].map((id) => ({ id })),
    )
    const dead: readonly { line: number; field: string | null; message: string }[] = await shown(
      'select cast(source_line as integer) as line, field, message from _assay.dead_letters order by source_line',
    )
    expect(dead.map(({ line }) => line)).toEqual([1, ...bad])
    expect(dead[0]?.message).toMatch(/null/i)
    for (const { line, field, message } of dead.slice(1)) {
      expect(field).toBe('patience')
      expect(message).toMatch(/^column "patience" \(interval\): /i)
      expect(message).toContain(`soon ${line}`)
    }
  })
})
