/** A Reader on a connection of its own, at the snapshot that another connection's transaction has exported. */
import type { Reader } from '../../../core/database/reader.ts'
import type { ConnectionPool } from '../connection-pool.ts'
import { postgresDialect } from '../dialect.ts'
import { createReader } from './reader.ts'

/** The connection goes back to the pool when the reader is closed. */
export function openApart(
  pool: ConnectionPool,
  snapshot: string,
  signal: AbortSignal | undefined,
): Promise<Reader> {
  return new Promise<Reader>((resolve, reject) => {
    const lent = pool.use(async (connection) => {
      const begin = 'begin isolation level repeatable read read only'
      const take = `set transaction snapshot ${postgresDialect.literal(snapshot)}`
      await connection.run(`${begin}; ${take}`, [], signal)
      await new Promise<void>((closed) => {
        const onClose = async () => {
          closed()
          await lent
        }
        resolve(createReader({ connection, signal, isApart: true, onClose }))
      })
      if (!connection.isBroken) await connection.run('rollback')
    })
    lent.catch(reject)
  })
}
