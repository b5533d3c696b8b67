/** What a run leaves in the target folder: its results and the manifest, at its end and, for `retry`, at its beginning. */
import type { Adapter } from '../../core/adapter.ts'
import type { UniqueId } from '../../core/node.ts'
import type { RunResult } from '../../core/run-result.ts'
import { manifestJson } from '../../transform/artifacts/manifest/manifest-json.ts'
import type { ArtifactMetadata } from '../../transform/artifacts/metadata-json.ts'
import { type CompiledAt, runResultsJson } from '../../transform/artifacts/run-results-json.ts'
import { writeJson, writePieces } from '../../transform/artifacts/write-artifacts.ts'
import { nodesOfStep } from '../../transform/plan/plan.ts'
import { artifactMetadata } from '../files/artifact-metadata.ts'
import { writeTarget } from '../files/write-target.ts'
import { argsOf } from '../retry/run-args.ts'
import type { ExecuteRequest } from './execute-request.ts'

export interface WrittenRun {
  readonly results: readonly RunResult[]
  readonly started: Date
  readonly runId: string
  readonly elapsedMs: number
  readonly compiled: ReadonlyMap<UniqueId, CompiledAt>
}

/**
 * What a killed run leaves behind: every node as one that was not come to, so that `retry` does not take the results of
 * an earlier run for its own.
 */
export function writeBegun(
  adapter: Adapter,
  request: ExecuteRequest,
  { started, runId }: Pick<WrittenRun, 'started' | 'runId'>,
): void {
  const { loaded, plan, surroundings } = request
  if (!surroundings.writesJson) return
  const startedAt = started.toISOString()
  const results = plan.steps.flatMap(nodesOfStep).map(({ uniqueId }): RunResult => {
    return { uniqueId, startedAt, elapsedMs: 0, status: 'skipped', because: 'interrupted' }
  })
  const run = { results, started, runId, elapsedMs: 0, compiled: new Map<UniqueId, CompiledAt>() }
  const metadata = artifactMetadata(surroundings, started, runId)
  // Where it cannot be written the end of the run says so.
  writeTarget(loaded.manifest.project.root, () =>
    writeRunResults(adapter, request, { ...run, metadata }),
  )
}

export function writeResults(adapter: Adapter, request: ExecuteRequest, run: WrittenRun): void {
  const { manifest, graph } = request.asWritten
  const { dialect } = adapter
  const metadata = artifactMetadata(request.surroundings, run.started, run.runId)
  const compiled = new Map([...run.compiled].map(([id, { sql }]) => [id, sql]))
  writePieces(
    manifest.project.targetPath,
    'manifest.json',
    manifestJson({ manifest, graph, dialect, metadata, compiled }),
  )
  writeRunResults(adapter, request, { ...run, metadata })
}

function writeRunResults(
  adapter: Adapter,
  request: ExecuteRequest,
  run: WrittenRun & { readonly metadata: ArtifactMetadata },
): void {
  const { asWritten, options, surroundings } = request
  const { manifest } = asWritten
  const flags = { ...surroundings.flags, ...argsOf(options, manifest.project.target) }
  writeJson(
    manifest.project.targetPath,
    'run_results.json',
    runResultsJson({
      manifest,
      dialect: adapter.dialect,
      metadata: run.metadata,
      results: [...run.results, ...untouchedResults(request, run.started)],
      elapsedMs: run.elapsedMs,
      compiled: run.compiled,
      flags,
    }),
  )
}

/** Written and not shown: there is nothing that anybody waits for. */
function untouchedResults(
  { plan, untouched = [] }: Pick<ExecuteRequest, 'plan' | 'untouched'>,
  started: Date,
): readonly RunResult[] {
  const because = 'an exposure is not built'
  const exposures = plan.exposures.map(({ uniqueId }) => ({ uniqueId, because }))
  const base = { status: 'reused', startedAt: started.toISOString(), elapsedMs: 0 } as const
  return [...untouched, ...exposures].map((each) => ({ ...base, ...each }))
}
