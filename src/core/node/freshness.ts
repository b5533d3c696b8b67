/** How old the newest row of a source may be, and what says when it came. */
import type { Hook } from './hook.ts'

export interface Period {
  readonly count: number
  readonly period: 'minute' | 'hour' | 'day'
}

/** At least one of the two limits is there. */
export interface Freshness {
  readonly warnAfter: Period | undefined
  readonly errorAfter: Period | undefined
  /** A condition the rows looked at must meet. */
  readonly filter: string | undefined
}

export type LoadedAt =
  | { readonly kind: 'field'; readonly expression: string }
  /** A template that gives one value. */
  | { readonly kind: 'query'; readonly query: Hook }

const secondsOf = { minute: 60, hour: 3600, day: 86_400 } as const

function periodSeconds({ count, period }: Period): number {
  return count * secondsOf[period]
}

export type FreshnessStatus = 'pass' | 'warn' | 'error'

/** An age that is just the limit is still fine. */
export function freshnessStatus(freshness: Freshness, ageSeconds: number): FreshnessStatus {
  const isOver = (limit: Period | undefined) =>
    limit !== undefined && ageSeconds > periodSeconds(limit)
  if (isOver(freshness.errorAfter)) return 'error'
  return isOver(freshness.warnAfter) ? 'warn' : 'pass'
}
