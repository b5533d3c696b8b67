import { SecretMask } from '../../../../src/core/settings/secrets.ts'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { clean } from '../../../../src/app/setup/clean.ts'
import type { Surroundings } from '../../../../src/app/surroundings.ts'
import { lineOf } from '../../project/parsed-project.ts'
import { makeProject } from '../../project/read/make-project.ts'

function surroundingsOf(cwd: string): Surroundings {
  return {
    cwd,
    env: {},
    emit: () => undefined,
    signal: new AbortController().signal,
    now: () => new Date(0),
    newId: () => 'id',
    random: Math.random,
    secrets: new SecretMask({}),
    version: '0',
    flags: {},
    writesJson: true,
  }
}

async function cleaned(folder: string) {
  const outcome = await clean({}, surroundingsOf(folder))
  if (outcome.kind === 'invalid') return outcome.diagnostics.map(lineOf)
  const { removed, kept } = outcome.value
  return { removed: removed.toSorted(), kept: kept.toSorted() }
}

const settings = (more: string, path = 'target/warehouse') =>
  `name: shop\ntargets: { dev: { type: duckdb, path: ${path} } }\n${more}`

/** As DuckDB begins a file. */
const database = '12345678DUCK rest'
/** Reading the project has written it. */
const cache = 'target/cache/project.json'

describe('clean', () => {
  test('A23, L30: removes what a run wrote, and never a database, its log or its copy', async () => {
    const folder = makeProject({
      'assay.yml': settings(''),
      'models/a.sql': 'select 1',
      'target/manifest.json': '{}',
      'target/compiled/models/a.sql': 'select 1',
      'target/logs/assay.log': 'x',
      'target/warehouse': 'whatever this is',
      'target/warehouse.wal': 'x',
      'target/assay.duckdb': 'x',
      'target/assay.duckdb.wal': 'x',
      'target/copies/published': database,
      'target/other.db': 'x',
      'target/notes.txt': 'DUCK',
    })
    expect(await cleaned(folder)).toEqual({
      removed: [
        cache,
        'target/compiled/models/a.sql',
        'target/logs/assay.log',
        'target/manifest.json',
        'target/notes.txt',
      ],
      kept: [
        'target/assay.duckdb',
        'target/assay.duckdb.wal',
        'target/copies/published',
        'target/other.db',
        'target/warehouse',
        'target/warehouse.wal',
      ],
    })
    expect(existsSync(join(folder, 'target/compiled'))).toBe(false)
    expect(existsSync(join(folder, 'models/a.sql'))).toBe(true)
  })

  test('does not follow a link', async () => {
    const folder = makeProject({ 'assay.yml': settings(''), 'models/a.sql': 'select 1' })
    const elsewhere = mkdtempSync(join(realpathSync(tmpdir()), 'assay-elsewhere-'))
    writeFileSync(join(elsewhere, 'precious.txt'), 'x')
    mkdirSync(join(folder, 'target'))
    symlinkSync(elsewhere, join(folder, 'target/link'))
    expect(await cleaned(folder)).toEqual({ removed: [cache], kept: ['target/link'] })
    expect(existsSync(join(elsewhere, 'precious.txt'))).toBe(true)
  })

  test('nothing there: nothing done', async () => {
    const folder = makeProject({ 'assay.yml': settings(''), 'models/a.sql': 'select 1' })
    expect(await cleaned(folder)).toEqual({ removed: [cache], kept: [] })
  })

  test('A23: folders of assay.yml, inside the project only', async () => {
    const files = { 'models/a.sql': 'select 1', 'out/x.txt': 'x', 'target/y.txt': 'y' }
    const inside = makeProject({ ...files, 'assay.yml': settings('clean-targets: [out]\n') })
    expect(await cleaned(inside)).toEqual({ removed: ['out/x.txt'], kept: [] })
    const outside = makeProject({
      ...files,
      'assay.yml': settings('clean-targets: [out, .., /tmp, .]\n'),
    })
    expect(await cleaned(outside)).toMatchInlineSnapshot(`
      [
        "assay.yml:1:1 invalid-value: expected "clean-targets" inside the project, found ".."",
        "assay.yml:1:1 invalid-value: expected "clean-targets" inside the project, found "/tmp"",
        "assay.yml:1:1 invalid-value: expected "clean-targets" inside the project, found "."",
      ]
    `)
    expect(existsSync(join(outside, 'out/x.txt'))).toBe(true)
  })
})
