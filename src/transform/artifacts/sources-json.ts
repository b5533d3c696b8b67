/** What a freshness check found as dbt's sources.json, version 3. */
import type { Freshness, Period } from '../../core/node/freshness.ts'
import type { JsonObject } from '../../core/json.ts'
import { never } from '../../core/never.ts'
import type { FreshnessResult } from '../freshness/check-freshness.ts'
import { type ArtifactMetadata, metadataJson } from './metadata-json.ts'

const sourcesSchema = 'https://schemas.getdbt.com/dbt/sources/v3.json'

export interface SourcesInput {
  readonly metadata: ArtifactMetadata
  readonly results: readonly FreshnessResult[]
  readonly elapsedMs: number
}

export function sourcesJson({ metadata, results, elapsedMs }: SourcesInput): JsonObject {
  // Its schema has no place for the start, unlike the others.
  const { invocation_started_at: _, ...head } = metadataJson(metadata, sourcesSchema)
  return {
    metadata: head,
    results: results.map(resultJson),
    elapsed_time: elapsedMs / 1000,
  }
}

function resultJson(result: FreshnessResult): JsonObject {
  const { node, startedAt, elapsedMs } = result
  switch (result.status) {
    case 'runtime error':
      return { unique_id: node.uniqueId, error: result.message, status: result.status }
    case 'pass':
    case 'warn':
    case 'error':
      return {
        unique_id: node.uniqueId,
        max_loaded_at: result.maxLoadedAt,
        snapshotted_at: result.snapshottedAt,
        max_loaded_at_time_ago_in_s: result.ageSeconds,
        status: result.status,
        criteria: freshnessJson(node.freshness) ?? {},
        adapter_response: {},
        timing: [
          {
            name: 'execute',
            started_at: startedAt,
            completed_at: new Date(Date.parse(startedAt) + elapsedMs).toISOString(),
          },
        ],
        thread_id: 'main',
        execution_time: elapsedMs / 1000,
      }
    default:
      return never(result)
  }
}

/** null: not checked. */
export function freshnessJson(freshness: Freshness | undefined): JsonObject | null {
  if (freshness === undefined) return null
  const { warnAfter, errorAfter, filter } = freshness
  return {
    warn_after: periodJson(warnAfter),
    error_after: periodJson(errorAfter),
    filter: filter ?? null,
  }
}

function periodJson(period: Period | undefined): JsonObject {
  return { count: period?.count ?? null, period: period?.period ?? null }
}
