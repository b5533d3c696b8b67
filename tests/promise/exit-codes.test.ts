/** Table 1.L of dbt's behaviour under the rule of design section 7: 0 fine, 1 begun and failed, 2 nothing begun. */
import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { splitWords } from '../support/split-words.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'

const base = {
  'assay.yml': `name: shop\ntarget: duckdb\n${testTargets}`,
  'models/good.sql': 'select 1 as id',
  'seeds/codes.csv': 'code\n1\n',
}

interface Row {
  readonly when: string
  readonly run: string
  readonly files?: Readonly<Record<string, string>>
  readonly code: number
}

const tested = (test: string) => `models: [{ name: good, data_tests: [${test}] }]\n`
const failing = '{ expression_is_false: { name: never } }'
const warning = '{ expression_is_false: { name: never, config: { severity: warn } } }'
const macro = '{{#test "expression_is_false" "model"}}select * from {{model}}{{/test}}'
const generic = { 'tests/generic/never.sql': macro }

const rows: readonly Row[] = [
  { when: 'all well: build', run: 'build', code: 0 },
  { when: 'all well: run', run: 'run', code: 0 },
  { when: 'all well: test', run: 'test', code: 0 },
  { when: 'all well: seed', run: 'seed', code: 0 },
  { when: 'nothing matched', run: 'run --select nope', code: 0 },
  { when: 'ls without a match', run: 'ls --select nope', code: 0 },
  { when: 'nothing to retry', run: 'retry', code: 0 },
  {
    when: 'warnings only',
    run: 'build',
    files: { ...generic, 'models/m.yml': tested(warning) },
    code: 0,
  },
  {
    when: 'a warning under --warn-error',
    run: 'build --warn-error',
    files: { ...generic, 'models/m.yml': tested(warning) },
    code: 1,
  },
  {
    when: 'a test that fails',
    run: 'build',
    files: { ...generic, 'models/m.yml': tested(failing) },
    code: 1,
  },
  {
    when: 'SQL of a test that fails',
    run: 'test',
    files: { 'tests/broken.sql': 'select nope from {{ref "good"}}' },
    code: 1,
  },
  {
    when: 'SQL of a model that fails',
    run: 'run',
    files: { 'models/bad.sql': 'selec 1' },
    code: 1,
  },
  {
    when: 'fail-fast',
    run: 'run --fail-fast',
    files: { 'models/bad.sql': 'select nope', 'models/worse.sql': 'select nope' },
    code: 1,
  },
  { when: 'an unknown flag', run: 'run --nope', code: 2 },
  { when: 'an unknown method', run: 'run --select nope:x', code: 2 },
  { when: 'an unknown target', run: 'run --target nope', code: 2 },
  { when: 'an unknown selector', run: 'run --selector nope', code: 2 },
  {
    when: 'a ref to nothing',
    run: 'run',
    files: { 'models/bad.sql': 'select * from {{ref "nope"}}' },
    code: 2,
  },
  {
    when: 'a source of nothing',
    run: 'run',
    files: { 'models/bad.sql': 'select * from {{source "a" "b"}}' },
    code: 2,
  },
  {
    when: 'a variable that is not set',
    run: 'run',
    files: { 'models/bad.sql': 'select \'{{env "NOPE_NOPE"}}\'' },
    code: 2,
  },
  {
    when: 'a var without a value',
    run: 'run',
    files: { 'models/bad.sql': 'select {{var "nope"}}' },
    code: 2,
  },
  {
    when: 'a ref to what is disabled',
    run: 'run',
    files: {
      'models/off.sql': '{{config enabled=false}}select 1',
      'models/bad.sql': 'select * from {{ref "off"}}',
    },
    code: 2,
  },
  { when: 'one name twice', run: 'run', files: { 'models/b/good.sql': 'select 1' }, code: 2 },
  {
    when: 'one relation twice',
    run: 'run',
    files: { 'models/b.sql': '{{config alias="good"}}select 1' },
    code: 2,
  },
  { when: 'YAML that is none', run: 'run', files: { 'models/m.yml': 'models: [' }, code: 2 },
  {
    when: 'a template that is none',
    run: 'run',
    files: { 'models/bad.sql': 'select {{#if x}}' },
    code: 2,
  },
  {
    when: 'a cycle',
    run: 'parse',
    files: {
      'models/x.sql': 'select * from {{ref "y"}}',
      'models/y.sql': 'select * from {{ref "x"}}',
    },
    code: 2,
  },
  {
    when: 'a node that compile cannot render',
    run: 'compile',
    files: { 'models/bad.sql': '{{raise "no"}}' },
    code: 2,
  },
  { when: 'nothing matched under --warn-error', run: 'run --select nope --warn-error', code: 2 },
  {
    when: 'nothing matched, but silenced',
    run: `run --select nope --warn-error-options '{error: all, silence: [empty-selection]}'`,
    code: 0,
  },
  {
    when: 'a code that is none',
    run: `run --warn-error-options '{error: [empty-selektion]}'`,
    code: 2,
  },
  { when: 'defer without state', run: 'run --defer', code: 2 },
  { when: 'state: without state', run: 'ls --select state:modified', code: 2 },
]

describe.each(testAdapters())('exit codes on $name', (adapter) => {
  let project: TestProject
  beforeAll(async () => {
    project = await createTestProject(adapter, { files: base })
  })
  afterAll(async () => {
    await rm(project.folder, { recursive: true, force: true })
  })

  test.each(rows)('L22 L17 L20: $when', async ({ run, files = {}, code }) => {
    await project.write(files)
    const ran = await project.assay(...splitWords(run))
    await project.write(Object.fromEntries(Object.keys(files).map((path) => [path, undefined])))
    expect(ran.exitCode, `${run}\n${ran.stdout}${ran.stderr}`).toBe(code)
  })

  test('L15: fail-fast skips all that had not begun, and says so', async () => {
    const files = { 'models/bad.sql': 'select nope', 'models/later.sql': 'select 1 as id' }
    await project.write(files)
    const ran = await project.assay('run', '--fail-fast', '--threads', '1')
    await project.write({ 'models/bad.sql': undefined, 'models/later.sql': undefined })
    expect(ran.exitCode).toBe(1)
    const lines = ran.stdout.split('\n').filter((line) => /^ +\d+\/\d/.test(line))
    expect(lines.map((line) => line.trim().split(/ +/).slice(1, 3).join(' '))).toEqual([
      `error ${project.target.schema}.bad`,
      `skipped ${project.target.schema}.good`,
      `skipped ${project.target.schema}.later`,
    ])
    expect(lines.slice(1).every((line) => line.includes('fail-fast'))).toBe(true)
  })

  test('L17: under --warn-error a test that warns rolls its node back', async () => {
    await project.write({
      ...generic,
      'models/m.yml': tested(warning),
      'models/good.sql': 'select 2 as id',
    })
    const ran = await project.assay(
      'build',
      '--select',
      'good',
      '--warn-error-options',
      '{error: [test-warned]}',
    )
    await project.write({ 'tests/generic/never.sql': undefined, 'models/m.yml': undefined })
    expect(ran.exitCode).toBe(1)
    expect(ran.stdout).toContain('not published, what was there before stays in place')
  })
})
