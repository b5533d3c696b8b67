/** A COMMIT whose answer was lost with the connection is settled by looking for its ledger row. */
import { setTimeout as delay } from 'node:timers/promises'
import { CommitUnknownError } from '../../../core/database/database-errors.ts'
import { readPublications } from '../../../ledger/runs/node-runs.ts'
import type { RunContext } from '../run-context.ts'

/** A server that ended the connection may need a moment to be there again. */
const looks = 5
const pauseMs = 1000

/** Gives true when `error` is such a loss and everything named was published by this run. */
export async function isCommitted(
  context: RunContext,
  error: unknown,
  relationKeys: readonly string[],
): Promise<boolean> {
  if (!(error instanceof CommitUnknownError)) return false
  for (let look = 1; ; look += 1) {
    try {
      const found = await context.adapter.session({}, (session) =>
        readPublications(session, relationKeys),
      )
      return relationKeys.every((key) => found.get(key)?.runId === context.run.runId)
    } catch (failure) {
      if (look === looks || context.signal.aborted) throw failure
      await delay(pauseMs)
    }
  }
}
