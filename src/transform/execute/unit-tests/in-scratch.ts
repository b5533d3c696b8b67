/** Work in a transaction that is rolled back whatever it did, so that it leaves nothing behind. */
import type { Adapter, Session } from '../../../core/adapter.ts'

class Undone<T> extends Error {
  readonly value: T
  constructor(value: T) {
    super('undone')
    this.name = 'Undone'
    this.value = value
  }
}

export async function inScratch<T>(
  adapter: Adapter,
  signal: AbortSignal,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  let undone: Undone<T> | undefined
  try {
    return await adapter.transaction({ signal }, async (session) => {
      undone = new Undone(await work(session))
      throw undone
    })
  } catch (error) {
    if (undone !== undefined && error === undone) return undone.value
    throw error
  }
}
