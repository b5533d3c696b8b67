/** What was published, and that the database went or came back, to server-sent events; a sign of life while there is no news. */
import type { Publications } from '../context.ts'

/** Then the database is asked, too: by one of all who listen. */
const aliveMs = 5000

/** Never which tables: only that it is worth asking again. Ends with `signal`. */
export async function* changesOf(
  publications: Publications,
  isAnswering: () => Promise<boolean>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let wake: () => void = () => undefined
  const wakeUp = () => wake()
  const unsubscribe = publications.subscribe(wakeUp)
  signal.addEventListener('abort', wakeUp)
  try {
    let told = publications.version
    let wasAnswering = true
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
      const answering: boolean = version === told ? await isAnswering() : wasAnswering
      yield version === told && answering === wasAnswering ? ': alive\n\n' : news(version)
      told = version
      wasAnswering = answering
    }
  } finally {
    unsubscribe()
    signal.removeEventListener('abort', wakeUp)
  }
}

function news(version: number): string {
  return `data: {"version": ${version}}\n\n`
}
