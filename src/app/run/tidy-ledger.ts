/** After a run: what the ledger no longer needs goes, and what nobody owns any more is named. */
import type { Adapter } from '../../core/adapter.ts'
import { pruneLedger } from '../../ledger/prune-ledger.ts'
import { findUnowned, unownedWarnings } from '../ledger/unowned-relations.ts'
import type { ExecuteRequest } from './execute-request.ts'

const dayMs = 86_400_000

/** Once a day what is older than the project's `retention`; relations without code only where all of it was built. */
export async function tidyLedger(
  adapter: Adapter,
  { asWritten: loaded, options, surroundings }: Omit<ExecuteRequest, 'plan' | 'loaded'>,
  runId: string,
): Promise<void> {
  const { manifest } = loaded
  const { runsMs, changesMs } = manifest.project.retention
  const before = (ms: number) => new Date(surroundings.now().getTime() - ms).toISOString()
  await adapter.session({}, (session) =>
    pruneLedger(session, {
      runId,
      runsBefore: before(runsMs),
      changesBefore: before(changesMs),
      // Dead letters wait for somebody: only "assay prune" takes them.
      deadLettersBefore: undefined,
      unlessSince: before(dayMs),
    }),
  )
  const isPart =
    options.selector !== undefined || [...options.select, ...options.exclude].length > 0
  if (options.command !== 'build' || isPart) return
  for (const diagnostic of unownedWarnings(await findUnowned(adapter, manifest))) {
    surroundings.emit({ type: 'diagnostic', diagnostic })
  }
}
