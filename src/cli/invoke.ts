/** The command line as a function, for programs: words in; events, results and an exit code out. */
import { randomUUID } from 'node:crypto'
import { Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { Event } from '../core/event.ts'
import type { RunResult } from '../core/run-result.ts'
import { main } from './main.ts'
import { listenForUncaught } from './uncaught-errors.ts'

const crashedCode = 2
const rollbackMs = 5000

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
 * at once are fine unless they write the same tables. What code of the project, or of ours, throws where nobody waits
 * for it fails the command and never ends the process; an error of the program itself does what it would do anyway.
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
  const { cwd = process.cwd(), env = process.env } = options
  const crashing = new AbortController()
  const stopping = options.signal
    ? AbortSignal.any([options.signal, crashing.signal])
    : crashing.signal
  let endListening = () => {}
  const running = main({
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
      stopping.addEventListener('abort', listener)
      if (stopping.aborted) listener()
      return () => stopping.removeEventListener('abort', listener)
    },
    onUncaught: (listener) => {
      endListening = listenForUncaught(listener)
    },
    isProcessShared: true,
    // The process is not ours to end: what runs is stopped, and the command with it.
    exit: (code) => crashing.abort(code),
    onEvent: (event) => {
      if (event.type === 'node-finished') results.push(event.result)
      if (event.type === 'diagnostic') diagnostics.push(event.diagnostic)
      options.onEvent?.(event)
    },
    onInvalid: (found) => diagnostics.push(...found),
  })
  const ended = await Promise.race([running, afterCrash(crashing.signal)]).finally(() =>
    endListening(),
  )
  const exitCode = crashing.signal.aborted ? crashedCode : ended
  return {
    exitCode,
    success: exitCode === 0,
    results,
    diagnostics,
    stdout: stdout.text(),
    stderr: stderr.text(),
  }
}

/** What is rolled back has a moment for it: something of ours may never end. */
async function afterCrash(signal: AbortSignal): Promise<number> {
  await new Promise((resolve) => signal.addEventListener('abort', resolve))
  await delay(rollbackMs)
  return crashedCode
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
