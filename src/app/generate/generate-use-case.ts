/** What `generate` takes and gives back. */

export type GenerateOptions = GenerateEventsOptions | GenerateExperimentOptions

export interface GenerateEventsOptions {
  readonly kind: 'events'
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

export interface GenerateExperimentOptions {
  readonly kind: 'experiment'
  readonly seed: number
  readonly users: number
  readonly products: number
  /** Over which users are assigned. */
  readonly days: number
  /** `2025-01-01` */
  readonly start: string
  /** By how much treated users buy more often, as a share. */
  readonly lift: number
  /** The share of users that something happens to, 0 to 1. */
  readonly dirt: number
  /** A folder; relative to the working folder. */
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
  readonly dirt: Readonly<Record<string, number>>
  readonly elapsedMs: number
}
