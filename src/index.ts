/** The package's entry: its version, and the types of what its commands give back. */
import { readFileSync } from 'node:fs'

export type { Diagnostic, RelatedPlace, SourceSpan } from './core/diagnostic.ts'
export type { Event, EventSink } from './core/event.ts'
export type { Result } from './core/result.ts'
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
