/** News of the server as they come: its stream is read as long as the page is seen, and begun again when it ends. */
import { keyHeaders } from './ask.ts'
import { pause } from './pause.ts'

export interface Follower {
  /** There is something new, or there may be: the stream has begun. */
  readonly onNews: () => void
  readonly onState: (state: 'live' | 'lost') => void
}

const shortestMs = 1000
const longestMs = 15_000
/** The server gives a sign of life every 5 s: without one for so long, nobody is there. */
const silentMs = 40_000

/** Gives what ends it. */
export function followChanges(follower: Follower): () => void {
  const ended = new AbortController()
  void follow(follower, ended.signal)
  return () => ended.abort()
}

async function follow({ onNews, onState }: Follower, ended: AbortSignal): Promise<void> {
  let waitMs = shortestMs
  while (!ended.aborted) {
    const isHeard = await listen(ended, () => {
      waitMs = shortestMs
      onState('live')
      onNews()
    })
    if (ended.aborted) return
    if (!isHeard || document.visibilityState === 'visible') onState('lost')
    await pause(waitMs, ended)
    waitMs = Math.min(longestMs, waitMs * 2)
  }
}

/** Until the stream ends. True: something was heard. */
async function listen(ended: AbortSignal, onMessage: () => void): Promise<boolean> {
  const silent = new AbortController()
  let timer = setTimeout(() => silent.abort(), silentMs)
  let isHeard = false
  try {
    const reply = await fetch('/dashboard/changes', {
      headers: { accept: 'text/event-stream', ...keyHeaders() },
      cache: 'no-store',
      signal: AbortSignal.any([ended, silent.signal]),
    })
    if (!reply.ok || reply.body === null) return false
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return isHeard
      clearTimeout(timer)
      timer = setTimeout(() => silent.abort(), silentMs)
      const events = (text + value).split('\n\n')
      text = events.pop() ?? ''
      if (!events.some((event) => event.startsWith('data:'))) continue
      isHeard = true
      onMessage()
    }
  } catch {
    return isHeard
  } finally {
    clearTimeout(timer)
  }
}
