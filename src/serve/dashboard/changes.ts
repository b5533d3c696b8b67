/** What was published, to server-sent events: one as soon as there is something new, and a sign of life while there is not. */
import type { Publications } from '../context.ts'

const aliveMs = 15_000

/** Never which tables: only that it is worth asking again. Ends with `signal`. */
export async function* changesOf(
  publications: Publications,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let wake: () => void = () => undefined
  const wakeUp = () => wake()
  const unsubscribe = publications.subscribe(wakeUp)
  signal.addEventListener('abort', wakeUp)
  try {
    let told = publications.version
    yield news(told)
    while (!signal.aborted) {
      if (publications.version === told) {
        const timer = setTimeout(wakeUp, aliveMs)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        clearTimeout(timer)
      }
      if (signal.aborted) return
      const { version } = publications
      yield version === told ? ': alive\n\n' : news(version)
      told = version
    }
  } finally {
    unsubscribe()
    signal.removeEventListener('abort', wakeUp)
  }
}

function news(version: number): string {
  return `data: {"version": ${version}}\n\n`
}
