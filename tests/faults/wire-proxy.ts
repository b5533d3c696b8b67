/** A stretch of network between a build and its server that can be cut at a statement. */
import { createServer, type Socket, connect } from 'node:net'

export interface Cut {
  /** The n-th statement that matches, from 1. */
  readonly at: number
  /** Matches the text as it goes over the wire. */
  readonly matches: RegExp
  /**
   * `before`: the statement never arrives. `answer`: it arrives, its answer does not. `silent`: likewise, and both ends
   * hear nothing at all for a while. `half-open`: only the client hears that the connection is gone.
   */
  readonly way: 'before' | 'answer' | 'silent' | 'half-open'
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
/** Long enough for the server to have done what was sent, short enough to wait for. */
const answerMs = 150

export async function openProxy(server: {
  readonly host: string
  readonly port: number
}): Promise<Proxy> {
  let planned: Cut | undefined
  let struck: string | undefined
  let count = 0
  const sockets = new Set<Socket>()
  const listener = createServer((client) => {
    const upstream = connect(server.port, server.host)
    const drop = (socket: Socket) => {
      if (!socket.destroyed) socket.resetAndDestroy()
    }
    let isCut = false
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => sockets.delete(socket))
    }
    client.on('close', () => {
      if (!isCut) upstream.destroy()
    })
    upstream.on('close', () => {
      if (!isCut) client.destroy()
    })
    upstream.on('data', (bytes: Buffer) => {
      if (!isCut) client.write(bytes)
    })
    client.on('data', (bytes: Buffer) => {
      if (isCut) return
      const text = statementIn(bytes)
      const cut = planned
      if (
        text === undefined ||
        cut === undefined ||
        struck !== undefined ||
        !cut.matches.test(text)
      ) {
        upstream.write(bytes)
        return
      }
      count += 1
      if (count !== cut.at) {
        upstream.write(bytes)
        return
      }
      struck = text
      isCut = true
      if (cut.way !== 'before') upstream.write(bytes)
      const delayMs = { before: 0, answer: answerMs, silent: silenceMs, 'half-open': answerMs }
      setTimeout(() => {
        drop(client)
        if (cut.way !== 'half-open') drop(upstream)
      }, delayMs[cut.way])
    })
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('no free port was found')
  return {
    port: address.port,
    plan: (cut) => {
      planned = cut
      struck = undefined
      count = 0
    },
    struck: () => struck,
    drop: () => {
      for (const socket of sockets) socket.destroy()
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => listener.close(resolve))
    },
  }
}

/** The text of a simple query (`Q`) or of one to be parsed (`P`), if the bytes begin with one. */
function statementIn(bytes: Buffer): string | undefined {
  const kind = String.fromCharCode(bytes[0] ?? 0)
  if (kind !== 'Q' && kind !== 'P') return undefined
  const body = bytes.subarray(5).toString('utf8')
  const [first = '', second = ''] = body.split('\0')
  return kind === 'Q' ? first : second
}
