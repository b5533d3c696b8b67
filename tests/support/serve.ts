/** A real server in a process of its own, and requests to it over real sockets. */
import type { TestProject } from './test-project.ts'
import { type Spawned, spawnAssay } from './spawn-assay.ts'
import { until } from './until.ts'

export interface Serving {
  /** `http://127.0.0.1:34567` */
  readonly address: string
  readonly process: Spawned
  /** Status and JSON of the answer. */
  send(path: string, options?: SendOptions): Promise<Answer>
  /** Asks it to stop; gives the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

export interface SendOptions {
  readonly method?: string
  readonly key?: string
  /** Written as JSON; a text as it is. */
  readonly body?: unknown
  readonly type?: string
}

export interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  readonly text: string
}

export async function serve(
  { folder, env }: Pick<TestProject, 'folder' | 'env'>,
  more: { readonly env?: Readonly<Record<string, string>>; readonly argv?: readonly string[] } = {},
): Promise<Serving> {
  const process = spawnAssay(['serve', '--port', '0', ...(more.argv ?? [])], {
    cwd: folder,
    env: { ...env, ...more.env },
  })
  await process.waitFor('http://127.0.0.1:')
  // To its last digit: what is said may come in pieces.
  const address = await until('an address', () => {
    return /http:\/\/[\w.]+:\d+(?=\D)/.exec(process.output())?.[0]
  })
  return {
    address,
    process,
    send: (path, options) => send(address + path, options),
    stop: async (signal = 'SIGTERM') => {
      process.child.kill(signal)
      return (await process.ended).code
    },
  }
}

async function send(
  url: string,
  { method, key, body, type = 'application/json' }: SendOptions = {},
): Promise<Answer> {
  const reply = await fetch(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': type }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await reply.text()
  const parsed: Readonly<Record<string, unknown>> = /json/.test(
    reply.headers.get('content-type') ?? '',
  )
    ? JSON.parse(text)
    : {}
  return { status: reply.status, body: parsed, text }
}
