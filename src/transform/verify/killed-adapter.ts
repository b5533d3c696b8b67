/** An Adapter of a process that is killed: the transaction under way is rolled back, and nothing comes after it. */
import type { Adapter } from '../../core/adapter.ts'

class KilledError extends Error {
  constructor() {
    super('killed')
    this.name = 'KilledError'
  }
}

/** The first `published` transactions are committed. */
export function killedAdapter(inner: Adapter, published: number): Adapter {
  let left = published
  let isDead = false
  const alive = () => {
    if (isDead) throw new KilledError()
  }
  return {
    ...inner,
    transaction: async (options, work) => {
      alive()
      left -= 1
      return await inner.transaction(options, async (session) => {
        const value = await work(session)
        if (left >= 0) return value
        isDead = true
        throw new KilledError()
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
