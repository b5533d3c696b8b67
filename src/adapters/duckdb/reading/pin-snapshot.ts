/** Transactions of several connections that see the same: begun with nothing in between. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Connection } from '../connection.ts'

const mostTries = 200

/** Begins a transaction on each. Throws where others never leave a gap. */
export async function beginTogether(connections: readonly Connection[]): Promise<void> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    for (const connection of connections) await connection.begin()
    const begun: bigint[] = []
    for (const connection of connections) begun.push(await beginning(connection))
    // Each begin and each commit takes the next number: without a gap nothing was committed in between.
    const isGapless = begun.every((number, index) => number === (begun[0] ?? 0n) + BigInt(index))
    if (isGapless) return
    for (const connection of connections) await connection.rollback()
    await delay(Math.min(tries, 20))
  }
  throw new Error(`found no moment for one snapshot of several connections in ${mostTries} tries`)
}

/** Takes the snapshot: `begin` by itself does not. */
async function beginning(connection: Connection): Promise<bigint> {
  const result = await connection.run('select txid_current()')
  const [row] = await result.getRows()
  const number = row?.[0]
  if (typeof number !== 'bigint') throw new Error('DuckDB gave no number of a transaction')
  return number
}
