/** Where events go that were accepted: to the disk first, into their table by the loader. */
import type { JsonObject } from '../../core/json.ts'
import type { DeadLetterCode } from '../../core/load/dead-letter-codes.ts'

export interface EventCapture {
  readonly tables: readonly EventTable[]
}

/** A source table that is filled over HTTP. */
export interface EventTable {
  /** `growth.events` */
  readonly name: string
  readonly source: string
  readonly table: string
  readonly description: string
  /** A JSON schema of one event. */
  readonly schema: JsonObject
  /**
   * Each event JSON on one line. When it resolves, every one is on the disk: those that fit will be in the table, once
   * for each id, the others are dead letters. Throws a `ProblemError` when nothing of it was kept.
   */
  capture(events: readonly string[]): Promise<readonly CapturedEvent[]>
}

export type CapturedEvent =
  | { readonly status: 'accepted'; readonly id: string }
  | {
      readonly status: 'rejected'
      readonly code: DeadLetterCode
      readonly message: string
      /** undefined: the event as a whole. */
      readonly field: string | undefined
    }
