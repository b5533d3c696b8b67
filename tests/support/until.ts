/** Waits for a state, never for a time: tests share two cores with everything else. */
import { setTimeout as delay } from 'node:timers/promises'

/** What will not come in this time will not come at all. */
const longestMs = 150_000

/** The first answer that is neither undefined nor false; throws when none comes, saying what was waited for. */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
): Promise<Exclude<T, undefined | false>> {
  const started = performance.now()
  for (;;) {
    const answer = await ask()
    if (isThere(answer)) return answer
    if (performance.now() - started > longestMs)
      throw new Error(`expected ${what}, waited ${longestMs} ms`)
    await delay(10)
  }
}

function isThere<T>(answer: T): answer is Exclude<T, undefined | false> {
  return answer !== undefined && answer !== false
}
