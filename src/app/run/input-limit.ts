/** `--empty` and `--sample` to what models are given of their inputs. */
import { type EventWindow, type InputLimit, momentText } from '../../core/time/event-window.ts'
import type { BatchOrder } from '../../transform/execute/microbatch/choose-batches.ts'
import { batchSizes, type BatchSize, readMoment, startOfLast } from '../../core/time/event-time.ts'

/** A span of event time as `--sample` names it. */
export type Sample =
  | { readonly kind: 'last'; readonly count: number; readonly size: BatchSize }
  | { readonly kind: 'between'; readonly start: string; readonly end: string }

export interface LimitOptions {
  /** No rows of any input. */
  readonly empty?: boolean
  readonly sample?: Sample
  /** Which batches of microbatch models are built. */
  readonly eventTime?: EventWindow
  /** Of `retry`: batches that failed. */
  readonly batches?: ReadonlyMap<string, readonly EventWindow[]>
}

export function inputLimit({ empty, sample }: LimitOptions, now: Date): InputLimit | undefined {
  if (empty === true) return { kind: 'none', title: '--empty' }
  if (sample === undefined) return undefined
  return { kind: 'window', window: sampleWindow(sample, now), title: `--sample ${titleOf(sample)}` }
}

/** Which batches of microbatch models are built: a sample is a window too. */
export function batchOrder({ sample, eventTime, batches }: LimitOptions, now: Date): BatchOrder {
  const window = eventTime ?? (sample === undefined ? undefined : sampleWindow(sample, now))
  return { window, exactly: batches ?? new Map() }
}

/** The same rows, whenever it is read. */
export function fixedSample(sample: Sample, now: Date): Sample {
  return { kind: 'between', ...sampleWindow(sample, now) }
}

function sampleWindow(sample: Sample, now: Date): EventWindow {
  if (sample.kind === 'between') return { start: sample.start, end: sample.end }
  const end = now.toISOString()
  return { start: startOfLast(end, sample), end }
}

function titleOf(sample: Sample): string {
  if (sample.kind === 'last') return `"${sampleText(sample)}"`
  return `"${shortText(sample.start)} to ${shortText(sample.end)}"`
}

/** As `readSample` reads it. */
export function sampleText(sample: Sample): string {
  if (sample.kind === 'between') return `{start: ${sample.start}, end: ${sample.end}}`
  return `${sample.count} ${sample.size}${sample.count === 1 ? '' : 's'}`
}

function shortText(iso: string): string {
  return momentText(iso).replace('+00', '').replace(' 00:00:00', '')
}

/** undefined: it is none of the forms. `3 days`, or `{start: 2026-01-01, end: 2026-01-08}`. */
export function readSample(text: string): Sample | undefined {
  const last = /^\s*(\d+)\s+([a-z]+?)s?\s*$/i.exec(text)
  const size = batchSizes.find((each) => each === last?.[2]?.toLowerCase())
  const count = Number(last?.[1] ?? 0)
  if (size !== undefined && count > 0) return { kind: 'last', count, size }
  const pairs = /^\s*\{(.*)\}\s*$/s.exec(text)?.[1] ?? ''
  const value = (key: string) =>
    new RegExp(`['"]?\\b${key}\\b['"]?\\s*:\\s*['"]?([^'",}]+)`).exec(pairs)?.[1]?.trim()
  const [start, end] = [readMoment(value('start')), readMoment(value('end'))]
  return start === undefined || end === undefined ? undefined : { kind: 'between', start, end }
}
