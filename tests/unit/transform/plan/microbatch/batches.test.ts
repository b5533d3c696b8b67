/** Which batches a run builds. */
import { describe, expect, test } from 'vitest'
import type { Microbatch } from '../../../../../src/core/node/incremental.ts'
import {
  batchId,
  batchLabel,
  chooseWindows,
  hasGaps,
  mergeWindows,
} from '../../../../../src/transform/plan/microbatch/batches.ts'

const settings: Microbatch = {
  eventTime: 'at',
  begin: '2026-01-01T05:00:00.000Z',
  batchSize: 'day',
  lookback: 1,
  concurrentBatches: undefined,
}
const at = (day: number, hour = 0) => new Date(Date.UTC(2026, 0, day, hour)).toISOString()
const span = (from: number, to: number) => ({ start: at(from), end: at(to) })

function days(request: Partial<Parameters<typeof chooseWindows>[0]>): readonly number[] {
  const windows = chooseWindows({
    settings,
    now: at(5, 12),
    window: undefined,
    done: undefined,
    ...request,
  })
  return windows.map(({ start }) => new Date(start).getUTCDate())
}

describe('E3, E4: which batches', () => {
  test('a table that is made: from begin, truncated, to now, ceiled', () => {
    expect(days({})).toEqual([1, 2, 3, 4, 5])
  })
  test('an ordinary run: the current one and lookback more', () => {
    expect(days({ done: [span(1, 6)] })).toEqual([4, 5])
    expect(days({ done: [span(1, 6)], settings: { ...settings, lookback: 0 } })).toEqual([5])
    expect(days({ done: [span(1, 6)], settings: { ...settings, lookback: 9 } })).toEqual([
      1, 2, 3, 4, 5,
    ])
  })
  test('at midnight the batch that ends there is the current one', () => {
    expect(days({ now: at(5), done: [span(1, 6)] })).toEqual([3, 4])
  })
  test('what was never built, or failed, comes along', () => {
    expect(days({ done: [span(1, 2), span(3, 4)] })).toEqual([2, 4, 5])
    expect(days({ now: at(9, 1), done: [span(1, 6)] })).toEqual([6, 7, 8, 9])
  })
  test('a range: whole batches of it, none before begin', () => {
    const window = { start: at(2, 6), end: at(3, 1) }
    expect(days({ window, done: [span(1, 6)] })).toEqual([2, 3])
    expect(days({ window: { start: '2025-12-30T00:00:00.000Z', end: at(2) } })).toEqual([1])
    expect(days({ window: { start: '2025-12-30T00:00:00.000Z', end: at(1) } })).toEqual([])
  })
  test('batches of another size than those on record', () => {
    const monthly = { ...settings, batchSize: 'month' as const, lookback: 0 }
    const january = { start: at(1), end: '2026-02-01T00:00:00.000Z' }
    const windows = (done: readonly (typeof january)[]) =>
      chooseWindows({ settings: monthly, now: '2026-02-10T00:00:00.000Z', window: undefined, done })
    expect(windows([span(1, 20)])).toHaveLength(2)
    expect(windows([january])).toHaveLength(1)
  })
})

test('gaps', () => {
  expect(hasGaps({ settings, now: at(5, 12), done: [span(1, 6)] })).toBe(false)
  expect(hasGaps({ settings, now: at(5, 12), done: [span(1, 3), span(4, 6)] })).toBe(true)
  expect(hasGaps({ settings, now: at(5, 12), done: undefined })).toBe(true)
})

test('spans side by side or over each other are one', () => {
  expect(mergeWindows([span(3, 4), span(1, 2), span(2, 3), span(6, 9), span(7, 8)])).toEqual([
    span(1, 4),
    span(6, 9),
  ])
})

test.each([
  ['hour', '2026010106', '2026-01-01T06'],
  ['day', '20260101', '2026-01-01'],
  ['month', '202601', '2026-01'],
  ['year', '2026', '2026'],
] as const)('E12: the id and name of one %s', (size, id, label) => {
  const batch = { size, window: { start: at(1, 6), end: at(1, 7) } }
  expect([batchId(batch), batchLabel(batch)]).toEqual([id, label])
})
