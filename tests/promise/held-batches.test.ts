/** What a batch in quarantine holds is loaded once and by its replay, whatever is done to its file before and after. */
import { appendFile, copyFile, readdir, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'

const project = {
  'assay.yml': `name: shop\ntarget: duckdb\n${testTargets}`,
  'sources.yml': `sources:
  - name: shop
    schema: raw
    loader: files
    load: { settle_seconds: 0, path: "incoming/*.jsonl", batch_rows: 2, tries: 1 }
    tables:
      - name: orders
        columns: [{ name: id, data_type: integer }, { name: k, data_type: integer }]
`,
}

/** In batches of two, of which the one whose records have the same `k` is refused as a whole. */
const files = {
  'incoming/first.jsonl': records([20, 0], [21, 0], [22, 3], [23, 4]),
  'incoming/last.jsonl': records([30, 5], [31, 6], [32, 0], [33, 0]),
  'incoming/middle.jsonl': records([10, 1], [11, 2], [12, 0], [13, 0], [14, 7], [15, 8]),
}
const loadedAtOnce = [10, 11, 14, 15, 22, 23, 30, 31]
const all = [10, 11, 12, 13, 14, 15, 20, 21, 22, 23, 30, 31, 32, 33]

function records(...pairs: readonly (readonly [id: number, k: number])[]): string {
  return pairs.map(([id, k]) => `{"id": ${id}, "k": ${k}}\n`).join('')
}

/** What people do. Each leaves the files as whole as they were. */
const steps = {
  ingest: (made: TestProject) => made.assay('ingest'),
  build: (made: TestProject) => made.assay('ingest', '--build'),
  replay: (made: TestProject) => made.assay('ingest', '--replay'),
  mend: (made: TestProject) => made.assay('run-operation', '--sql', 'drop index raw.one_k'),
  touch: async ({ folder }: TestProject) => {
    const at = new Date(Date.now() - 60_000 * Math.random())
    for (const file of Object.keys(files)) await utimes(join(folder, file), at, at)
  },
  copy: async ({ folder }: TestProject) => {
    for (const file of Object.keys(files)) {
      await copyFile(join(folder, file), join(folder, file.replace('incoming/', 'incoming/2_')))
    }
  },
  grow: async ({ folder }: TestProject) => {
    for (const [index, file] of Object.keys(files).entries()) {
      await appendFile(join(folder, file), records([99 + index, 99 + index]))
    }
  },
}
type Step = keyof typeof steps

async function idsOf(made: TestProject): Promise<readonly number[]> {
  const sql = 'select id from {{source "shop" "orders"}} order by id'
  const shown = await made.assay('show', '--inline', sql, '--output', 'json', '--limit', '-1')
  expect(shown.stderr).toBe('')
  const parsed: { readonly show: readonly { readonly id: number }[] } = JSON.parse(shown.stdout)
  return parsed.show.map(({ id }) => id)
}

async function withQuarantine(made: TestProject): Promise<void> {
  expect((await made.assay('ingest')).exitCode).toBe(0)
  const index = 'create unique index one_k on raw.orders (k)'
  expect((await made.assay('run-operation', '--sql', index)).exitCode).toBe(0)
  await made.write(files)
  expect((await made.assay('ingest')).exitCode).toBe(1)
  expect(await idsOf(made)).toEqual(loadedAtOnce)
}

const orders: readonly (readonly Step[])[] = [
  ['touch', 'ingest', 'mend', 'replay', 'ingest', 'replay'],
  ['touch', 'mend', 'ingest', 'build', 'replay', 'touch', 'ingest'],
  ['grow', 'mend', 'ingest', 'replay', 'build', 'touch', 'ingest'],
  ['copy', 'mend', 'build', 'ingest', 'replay', 'touch', 'ingest'],
  ['replay', 'touch', 'build', 'grow', 'ingest', 'mend', 'ingest', 'replay', 'replay'],
  ['mend', 'replay', 'touch', 'ingest', 'grow', 'ingest', 'replay'],
]

describe.each(testAdapters())('batches in quarantine on $name', (adapter) => {
  test.each(orders.map((order) => ({ order, named: order.join(', ') })))(
    'each record is there once: $named',
    async ({ order }) => {
      const made = await createTestProject(adapter, { files: project })
      await withQuarantine(made)
      let expected = loadedAtOnce
      let isMended = false
      let hasGrown = false
      for (const step of order) {
        if (step === 'mend') isMended = true
        if (step === 'grow') hasGrown = true
        if (step === 'replay' && isMended) expected = all
        const done = await steps[step](made)
        expect(await idsOf(made), step).toEqual(expected)
        if (done === undefined || step === 'mend') continue
        // What grew is an error in every run that looks at it; what is held is said.
        if (step !== 'replay') expect(done.exitCode, done.stderr).toBe(hasGrown ? 1 : 0)
        const isHeld = expected !== all && step !== 'replay' && !hasGrown
        expect(done.stderr.includes('warning[sources-left-aside]: '), step).toBe(isHeld)
      }
      expect(expected).toEqual(all)
    },
  )

  test('a batch that was deleted by hand holds nothing: its file is loaded after --replay', async () => {
    const made = await createTestProject(adapter, { files: project })
    expect((await made.assay('ingest')).exitCode).toBe(0)
    const index = 'create unique index one_k on raw.orders (k)'
    await made.assay('run-operation', '--sql', index)
    await made.write({ 'incoming/a.jsonl': records([1, 0], [2, 0]) })
    expect((await made.assay('ingest')).exitCode).toBe(1)
    const quarantine = join(made.folder, 'load', adapter.name, 'quarantine', 'shop.orders')
    expect((await readdir(quarantine)).length).toBe(1)
    await rm(quarantine, { recursive: true })
    await steps.mend(made)
    expect((await steps.ingest(made)).stderr).toContain('sources-left-aside')
    expect((await steps.replay(made)).exitCode).toBe(0)
    await steps.ingest(made)
    expect(await idsOf(made)).toEqual([1, 2])
  })
})
