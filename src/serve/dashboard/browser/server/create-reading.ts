/** When the page reads: one reading at a time, news that come fast are read together, a choice is read at once. */
import { pause } from './pause.ts'

/** News that come faster are shown together. */
const restMs = 500

export interface Reading {
  /** There is something new: after what is under way, and a rest. */
  readonly soon: () => void
  /** Something else is wanted: what is under way is given up for it, a rest is not taken. */
  readonly now: () => void
}

/**
 *   idle --soon, now--> reading --it ends--> idle, or where something came meanwhile: resting --restMs--> reading
 *   reading, resting --now--> reading, of the new
 *
 * `read` is told by its signal that nobody wants its answer any more.
 */
export function createReading(read: (signal: AbortSignal) => Promise<void>): Reading {
  let isDue = false
  let isUnderWay = false
  let current = new AbortController()
  const readUntilDone = async () => {
    if (isUnderWay) return
    isUnderWay = true
    try {
      while (isDue) {
        isDue = false
        current = new AbortController()
        const { signal } = current
        await read(signal)
        if (isDue) await pause(restMs, signal)
      }
    } finally {
      isUnderWay = false
    }
  }
  return {
    soon: () => {
      isDue = true
      void readUntilDone()
    },
    now: () => {
      isDue = true
      current.abort()
      void readUntilDone()
    },
  }
}
