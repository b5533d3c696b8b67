/** A process made by hand: its streams remember what was written, its signals are calls. */
import { Writable } from 'node:stream'
import type { Host, OutputStream } from '../../../src/cli/host.ts'
import type { UseCases } from '../../../src/cli/use-cases.ts'

class MemoryStream extends Writable implements OutputStream {
  text = ''
  readonly isTTY: boolean
  readonly columns = 80
  constructor(isTTY: boolean) {
    super()
    this.isTTY = isTTY
  }
  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.text += chunk.toString()
    done()
  }
}

interface FakeHostOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly isTerminal?: boolean
  readonly cwd?: string
  readonly stdout?: OutputStream
}

export function fakeHost(argv: readonly string[], options: FakeHostOptions = {}) {
  const isTerminal = options.isTerminal ?? false
  const memory = { stdout: new MemoryStream(isTerminal), stderr: new MemoryStream(isTerminal) }
  const listeners = new Set<() => void>()
  const uncaught = new Set<(error: unknown) => void>()
  const exits: number[] = []
  const host: Host = {
    argv,
    env: options.env ?? {},
    cwd: options.cwd ?? '/nowhere',
    stdout: options.stdout ?? memory.stdout,
    stderr: memory.stderr,
    version: '9.9.9',
    now: () => new Date('2026-01-02T03:04:05.678Z'),
    newId: () => '00000000-0000-4000-8000-000000000000',
    random: Math.random,
    onStopSignal: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onUncaught: (listener) => uncaught.add(listener),
    exit: (code) => exits.push(code),
  }
  return {
    host,
    exits,
    stdout: () => memory.stdout.text,
    stderr: () => memory.stderr.text,
    interrupt: () => {
      for (const listener of listeners) listener()
    },
    throwUncaught: (error: unknown) => {
      for (const listener of uncaught) listener(error)
    },
  }
}

/** Use cases of which only those given may be called. */
export function fakeUseCases(given: Partial<UseCases>): UseCases {
  const unexpected = () => Promise.reject(new Error('no such use case in this test'))
  return {
    build: unexpected,
    ingest: unexpected,
    retry: unexpected,
    earlierWarnErrorOptions: unexpected,
    clone: unexpected,
    compile: unexpected,
    plan: unexpected,
    list: unexpected,
    generateDocs: unexpected,
    freshness: unexpected,
    lint: unexpected,
    parse: unexpected,
    show: unexpected,
    metric: unexpected,
    report: unexpected,
    simulate: unexpected,
    diff: unexpected,
    verify: unexpected,
    explain: unexpected,
    exportRelations: unexpected,
    erase: unexpected,
    prune: unexpected,
    status: unexpected,
    init: unexpected,
    generate: unexpected,
    debug: unexpected,
    runOperation: unexpected,
    clean: unexpected,
    watch: unexpected,
    serve: unexpected,
    ...given,
  }
}
