/** The settings of a microbatch model to the batches of a run: spans of event time, in order. */
import { type BatchSize, ceiling, shift, truncate } from '../../../core/time/event-time.ts'
import { type EventWindow, momentText } from '../../../core/time/event-window.ts'
import type { Microbatch } from '../../../core/node/incremental.ts'
import type { BatchValue } from '../../../project/template/template.ts'

/** One of the batches of a run. */
export interface Batch {
  readonly window: EventWindow
  readonly size: BatchSize
  /** What its SQL is told: false of the first one of a table that is made. */
  readonly isIncremental: boolean
}

export interface BatchRequest {
  readonly settings: Microbatch
  /** ISO 8601, UTC. */
  readonly now: string
  /** `--event-time-start` and `-end`, or `--sample`. */
  readonly window: EventWindow | undefined
  /** Spans that the table has been given; undefined: the table is made. */
  readonly done: readonly EventWindow[] | undefined
}

/** From the first to the last, none of them later than now; what was never built comes along with the latest ones. */
export function chooseWindows(request: BatchRequest): readonly EventWindow[] {
  const { settings, now, window, done } = request
  const { batchSize, lookback } = settings
  const begin = truncate(settings.begin, batchSize)
  const end = ceiling(window?.end ?? now, batchSize)
  if (window !== undefined) {
    const start = truncate(window.start, batchSize)
    return split({ start: start < begin ? begin : start, end }, batchSize)
  }
  const all = split({ start: begin, end }, batchSize)
  if (done === undefined) return all
  const again = shift(end, batchSize, -(lookback + 1))
  return all.filter((batch) => batch.start >= again || !isCovered(batch, done))
}

/** Some span up to now was never built, or failed. */
export function hasGaps({ settings, now, done }: Omit<BatchRequest, 'window'>): boolean {
  const { begin, batchSize } = settings
  const end = ceiling(now, batchSize)
  const all = split({ start: truncate(begin, batchSize), end }, batchSize)
  return all.some((batch) => !isCovered(batch, done ?? []))
}

/** Most that a run is given: a mistaken `begin` would go on for days. */
function split({ start, end }: EventWindow, size: BatchSize): readonly EventWindow[] {
  const windows: EventWindow[] = []
  for (let at = start; at < end; ) {
    const next = shift(at, size, 1)
    windows.push({ start: at, end: next })
    at = next
  }
  return windows
}

/** Batches may have had another size then. */
function isCovered(batch: EventWindow, done: readonly EventWindow[]): boolean {
  let at = batch.start
  for (const { start, end } of done) {
    if (start > at) return false
    if (end > at) at = end
    if (at >= batch.end) return true
  }
  return false
}

/** In order, without overlaps. */
export function mergeWindows(windows: readonly EventWindow[]): readonly EventWindow[] {
  const merged: EventWindow[] = []
  for (const window of windows.toSorted((a, b) => (a.start < b.start ? -1 : 1))) {
    const last = merged.at(-1)
    if (last === undefined || window.start > last.end) merged.push(window)
    else if (window.end > last.end) merged[merged.length - 1] = { ...last, end: window.end }
  }
  return merged
}

/** `20260131`, by the hour `2026013106`: dbt's. */
export function batchId({ window, size }: Pick<Batch, 'window' | 'size'>): string {
  return partsOf(window.start, size).join('')
}

/** `2026-01-31`, by the hour `2026-01-31T06`: for people and for names of files. */
export function batchLabel({ window, size }: Pick<Batch, 'window' | 'size'>): string {
  const parts = partsOf(window.start, size)
  const day = parts.slice(0, 3).join('-')
  return size === 'hour' ? `${day}T${parts[3] ?? ''}` : day
}

function partsOf(iso: string, size: BatchSize): readonly string[] {
  const parts = [iso.slice(0, 4), iso.slice(5, 7), iso.slice(8, 10), iso.slice(11, 13)]
  const count = { year: 1, month: 2, day: 3, hour: 4 } as const
  return parts.slice(0, count[size])
}

export function batchValue(batch: Pick<Batch, 'window' | 'size'>): BatchValue {
  return {
    id: batchId(batch),
    event_time_start: momentText(batch.window.start),
    event_time_end: momentText(batch.window.end),
  }
}
