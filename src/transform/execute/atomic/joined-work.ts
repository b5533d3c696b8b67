/** Work of others that is done in the one transaction of an atomic run: with it, or not at all. */
import type { Session } from '../../../core/adapter.ts'
import type { LedgerRun } from '../../../ledger/runs/runs.ts'

export interface JoinedWork {
  /** As which the run is recorded; left out: as what it runs. */
  readonly command?: string
  /** `relationKey`s of what it writes: leased with those of the plan. */
  readonly relationKeys: readonly string[]
  /** Once the run is in the ledger, before its first node; left out: there is nothing to prepare. */
  prepare?(run: LedgerRun): Promise<void>
  /** First in the transaction; again in each try. */
  before(session: Session, tokens: ReadonlyMap<string, number>): Promise<void>
  /** Last before the commit, when every node is published. */
  after(session: Session): Promise<void>
  /** After a rollback that it is to blame for. True: it has left out what was at fault, and another try may pass. */
  mend?(cause: unknown): Promise<boolean>
  /** When the nodes are done with, whatever became of the transaction; the leases are still held. */
  finish?(): Promise<void>
}

/** It failed, and with it the transaction: no node is to blame. */
export class JoinedWorkError extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.name = 'JoinedWorkError'
  }
}

/** A failure that another try may mend stays what it is. */
export async function blamingItself(
  isRetryable: (error: unknown) => boolean,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    throw isRetryable(error) ? error : new JoinedWorkError(error)
  }
}
