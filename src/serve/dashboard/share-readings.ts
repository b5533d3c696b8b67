/** Many pages ask for the same at once: one of them asks the database, and its answer is everybody's for a moment. */
import type { ServeContext } from '../context.ts'
import { Fresh } from '../fresh.ts'

const mostKept = 100

/** Gives the answer kept under `key`, or reads it: never one from before the last publication in this server. */
export function shareReadings({ publications, now }: Pick<ServeContext, 'publications' | 'now'>) {
  const kept = new Map<string, Fresh<string>>()
  return async (key: string, read: () => Promise<string>): Promise<string> => {
    const known = kept.get(key)
    if (known !== undefined) return await known.get()
    if (kept.size >= mostKept) kept.clear()
    const fresh = new Fresh({ read, now, version: () => publications.version })
    kept.set(key, fresh)
    return await fresh.get()
  }
}
