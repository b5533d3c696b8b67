/** Runs a command several times and keeps the medians of its wall time, CPU time and memory. */
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

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}
