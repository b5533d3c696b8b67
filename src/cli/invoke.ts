/** The command line as a function, for programs: words in; events, results and an exit code out. */
import { randomUUID } from 'node:crypto'
import { Writable } from 'node:stream'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { Event } from '../core/event.ts'
import type { RunResult } from '../core/run-result.ts'
import { main } from './main.ts'

export interface InvokeOptions {
  /** The folder the command is as if typed in. Default: that of the process. */
  readonly cwd?: string
  /** Default: that of the process. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Called for each event, in order, while the command runs. What it throws is not caught. */
  readonly onEvent?: (event: Event) => void
  /** Aborting it stops the command as Ctrl-C does: what runs is rolled back. */
  readonly signal?: AbortSignal
}

export interface Invoked {
  /** 0 fine, 1 work was begun and something failed, 2 nothing was begun, 130 interrupted. */
  readonly exitCode: number
  readonly success: boolean
  /** Of the nodes and tests that ran, in order of finishing. */
  readonly results: readonly RunResult[]
  /** Errors and warnings of the project. */
  readonly diagnostics: readonly Diagnostic[]
  /** What the command would have printed. */
  readonly stdout: string
  readonly stderr: string
}

/**
 * `invoke(['build', '--select', 'orders+'])`. Does not throw for anything the command line has an exit code for. Several
 * at once are fine unless they write the same tables.
 */
export async function invoke(
  argv: readonly string[],
  version: string,
  options: InvokeOptions = {},
): Promise<Invoked> {
  const results: RunResult[] = []
  const diagnostics: Diagnostic[] = []
  const stdout = kept()
  const stderr = kept()
  const { cwd = process.cwd(), env = process.env, signal } = options
  const exitCode = await main({
    argv,
    cwd,
    env,
    stdout: stdout.stream,
    stderr: stderr.stream,
    version,
    now: () => new Date(),
    newId: () => randomUUID(),
    random: Math.random,
    onStopSignal: (listener) => {
      signal?.addEventListener('abort', listener)
      if (signal?.aborted === true) listener()
      return () => signal?.removeEventListener('abort', listener)
    },
    // The program's own errors are its own business.
    onUncaught: () => undefined,
    exit: () => undefined,
    onEvent: (event) => {
      if (event.type === 'node-finished') results.push(event.result)
      if (event.type === 'diagnostic') diagnostics.push(event.diagnostic)
      options.onEvent?.(event)
    },
    onInvalid: (found) => diagnostics.push(...found),
  })
  return {
    exitCode,
    success: exitCode === 0,
    results,
    diagnostics,
    stdout: stdout.text(),
    stderr: stderr.text(),
  }
}

function kept(): { readonly stream: Writable; readonly text: () => string } {
  const pieces: string[] = []
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: unknown, _encoding, done) {
      pieces.push(String(chunk))
      done()
    },
  })
  return { stream, text: () => pieces.join('') }
}
