/** While a command works: says whose lock it waits for, once it has done so for some seconds. */
import type { Adapter, LockWait } from '../../../core/adapter.ts'
import type { EventSink } from '../../../core/event.ts'

const everyMs = 2000

/** Gives the function that ends it. A look that fails is none: it must not disturb the work. */
export function tellLockWaits(adapter: Adapter, emit: EventSink): () => Promise<void> {
  if (adapter.readLockWaits === undefined) return async () => {}
  const told = new Set<string>()
  let before: readonly (readonly string[])[] = []
  let isEnded = false
  let looking = Promise.resolve()
  const look = async (): Promise<void> => {
    const waits = (await adapter.readLockWaits?.().catch(() => [])) ?? []
    const messages = waits.map(messageOf)
    for (const message of messages) {
      // Who waits for a moment is not worth a line. A swap that gives way again and again may not be met by each look.
      if (isEnded || told.has(message) || !before.flat().includes(message)) continue
      told.add(message)
      emit({ type: 'log', message, node: undefined })
    }
    before = [messages, ...before].slice(0, 2)
  }
  let timer: NodeJS.Timeout
  const plan = (): void => {
    timer = setTimeout(() => {
      looking = look().finally(() => {
        if (!isEnded) plan()
      })
    }, everyMs)
    timer.unref()
  }
  plan()
  return async () => {
    isEnded = true
    clearTimeout(timer)
    await looking
  }
}

function messageOf({ processId, user, application, relation }: LockWait): string {
  const lock = relation === undefined ? 'a lock' : `a lock on ${relation}`
  const name = application === '' ? '' : `"${application}", `
  return `waiting for ${lock} that another session holds: ${name}user ${user}, process ${processId} of the server`
}
