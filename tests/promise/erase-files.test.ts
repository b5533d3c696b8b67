/** What an erasure does with files that were loaded, where other targets, copies and what is set aside have part in them. */
import { cpSync, existsSync, readFileSync } from 'node:fs'
import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'

const files = {
  'assay.yml': `name: shop\ntarget: duckdb\n${testTargets}  other: { type: duckdb, path: other.duckdb }\n`,
  'sources.yml': `sources:
  - name: crm
    schema: raw
    loader: files
    load: { settle_seconds: 0, tries: 1 }
    tables:
      - name: users
        load: { path: "in/*" }
        columns:
          - { name: uid, data_type: text, meta: { identifies: person } }
          - { name: age, data_type: integer }
`,
}

const line = (uid: string, age: number) => `{"uid": "${uid}", "age": ${age}}\n`

async function ran(project: TestProject, exit: number, ...argv: readonly string[]) {
  const done = await project.assay(...argv)
  expect(done.exitCode, done.stdout + done.stderr).toBe(exit)
  return done
}

async function users(project: TestProject, ...argv: readonly string[]): Promise<string> {
  const sql = `select uid, age from {{source "crm" "users"}} order by 1, 2`
  const shown = await ran(project, 0, 'show', '--inline', sql, '--output', 'csv', ...argv)
  return shown.stdout
}

function text(project: TestProject, path: string): string {
  return readFileSync(join(project.folder, path), 'utf8')
}

const erase = ['erase', '--identity', 'person', '--value', 'KIM'] as const
const other = ['--target', 'other'] as const

describe.each(testAdapters())('files of an erasure on $name', (adapter) => {
  test('a UUID is the same in upper and in lower case', async () => {
    const uuids = { ...files, 'sources.yml': files['sources.yml'].replace('text,', 'uuid,') }
    const project = await createTestProject(adapter, { files: uuids })
    const [upper, lower, bob] = [
      'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11',
      'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
      'b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
    ]
    await project.write({ 'in/a.jsonl': line(upper, 1) + line(bob, 2) + line(lower, 3) })
    await writeFile(join(project.folder, 'in/b.csv'), `uid,age\n${lower},4\n`)
    await ran(project, 0, 'ingest')
    const erased = await project.assay('erase', '--identity', 'person', '--value', upper, '--yes')
    expect(erased.stdout).toContain('in/b.csv')
    expect(text(project, 'in/a.jsonl')).toBe(line(bob, 2))
    expect(await users(project)).toBe(`uid,age\n${bob},2\n`)
  })

  test('a target that has loaded them knows them again, whoever erased; one that has not loads what is left', async () => {
    const project = await createTestProject(adapter, { files })
    await project.write({
      'in/a.jsonl': line('KIM', 1) + line('bob', 2),
      'in/b.jsonl': line('KIM', 3) + line('eve', 4),
    })
    await ran(project, 0, 'ingest')
    await project.write({ 'in/c.jsonl': line('KIM', 5) + line('joe', 6) })
    await ran(project, 0, 'ingest', ...other)
    await ran(project, 0, 'ingest')
    await ran(project, 0, ...erase, '--yes')
    expect(text(project, 'in/a.jsonl')).toBe(line('bob', 2))
    // The other target still has the rows it loaded, each once.
    const before = await users(project, ...other)
    await ran(project, 0, 'ingest', ...other)
    expect(await users(project, ...other)).toBe(before)
    await ran(project, 0, ...erase, '--yes', ...other)
    const left = 'uid,age\nbob,2\neve,4\njoe,6\n'
    for (const target of [[], other]) {
      expect((await ran(project, 0, 'ingest', ...target)).stdout).toContain('nothing new')
      expect(await users(project, ...target)).toBe(left)
    }
    // Twice rewritten, it still stands for the first content.
    await ran(project, 0, 'erase', '--identity', 'person', '--value', 'eve', '--yes', ...other)
    await ran(project, 0, 'ingest')
    expect(await users(project)).toBe(left)
  })

  test('the other way round, and a target that comes later loads each row that is left once', async () => {
    const project = await createTestProject(adapter, { files })
    await project.write({ 'in/a.jsonl': line('KIM', 1) + line('bob', 2) })
    await ran(project, 0, 'ingest', ...other)
    await ran(project, 0, ...erase, '--yes', ...other)
    await ran(project, 0, 'ingest')
    expect(await users(project)).toBe('uid,age\nbob,2\n')
    await project.write({ 'in/b.jsonl': line('KIM', 3) + line('eve', 4) })
    await ran(project, 0, 'ingest')
    await ran(project, 0, 'ingest', ...other)
    await ran(project, 0, ...erase, '--yes', ...other)
    const left = 'uid,age\nKIM,3\nbob,2\neve,4\n'
    const fresh = text(project, 'in/b.jsonl')
    // What is written behind a content that stands for one that was loaded makes no new file of it.
    await appendFile(join(project.folder, 'in/b.jsonl'), line('new', 7))
    const grown = await ran(project, 1, 'ingest')
    expect(grown.stderr).toContain('expected in/b.jsonl to stay as it was loaded')
    expect(await users(project)).toBe(left)
    await project.write({ 'in/b.jsonl': fresh })
    await ran(project, 0, 'ingest')
    expect(await users(project)).toBe(left)
  })

  test('copies that were counted as duplicates are written anew or named; the bytes of other lines stay', async () => {
    const project = await createTestProject(adapter, { files })
    const bob = Buffer.from('{"uid": "bob",  "name": "b\u2028b"}\r\n')
    const broken = Buffer.concat([
      Buffer.from('{"uid": "'),
      Buffer.from([0xff]),
      Buffer.from('"}\n'),
    ])
    const content = Buffer.concat([Buffer.from(line('KIM', 1)), bob, broken])
    await project.write({ 'in/a.jsonl': '' })
    await writeFile(join(project.folder, 'in/a.jsonl'), content)
    await writeFile(join(project.folder, 'in/z.csv.gz'), gzipSync('uid,age\nKIM,1\n'))
    await ran(project, 0, 'ingest')
    cpSync(join(project.folder, 'in/a.jsonl'), join(project.folder, 'in/copy.jsonl'))
    cpSync(join(project.folder, 'in/z.csv.gz'), join(project.folder, 'in/zz_copy.csv.gz'))
    await ran(project, 0, 'ingest')
    const dry = await ran(project, 0, ...erase)
    expect(dry.stdout).toContain('in/copy.jsonl  1 line, source')
    expect(dry.stdout.match(/^would be left: (\S+):/gm)).toEqual([
      'would be left: in/z.csv.gz:',
      'would be left: in/zz_copy.csv.gz:',
    ])
    await ran(project, 1, ...erase, '--yes')
    for (const name of ['a', 'copy']) {
      const bytes = readFileSync(join(project.folder, `in/${name}.jsonl`))
      expect(bytes.equals(Buffer.concat([bob, broken]))).toBe(true)
    }
    await project.write({ 'in/z.csv.gz': undefined, 'in/zz_copy.csv.gz': undefined })
    await ran(project, 0, ...erase, '--yes')
    expect((await ran(project, 0, 'ingest')).stdout).toContain('nothing new')
    // The first goes away, and the copy stands for it.
    await project.write({ 'in/a.jsonl': undefined })
    await ran(project, 0, 'ingest')
    expect(await users(project)).toBe('uid,age\nbob,\n')
  })

  test('files that are not loaded yet, or failed too often, are searched and named', async () => {
    const project = await createTestProject(adapter, { files })
    await project.write({ 'in/a.jsonl': line('KIM', 1) + line('bob', 2) })
    await ran(project, 0, 'ingest')
    await project.write({ 'in/broken.csv': 'other\nKIM\n', 'in/quiet.csv': 'x\njoe\n' })
    await writeFile(
      join(project.folder, 'in/torn.jsonl.gz'),
      gzipSync(line('KIM', 8)).subarray(0, 9),
    )
    await ran(project, 1, 'ingest')
    await project.write({ 'in/late.jsonl': line('KIM', 9) })
    const done = await ran(project, 1, ...erase, '--yes')
    const why =
      'not loaded, and would bring it; take its lines out or the file away, or: assay ingest, and erase again'
    expect(done.stdout.match(/^still there: .*$/gm)).toEqual([
      `still there: in/broken.csv: ${why}`,
      `still there: in/late.jsonl: ${why}`,
      'still there: in/torn.jsonl.gz: could not be searched, for it is cut off; look into it yourself, or take it away',
    ])
    expect(text(project, 'in/late.jsonl')).toBe(line('KIM', 9))
    expect(existsSync(join(project.folder, 'in/broken.csv'))).toBe(true)
  })

  test('a file whose batch is in quarantine is written anew with it, and its replay loads what is left once', async () => {
    const project = await createTestProject(adapter, { files })
    await project.write({ 'in/a.jsonl': line('bob', 2) })
    await ran(project, 0, 'ingest')
    const index = 'create unique index one_age on raw.users (age)'
    await ran(project, 0, 'run-operation', '--sql', index)
    await project.write({ 'in/held.jsonl': line('KIM', 7) + line('joe', 7) })
    await ran(project, 1, 'ingest')
    const looked = await ran(project, 0, ...erase)
    expect(looked.stdout).toMatch(/quarantine\/crm\.users\/\S+ {2}1 line, quarantine\n/)
    expect(looked.stdout).toContain('in/held.jsonl  1 line, source\n')
    await ran(project, 0, ...erase, '--yes')
    expect(text(project, 'in/held.jsonl')).toBe(line('joe', 7))
    // It is held still, by its old content and its new one.
    expect((await ran(project, 0, 'ingest')).stderr).toContain('warning[sources-left-aside]')
    expect(await users(project)).toBe('uid,age\nbob,2\n')
    await ran(project, 0, 'ingest', '--replay')
    expect(await users(project)).toBe('uid,age\nbob,2\njoe,7\n')
    await ran(project, 0, 'run-operation', '--sql', 'drop index raw.one_age')
    await ran(project, 0, 'ingest')
    expect(await users(project)).toBe('uid,age\nbob,2\njoe,7\n')
  })
})
