/** A rest that a signal ends early. */

export async function pause(ms: number, ended: AbortSignal): Promise<void> {
  if (ended.aborted) return
  await new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer)
      ended.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    ended.addEventListener('abort', end)
  })
}
