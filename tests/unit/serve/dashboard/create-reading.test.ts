/** When the page reads. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createReading } from '../../../../src/serve/dashboard/browser/server/create-reading.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** What was read: each begun reading, ended by hand or given up. */
function readings() {
  const begun: { readonly signal: AbortSignal; readonly end: () => void }[] = []
  const reading = createReading(
    (signal) =>
      new Promise((resolve) => {
        begun.push({ signal, end: resolve })
        signal.addEventListener('abort', () => resolve())
      }),
  )
  return { ...reading, begun }
}

test('news that come while it reads are read once, after a rest', async () => {
  const { soon, begun } = readings()
  soon()
  soon()
  soon()
  expect(begun).toHaveLength(1)
  begun[0]?.end()
  await vi.advanceTimersByTimeAsync(400)
  expect(begun).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(200)
  expect(begun).toHaveLength(2)
  begun[1]?.end()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(begun).toHaveLength(2)
})

test('a choice waits neither for what is under way, which is given up, nor for the rest after news', async () => {
  const { soon, now, begun } = readings()
  soon()
  now()
  await vi.advanceTimersByTimeAsync(0)
  expect(begun.map(({ signal }) => signal.aborted)).toEqual([true, false])
  soon()
  begun[1]?.end()
  await vi.advanceTimersByTimeAsync(100)
  expect(begun).toHaveLength(2)
  now()
  await vi.advanceTimersByTimeAsync(0)
  expect(begun).toHaveLength(3)
  // The news are in it.
  begun[2]?.end()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(begun).toHaveLength(3)
})
