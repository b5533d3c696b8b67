/** Rows that a model refuses are in one file each, with their original: through kills, lost batches, erasures and retention. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, type TestProject } from '../support/test-project.ts'

const folder = join(import.meta.dirname, '../cases/dead-letters-of-models/project')

async function ran(project: TestProject, exit: number, ...argv: readonly string[]) {
  const done = await project.assay(...argv)
  expect(done.exitCode, done.stdout + done.stderr).toBe(exit)
  return done.stdout
}

interface Letter {
  readonly id: string
  readonly code: string
  readonly line: number | null
  readonly encoding: string
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function letterOf(line: string): Letter {
  const letter: unknown = JSON.parse(line)
  if (!isRecord(letter)) throw new Error(`expected an object, found ${line}`)
  const { code, line: number, original, original_encoding: encoding } = letter
  const record: unknown = JSON.parse(String(original))
  return {
    id: isRecord(record) ? String(record['id']) : '',
    code: String(code),
    line: typeof number === 'number' ? number : null,
    encoding: String(encoding),
  }
}

function lettersFolder({ folder: root }: TestProject, adapter: string): string {
  return join(root, 'load', adapter, 'dead_letter/stg_rejected')
}

/** By file. Two runs of one second have no order. */
function letters(project: TestProject, adapter: string): readonly (readonly Letter[])[] {
  const own = lettersFolder(project, adapter)
  if (!existsSync(own)) return []
  return readdirSync(own)
    .map((name) => readFileSync(join(own, name), 'utf8').trimEnd().split('\n').map(letterOf))
    .sort(([one], [other]) => ((one?.id ?? '') < (other?.id ?? '') ? -1 : 1))
}

const m2 = { id: 'm2', code: 'missing_user', line: 2, encoding: 'json' }
const m3 = { id: 'm3', code: 'negative_price', line: 4, encoding: 'json' }
const m5 = { id: 'm5', code: 'missing_user', line: 1, encoding: 'json' }
const m6 = { id: 'm6', code: 'negative_price', line: null, encoding: 'row' }

const second = { 'incoming/messages-2.jsonl': '{"id": "m5", "user_id": null, "price": 5}\n' }
const third = { 'incoming/messages-3.jsonl': '{"id": "m6", "user_id": "bob", "price": -6}\n' }

describe.each(testAdapters())('dead letters of a model on $name', (adapter) => {
  test('are written once, whatever a run is ended by; without their batch the row is kept; erased and pruned they stay away', async () => {
    const project = await createTestProject(adapter, { folder })
    const found = () => letters(project, adapter.name)
    const own = lettersFolder(project, adapter.name)
    await ran(project, 0, 'ingest')
    // Committed, and not a file of it: the folder is none.
    await mkdir(join(own, '..'), { recursive: true })
    await writeFile(own, '')
    const hindered = await project.assay('build')
    expect(hindered.exitCode).toBe(1)
    expect(hindered.stdout).toContain('4 ok')
    expect(hindered.stderr).toContain('error[dead-letters-unwritten]')
    await rm(own)
    expect(await ran(project, 0, 'build')).toContain('(2 of ')
    expect(found()).toEqual([[m2, m3]])

    // A file of a run that was killed before it could say how far it came.
    await project.write(second)
    await ran(project, 0, 'ingest', '--build')
    const last = `delete from _assay.cursors where feed = 'dead_letters' and version = (select max(newest.version) from _assay.cursors as newest where newest.feed = 'dead_letters')`
    await ran(project, 0, 'run-operation', '--sql', last)
    expect(await ran(project, 0, 'build')).not.toContain('dead letters:')
    expect(found()).toEqual([[m2, m3], [m5]])
    const table: unknown = expect.stringMatching(/\.stg_rejected$/)
    const reasons = { missing_user: 2, negative_price: 1 }
    expect(JSON.parse(await ran(project, 0, 'status', '--output', 'json')).refused).toEqual([
      { model: 'stg_rejected', table, dead_letters: 3, reasons },
    ])
    expect(await ran(project, 0, 'status')).toMatch(
      /\nrefused by models\n {2}\w+\.stg_rejected {2}3 dead letters: 2 missing_user and 1 negative_price\n\n/,
    )
    // And one that wrote half a file.
    await writeFile(join(own, '20990101_000000_00000000.jsonl.tmp'), '{"half')
    await ran(
      project,
      0,
      'run-operation',
      '--sql',
      `delete from _assay.cursors where feed = 'dead_letters'`,
    )
    await ran(project, 0, 'build')
    expect(readdirSync(own).filter((name) => name.endsWith('.tmp'))).toEqual([])
    expect(found()).toEqual([[m2, m3], [m5]])

    // The batch has a line less than when it was loaded: each row finds its own all the same.
    await ran(project, 0, 'erase', '--identity', 'user', '--value', 'ada', '--yes')
    await rm(own, { recursive: true })
    await ran(
      project,
      0,
      'run-operation',
      '--sql',
      `delete from _assay.cursors where feed = 'dead_letters'`,
    )
    expect(await ran(project, 0, 'build')).toContain('(3 of ')
    expect(found()).toEqual([[m2, m3, m5]])

    await project.write(third)
    await ran(project, 0, 'ingest')
    await rm(join(project.folder, 'load', adapter.name, 'archive'), { recursive: true })
    await ran(project, 0, 'build')
    expect(found()).toEqual([[m2, m3, m5], [m6]])

    // Whatever the code refuses now is in a file, and nothing else.
    const guests = ['--vars', '{guests: true}'] as const
    await ran(project, 0, 'build', '--full-refresh', ...guests)
    expect(found()).toEqual([[m3], [m6]])
    await ran(project, 0, 'build', '--full-refresh', ...guests)
    expect(found()).toEqual([[m3], [m6]])

    await ran(project, 0, 'erase', '--identity', 'user', '--value', 'bob', '--yes', ...guests)
    await ran(project, 0, 'build', ...guests)
    expect(found()).toEqual([])

    await project.write({
      'incoming/messages-4.jsonl': '{"id": "m7", "user_id": "eve", "price": -7}\n',
    })
    await ran(project, 0, 'ingest', '--build', ...guests)
    expect(found().flat()).toHaveLength(1)
    project.setClock(new Date(Date.now() + 40 * 86_400_000).toISOString())
    await ran(project, 0, 'prune', '--yes')
    await ran(project, 0, 'build', '--full-refresh', ...guests)
    expect(found()).toEqual([])
  })

  test('are looked for from where the last look ended, also where nothing was refused; where other rows decide, among all', async () => {
    const project = await createTestProject(adapter, { folder })
    // It refuses what it holds itself.
    const stg = `{{config materialized="incremental" incremental_strategy="append" arrival_column="_load_seq" dead_letters=(dict reason="reason")}}
select _load_seq, _batch_id, id, user_id, price, case when price < 0 or price > {{var "most" 100}} then 'no_price' end as reason
from {{new_rows (source "shop" "messages")}} as arrived`
    await project.write({
      'incoming/messages-1.jsonl': '{"id": "m1", "user_id": "ada", "price": 1}\n',
      'models/stg_messages.sql': stg,
      'models/stg_rejected.sql':
        'select _load_seq, _batch_id, id, reason as rejection_reason from {{ref "stg_messages"}} where reason is not null',
      'models/stg_twice.sql': `{{config materialized="view" dead_letters=(dict reason="reason")}}
select _load_seq, _batch_id, case when count(*) over (partition by id) > 1 then 'sent_twice' end as reason from {{ref "stg_messages"}}`,
      'models/usable.sql': undefined,
      'models/orders.sql': undefined,
      'models/shop.yml': readFileSync(join(folder, 'models/shop.yml'), 'utf8').replace(
        /\n {2}- name: usable\n[^]*$/,
        '\n',
      ),
    })
    const highs = async () => {
      const query = `select distinct on (reader_key) reader_key, high from _assay.cursors
        where feed = 'dead_letters' order by reader_key, version desc`
      const shown = await project.assay('show', '--output', 'csv', '--inline', query)
      return shown.stdout.replaceAll('marts.', '')
    }
    expect(await ran(project, 0, 'ingest', '--build')).not.toContain('(1 of ')
    expect(await highs()).toBe('reader_key,high\nstg_messages,1\nstg_rejected,1\nstg_twice,\n')
    await project.write({ 'incoming/messages-2.jsonl': '{"id": "m1", "price": -2}\n' })
    const second = await ran(project, 0, 'ingest', '--build')
    expect(second).toMatch(/stg_messages +incremental +1 row /)
    expect(second).toMatch(/\(1 of \w+\.stg_messages\)/)
    expect(second).toMatch(/\(1 of \w+\.stg_rejected\)/)
    expect(second).toMatch(/\(2 of \w+\.stg_twice\)/)
    expect(await highs()).toBe('reader_key,high\nstg_messages,2\nstg_rejected,2\nstg_twice,2\n')
    // Other code may refuse what was looked at.
    const less = ['--vars', '{most: 0}'] as const
    const refreshed = await ran(project, 0, 'build', '--full-refresh', ...less)
    expect(refreshed).toMatch(/\(1 of \w+\.stg_messages\)/)
    expect(
      letters(project, adapter.name)
        .flat()
        .map(({ id, line }) => [id, line]),
    ).toEqual([
      ['m1', 1],
      ['m1', 1],
    ])
    // A run that was killed before it wrote what it had published.
    await project.write({ 'incoming/messages-3.jsonl': '{"id": "m3", "price": 3}\n' })
    const own = lettersFolder(project, adapter.name)
    await rm(own, { recursive: true })
    await writeFile(own, '')
    await ran(project, 1, 'ingest', '--build', ...less)
    await rm(own)
    expect(await ran(project, 0, 'build', ...less)).toMatch(/\(1 of \w+\.stg_rejected\)/)
    expect(letters(project, adapter.name).flat()).toMatchObject([{ id: 'm3' }])

    // What is read again passes or does not: the file holds what is refused now.
    const without = stg.replace(' arrival_column="_load_seq"', '')
    await project.write({ 'models/stg_messages.sql': without })
    await ran(project, 0, 'build', '--full-refresh', ...less)
    const refusals = () =>
      letters(project, adapter.name)
        .flat()
        .map(({ id, line }) => [id, line])
    expect(refusals()).toHaveLength(3)
    await ran(project, 0, 'ingest', '--replay', '--vars', '{most: 50}')
    expect(refusals()).toEqual([['m1', 1]])
  })
})
