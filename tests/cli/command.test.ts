/** The real command in an empty folder: version, help, wrong words, a reader that goes away. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { assay, repository, spawnAssay, spawnCommand } from './spawn-assay.ts'

const cwd = mkdtempSync(join(tmpdir(), 'assay-cli-'))
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

const { version }: { readonly version: string } = JSON.parse(
  readFileSync(join(repository, 'package.json'), 'utf8'),
)

test.each(['--version', '-v', '-V'])('%s', async (word) => {
  expect(await spawnAssay([word], { cwd })).toEqual({
    exitCode: 0,
    stdout: `assay ${version}\n`,
    stderr: '',
  })
})

test('--help, and no words at all', async () => {
  const help = await spawnAssay(['--help'], { cwd })
  expect([help.exitCode, help.stderr]).toEqual([0, ''])
  expect(help.stdout.split('\n')[0]).toBe('Usage: assay <command> [flags]')
  expect(await spawnAssay([], { cwd })).toEqual(help)
})

test('an unknown command', async () => {
  expect(await spawnAssay(['biuld'], { cwd })).toEqual({
    exitCode: 2,
    stdout: '',
    stderr:
      'error: expected a command, found "biuld"\n' +
      '  = hint: did you mean "build"? "assay --help" shows what there is\n',
  })
})

test('colour on request', async () => {
  const { stderr } = await spawnAssay(['biuld'], { cwd, env: { FORCE_COLOR: '1' } })
  expect(stderr).toBe(
    '\u001b[1m\u001b[31merror\u001b[39m\u001b[22m: expected a command, found "biuld"\n' +
      '  \u001b[36m=\u001b[39m hint: did you mean "build"? "assay --help" shows what there is\n',
  )
})

test('assay --help | head -1', async () => {
  const pipe = `set -o pipefail; "${process.execPath}" "${assay}" --help | head -1`
  expect(await spawnCommand('bash', ['-c', pipe], { cwd })).toEqual({
    exitCode: 0,
    stdout: 'Usage: assay <command> [flags]\n',
    stderr: '',
  })
})

test('without dist/ the command says what to run', async () => {
  const copy = join(cwd, 'copy')
  mkdirSync(copy)
  cpSync(join(repository, 'bin'), join(copy, 'bin'), { recursive: true })
  cpSync(join(repository, 'package.json'), join(copy, 'package.json'))
  expect(
    await spawnCommand(process.execPath, [join(copy, 'bin', 'assay.js'), 'build'], { cwd }),
  ).toEqual({
    exitCode: 2,
    stdout: '',
    stderr:
      'error: expected the compiled program in dist/, found none\n' +
      '  = hint: run "npm ci" (or "npm run build") first\n',
  })
})

test('a working folder that was removed', async () => {
  const words = `mkdir gone && cd gone && rmdir ../gone && "${process.execPath}" "${assay}" build`
  expect(await spawnCommand('bash', ['-c', words], { cwd })).toEqual({
    exitCode: 2,
    stdout: '',
    stderr:
      'error: expected a working folder, found that it was removed\n' +
      '  = hint: change to one that exists\n',
  })
})
