/** Before a run: shows it alive and takes the leases of all it will publish, at once or after waiting for who has them. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Adapter } from '../../../core/adapter.ts'
import { type KeptAlive, keepAlive } from '../../../ledger/leases/heartbeats.ts'
import { type LeaseHolder, takeLeases } from '../../../ledger/leases/leases.ts'
import type { Surroundings } from '../../surroundings.ts'
import { tellLockWaits } from './tell-lock-waits.ts'

export interface LeaseOrder {
  readonly runId: string
  readonly command: string
  /** `relationKey`s. */
  readonly relationKeys: readonly string[]
  readonly timeoutMs: number
  /** True: wait as long as it takes. */
  readonly isPatient: boolean
}

export interface Leased {
  readonly tokens: ReadonlyMap<string, number>
  /** Others need not wait any more. Never throws. */
  end(): Promise<void>
}

/** Another run is writing some of what was asked for. */
export class LeaseHeldError extends Error {
  readonly hint: string
  constructor(holders: readonly LeaseHolder[]) {
    const found =
      holders.length > 0
        ? holders.map(describeHolder).join('; ')
        : 'a connection of a run that has ended, still open on the server'
    super(`expected to write alone, found ${found}`)
    this.name = 'LeaseHeldError'
    this.hint = 'wait for it with --wait, or end it; a run that is gone frees its tables by itself'
  }
}

const pollMs = 500

/** Throws a `LeaseHeldError`. */
export async function leaseRelations(
  adapter: Adapter,
  order: LeaseOrder,
  { emit, signal }: Surroundings,
): Promise<Leased> {
  const { runId, command, timeoutMs, relationKeys } = order
  if (relationKeys.length === 0) return { tokens: new Map(), end: async () => {} }
  const alive = await keepAlive(adapter, { runId, command, timeoutMs, processId: process.pid })
  let told = ''
  try {
    for (;;) {
      const leases = await takeLeases(adapter, { runId, relationKeys, timeoutMs })
      if (leases.kind === 'taken') {
        const endTelling = tellLockWaits(adapter, emit)
        return { tokens: leases.tokens, end: () => endOf(alive, endTelling) }
      }
      if (!order.isPatient) throw new LeaseHeldError(leases.holders)
      const message = `waiting for ${leases.holders.map(describeHolder).join('; ')}`
      if (message !== told) emit({ type: 'log', message, node: undefined })
      told = message
      await delay(pollMs, undefined, { signal })
    }
  } catch (error) {
    await alive.end()
    throw error
  }
}

async function endOf(alive: KeptAlive, endTelling: () => Promise<void>): Promise<void> {
  await endTelling()
  await alive.end()
}

const namedAtMost = 3

function describeHolder(holder: LeaseHolder): string {
  const { command, processId, host, startedAt, relationKeys } = holder
  const names = relationKeys.slice(0, namedAtMost).join(', ')
  const more = relationKeys.length - namedAtMost
  const rest = more > 0 ? ` and ${more} more` : ''
  return `"assay ${command}" (process ${processId} on ${host}, since ${startedAt}) writing ${names}${rest}`
}
