/** A Reader for code that may go on when nobody waits for it: its close waits for what is under way, and then nothing is read. */
import type { Reader } from '../../../core/database/reader.ts'

/** Else a late reading would be sent to a connection that by then does the work of others. */
export function untilClosed(reader: Reader): Reader {
  const underWay = new Set<Promise<unknown>>()
  let isClosed = false
  const during = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isClosed) throw new Error('the rows of this model have ended: nothing is read any more')
    const working = work()
    underWay.add(working)
    try {
      return await working
    } finally {
      underWay.delete(working)
    }
  }
  return {
    isApart: reader.isApart,
    async *read(sql) {
      const pages = reader.read(sql)
      try {
        for (;;) {
          const page = await during(() => pages.next())
          if (page.done === true) return
          yield page.value
        }
      } finally {
        // Once it is closed there is nothing to end.
        if (!isClosed) await during(() => pages.return())
      }
    },
    count: (from) => during(() => reader.count(from)),
    async close() {
      isClosed = true
      await Promise.allSettled(underWay)
      await reader.close()
    },
  }
}
