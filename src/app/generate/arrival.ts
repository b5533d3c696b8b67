/** A line that arrives, and what happened to it on the way. */
import type { EventRecord } from './message.ts'

export type DirtKind =
  | 'malformed'
  | 'incomplete'
  | 'broken_items'
  | 'duplicate'
  | 'late'
  | 'out_of_order'
  | 'skewed_clock'

export interface Arrival {
  /** Microseconds since 1970. */
  readonly arrivedAt: number
  readonly line: string
  /** NULL: the line is no JSON. */
  readonly record: EventRecord | null
  /** What happened to it; undefined: nothing. */
  readonly dirt?: DirtKind
}
