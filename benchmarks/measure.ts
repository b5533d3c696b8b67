/** Runs a command several times: the median of its wall time, or the most memory it took. */
import { spawnSync } from 'node:child_process'
import { performance } from 'node:perf_hooks'

export interface Measured {
  readonly name: string
  /** Median of the runs. */
  readonly wallMs: number
  readonly runs: number
}

export interface Command {
  readonly name: string
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly runs: number
  /** Before each run, not measured. */
  readonly prepare?: () => void
}

/** Throws when a run does not exit 0: a figure of a failed run would say nothing. */
export function measure(command: Command): Measured {
  const times: number[] = []
  for (let run = 0; run < command.runs; run += 1) {
    command.prepare?.()
    const started = performance.now()
    const done = spawnSync(command.file, command.args, { cwd: command.cwd, encoding: 'utf8' })
    times.push(performance.now() - started)
    if (done.status !== 0) {
      throw new Error(`${command.name} exited ${done.status}: ${done.stdout}${done.stderr}`)
    }
  }
  return { name: command.name, wallMs: median(times), runs: command.runs }
}

/** Says the most memory the process had, in KiB, when it ends. */
const tellPeak = `import { writeSync } from 'node:fs'
process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)))`

/** In MiB, of one run of a script of node's. */
export function peakMemory(args: readonly string[], cwd: string): number {
  const preload = `data:text/javascript,${encodeURIComponent(tellPeak)}`
  const done = spawnSync(process.execPath, ['--import', preload, ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  })
  if (done.status !== 0) throw new Error(`${args.join(' ')} exited ${done.status}`)
  return Number(done.output[3]) / 1024
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}

export interface Taken {
  readonly wallSeconds: number
  /** User and system, of all threads. */
  readonly cpuSeconds: number
  readonly peakMib: number
}

const tellUsage = `import { writeSync } from 'node:fs'
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  writeSync(3, JSON.stringify([userCPUTime + systemCPUTime, maxRSS]))
})`

/** One run of a script of node's. `loaders`: what `--import` is to load before it. */
export function takeOnce(
  args: readonly string[],
  {
    cwd,
    env = {},
    loaders = [],
  }: {
    readonly cwd: string
    readonly env?: Readonly<Record<string, string>>
    readonly loaders?: readonly string[]
  },
): Taken {
  const preloads = [`data:text/javascript,${encodeURIComponent(tellUsage)}`, ...loaders]
  const started = performance.now()
  const done = spawnSync(
    process.execPath,
    [...preloads.flatMap((each) => ['--import', each]), ...args],
    {
      cwd,
      env: { ...process.env, ...env },
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    },
  )
  const wallSeconds = (performance.now() - started) / 1000
  if (done.status !== 0) {
    throw new Error(`${args.join(' ')} exited ${done.status}: ${done.stdout}${done.stderr}`)
  }
  const usage: readonly number[] = JSON.parse(String(done.output[3]))
  const [cpuMicros = 0, peakKib = 0] = usage
  return { wallSeconds, cpuSeconds: cpuMicros / 1e6, peakMib: peakKib / 1024 }
}
