/** Runs the command line in this process, in a folder, with streams that are kept. */
import { randomUUID } from 'node:crypto'
import { Writable } from 'node:stream'
import { main } from '../../src/cli/main.ts'

export interface Ran {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export async function runAssay(
  argv: readonly string[],
  options: {
    readonly cwd: string
    readonly env: Readonly<Record<string, string | undefined>>
    /** Left out: that of the machine. */
    readonly now?: () => Date
  },
): Promise<Ran> {
  const stdout = kept()
  const stderr = kept()
  const exitCode = await main({
    argv,
    cwd: options.cwd,
    env: options.env,
    stdout: stdout.stream,
    stderr: stderr.stream,
    version: '0.0.0-test',
    now: options.now ?? (() => new Date()),
    newId: () => randomUUID(),
    random: Math.random,
    onStopSignal: () => () => undefined,
    onUncaught: () => undefined,
    exit: () => undefined,
  })
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() }
}

function kept() {
  const pieces: string[] = []
  const stream = new Writable({
    write(chunk: unknown, _, done) {
      pieces.push(String(chunk))
      done()
    },
  })
  return { stream, text: () => pieces.join('') }
}
