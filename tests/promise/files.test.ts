/** Files that a run writes: of external models, whole or not at all; and of compiled SQL. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, testTargets } from '../support/test-project.ts'

const settings = `name: shop
target: duckdb
${testTargets}`

describe.each(testAdapters().filter(({ name }) => name === 'duckdb'))(
  'files of external models on $name',
  (adapter) => {
    test('D28: a rollback leaves the old file, byte by byte, and nothing beside it', async () => {
      const model = (rest: string, select: string) =>
        `{{config materialized="external" location="out/a.csv"${rest}}}\n${select}\n`
      const project = await createTestProject(adapter, {
        files: { 'assay.yml': settings, 'models/a.sql': model('', 'select 1 as id') },
      })
      const path = join(project.folder, 'out/a.csv')
      expect((await project.assay('build')).exitCode).toBe(0)
      expect(readFileSync(path, 'utf8')).toBe('id\n1\n')
      const failing = ' post_hook="insert into {{target.schema}}.nothing values (1)"'
      await project.write({ 'models/a.sql': model(failing, 'select 2 as id') })
      const failed = await project.assay('build')
      expect([failed.exitCode, failed.stdout]).toEqual([1, expect.stringContaining('post-hook')])
      expect(readFileSync(path, 'utf8')).toBe('id\n1\n')
      await project.write({
        'models/a.sql': model('', "select 3 as id, 'x' as more"),
        'models/b.sql':
          '{{config materialized="table"}}\nselect * from {{ref "a"}} where nothing\n',
      })
      expect((await project.assay('build', '--atomic')).exitCode).toBe(1)
      expect(readFileSync(path, 'utf8')).toBe('id\n1\n')
      expect(readdirSync(join(project.folder, 'out'))).toEqual(['a.csv'])
      await project.write({ 'models/b.sql': 'select more from {{ref "a"}}\n' })
      expect((await project.assay('build', '--atomic')).exitCode).toBe(0)
      expect(readFileSync(path, 'utf8')).toBe('id,more\n3,x\n')
      expect(readdirSync(join(project.folder, 'out'))).toEqual(['a.csv'])
    })

    test.each([
      ['a file', 'a.csv', ''],
      ['a folder', 'a', ' format="csv" partition_by="part"'],
    ])('D28: %s that is gone is named to who reads it, and made anew', async (_, name, rest) => {
      const project = await createTestProject(adapter, {
        files: {
          'assay.yml': settings,
          'models/a.sql': `{{config materialized="external" location="out/${name}"${rest} post_hook="select 7"}}
select 1 as id, 2 as part
`,
          'models/b.sql': '{{config materialized="table"}}\nselect id from {{ref "a"}}\n',
        },
      })
      expect((await project.assay('build')).exitCode).toBe(0)
      const path = join(project.folder, 'out', name)
      rmSync(path, { recursive: true })
      const reading = await project.assay('build', '--select', 'b')
      expect([reading.exitCode, reading.stdout]).toEqual([
        1,
        expect.stringContaining('no files found that match the pattern'),
      ])
      const made = await project.assay('build')
      expect(made.exitCode, made.stdout).toBe(0)
      expect(existsSync(path)).toBe(true)
    })
  },
)

describe.each(testAdapters())('files of a run on $name', (adapter) => {
  test('C13: target/compiled has the SELECT, target/run what ran; tests below the file that declares them', async () => {
    const project = await createTestProject(adapter, {
      files: {
        'assay.yml': settings,
        'models/gold/a.sql':
          '{{config materialized="table" post_hook="select 7"}}\nselect 1 as id\n',
        'models/gold/a.yml':
          'models: [{ name: a, columns: [{ name: id, data_tests: [unique] }] }]\n',
      },
    })
    expect((await project.assay('build')).exitCode).toBe(0)
    const read = (path: string) => readFileSync(join(project.folder, 'target', path), 'utf8')
    expect(read('compiled/shop/models/gold/a.sql').trim()).toBe('select 1 as id')
    const ran = read('run/shop/models/gold/a.sql')
    expect(ran).toMatch(/^begin;\n\ncreate table "\w+"."a__assay_new" as\n/)
    expect(ran).toContain('select 7;')
    expect(ran).toMatch(/commit\n?$/)
    expect(
      existsSync(join(project.folder, 'target/compiled/shop/models/gold/a.yml/unique_a_id.sql')),
    ).toBe(true)
  })

  test('G8: a seed of more than 1 MiB is compared by its text', async () => {
    const rows = (last: string) =>
      `id,text\n${'1,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n'.repeat(32_000)}2,${last}\n`
    const project = await createTestProject(adapter, {
      files: { 'assay.yml': settings, 'seeds/large.csv': rows('before') },
    })
    expect((await project.assay('build', '--changed')).stdout).toContain('32,001 rows')
    expect((await project.assay('build', '--changed')).stdout).toContain('1 reused')
    await project.write({ 'seeds/large.csv': rows('behind') })
    expect((await project.assay('build', '--changed')).stdout).toContain('32,001 rows')
  })
})
