/** B11: `assay init`, from the packed package in an empty folder, gives a project that is green at once on each database. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject } from '../support/test-project.ts'
import { repository, spawnCommand } from './spawn-assay.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-init-'))
const packed = join(folder, 'node_modules', 'assay')
const assay = (words: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}) =>
  spawnCommand(process.execPath, [join(packed, 'bin', 'assay.js'), ...words], { cwd, env })

beforeAll(async () => {
  // What `npm install` of the package would lay out, without asking a registry for its dependencies.
  const pack = ['pack', '--ignore-scripts', '--pack-destination', folder]
  const done = await spawnCommand('npm', [...pack, '--json', repository], { cwd: folder })
  const [{ filename }]: readonly [{ readonly filename: string }] = JSON.parse(done.stdout)
  mkdirSync(packed, { recursive: true })
  const unpack = ['-xzf', join(folder, filename), '-C', packed, '--strip-components=1']
  await spawnCommand('tar', unpack, { cwd: folder })
  symlinkSync(join(repository, 'node_modules'), join(packed, 'node_modules'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each(testAdapters())('B11, B3: init on $name', (adapter) => {
  test('an empty folder, init, build: green', async () => {
    const { env } = await createTestProject(adapter, {})
    const name = `shop_${adapter.name}`
    const target = adapter.name === 'duckdb' ? 'dev' : 'postgres'
    const started = await assay(['init', name], folder)
    expect([started.exitCode, started.stderr]).toEqual([0, ''])
    const cwd = join(folder, name)
    expect(existsSync(join(cwd, '.gitignore'))).toBe(true)
    const built = await assay(['build'], cwd, { ...env, ASSAY_TARGET: target })
    expect([built.exitCode, built.stderr], built.stdout).toEqual([0, ''])
    expect(built.stdout.trimEnd().split('\n').at(-1)).toMatch(/^done in [\d.]+m?s: 15 ok$/)
    const linted = await assay(['lint'], cwd, { ...env, ASSAY_TARGET: target })
    expect(linted).toMatchObject({ exitCode: 0, stderr: '' })
  })
})

describe('B11: init', () => {
  test('the schemas its files name are there', async () => {
    await assay(['init', 'named'], folder)
    for (const [file, above] of [
      ['assay.yml', '.'],
      ['models/staging/staging.yml', 'models/staging'],
    ] as const) {
      const text = readFileSync(join(folder, 'named', file), 'utf8')
      const schema = /\$schema=(\S+)/.exec(text)?.[1] ?? ''
      // As it lies when the package is installed in the project itself.
      const path = join('/', above, schema).replace(/^\/node_modules\/assay\//, '')
      expect(existsSync(join(packed, path)), schema).toBe(true)
    }
  })

  test('what is there stays: a README is kept, a model in the way stops it, a project is one', async () => {
    const cwd = join(folder, 'my-repo')
    mkdirSync(join(cwd, 'seeds'), { recursive: true })
    writeFileSync(join(cwd, 'README.md'), 'mine')
    writeFileSync(join(cwd, 'seeds', 'raw_orders.csv'), 'mine')
    expect(await assay(['init'], cwd)).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `error[file-exists]: expected no seeds/raw_orders.csv in ${cwd}, found one
  = hint: name another folder: assay init my_project

1 error
`,
    })
    expect(existsSync(join(cwd, 'assay.yml'))).toBe(false)
    rmSync(join(cwd, 'seeds', 'raw_orders.csv'))
    const done = await assay(['init', '--name', 'repo'], cwd)
    expect(done.exitCode).toBe(0)
    expect(done.stdout).toContain('kept     README.md\n')
    expect(readFileSync(join(cwd, 'README.md'), 'utf8')).toBe('mine')
    expect(readFileSync(join(cwd, 'assay.yml'), 'utf8')).toContain('\nname: repo\n')
    expect(await assay(['init'], cwd)).toMatchObject({
      exitCode: 2,
      stderr: `error[file-exists]: expected no assay.yml in ${cwd}, found one
  = hint: this is a project already: "assay build" builds it

1 error
`,
    })
    expect(await assay(['init', '--name', 'my-repo'], cwd)).toMatchObject({
      exitCode: 2,
      stderr: `error: expected letters, digits and underscores for --name, found "my-repo"
  = hint: for example: assay init shop --name shop
`,
    })
  })
})
