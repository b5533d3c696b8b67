/** The command line from words to exit code, with use cases made by hand: streams, quiet, signals, crashes. */
import { Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../../src/app/surroundings.ts'
import { main } from '../../../src/cli/main.ts'
import type { UseCases } from '../../../src/cli/use-cases.ts'
import type { Table } from '../../../src/core/adapter.ts'
import { ConnectionError } from '../../../src/core/database/database-errors.ts'
import { type Diagnostic, errorDiagnostic } from '../../../src/core/diagnostic.ts'
import { until } from '../../support/until.ts'
import { fakeHost, fakeUseCases } from './fake-host.ts'
import { column, dataTest, model } from './sample-nodes.ts'

function done<Value>(value: Value, exitCode: 0 | 1 | 130 = 0): Promise<Outcome<Value>> {
  return Promise.resolve({ kind: 'done', exitCode, value })
}

async function run(
  argv: readonly string[],
  useCases: Partial<UseCases> = {},
  env: Readonly<Record<string, string>> = {},
) {
  const fake = fakeHost(argv, { env })
  const exitCode = await main(fake.host, fakeUseCases(useCases))
  return { exitCode, stdout: fake.stdout(), stderr: fake.stderr() }
}

const unknownKey: Diagnostic = {
  severity: 'error',
  code: 'unknown-key',
  message: 'expected a key of assay.yml, found "modles"',
  hint: 'did you mean "models"?',
}
const invalid = () => Promise.resolve({ kind: 'invalid', diagnostics: [unknownKey] } as const)
const oneRow: Table = { columns: [column('one', 'integer')], rows: [[1]] }

describe('exit codes', () => {
  test('a wrong command is 2, with one sentence on stderr', async () => {
    expect(await run(['bild'])).toEqual({
      exitCode: 2,
      stdout: '',
      stderr:
        'error: expected a command, found "bild"\n' +
        '  = hint: did you mean "build"? "assay --help" shows what there is\n',
    })
  })

  test('a wrong flag under --log-format json is a JSON line', async () => {
    expect(await run(['parse', '--log-format', 'json', '--x'])).toEqual({
      exitCode: 2,
      stdout: '',
      stderr:
        '{"type":"usage-error","timestamp":"2026-01-02T03:04:05.678Z",' +
        '"message":"expected a flag of \\"assay parse\\", found \\"--x\\"",' +
        '"hint":"\\"assay parse --help\\" shows what there is"}\n',
    })
  })

  test('no words at all is the help page and 0', async () => {
    const { exitCode, stdout, stderr } = await run([])
    expect([exitCode, stdout.split('\n')[0], stderr]).toEqual([
      0,
      'Usage: assay <command> [flags]',
      '',
    ])
  })

  test('an invalid project is 2, said on stderr', async () => {
    expect(await run(['build'], { build: invalid })).toEqual({
      exitCode: 2,
      stdout: '',
      stderr:
        'error[unknown-key]: expected a key of assay.yml, found "modles"\n' +
        '  = hint: did you mean "models"?\n\n1 error\n',
    })
  })

  test.each([0, 1, 130] as const)('a run gives its own: %i', async (exitCode) => {
    const outcome = await run(['test'], { build: () => done({ results: [] }, exitCode) })
    expect(outcome).toEqual({ exitCode, stdout: '', stderr: '' })
  })

  test('no connection is 2, whoever throws it', async () => {
    const build = () =>
      Promise.reject(new ConnectionError('database-locked', 'the file is held by 42', 'end it'))
    expect(await run(['build'], { build })).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'error[database-locked]: the file is held by 42\n  = hint: end it\n\n1 error\n',
    })
  })

  test('a crash is 2 and says whose fault it is; the stack only on request', async () => {
    const build = () => Promise.reject(new Error('oops'))
    expect(await run(['build'], { build })).toEqual({
      exitCode: 2,
      stdout: '',
      stderr:
        'error: oops\n' +
        '  = note: this is a bug in assay 9.9.9, not in your project\n' +
        '  = hint: --debug (or ASSAY_DEBUG=1) shows where it happened\n',
    })
    const { stderr } = await run(['build'], { build }, { ASSAY_DEBUG: '1' })
    expect(stderr).toContain('main.test.ts')
    const json = await run(['build', '--log-format', 'json'], { build })
    expect(json).toEqual({
      exitCode: 2,
      stdout:
        '{"type":"crash","timestamp":"2026-01-02T03:04:05.678Z","message":"oops","version":"9.9.9"}\n' +
        '{"type":"finished","timestamp":"2026-01-02T03:04:05.678Z","exit_code":2}\n',
      stderr: '',
    })
  })

  test('an error that nobody caught ends the process with 2', async () => {
    const fake = fakeHost(['build'])
    const build: UseCases['build'] = async () => {
      fake.throwUncaught(new Error('lost'))
      await until('the end of the process', () => fake.exits.length > 0)
      return done({ results: [] })
    }
    await main(fake.host, fakeUseCases({ build }))
    expect(fake.exits).toEqual([2])
    expect(fake.stderr()).toContain('error: lost\n')
  })
})

describe('results on stdout, words for people beside them', () => {
  test('show: the table on stdout, the count on stderr', async () => {
    const show = () => done({ node: 'inline', table: oneRow })
    expect(await run(['show', '--inline', 'x'], { show })).toEqual({
      exitCode: 0,
      stdout: 'one\n---\n  1\n',
      stderr: '1 row of inline\n',
    })
    expect(await run(['show', '--inline', 'x', '--limit', '1', '-q'], { show })).toEqual({
      exitCode: 0,
      stdout: 'one\n---\n  1\n',
      stderr: '',
    })
    expect((await run(['show', '--inline', 'x', '--limit', '1'], { show })).stderr).toBe(
      '1 row of inline, --limit -1 shows all there are\n',
    )
  })

  test.each([
    ['json', '{"node": "inline", "show": [\n  {"one": 1}\n]}\n'],
    ['csv', 'one\n1\n'],
  ])('show --output %s: nothing else on stdout', async (output, stdout) => {
    const show: UseCases['show'] = (_, { emit }) => {
      emit({ type: 'log', message: 'for people', node: undefined })
      emit({ type: 'diagnostic', diagnostic: { ...unknownKey, severity: 'warning' } })
      return done({ node: 'inline', table: oneRow })
    }
    expect(await run(['show', '--inline', 'x', '--output', output], { show })).toEqual({
      exitCode: 0,
      stdout,
      stderr:
        'for people\nwarning[unknown-key]: expected a key of assay.yml, found "modles"\n' +
        '  = hint: did you mean "models"?\n\n1 warning\n',
    })
  })

  test('ls', async () => {
    const list = () => done({ lines: ['a', 'b'] })
    expect(await run(['ls', '-q'], { list })).toEqual({ exitCode: 0, stdout: 'a\nb\n', stderr: '' })
    expect(await run(['ls'], { list: () => done({ lines: [] }) })).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '',
    })
  })

  test('compile: one node is printed, several are counted', async () => {
    const a = { name: 'a', path: 'models/a.sql', sql: 'select 1\n', dependsOnDatabase: false }
    const b = { name: 'b', path: 'models/b.sql', sql: 'select 2\n', dependsOnDatabase: true }
    const compile = (...nodes: readonly (typeof a)[]) => ({
      compile: () => done({ nodes, folder: 'target/compiled' }),
    })
    expect(await run(['compile'], compile(a))).toEqual({
      exitCode: 0,
      stdout: 'select 1\n',
      stderr: 'compiled 1 node to target/compiled\n',
    })
    expect(await run(['compile'], compile(a, b))).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: 'compiled 2 nodes to target/compiled; the SQL of b depends on the database\n',
    })
    expect(await run(['compile', '-s', 'b', '-q'], compile(a, b))).toEqual({
      exitCode: 0,
      stdout: 'select 2\n',
      stderr: '',
    })
    expect(await run(['compile', '--inline', 'x'], compile(a))).toEqual({
      exitCode: 0,
      stdout: 'select 1\n',
      stderr: '',
    })
    expect(await run(['compile', '--output', 'json', '-q'], compile(a, b))).toEqual({
      exitCode: 0,
      stdout:
        '{"node":"a","compiled":"select 1\\n","depends_on_database":false}\n{"node":"b","compiled":"select 2\\n","depends_on_database":true}\n',
      stderr: '',
    })
  })

  test('plan as text and as JSON', async () => {
    const impressions = model('silver', 'impressions')
    const plan = () =>
      done({
        nodes: [
          {
            node: impressions,
            action: 'create table',
            because: 'first build',
            statements: ['begin', 'create table x as\nselect 1;', 'commit -- done'],
            tests: ['unique_id'],
            after: ['stg_events', 'items'],
          },
          {
            node: dataTest('recent'),
            action: 'test',
            because: 'selected',
            statements: [],
            tests: [],
            after: [],
          },
        ],
      })
    expect((await run(['plan'], { plan })).stdout).toMatchInlineSnapshot(`
      "1  silver.impressions  table        create table  (first build)
           after: stg_events, items
           tests: unique_id

           begin;
           create table x as
           select 1;
           commit -- done
           ;

      2  recent              test         test  (selected)

      2 nodes: 1 create table, 1 test
      "
    `)
    expect((await run(['plan', '--output', 'json'], { plan })).stdout).toMatchInlineSnapshot(`
      "{"nodes": [
        {"unique_id":"model.growth.impressions","name":"impressions","resource_type":"model","relation":"silver.impressions","path":"models/silver/impressions.sql","action":"create table","because":"first build","after":["stg_events","items"],"tests":["unique_id"],"statements":["begin","create table x as\\nselect 1;","commit -- done"]},
        {"unique_id":"test.growth.recent.0123456789","name":"recent","resource_type":"test","path":"models/schema.yml","action":"test","because":"selected","after":[],"tests":[],"statements":[]}
      ]}
      "
    `)
    expect((await run(['plan'], { plan: () => done({ nodes: [] }) })).stdout).toBe(
      'nothing to do\n',
    )
  })

  test('lint', async () => {
    const lint = () => done({ findings: [], models: 1 })
    expect(await run(['lint'], { lint })).toEqual({
      exitCode: 0,
      stdout: 'linted 1 model: nothing found\n',
      stderr: '',
    })
    const diagnostic = errorDiagnostic({ code: 'lint-watermark', message: 'expected a, found b' })
    const value = { findings: [{ model: 'm', diagnostic }], models: 2 }
    const found = async () => ({ kind: 'done', exitCode: 1, value }) as const
    const text = 'error[lint-watermark]: expected a, found b\n\n1 error\n'
    expect(await run(['lint'], { lint: found })).toEqual({
      exitCode: 1,
      stdout: 'linted 2 models: 1 finding\n',
      stderr: text,
    })
    expect(await run(['lint', '--quiet'], { lint: found })).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: text,
    })
    expect(await run(['lint', '--output', 'json'], { lint: found })).toEqual({
      exitCode: 1,
      stdout: `${JSON.stringify({ model: 'm', ...diagnostic })}\n`,
      stderr: '',
    })
  })

  test('parse, clean and debug', async () => {
    const parse = () => done({ found: { model: 9, seed: 1, test: 0 }, elapsedMs: 210 })
    expect((await run(['parse'], { parse })).stdout).toBe('parsed 9 models and 1 seed in 0.21s\n')
    expect(await run(['parse', '-q'], { parse })).toEqual({ exitCode: 0, stdout: '', stderr: '' })
    const clean = () => done({ removed: ['target/run'], kept: ['target/assay.duckdb'] })
    expect((await run(['clean'], { clean })).stdout).toBe(
      'removed  target/run\nkept     target/assay.duckdb\n',
    )
    const nothing = () => done({ removed: [], kept: [] })
    expect((await run(['clean'], { clean: nothing })).stdout).toBe('nothing to remove\n')
    const checks = [
      { name: 'project', isOk: true, detail: '/x/assay.yml' },
      { name: 'connection', isOk: false, detail: 'refused', hint: 'start the server' },
    ]
    const debug = () => done({ checks }, 1)
    expect(await run(['debug'], { debug })).toEqual({
      exitCode: 1,
      stdout:
        'ok    project     /x/assay.yml\nfail  connection  refused\n' +
        '      = hint: start the server\n\n1 of 2 checks failed\n',
      stderr: '',
    })
    const json = await run(['debug', '--log-format', 'json'], { debug })
    expect(json.stdout.split('\n')[0]).toBe(
      '{"type":"checked","timestamp":"2026-01-02T03:04:05.678Z","checks":[' +
        '{"name":"project","isOk":true,"detail":"/x/assay.yml"},' +
        '{"name":"connection","isOk":false,"detail":"refused","hint":"start the server"}]}',
    )
  })
})

describe('signals', () => {
  const stopping = 'stopping: rolling back what is running (Ctrl-C again to stop at once)\n'

  test('the first asks the run to stop, the second ends the process', async () => {
    const fake = fakeHost(['build'])
    const build: UseCases['build'] = (_, { signal }) => {
      fake.interrupt()
      expect([signal.aborted, fake.exits]).toEqual([true, []])
      fake.interrupt()
      return done({ results: [] }, 130)
    }
    expect(await main(fake.host, fakeUseCases({ build }))).toBe(130)
    expect([fake.exits, fake.stderr()]).toEqual([[130], stopping])
  })

  test('what a cancelled query throws is no crash', async () => {
    const fake = fakeHost(['show', '--inline', 'x'])
    const show: UseCases['show'] = () => {
      fake.interrupt()
      return Promise.reject(new Error('INTERRUPT Error'))
    }
    expect(await main(fake.host, fakeUseCases({ show }))).toBe(130)
    expect(fake.stderr()).toBe(stopping)
  })

  test('a run that is cancelled before its first node says that nothing was begun', async () => {
    const fake = fakeHost(['build'])
    const build: UseCases['build'] = () => {
      fake.interrupt()
      return Promise.reject(new Error('INTERRUPT Error'))
    }
    expect(await main(fake.host, fakeUseCases({ build }))).toBe(130)
    expect([fake.stdout(), fake.stderr()]).toEqual(['interrupted: nothing was begun\n', stopping])
  })

  test('a waiting watch ends without a word', async () => {
    const fake = fakeHost(['watch'])
    const watch: UseCases['watch'] = (_, { signal }) => {
      fake.interrupt()
      return done(undefined, signal.aborted ? 0 : 1)
    }
    expect(await main(fake.host, fakeUseCases({ watch }))).toBe(0)
    expect(fake.stderr()).toBe('')
  })
})

describe('readers', () => {
  const many: Table = {
    columns: [column('n', 'integer')],
    rows: Array.from({ length: 50_000 }, (_, index) => [index]),
  }
  const show = () => done({ node: 'many', table: many })

  test('a slow one gets everything before the exit code is given', async () => {
    let text = ''
    let mostWaiting = 0
    const slow = new Writable({
      highWaterMark: 1024,
      write(chunk: Buffer, _, next) {
        mostWaiting = Math.max(mostWaiting, slow.writableLength)
        setTimeout(() => {
          text += chunk.toString()
          next()
        }, 1)
      },
    })
    const fake = fakeHost(['show', '-s', 'many', '--output', 'json'], { stdout: slow })
    expect(await main(fake.host, fakeUseCases({ show }))).toBe(0)
    const lines = text.split('\n')
    expect([lines.length, lines.at(-3), lines.at(-2)]).toEqual([50_003, '  {"n": 49999}', ']}'])
    expect(mostWaiting).toBeLessThan(200_000)
  })

  function failing(code: string): Writable {
    return new Writable({
      write(_chunk, _encoding, next) {
        next(Object.assign(new Error(`${code}: cannot write`), { code }))
      },
    })
  }

  test('one that went away is no error', async () => {
    const fake = fakeHost(['show', '-s', 'many', '--output', 'csv'], { stdout: failing('EPIPE') })
    expect(await main(fake.host, fakeUseCases({ show }))).toBe(0)
    expect(fake.stderr()).toBe('')
  })

  test('a full disk is an error', async () => {
    const fake = fakeHost(['show', '-s', 'many', '-q'], { stdout: failing('ENOSPC') })
    expect(await main(fake.host, fakeUseCases({ show }))).toBe(1)
    expect(fake.stderr()).toBe('error: expected to write the output, found ENOSPC: cannot write\n')
  })

  test('a build goes on when nobody reads, a watch ends', async () => {
    const build: UseCases['build'] = async (_, { emit, signal }) => {
      emit({ type: 'log', message: 'hello', node: undefined })
      await new Promise(setImmediate)
      return done({ results: [] }, signal.aborted ? 130 : 0)
    }
    const watch: UseCases['watch'] = async (_, { emit, signal }) => {
      emit({ type: 'watching', folders: [] })
      await new Promise(setImmediate)
      return done(undefined, signal.aborted ? 0 : 1)
    }
    for (const command of ['build', 'watch']) {
      const fake = fakeHost([command], { stdout: failing('EPIPE') })
      expect(await main(fake.host, fakeUseCases({ build, watch }))).toBe(0)
    }
  })
})
