/** `assay completion`: what bash offers behind some words, and what zsh and fish are given. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { completionScript } from '../../src/cli/completion/completion-script.ts'
import { repository, spawnAssay, spawnCommand } from './spawn-assay.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-completion-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
beforeAll(() => {
  const command = join(folder, 'assay')
  writeFileSync(command, `#!/bin/sh\nexec ${process.execPath} ${repository}/bin/assay.js "$@"\n`)
  chmodSync(command, 0o755)
})

/** What bash would offer behind these words, the last of which is being typed. */
async function offered(...words: readonly string[]): Promise<readonly string[]> {
  const typed = ['assay', ...words].map((word) => `'${word}'`).join(' ')
  const script = `source <(assay completion bash)
COMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _assay; printf '%s\\n' "\${COMPREPLY[@]}"`
  const env = { PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` }
  const done = await spawnCommand('bash', ['-c', script], { cwd: repository, env })
  expect(done.stderr).toBe('')
  return done.stdout.split('\n').filter((line) => line !== '')
}

test('commands, flags of a command, nodes, folders, shells', async () => {
  expect(await offered('b')).toEqual(['build'])
  expect(await offered('com')).toEqual(['compile', 'completion'])
  expect(await offered('build', '--full')).toEqual(['--full-refresh'])
  expect(await offered('parse', '--full')).toEqual([])
  expect(await offered('build', '--select', 'posterior_p')).toEqual(['posterior_parameters'])
  expect(await offered('explain', 'posterior_p')).toEqual(['posterior_parameters'])
  expect(await offered('build', '--project-dir', 'see')).toEqual(['seeds'])
  expect(await offered('completion', 'f')).toEqual(['fish'])
})

test('zsh runs what bash runs', () => {
  expect(completionScript('zsh')).toBe(
    `autoload -U +X bashcompinit && bashcompinit\n${completionScript('bash')}`,
  )
})

test('fish is given a line a command and a line a flag', () => {
  const lines = completionScript('fish').split('\n')
  expect(lines).toContain(
    "complete -c assay -n __fish_use_subcommand -a seed -d 'load the CSV files of seeds/'",
  )
  expect(lines).toContain(
    "complete -c assay -n '__fish_seen_subcommand_from build' -s x -l fail-fast -d 'stop at the first failure'",
  )
  expect(lines.every((line) => line === '' || line.startsWith('complete -c assay '))).toBe(true)
})

test('a shell it does not know', async () => {
  expect(await spawnAssay(['completion', 'tcsh'], { cwd: folder })).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: 'error: expected one of "bash", "zsh", "fish" after "assay completion", found "tcsh"\n',
  })
})
