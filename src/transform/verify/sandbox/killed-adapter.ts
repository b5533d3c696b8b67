/** An Adapter of a process that is killed: the transaction under way is rolled back, and nothing comes after it. */
import type { Adapter } from '../../../core/adapter.ts'

class KilledError extends Error {
  constructor() {
    super('killed')
    this.name = 'KilledError'
  }
}

/** `isTime` is asked when a transaction has done its work and is about to be committed. */
export function killedAdapter(inner: Adapter, isTime: () => boolean): Adapter {
  let isDead = false
  const alive = () => {
    if (isDead) throw new KilledError()
  }
  return {
    ...inner,
    transaction: async (options, work) => {
      alive()
      return await inner.transaction(options, async (session) => {
        const value = await work(session)
        isDead = isTime()
        alive()
        return value
      })
    },
    session: async (options, work) => {
      alive()
      return await inner.session(options, work)
    },
    readOnly: async (options, work) => {
      alive()
      return await inner.readOnly(options, work)
    },
    dropDetached: async (schemas) => {
      alive()
      await inner.dropDetached(schemas)
    },
  }
}
