/** A folder that files were loaded from and that is gone is no quiet day: said in every run, exit 1, until it is there. */
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, testTargets } from '../support/test-project.ts'

const project = {
  'assay.yml': `name: shop\ntarget: duckdb\n${testTargets}`,
  'sources.yml': `sources:
  - name: shop
    schema: raw
    loader: files
    load: { settle_seconds: 0 }
    tables:
      - name: orders
        load: { path: [disk/orders/*.jsonl, "disk/returns/**/*.jsonl"] }
        columns: [{ name: id, data_type: integer }]
      - name: people
        load: { path: people/*.jsonl }
        columns: [{ name: id, data_type: integer }]
`,
  'disk/orders/a.jsonl': '{"id": 1}\n',
  'disk/orders/half.jsonl': '{"id": 2}\n{"id": ',
  'people/a.jsonl': '{"id": 1}\n',
}

const notYet = `warning[no-files]: expected files of shop.orders in disk/returns/**/*.jsonl, found that there is no folder "disk/returns", and none was ever loaded from it
  = hint: "path" under "load" is relative to the folder of assay.yml
`
const gone = `error[folder-gone]: expected the folder "disk/orders", from which files of shop.orders were loaded before, found that it is not there
  = hint: is a disk not mounted? make it again if it is to be empty, or take it out of "path" under "load"
`

describe.each(testAdapters())('a folder that is gone on $name', (adapter) => {
  test('is an error until it is there again; one that never was is a warning; other tables go on', async () => {
    const made = await createTestProject(adapter, { files: project })
    const at = (path: string) => join(made.folder, path)
    const first = await made.assay('ingest')
    expect(first.exitCode).toBe(0)
    expect(first.stderr).toContain(notYet)
    expect(first.stdout).toContain('from 1 file; 1 unfinished file\n')

    await rename(at('disk'), at('elsewhere'))
    await made.write({ 'people/b.jsonl': '{"id": 2}\n' })
    for (const people of ['1 row ', '0 rows']) {
      const without = await made.assay('ingest')
      expect(without.exitCode).toBe(1)
      expect(without.stderr).toBe(`${gone}\n${notYet}\n1 error, 1 warning\n`)
      expect(without.stdout).toMatch(/error +shop\.orders .* nothing loaded\n/)
      expect(without.stdout).toMatch(new RegExp(`ok +shop\\.people +${people}`))
    }
    // With a build as well; and the file that was not whole is out of reach, not taken away.
    const build = await made.assay('ingest', '--build')
    expect(build.exitCode).toBe(1)
    expect(build.stderr).toContain(gone)
    expect((await made.assay('status')).stdout).toContain('1 to be loaded again\n')

    await rename(at('elsewhere'), at('disk'))
    await made.write({
      'disk/returns/deep/a.jsonl': '{"id": 3}\n',
      'disk/orders/half.jsonl': '{"id": 2}\n',
    })
    const again = await made.assay('ingest')
    expect(again.stderr).toBe('')
    expect(again.exitCode).toBe(0)
    expect(again.stdout).toContain('read 2 records: 2 loaded')

    // A folder that is empty is a quiet day.
    await rm(at('disk/orders/a.jsonl'))
    await rm(at('disk/orders/half.jsonl'))
    const quiet = await made.assay('ingest')
    expect(quiet).toMatchObject({ exitCode: 0, stderr: '' })
  })
})
