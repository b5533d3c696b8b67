import { noExtras } from '../../../../src/core/target.ts'
import { hash } from 'node:crypto'
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readProject } from '../../../../src/project/read/read-project.ts'
import { faultsOf, lineOf, makeProject, projectOf, smallest } from './make-project.ts'

const nowhere = { path: 'assay.yml', line: 1, column: 1, length: 1 }
const noTree = { configs: {}, children: {}, span: nowhere }

function source(path: string, pathInKind: string, text: string): object {
  return { path, pathInKind, text, checksum: hash('sha256', text) }
}

/** Permissions stop nobody who is root, as in a container: then the work is done as another user. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  const nobody = 65534
  const user = process.geteuid?.()
  if (user !== 0) return await work()
  process.seteuid?.(nobody)
  try {
    return await work()
  } finally {
    process.seteuid?.(user)
  }
}

describe('readProject', () => {
  test('gives the smallest project with all defaults', async () => {
    const root = makeProject({})
    expect(await readProject({ startFolder: root, processEnv: { A: '1' } })).toEqual({
      ok: true,
      warnings: [],
      value: {
        root,
        name: 'growth',
        version: '',
        target: {
          type: 'duckdb',
          extras: noExtras,
          name: 'dev',
          schema: 'main',
          threads: 4,
          isAtomic: false,
          leaseTimeoutMs: 60_000,
          timezone: 'UTC',
          path: join(root, 'target/assay.duckdb'),
        },
        targetNames: ['dev'],
        targetTypes: ['duckdb'],
        vars: {},
        env: { A: '1' },
        targetPath: join(root, 'target'),
        cleanTargets: ['target'],
        runHooks: { 'on-run-end': undefined, 'on-run-start': undefined },
        retention: { runsMs: 7_776_000_000, changesMs: 2_592_000_000 },
        loadPath: 'load',
        configTrees: {
          models: noTree,
          seeds: noTree,
          snapshots: noTree,
          sources: noTree,
          data_tests: noTree,
          unit_tests: noTree,
          analyses: noTree,
          exposures: noTree,
        },
        models: [],
        seeds: [],
        snapshots: [],
        macros: [],
        singularTests: [],
        genericTests: [],
        fixtures: [],
        analyses: [],
        docs: [],
        properties: [],
        notApplied: [],
        packages: [],
        modules: new Map(),
        dispatch: [],
        selectors: [],
      },
    })
  })

  test('sorts files into kinds, by path', async () => {
    const project = await projectOf({
      'models/b.sql': 'select 2',
      'models/a/z.sql': '\uFEFFselect 1\r\n',
      'models/a.md': '',
      'models/.hidden.sql': '',
      'models/.git/x.sql': '',
      'models/node_modules/x.sql': '',
      'seeds/s.csv': 'id\n1\n',
      'macros/m.sql': 'm',
      'analyses/x.sql': 'x',
      'tests/t.sql': 't',
      'tests/generic/g.sql': 'g',
      'tests/fixtures/f.csv': 'f',
      'tests/cases/deep/models/x.sql': 'x',
      'tests/cases/deep/bad.yml': '[',
      'other/o.sql': 'o',
    })
    const { models, seeds, macros, analyses, singularTests, genericTests } = project
    expect({ models, seeds, macros, analyses, singularTests, genericTests }).toEqual({
      models: [
        source('models/a/z.sql', 'a/z.sql', 'select 1\r\n'),
        source('models/b.sql', 'b.sql', 'select 2'),
      ],
      seeds: [source('seeds/s.csv', 's.csv', 'id\n1\n')],
      macros: [source('macros/m.sql', 'm.sql', 'm')],
      analyses: [source('analyses/x.sql', 'x.sql', 'x')],
      singularTests: [source('tests/t.sql', 't.sql', 't')],
      genericTests: [source('tests/generic/g.sql', 'g.sql', 'g')],
    })
  })

  test('A4: takes the folders that assay.yml names, each file once', async () => {
    const { models, seeds } = await projectOf({
      'assay.yml': `${smallest}model-paths: [./sql/, sql/gold]\nseed-paths: []\n`,
      'sql/gold/a.sql': 'a',
      'models/b.sql': 'b',
      'seeds/s.csv': 's',
    })
    expect({ models, seeds }).toEqual({
      models: [source('sql/gold/a.sql', 'gold/a.sql', 'a')],
      seeds: [],
    })
  })

  test('never looks into the target folder', async () => {
    const { models } = await projectOf(
      { 'models/a.sql': 'a', 'models/out/compiled/a.sql': 'a' },
      { targetPath: 'models/out' },
    )
    expect(models.map((file) => file.path)).toEqual(['models/a.sql'])
  })

  test('follows symbolic links, but not in a circle', async () => {
    const root = makeProject({ 'models/a.sql': 'a', 'shared/b.sql': 'b' })
    symlinkSync(join(root, 'shared'), join(root, 'models/linked'))
    symlinkSync(join(root, 'models'), join(root, 'models/circle'))
    const result = await readProject({ startFolder: root, processEnv: {} })
    expect(result.ok && result.value.models.map((file) => file.path)).toEqual([
      'models/a.sql',
      'models/linked/b.sql',
    ])
  })

  test('A1: finds assay.yml above, or where --project-dir says', async () => {
    const root = makeProject({ 'models/deep/a.sql': '' })
    const above = await readProject({ startFolder: join(root, 'models/deep'), processEnv: {} })
    const named = await readProject({
      startFolder: join(root, 'models'),
      projectDir: '..',
      processEnv: {},
    })
    expect([above.ok && above.value.root, named.ok && named.value.root]).toEqual([root, root])
  })

  test('says where assay.yml was expected', async () => {
    const root = makeProject({ 'sub/a.txt': '' })
    const sub = join(root, 'sub')
    const named = await readProject({ startFolder: root, projectDir: 'sub', processEnv: {} })
    expect(named).toEqual({
      ok: false,
      diagnostics: [
        {
          severity: 'error',
          code: 'project-not-found',
          message: `expected the file assay.yml in ${sub}, found none`,
          hint: 'go to the folder of a project, or name it with --project-dir',
        },
      ],
    })
    const searched = await readProject({ startFolder: '/', processEnv: {} })
    expect(searched.ok ? [] : searched.diagnostics.map(lineOf)).toEqual([
      'project-not-found: expected the file assay.yml in / or a folder above it, found none = go to the folder of a project, or name it with --project-dir',
    ])
  })

  test('tells unreadable files of every kind at once', async () => {
    const root = makeProject({
      'models/latin.sql': new Uint8Array([0x73, 0xe9]),
      'seeds/ok.csv': 'a\n',
    })
    symlinkSync('nowhere.sql', join(root, 'models/gone.sql'))
    const result = await readProject({ startFolder: root, processEnv: {} })
    expect(result.ok ? [] : result.diagnostics.map(lineOf)).toEqual([
      'models/gone.sql:1:1+1 unreadable-file: expected a readable UTF-8 file, found no such file = the symbolic link points nowhere: mend or remove it',
      'models/latin.sql:1:1+1 unreadable-file: expected a readable UTF-8 file, found another encoding = save the file as UTF-8',
    ])
  })

  test('tells files and folders without permission', async () => {
    const root = makeProject({ 'models/a.sql': 'a', 'models/shut/b.sql': 'b' })
    chmodSync(join(root, 'models/a.sql'), 0)
    chmodSync(join(root, 'models/shut'), 0)
    chmodSync(root, 0o755)
    const result = await asNobody(() => readProject({ startFolder: root, processEnv: {} }))
    chmodSync(join(root, 'models/shut'), 0o700)
    expect(result.ok ? [] : result.diagnostics.map(lineOf)).toEqual([
      'models/a.sql:1:1+1 unreadable-file: expected a readable UTF-8 file, found no permission to read it = allow it with chmod u+r',
      'models/shut:1:1+1 unreadable-file: expected a readable folder, found no permission to read it',
    ])
  })

  test('a file larger than the reading buffer is read whole', async () => {
    const text = `select 1 -- ${'é'.repeat(70_000)}\n`
    const { models } = await projectOf({ 'models/large.sql': text })
    expect(models).toEqual([source('models/large.sql', 'large.sql', text)])
  })

  test('reports the faults of all files, assay.yml first', async () => {
    expect(
      await faultsOf({
        'assay.yml': `${smallest}modles: {}\n`,
        'sources.yml': 'source: []\n',
        'models/b.yml': 'models: [{ name: a, colums: [] }]\n',
        'models/a.yml': 'models: [\n',
        'models/c.yml': 'models: [{ name: "{{reff}}", config: { limit: 1 } }]\n',
      }),
    ).toEqual([
      'assay.yml:4:1+6 unknown-key: expected a known key, found "modles" = did you mean "models"?',
      'models/a.yml:2:1+1 yaml-syntax: expected "]" or a comma, found the end of the file',
      'models/b.yml:1:21+6 unknown-key: expected a known key, found "colums" = did you mean "columns"?',
      'models/c.yml:1:40+5 unknown-key: expected a known key, found "limit"',
      'sources.yml:1:1+6 unknown-key: expected a known key, found "source" = did you mean "sources"?',
    ])
  })

  test('an empty folder for models is fine', async () => {
    const root = makeProject({})
    mkdirSync(join(root, 'models'))
    const result = await readProject({ startFolder: root, processEnv: {} })
    expect(result.ok && result.value.models).toEqual([])
  })
})
