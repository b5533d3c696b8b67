/** Runs the real command, or any other, and gives everything it printed and its exit code. */
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
export const assay = join(repository, 'bin', 'assay.js')

interface Finished {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

interface SpawnOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** Called with everything stdout has said so far, each time it says more, and a way to send a signal. */
  readonly onOutput?: (stdout: string, kill: (signal: NodeJS.Signals) => void) => void
}

export function spawnCommand(
  command: string,
  words: readonly string[],
  { cwd, env = {}, onOutput }: SpawnOptions,
): Promise<Finished> {
  const { PATH = '' } = process.env
  const child = spawn(command, words, {
    cwd,
    env: { PATH, ...env },
    // With a socket as its input bash would take itself for a remote shell and read its start-up files.
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text
    onOutput?.(output.stdout, (signal) => child.kill(signal))
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (exitCode) => resolve({ exitCode, ...output }))
  })
}

export function spawnAssay(words: readonly string[], options: SpawnOptions): Promise<Finished> {
  return spawnCommand(process.execPath, [assay, ...words], options)
}
