/** Many pages ask for the same at once: one of them asks the database, and its answer is everybody's for a moment. */
import type { ServeContext } from '../context.ts'

/** What another process has published is seen after so long. */
const freshMs = 1000
const mostKept = 100

interface Kept {
  readonly version: number
  readonly at: number
  readonly answer: Promise<string>
}

/** Gives the answer kept under `key`, or reads it: never one from before the last publication in this server. */
export function shareReadings({ publications, now }: Pick<ServeContext, 'publications' | 'now'>) {
  const kept = new Map<string, Kept>()
  return async (key: string, read: () => Promise<string>): Promise<string> => {
    const { version } = publications
    const at = now().getTime()
    const known = kept.get(key)
    if (known !== undefined && known.version === version && at - known.at < freshMs) {
      return await known.answer
    }
    const answer = read()
    if (kept.size >= mostKept) kept.clear()
    kept.set(key, { version, at, answer })
    try {
      return await answer
    } catch (error) {
      if (kept.get(key)?.answer === answer) kept.delete(key)
      throw error
    }
  }
}
