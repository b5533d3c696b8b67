/** The dead letters of a run's models to files, and what is said of them: they are a part of the run, and fail no node. */
import { shownPath } from '../../files/shown-path.ts'
import type { Adapter } from '../../../core/adapter.ts'
import type { Diagnostic } from '../../../core/diagnostic.ts'
import { targetFolder } from '../../../load/folders.ts'
import type { ExecuteRequest } from '../execute-request.ts'
import { collectRefused } from './collect-refused.ts'
import type { RefusingModel } from './refusing-models.ts'

export interface RefusedOfRun {
  readonly runId: string
  readonly started: Date
  readonly refusing: readonly RefusingModel[]
  /** True: rows that were there were made again, and nothing else tells it. */
  readonly isBackfill: boolean
}

/** Gives what could not be written: it is said already. */
export async function tellRefused(
  adapter: Adapter,
  { loaded: { manifest }, surroundings }: Pick<ExecuteRequest, 'loaded' | 'surroundings'>,
  { runId, started, refusing, isBackfill }: RefusedOfRun,
): Promise<readonly Diagnostic[]> {
  if (refusing.length === 0 || surroundings.signal.aborted) return []
  const { emit, now, signal } = surroundings
  const { root } = manifest.project
  const { files, faults } = await collectRefused({
    adapter,
    manifest,
    models: refusing,
    folder: targetFolder(manifest.project),
    runId,
    startedAt: started,
    isBackfill,
    now,
    signal,
  })
  for (const diagnostic of faults) emit({ type: 'diagnostic', diagnostic })
  const written = files.map(({ model, path, count }) => ({
    node: model,
    path: shownPath(root, path),
    count,
  }))
  if (written.length > 0) emit({ type: 'dead-letters-written', files: written })
  return faults
}
