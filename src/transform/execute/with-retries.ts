/** Work that another try may get done, done again a few times. */
import { setTimeout as delay } from 'node:timers/promises'
import { CommitUnknownError } from '../../core/database/database-errors.ts'
import type { RunContext } from './run-context.ts'

/** Serialization failures and deadlocks: the whole node is done again this often. */
const retries = 3

export async function withRetries<T>(
  context: Pick<RunContext, 'adapter' | 'signal' | 'random'>,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      const isRetryable =
        error instanceof CommitUnknownError || context.adapter.explainError(error).retryable
      if (!isRetryable || attempt > retries || context.signal.aborted) throw error
      await delay(attempt * (50 + context.random() * 150))
    }
  }
}
