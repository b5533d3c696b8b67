export type { Diagnostic, RelatedPlace, SourceSpan } from './core/diagnostic.ts'
export type { Event, EventSink } from './core/event.ts'
export type { Result } from './core/result.ts'
export type { RunResult, RunStatus } from './core/run-result.ts'
/** `0.1.0` */
export declare const version: string
