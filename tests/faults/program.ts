/** The command as it is shipped, copied so that a build of the sources under way does not change it, and started in processes of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { buildSync } from 'esbuild'

const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const shipped = ['bin', 'dist', 'library', 'schemas', 'package.json']

/** A command that takes longer will not end by itself. */
const longestMs = 150_000

/** Where a process is struck: at the n-th of its statements that match. */
export interface Strike {
  readonly at: number
  readonly when: 'before' | 'sent' | 'after'
  /** A regular expression; left out: every statement. */
  readonly matches?: string
  /** Left out: SIGKILL. */
  readonly signal?: 'SIGKILL' | 'SIGSTOP'
  readonly sentMs?: number
}

export interface RunOptions {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly strike?: Strike
  /** Lists the statements in the order in which they begin. */
  readonly isCounting?: boolean
  /** What bash does before it becomes the command, such as `ulimit -f 100;`. */
  readonly limit?: string
}

export interface Ended {
  /** null: a signal ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly output: string
  readonly elapsedMs: number
  /** It went on for so long that the harness ended it. */
  readonly isEndless: boolean
  /** Where it was struck; undefined: it never came there. */
  readonly struck: { readonly at: number; readonly text: string } | undefined
  readonly statements: readonly string[]
}

export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  output(): string
  /** Where it was struck so far. */
  struck(): Ended['struck']
}

export interface Program {
  /** For projects and databases; gone at the end. */
  readonly folder: string
  start(argv: readonly string[], options: RunOptions): Running
  run(argv: readonly string[], options: RunOptions): Promise<Ended>
  remove(): void
}

export function createProgram(): Program {
  const folder = mkdtempSync(join(tmpdir(), 'assay-faults-'))
  const place = join(folder, 'program')
  for (const name of shipped) {
    if (name === 'dist' && !existsSync(join(repository, name))) {
      throw new Error('expected the compiled program in dist/, found none: run "npm run build"')
    }
    cpSync(join(repository, name), join(place, name), { recursive: true })
  }
  symlinkSync(join(repository, 'node_modules'), join(place, 'node_modules'))
  const preload = join(folder, 'preload.mjs')
  buildSync({
    entryPoints: [join(repository, 'tests', 'faults', 'child', 'preload.ts')],
    outfile: preload,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  })
  const start = (argv: readonly string[], options: RunOptions) =>
    startChild({ folder, preload, binary: join(place, 'bin', 'assay.js') }, argv, options)
  return {
    folder,
    start,
    run: (argv, options) => start(argv, options).ended,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

interface Places {
  readonly folder: string
  readonly preload: string
  readonly binary: string
}

function startChild(places: Places, argv: readonly string[], options: RunOptions): Running {
  const trace = join(places.folder, `trace-${randomUUID()}`)
  const fault = faultOf(options, trace)
  const env = {
    HOME: process.env['HOME'] ?? '/',
    PATH: process.env['PATH'] ?? '',
    ...options.env,
    ...(fault === undefined
      ? {}
      : {
          FAULT: JSON.stringify(fault),
          NODE_OPTIONS: `--import ${pathToFileURL(places.preload).href}`,
        }),
  }
  const command = [process.execPath, places.binary, ...argv]
  const { limit } = options
  const words =
    limit === undefined ? command : ['bash', '-c', `${limit} exec "$@"`, 'bash', ...command]
  const began = performance.now()
  const [executable = '', ...rest] = words
  const child = spawn(executable, rest, {
    cwd: options.cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const keep = (chunk: unknown) => {
    output += String(chunk)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const struck = () => (fault === undefined || options.isCounting ? undefined : readStruck(trace))
  let isEndless = false
  const timer = setTimeout(() => {
    isEndless = true
    child.kill('SIGKILL')
  }, longestMs)
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      const elapsedMs = performance.now() - began
      const statements = options.isCounting === true ? readStatements(trace) : []
      resolve({ code, signal, output, elapsedMs, isEndless, struck: struck(), statements })
      rmSync(trace, { force: true })
    })
  })
  return { child, ended, output: () => output, struck }
}

/** Waits until the child has stopped itself; false: it ended without coming there. */
export async function suspended(running: Running): Promise<boolean> {
  const ended = running.ended.then(() => true)
  while (running.struck() === undefined) {
    if (await Promise.race([ended, delay(5).then(() => false)])) break
  }
  if (running.struck() === undefined) return false
  // It says so just before it stops.
  while (stateOf(running.child.pid) !== 'T') await delay(5)
  return true
}

/** As the kernel has it: T is stopped. Where it does not say so, a stop is taken for granted. */
function stateOf(pid: number | undefined): string {
  try {
    return /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? 'T'
  } catch {
    return 'T'
  }
}

function faultOf({ strike, isCounting }: RunOptions, trace: string) {
  if (strike === undefined && isCounting !== true) return undefined
  return {
    at: strike?.at ?? 0,
    when: strike?.when ?? 'before',
    matches: strike?.matches ?? '',
    signal: strike?.signal ?? 'SIGKILL',
    sentMs: strike?.sentMs ?? 0,
    trace,
  }
}

function readStruck(trace: string): Ended['struck'] {
  if (!existsSync(trace)) return undefined
  const text = readFileSync(trace, 'utf8')
  if (text === '') return undefined
  const struck: Ended['struck'] = JSON.parse(text)
  return struck
}

function readStatements(trace: string): readonly string[] {
  if (!existsSync(trace)) return []
  const lines = readFileSync(trace, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => String(JSON.parse(line)))
}
