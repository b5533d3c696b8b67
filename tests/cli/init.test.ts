/** B11: `assay init`, from the packed package in an empty folder, gives a project that is green at once on each database. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
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
  const schemaOf = (file: string) => {
    const schema = /\$schema=(\S+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? ''
    return { schema, isThere: existsSync(join(dirname(file), schema)) }
  }

  test('the schemas its files name are there, in the package that is installed for the project', async () => {
    await assay(['init', 'named'], folder)
    expect(schemaOf(join(folder, 'named', 'assay.yml'))).toEqual({
      schema: '../node_modules/assay/schemas/assay.schema.json',
      isThere: true,
    })
    expect(schemaOf(join(folder, 'named', 'models', 'staging', 'staging.yml'))).toEqual({
      schema: '../../../node_modules/assay/schemas/properties.schema.json',
      isThere: true,
    })
  })

  test('where none is installed for the project they are where it will be: nothing of this machine is written', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'assay-global-'))
    await assay(['init', 'alone'], elsewhere)
    const named = ['assay.yml', join('models', 'gold', 'gold.yml')].map(
      (file) => schemaOf(join(elsewhere, 'alone', file)).schema,
    )
    expect(named).toEqual([
      'node_modules/assay/schemas/assay.schema.json',
      '../../node_modules/assay/schemas/properties.schema.json',
    ])
    rmSync(elsewhere, { recursive: true, force: true })
  })

  test('a name that the project file cannot have writes nothing', async () => {
    for (const name of ['doc', 'null']) {
      const refused = await assay(['init', name], folder)
      expect(refused).toMatchObject({ exitCode: 2, stdout: '' })
      expect(refused.stderr).toMatch(
        new RegExp(
          `^error\\[invalid-value\\]: expected a name of letters, digits and underscores .* for the project, found "${name}"`,
        ),
      )
      expect(refused.stderr).toContain(`give it another: assay init --name ${name}_project`)
      expect(existsSync(join(folder, name))).toBe(false)
    }
    expect(await assay(['init', 'doc', '--name', 'docs'], folder)).toMatchObject({ exitCode: 0 })
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

function foldersAbove(place: string): readonly string[] {
  return dirname(place) === place ? [place] : [place, ...foldersAbove(dirname(place))]
}

test('TypeScript of a project without node_modules and package.json, by the packed package that lies elsewhere', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'assay-typescript-'))
  // What stands in for "assay" lies in the project, and must look for nothing above it.
  expect(foldersAbove(cwd).filter((above) => existsSync(join(above, 'package.json')))).toEqual([])
  try {
    const files = {
      'assay.yml': 'name: shop\ntargets: { dev: { type: duckdb, path: target/shop.duckdb } }\n',
      'macros/money.ts': `import { defineMacro, identifier, sql } from 'assay'
export const cents = defineMacro({ args: { column: 'string' } }, (_, { column }) => sql\`\${identifier(column)} / 100\`)
`,
      'models/prices.sql':
        'select {{cents "amount"}} as price from (select 1250 as amount) as given\n',
      'models/doubled.ts': `import { defineModel } from 'assay'
export default defineModel({ columns: { price: 'double' } }, async function* (context) {
  for await (const { price } of context.ref('prices')) yield { price: Number(price) * 2 }
})
`,
    }
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(cwd, dirname(path)), { recursive: true })
      writeFileSync(join(cwd, path), text)
    }
    const built = await assay(['build'], cwd)
    expect([built.exitCode, built.stderr], built.stdout).toEqual([0, ''])
    const shown = await assay(['show', '--select', 'doubled', '--output', 'csv'], cwd)
    expect(shown).toEqual({ exitCode: 0, stdout: 'price\n25\n', stderr: '' })
  } finally {
    rmSync(cwd, { recursive: true, force: true })
  }
})

test('a project with a DuckDB of its own: the package takes the one that was installed for it', async () => {
  const root = mkdtempSync(join(tmpdir(), 'assay-duckdb-'))
  try {
    const own = join(root, 'node_modules', 'assay')
    cpSync(packed, own, { recursive: true, filter: (path) => basename(path) !== 'node_modules' })
    const { dependencies }: { readonly dependencies: Readonly<Record<string, string>> } =
      JSON.parse(readFileSync(join(own, 'package.json'), 'utf8'))
    for (const name of Object.keys(dependencies)) {
      mkdirSync(join(own, 'node_modules', dirname(name)), { recursive: true })
      symlinkSync(join(repository, 'node_modules', name), join(own, 'node_modules', name))
    }
    const native = `node-bindings-${process.platform}-${process.arch}`
    for (const name of ['node-api', 'node-bindings', native]) {
      const folderOf = join(root, 'node_modules', '@duckdb', name)
      mkdirSync(folderOf, { recursive: true })
      writeFileSync(join(folderOf, 'index.js'), `throw new Error('expected the other ${name}')\n`)
      writeFileSync(join(folderOf, 'duckdb.node'), 'expected the other library')
    }
    const files = {
      'assay.yml': 'name: shop\ntargets: { dev: { type: duckdb, path: shop.duckdb } }\n',
      'models/one.sql': 'select 1 as one\n',
    }
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(root, dirname(path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
    const words = [join(own, 'bin', 'assay.js'), 'build', '--quiet']
    expect(await spawnCommand(process.execPath, words, { cwd: root })).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '',
    })
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
})
