/** Which requests a server has taken and not answered yet, so that it can end without cutting one off. */
import type { Server, ServerResponse } from 'node:http'

export interface UnderWay {
  /** When those there are now are done; `signal` ends them by force. */
  done(signal: AbortSignal): Promise<void>
}

/** Asked again and again by those who look whether the server is there: nobody waits for them. */
export function isProbe(url: string | undefined): boolean {
  return url === '/healthz' || url === '/readyz'
}

export function requestsUnderWay(server: Server): UnderWay {
  const open = new Set<ServerResponse>()
  server.on('request', (request, response) => {
    if (isProbe(request.url)) return
    open.add(response)
    // Answered, or its connection is gone.
    response.once('close', () => open.delete(response))
  })
  return {
    done: async (signal) => {
      await endingConnections(server, signal, () => Promise.all([...open].map(closing)))
    },
  }
}

/** Waits for `work`, for which connections may have to end; `signal` ends them by force. */
export async function endingConnections(
  server: Server,
  signal: AbortSignal,
  work: () => Promise<unknown>,
): Promise<void> {
  const force = () => server.closeAllConnections()
  signal.addEventListener('abort', force)
  if (signal.aborted) force()
  try {
    await work()
  } finally {
    signal.removeEventListener('abort', force)
  }
}

async function closing(response: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => response.once('close', resolve))
}
