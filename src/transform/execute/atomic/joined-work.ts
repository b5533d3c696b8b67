/** Work of others that is done in the one transaction of an atomic run: with it, or not at all. */
import type { Session } from '../../../core/adapter.ts'

export interface JoinedWork {
  /** `relationKey`s of what it writes: leased with those of the plan. */
  readonly relationKeys: readonly string[]
  /** First in the transaction; again in each try. */
  before(session: Session, tokens: ReadonlyMap<string, number>): Promise<void>
  /** Last before the commit, when every node is published. */
  after(session: Session): Promise<void>
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
