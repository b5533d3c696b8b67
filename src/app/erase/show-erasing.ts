/** An erasure shows that it lives from its tables to its last file: who asks is told that it is at work, not left undone. */
import { type KeptAlive, keepAlive } from '../../ledger/leases/heartbeats.ts'
import type { EraseContext } from './erase-context.ts'

export interface ShownErasing {
  /** Before the tables are committed, so that the row of the ledger is never seen without it. Safe to call twice. */
  begin(): Promise<void>
  /** Never throws. */
  end(): Promise<void>
}

export function showErasing({ adapter, loaded, runId }: EraseContext): ShownErasing {
  const { leaseTimeoutMs: timeoutMs } = loaded.manifest.project.target
  let alive: KeptAlive | undefined
  return {
    async begin() {
      const shown = { runId, command: 'erase', timeoutMs, processId: process.pid }
      alive ??= await keepAlive(adapter, shown)
    },
    async end() {
      await alive?.end()
      alive = undefined
    },
  }
}
