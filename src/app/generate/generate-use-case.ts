/** What `generate events` takes and gives back. */
import type { DirtKind } from './arrival.ts'

export interface GenerateOptions {
  readonly seed: number
  readonly events: number
  readonly users: number
  readonly products: number
  readonly days: number
  /** `2025-01-01` */
  readonly start: string
  readonly batchSize: number
  /** The share of messages that something happens to, 0 to 1. */
  readonly dirt: number
  readonly format: 'jsonl' | 'csv'
  /** A folder of JSON lines, a file of CSV; relative to the working folder. */
  readonly output: string
}

export interface GenerateValue {
  /** Messages asked for; lines without the dirt on top. */
  readonly events: number
  readonly lines: number
  /** Lines that CSV cannot hold. */
  readonly leftOut: number
  readonly files: number
  readonly output: string
  readonly dirt: Readonly<Partial<Record<DirtKind, number>>>
  readonly elapsedMs: number
}
