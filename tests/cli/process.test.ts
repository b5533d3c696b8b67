/** The compiled command line in a process of its own, with use cases made by hand: pipes, signals, crashes. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { repository, spawnCommand } from './spawn-assay.ts'

const cwd = mkdtempSync(join(tmpdir(), 'assay-process-'))
afterAll(() => rmSync(cwd, { recursive: true, force: true }))
const dist = pathToFileURL(join(repository, 'dist', 'cli')).href

/** A script whose use cases are the members of an object literal; gives its path. */
function script(useCases: string): string {
  const path = join(cwd, `${randomUUID()}.mjs`)
  writeFileSync(
    path,
    `import { main, processHost } from '${dist}/main.js'
    process.exitCode = await main(processHost('9.9.9'), { ${useCases} })`,
  )
  return path
}

const rowCount = 300_000
const showMany = `show: async () => ({ kind: 'done', exitCode: 0, value: { node: 'many', table: {
  columns: [{ name: 'n', kind: 'integer', dataType: 'bigint' }],
  rows: Array.from({ length: ${rowCount} }, (_, index) => [index]) } } })`
const show = `"${process.execPath}" "${script(showMany)}" show -s many --limit -1 --output`

test('megabytes arrive whole in a slow reader', async () => {
  const pipe = `set -o pipefail; ${show} json | (sleep 0.5; tail -n 2)`
  expect(await spawnCommand('bash', ['-c', pipe], { cwd })).toEqual({
    exitCode: 0,
    stdout: `  {"n": ${rowCount - 1}}\n]}\n`,
    stderr: '',
  })
})

test('a reader that goes away ends the output quietly', async () => {
  const pipe = `set -o pipefail; ${show} csv | head -2`
  expect(await spawnCommand('bash', ['-c', pipe], { cwd })).toEqual({
    exitCode: 0,
    stdout: 'n\n0\n',
    stderr: '',
  })
})

test.skipIf(process.platform !== 'linux')('a full disk is an error', async () => {
  expect(await spawnCommand('bash', ['-c', `${show} csv > /dev/full`], { cwd })).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: 'error: expected to write the output, found ENOSPC: no space left on device, write\n',
  })
})

const stopping = 'stopping: rolling back what is running (Ctrl-C again to stop at once)\n'
const say = `emit({ type: 'log', message: 'running', node: undefined })`

test.each(['SIGINT', 'SIGTERM'] as const)('%s asks the run to stop', async (signal) => {
  const build = `build: (_, { emit, signal }) => new Promise((resolve) => {
    ${say}
    const alive = setInterval(() => {}, 1000)
    signal.addEventListener('abort', () => {
      clearInterval(alive)
      resolve({ kind: 'done', exitCode: 130, value: { results: [] } })
    })
  })`
  const finished = await spawnCommand(process.execPath, [script(build), 'build'], {
    cwd,
    onOutput: (_, kill) => kill(signal),
  })
  expect(finished).toEqual({ exitCode: 130, stdout: 'running\n', stderr: stopping })
})

test('a second signal ends a run that does not listen', async () => {
  const build = `build: (_, { emit, signal }) => new Promise(() => {
    ${say}
    setInterval(() => {}, 1000)
    signal.addEventListener('abort', () => ${say})
  })`
  const finished = await spawnCommand(process.execPath, [script(build), 'build'], {
    cwd,
    onOutput: (_, kill) => kill('SIGINT'),
  })
  expect(finished).toEqual({ exitCode: 130, stdout: 'running\nrunning\n', stderr: stopping })
})

test('an error in a forgotten promise is a crash', async () => {
  const build = `build: () => new Promise(() => {
    setInterval(() => {}, 1000)
    Promise.reject(new Error('lost'))
  })`
  expect(await spawnCommand(process.execPath, [script(build), 'build'], { cwd })).toEqual({
    exitCode: 2,
    stdout: '',
    stderr:
      'error: lost\n' +
      '  = note: this is a bug in assay 9.9.9, not in your project\n' +
      '  = hint: --debug (or ASSAY_DEBUG=1) shows where it happened\n',
  })
})
