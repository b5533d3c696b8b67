/** The rows of a generator, pulled on behalf of its node: no wait for one outlasts a stop of the run or a fault elsewhere. */
import type { StrayGuard } from '../../../core/stray-errors.ts'

export interface PulledRows extends AsyncIterable<unknown> {
  /** Of a generator that is left where it waits: it ends when that has ended, and nobody listens. */
  leave(): void
}

export function pullRows(
  rows: AsyncIterable<unknown> | Iterable<unknown>,
  { strays, signal }: { readonly strays: StrayGuard; readonly signal: AbortSignal },
): PulledRows {
  const iterator = strays.run(() => iteratorOf(rows))
  const pull = () => settled(iterator.next())
  const end = () => iterator.return?.(undefined)
  const onAbort = () => strays.giveUp(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => strays.within(strays.run(pull)),
      async return() {
        signal.removeEventListener('abort', onAbort)
        const ended = strays.run(end)
        await strays.within(ended)
        return { done: true, value: undefined }
      },
    }),
    leave() {
      signal.removeEventListener('abort', onAbort)
      void Promise.resolve(strays.run(end)).catch(() => undefined)
    },
  }
}

/** As `for await` has it: what a generator that awaits nothing yields may be a promise. */
function settled(
  step: IteratorResult<unknown> | Promise<IteratorResult<unknown>>,
): IteratorResult<unknown> | Promise<IteratorResult<unknown>> {
  if (step instanceof Promise || !(step.value instanceof Promise)) return step
  const { done } = step
  return step.value.then((value: unknown) =>
    done === true ? { done, value } : { done: false, value },
  )
}

type RowIterator = Pick<AsyncIterator<unknown> | Iterator<unknown>, 'next' | 'return'>

function iteratorOf(rows: AsyncIterable<unknown> | Iterable<unknown>): RowIterator {
  return Symbol.asyncIterator in rows ? rows[Symbol.asyncIterator]() : rows[Symbol.iterator]()
}
