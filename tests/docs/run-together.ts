/** Runs the command line in this process and keeps both streams as one, as a terminal shows them. */
import { randomUUID } from 'node:crypto'
import { Writable } from 'node:stream'
import { main } from '../../src/cli/main.ts'

export async function runTogether(
  argv: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<{ readonly exitCode: number; readonly output: string }> {
  const pieces: string[] = []
  const stream = () =>
    new Writable({
      write(chunk: unknown, _, done) {
        pieces.push(String(chunk))
        done()
      },
    })
  const exitCode = await main({
    argv,
    ...options,
    stdout: stream(),
    stderr: stream(),
    version: '0.0.0-test',
    now: () => new Date(),
    newId: () => randomUUID(),
    random: Math.random,
    onStopSignal: () => () => undefined,
    onUncaught: () => undefined,
    exit: () => undefined,
  })
  return { exitCode, output: pieces.join('') }
}
