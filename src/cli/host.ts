/** The process as the command line sees it: arguments, environment, streams, signals; a test hands in its own. */
import type { Writable } from 'node:stream'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { EventSink } from '../core/event.ts'
import type { UncaughtListener } from './uncaught-errors.ts'

export interface OutputStream extends Writable {
  /** True on a terminal. */
  readonly isTTY?: boolean
  /** Of the terminal; changes when its window does. */
  readonly columns?: number
}

export interface Host {
  /** Without the interpreter and the script. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  /** `0.1.0` */
  readonly version: string
  readonly now: () => Date
  readonly newId: () => string
  /** From 0 up to, not including, 1. */
  readonly random: () => number
  /** Calls for SIGINT, SIGTERM and SIGHUP; the function it gives ends that. */
  readonly onStopSignal: (listener: () => void) => () => void
  /** Calls for an error that nobody caught. */
  readonly onUncaught: (listener: UncaughtListener) => void
  /** The process runs other things too: what is of neither us nor the project is theirs. Left out: it does not. */
  readonly isProcessShared?: boolean
  /** Ends the process at once, whatever is under way. */
  readonly exit: (code: number) => void
  /** Hears every event too; left out: only the screen does. */
  readonly onEvent?: EventSink
  /** Hears why nothing was begun. */
  readonly onInvalid?: (diagnostics: readonly Diagnostic[]) => void
}

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export function processHost(version: string): Host {
  return {
    argv: process.argv.slice(2),
    env: process.env,
    cwd: process.cwd(),
    stdout: process.stdout,
    stderr: process.stderr,
    version,
    now: () => new Date(),
    // The global one is loaded when it is first used, which `--help` does not.
    newId: () => globalThis.crypto.randomUUID(),
    random: Math.random,
    onStopSignal: (listener) => {
      for (const signal of stopSignals) process.on(signal, listener)
      return () => {
        for (const signal of stopSignals) process.off(signal, listener)
      }
    },
    onUncaught: (listener) => {
      process.on('uncaughtException', listener)
      process.on('unhandledRejection', listener)
    },
    exit: (code) => process.exit(code),
  }
}
