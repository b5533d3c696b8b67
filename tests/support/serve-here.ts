/** A server in this process, so that a test can hand in what it draws arms by, and requests to it over real sockets. */
import { randomUUID } from 'node:crypto'
import { Writable } from 'node:stream'
import { main } from '../../src/cli/main.ts'

export interface ServedHere {
  readonly address: string
  /** Tells it to stop; gives the exit code. */
  stop(): Promise<number>
}

export async function serveHere(options: {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly random: () => number
}): Promise<ServedHere> {
  let said = ''
  let stop: () => void = () => undefined
  const heard = new Writable({
    write(chunk: unknown, _, done) {
      said += String(chunk)
      done()
    },
  })
  const ended = main({
    argv: ['serve', '--port', '0'],
    cwd: options.cwd,
    env: options.env,
    stdout: heard,
    stderr: heard,
    version: '0.0.0-test',
    now: () => new Date(),
    newId: () => randomUUID(),
    random: options.random,
    onStopSignal: (listener) => {
      stop = listener
      return () => undefined
    },
    onUncaught: () => undefined,
    exit: () => undefined,
  })
  const address = await new Promise<string>((resolve, reject) => {
    const look = () => {
      const found = /http:\/\/[\w.]+:\d+/.exec(said)?.[0]
      if (found !== undefined) return resolve(found)
      setTimeout(look, 10)
    }
    look()
    void ended.then(() => reject(new Error(`it ended: ${said}`)))
  })
  return {
    address,
    stop: async () => {
      stop()
      return await ended
    },
  }
}
