/** Stands between a client and a server and cuts the line when a certain statement is sent: before or after the server gets it. */
import { connect, createServer, type Server, type Socket } from 'node:net'

export interface Cut {
  /** The statement in its plain text. */
  readonly at: string
  /** `before`: the server never gets it; `after`: the server gets it, its answer is lost. */
  readonly when: 'before' | 'after'
}

export interface CuttingProxy {
  readonly port: number
  /** Until the first cut; undefined: no more cuts. */
  set(cut: Cut | undefined): void
  close(): Promise<void>
}

export async function startCuttingProxy(port: number): Promise<CuttingProxy> {
  let cut: Cut | undefined
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    const both = [client, upstream]
    for (const socket of both) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        for (const other of both) other.destroy()
      })
    }
    upstream.on('data', (data) => client.write(data))
    client.on('data', (data) => {
      // Simple queries are a letter, a length and the text with a zero behind it.
      const isHit = cut !== undefined && data.includes(`${cut.at}\0`)
      if (!isHit) {
        upstream.write(data)
        return
      }
      const { when } = cut ?? {}
      cut = undefined
      if (when === 'before') client.destroy()
      else {
        upstream.removeAllListeners('data')
        upstream.on('data', () => client.destroy())
        upstream.write(data)
      }
    })
  })
  await listen(server)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
  return {
    port: address.port,
    set: (next) => {
      cut = next
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function listen(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
}
