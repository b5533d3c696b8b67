/** Whether the database answers, for all who ask. */
import type { ServeContext } from '../context.ts'

/** How long an answer of the database counts. */
const freshMs = 1000

/** Many may ask at once: one asks the database, and its answer is everybody's for a moment. */
export function askingDatabase({
  database,
  now,
}: Pick<ServeContext, 'database' | 'now'>): () => Promise<boolean> {
  let last: { readonly at: number; readonly answer: Promise<boolean> } | undefined
  return async () => {
    const at = now().getTime()
    if (last === undefined || at - last.at > freshMs) {
      last = { at, answer: answers(database) }
    }
    return await last.answer
  }
}

async function answers(database: ServeContext['database']): Promise<boolean> {
  try {
    await database.query('select 1 as one', { signal: AbortSignal.timeout(2000) })
    return true
  } catch {
    return false
  }
}
