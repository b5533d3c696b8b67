/** A stretch of network between a build and its server that can be cut at a statement. */
import { connect, createServer, type Socket } from 'node:net'

export interface Cut {
  /** The n-th statement that matches, from 1. */
  readonly at: number
  /** Matches the text as it goes over the wire. */
  readonly matches: RegExp
  /**
   * `before`: the statement never arrives. `answer`: it arrives, its answer does not. `silent`: likewise, and both ends
   * hear nothing at all for a while. `half-open`: only the client hears that the connection is gone. `gone`: it never
   * arrives, and neither does anything else from then on, as when the server was killed.
   */
  readonly way: 'before' | 'answer' | 'silent' | 'half-open' | 'gone'
}

export interface Proxy {
  readonly port: number
  /** The next connections go through untouched until the cut; undefined: no cut. */
  plan(cut: Cut | undefined): void
  /** What was cut. */
  struck(): string | undefined
  /** Ends what is half open. */
  drop(): void
  close(): Promise<void>
}

/** How long both ends hear nothing. */
const silenceMs = 1500
/** Should the server have nothing to answer. */
const answerMs = 10_000

export async function openProxy(server: {
  readonly host: string
  readonly port: number
}): Promise<Proxy> {
  const plan = new CutPlan(() => {
    listener.close()
    for (const socket of sockets) reset(socket)
  })
  const sockets = new Set<Socket>()
  const listener = createServer((client) => {
    const upstream = connect(server.port, server.host)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => sockets.delete(socket))
    }
    join({ client, upstream }, plan)
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('no free port was found')
  const drop = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: address.port,
    plan: (cut) => plan.begin(cut),
    struck: () => plan.struck,
    drop,
    close: async () => {
      drop()
      await new Promise((resolve) => listener.close(resolve))
    },
  }
}

/** Counts the statements of all connections together. */
class CutPlan {
  #cut: Cut | undefined
  #count = 0
  struck: string | undefined
  readonly #onGone: () => void

  constructor(onGone: () => void) {
    this.#onGone = onGone
  }

  begin(cut: Cut | undefined): void {
    this.#cut = cut
    this.#count = 0
    this.struck = undefined
  }

  /** The cut, if it is now. */
  take(bytes: Buffer): Cut | undefined {
    const text = statementIn(bytes)
    const cut = this.#cut
    if (text === undefined || cut === undefined || this.struck !== undefined) return undefined
    if (!cut.matches.test(text)) return undefined
    this.#count += 1
    if (this.#count !== cut.at) return undefined
    this.struck = text
    if (cut.way === 'gone') this.#onGone()
    return cut
  }
}

const delaysMs = {
  before: 0,
  gone: 0,
  answer: answerMs,
  silent: silenceMs,
  'half-open': answerMs,
} as const

function join(
  { client, upstream }: { readonly client: Socket; readonly upstream: Socket },
  plan: CutPlan,
): void {
  let isCut = false
  let onAnswer = () => {}
  client.on('close', () => {
    if (!isCut) upstream.destroy()
  })
  upstream.on('close', () => {
    if (!isCut) client.destroy()
  })
  upstream.on('data', (bytes: Buffer) => {
    if (!isCut) client.write(bytes)
    // It has done what was sent.
    else onAnswer()
  })
  client.on('data', (bytes: Buffer) => {
    if (isCut) return
    const cut = plan.take(bytes)
    if (cut?.way !== 'before' && cut?.way !== 'gone') upstream.write(bytes)
    if (cut === undefined) return
    isCut = true
    const end = () => {
      clearTimeout(timer)
      reset(client)
      if (cut.way !== 'half-open') reset(upstream)
    }
    const timer = setTimeout(end, delaysMs[cut.way])
    if (cut.way === 'answer' || cut.way === 'half-open') onAnswer = end
  })
}

function reset(socket: Socket): void {
  if (!socket.destroyed) socket.resetAndDestroy()
}

/** The text of a simple query (`Q`) or of one to be parsed (`P`), if the bytes begin with one. */
function statementIn(bytes: Buffer): string | undefined {
  const kind = String.fromCharCode(bytes[0] ?? 0)
  if (kind !== 'Q' && kind !== 'P') return undefined
  const body = bytes.subarray(5).toString('utf8')
  const [first = '', second = ''] = body.split('\0')
  return kind === 'Q' ? first : second
}
