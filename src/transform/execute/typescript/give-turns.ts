/** Code that awaits nothing leaves room for signals, and for what drivers free in between, every few milliseconds. */
import { setImmediate } from 'node:timers/promises'

const turnMs = 25
/** Asking for the time costs more than most rows. */
const rowsBetween = 64

export interface Turns {
  /** Asked once a row. */
  isDue(): boolean
  /** Throws once the signal is aborted. */
  give(): Promise<void>
}

export function createTurns(signal: AbortSignal): Turns {
  let rows = 0
  let last = performance.now()
  return {
    isDue() {
      rows += 1
      return rows % rowsBetween === 0 && performance.now() - last >= turnMs
    },
    async give() {
      await setImmediate()
      last = performance.now()
      signal.throwIfAborted()
    },
  }
}
