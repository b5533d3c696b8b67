/** A duration as people write it to milliseconds. */
import type { Scalar } from '../yaml/placed-value.ts'

const unitMs: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['', 1000],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])

/** Numbers are seconds; texts are `500ms`, `30s`, `5m`, `2h`. undefined: not a duration. */
export function parseDuration(value: Scalar): number | undefined {
  if (typeof value === 'number') return Math.round(value * 1000)
  if (typeof value !== 'string') return undefined
  const match = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?\s*$/.exec(value)
  const unit = unitMs.get(match?.[2] ?? '')
  if (match === null || unit === undefined) return undefined
  return Math.round(Number(match[1]) * unit)
}
