/** Work that needs an exclusive lock, done with patience: it never makes readers queue behind it for long. */
import type { DatabaseFault } from '../../../core/database/database-errors.ts'
import { type Relation, relationKey } from '../../../core/relation.ts'
import type { Connection } from '../connection.ts'
import { PostgresError } from '../errors.ts'

export interface Publishing {
  readonly connection: Connection
  readonly signal: AbortSignal | undefined
  /** Longest wait for the lock, retries included. */
  readonly swapTimeoutMs: number
  /** Work for a moment on another connection, which sees what others have committed since our snapshot. */
  readonly lookAgain: <T>(work: (connection: Connection) => Promise<T>) => Promise<T>
}

/** Shorter than the server's deadlock check: a crossing with a reader ends by giving way, not by ending the reader. */
export const lockTimeoutMs = 150

/**
 * Runs `work` under a savepoint. When a lock is not to be had at once, everything since is undone, the queue behind it
 * goes on, and it is tried again.
 */
export async function patiently<T>(publishing: Publishing, work: () => Promise<T>): Promise<T> {
  const { connection, signal, swapTimeoutMs } = publishing
  const deadline = performance.now() + swapTimeoutMs
  const hasty = `set local lock_timeout = '${lockTimeoutMs}ms'`
  await connection.run(`savepoint assay_swap; ${hasty}`, [], signal)
  for (;;) {
    try {
      const result = await work()
      await connection.run(
        'set local lock_timeout to default; release savepoint assay_swap',
        [],
        signal,
      )
      return result
    } catch (error) {
      if (!connection.isBroken) await connection.run('rollback to savepoint assay_swap')
      const isChanged = error instanceof ChangedMeanwhile
      if (!isChanged && !isLockTimeout(error)) throw error
      if (performance.now() > deadline) throw isChanged ? error : impatient(error, swapTimeoutMs)
      await pause(signal)
      await connection.run(hasty, [], signal)
    }
  }
}

/** What a swap had read of the catalogue is no longer so: to be read again, under the same patience. */
export class ChangedMeanwhile extends PostgresError {
  constructor(targets: readonly Relation[], cause?: unknown) {
    super(changeFault(targets), { cause })
    this.name = 'ChangedMeanwhile'
  }
}

/** For trying all of it again, with a snapshot that shows what was changed. */
export function changedMeanwhile(targets: readonly Relation[], cause?: unknown): PostgresError {
  return new PostgresError(changeFault(targets), { cause })
}

function changeFault(targets: readonly Relation[]): DatabaseFault {
  const names = targets.map((target) => `"${relationKey(target)}"`).join(', ')
  return {
    message: `${names}, or a view that reads it, was changed while the new rows were made`,
    hint: 'run it again',
    retryable: true,
  }
}

/** Two swaps that wait for each other must not wake together. */
async function pause(signal: AbortSignal | undefined): Promise<void> {
  const milliseconds = 20 + Math.random() * 80
  await new Promise((resolve) => setTimeout(resolve, milliseconds))
  signal?.throwIfAborted()
}

/** Where the server looks for deadlocks sooner than we give up, it may end our wait as one. */
function isLockTimeout(error: unknown): error is PostgresError {
  return error instanceof PostgresError && ['55P03', '40P01'].includes(error.sqlState ?? '')
}

function impatient(error: PostgresError, swapTimeoutMs: number): PostgresError {
  const fault = {
    ...error.fault,
    message: `no exclusive lock within ${swapTimeoutMs} ms: others read the table without a pause`,
    hint: 'end long transactions that read it (pg_stat_activity), or raise `swap_timeout:` of the target',
  }
  return new PostgresError(fault, { cause: error })
}
