/** What `assay prune` lets go: what is old by `retention`, and never what is still needed. */
import { cpSync, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'

const files = {
  'assay.yml': `name: shop\ntarget: duckdb\nretention: { runs: 365d, archive: 7d, dead_letters: 30d }\n${testTargets}`,
  'models/sources.yml': `sources:
  - name: growth
    schema: raw
    loader: files
    tables:
      - name: events
        load: { path: "incoming/*.jsonl", settle_seconds: 0 }
        columns: [{ name: event_id, data_type: text }, { name: amount, data_type: bigint }]
`,
  'models/fct.sql':
    '{{config materialized="incremental" unique_key="event_id"}}\nselect event_id, amount from {{new_rows (source "growth" "events")}} as e',
  'incoming/a.jsonl': '{"event_id": "e1", "amount": 1}\n{"event_id": "e2", "amount": "lots"}\n',
}

async function ok(project: TestProject, ...argv: readonly string[]): Promise<string> {
  const done = await project.assay(...argv)
  expect(done.exitCode, done.stdout + done.stderr).toBe(0)
  return done.stdout
}

async function rows(project: TestProject, sql: string): Promise<string> {
  return await ok(project, 'show', '--inline', sql, '--output', 'csv')
}

const day = 86_400_000
const after = (days: number) => new Date(Date.now() + days * day).toISOString()

describe.each(testAdapters())('prune on $name', (adapter) => {
  test('removes loaded batches and dead letters when they are old enough, and nothing before', async () => {
    const project = await createTestProject(adapter, { files })
    await ok(project, 'ingest')
    await ok(project, 'build')
    const load = join(project.folder, 'load', adapter.name)
    const batches = () => readdirSync(join(load, 'archive/growth.events'))
    const letters = () => readdirSync(join(load, 'dead_letter/growth.events'))
    const [batch = ''] = batches()
    expect(await ok(project, 'prune', '--yes')).toBe('nothing is old enough\n')

    // Of another database, and one that was never loaded.
    const other = batch.replace(/_\d{6}_[0-9a-f]{8}\.jsonl$/, '_000009_00000000.jsonl')
    cpSync(join(load, 'archive/growth.events', batch), join(load, 'archive/growth.events', other))
    cpSync(
      join(load, 'archive/growth.events', batch),
      join(load, 'quarantine/growth.events', other),
      { recursive: true },
    )
    project.setClock(after(8))
    expect(await ok(project, 'prune')).toMatch(
      /^ {2}archive +1 file {2}\d+ bytes\nkept, since the ledger does not know it: load\/\w+\/archive\/growth.events\/\S+_000009_00000000.jsonl\n--yes does it\n$/,
    )
    expect(batches()).toEqual([batch, other].sort())
    await ok(project, 'prune', '--yes')
    expect(batches()).toEqual([other])
    expect(existsSync(join(load, 'quarantine/growth.events', other))).toBe(true)
    expect(letters()).toHaveLength(1)
    const dead = 'select count(*) as n from _assay.dead_letters'
    expect(await rows(project, dead)).toBe('n\n1\n')

    project.setClock(after(31))
    await ok(project, 'prune', '--yes')
    expect(letters()).toEqual([])
    expect(await rows(project, dead)).toBe('n\n0\n')

    // What is known of files and cursors stays: nothing is loaded or read again.
    project.setClock(after(800))
    expect(await ok(project, 'prune')).toContain('_assay.runs')
    await ok(project, 'prune', '--yes')
    // Its batch lies in quarantine as well.
    expect(await ok(project, 'ingest')).toMatch(/ 0 rows .* 1 file left alone\n/)
    expect(await ok(project, 'run')).toContain('reused')
  })
})
