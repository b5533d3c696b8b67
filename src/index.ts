/** The package's entry: its version, its commands as a function, and the types of what they give back. */
import { readFileSync } from 'node:fs'
import { type Invoked, type InvokeOptions, invoke as invokeVersion } from './cli/invoke.ts'

export * from './core/authoring/authoring.ts'
export type { Diagnostic, RelatedPlace, SourceSpan } from './core/diagnostic.ts'
export type { Event, EventSink } from './core/event.ts'
export type { Result } from './core/result.ts'
export type { Invoked, InvokeOptions } from './cli/invoke.ts'
export type { RunResult, RunStatus } from './core/run-result.ts'

const manifest: unknown = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
)

/** `0.1.0` */
export const version: string =
  typeof manifest === 'object' &&
  manifest !== null &&
  'version' in manifest &&
  typeof manifest.version === 'string'
    ? manifest.version
    : 'unknown'

/**
 * `await invoke(['build', '--select', 'orders+'], { cwd })`: a command of the command line, its events as they come and
 * its results. Does not throw for what has an exit code.
 */
export function invoke(argv: readonly string[], options: InvokeOptions = {}): Promise<Invoked> {
  return invokeVersion(argv, version, options)
}
