/** The real command in a process of its own, which can be killed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const binary = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'bin', 'assay.js')

export interface Spawned {
  readonly child: ChildProcess
  /** When the process has ended; `code` is null when a signal ended it. */
  readonly ended: Promise<{
    readonly code: number | null
    readonly stdout: string
    readonly stderr: string
  }>
  /** Resolves when stdout holds this text; rejects when the process ends before. */
  waitFor(text: string): Promise<void>
  /** What was said so far, on stdout and stderr as it came. */
  output(): string
}

export function spawnAssay(
  argv: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Spawned {
  const child = spawn(process.execPath, [binary, ...argv], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  let all = ''
  const waiting = new Set<() => void>()
  child.stdout.on('data', (chunk: unknown) => {
    stdout += String(chunk)
    all += String(chunk)
    for (const check of waiting) check()
  })
  child.stderr.on('data', (chunk: unknown) => {
    stderr += String(chunk)
    all += String(chunk)
  })
  const ended = new Promise<Awaited<Spawned['ended']>>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
  return {
    child,
    ended,
    output: () => all,
    waitFor: (text) =>
      new Promise((resolve, reject) => {
        const check = () => {
          if (!stdout.includes(text)) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
        void ended.then(() => reject(new Error(`ended before "${text}": ${stdout}${stderr}`)))
      }),
  }
}
