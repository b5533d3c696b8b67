/** Run results as dbt's run_results.json, version 6. */
import type { Table } from '../../core/adapter.ts'
import type { Dialect } from '../../core/dialect.ts'
import type { EventWindow } from '../../core/time/event-window.ts'
import type { Json, JsonObject } from '../../core/json.ts'
import type { UniqueId } from '../../core/node.ts'
import { never } from '../../core/never.ts'
import type { RunResult } from '../../core/run-result.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import { relationName } from './manifest/manifest-node-json.ts'
import { type ArtifactMetadata, metadataJson } from './metadata-json.ts'

const runResultsSchema = 'https://schemas.getdbt.com/dbt/run-results/v6.json'

export interface RunResultsInput {
  readonly manifest: Manifest
  readonly dialect: Dialect
  readonly metadata: ArtifactMetadata
  readonly results: readonly RunResult[]
  readonly elapsedMs: number
  /** The SQL of what was compiled, also where the result has none since it failed. */
  readonly compiled: ReadonlyMap<UniqueId, CompiledAt>
  /** The resolved flags of the command, without secrets. */
  readonly flags: JsonObject
}

export interface CompiledAt {
  readonly sql: string
  /** ISO 8601, UTC: when it stood. */
  readonly at: string
}

export function runResultsJson(input: RunResultsInput): JsonObject {
  return {
    metadata: metadataJson(input.metadata, runResultsSchema),
    results: input.results.map((result) => resultJson(input, result)),
    elapsed_time: input.elapsedMs / 1000,
    args: input.flags,
  }
}

function resultJson(
  { manifest, dialect, compiled }: RunResultsInput,
  result: RunResult,
): JsonObject {
  const node = manifest.nodes.get(result.uniqueId)
  const { status, message, failures } = outcome(result, node?.resourceType === 'unit_test')
  const compiledAt = compiled.get(result.uniqueId)
  const code = result.compiledCode ?? compiledAt?.sql
  return {
    status,
    timing: result.status === 'skipped' ? [] : timingJson(result, compiledAt),
    thread_id: result.worker === undefined ? 'main' : `Thread-${result.worker}`,
    execution_time: result.elapsedMs / 1000,
    adapter_response:
      result.status === 'success' && result.rows !== undefined
        ? {
            _message: result.message,
            rows_affected: result.rows,
            ...(result.setAside === undefined ? {} : { rows_set_aside: result.setAside }),
            ...(result.outsideBatch === undefined
              ? {}
              : { rows_outside_batch: result.outsideBatch }),
          }
        : {},
    message,
    failures,
    unique_id: result.uniqueId,
    compiled: code !== undefined,
    compiled_code: code ?? null,
    relation_name: node === undefined ? null : relationName(dialect, node),
    batch_results: batchResults(result),
  }
}

/** A second try begins with the first one's time, so its SQL may be older than what is timed. */
function timingJson(
  { startedAt, elapsedMs }: RunResult,
  compiled: CompiledAt | undefined,
): readonly JsonObject[] {
  const finished = new Date(Date.parse(startedAt) + elapsedMs).toISOString()
  const part = (name: string, from: string, to: string) => ({
    name,
    started_at: from,
    completed_at: to,
  })
  if (compiled === undefined || compiled.at < startedAt || compiled.at > finished) {
    return [part('execute', startedAt, finished)]
  }
  return [part('compile', startedAt, compiled.at), part('execute', compiled.at, finished)]
}

/** dbt's: lists of `[start, end]`, ISO 8601. */
function batchResults(result: RunResult): Json {
  const batches = 'batches' in result ? result.batches : undefined
  if (batches === undefined) return null
  const pairs = (windows: readonly EventWindow[]) => windows.map(({ start, end }) => [start, end])
  return { successful: pairs(batches.successful), failed: pairs(batches.failed) }
}

interface Outcome {
  readonly status: string
  readonly message: string | null
  readonly failures: Json
}

/** Of a unit test the message is the difference, row by row: there is nothing to be looked up. */
function outcome(result: RunResult, isUnitTest: boolean): Outcome {
  switch (result.status) {
    case 'success':
      return { status: 'success', message: result.message, failures: null }
    case 'reused':
      return { status: 'no-op', message: result.because, failures: null }
    case 'error':
    case 'partial success':
      return {
        status: result.status,
        message: result.diagnostics.map((fault) => fault.message).join('\n'),
        failures: null,
      }
    case 'skipped':
      return { status: 'skipped', message: `skipped because of ${result.because}`, failures: null }
    case 'pass':
      return { status: 'pass', message: result.message ?? null, failures: result.failures ?? 0 }
    case 'warn':
    case 'fail':
      return {
        status: result.status,
        message: isUnitTest
          ? [result.message, ...rowLines(result.sample)].join('\n')
          : result.message,
        failures: result.failures,
      }
    default:
      return never(result)
  }
}

function rowLines({ columns, rows }: Table): readonly string[] {
  const lines = [columns.map(({ name }) => name), ...rows.map((row) => row.map(String))]
  return lines.map((cells) => cells.join(' | '))
}
