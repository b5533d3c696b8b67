/** The folder of another run's artifacts, for `--state` and `--defer-state`: read when something asks for it. */
import { existsSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import { readMoment } from '../../core/time/event-time.ts'
import type { EventWindow } from '../../core/time/event-window.ts'
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../core/json.ts'
import { failure, type Result, success } from '../../core/result.ts'
import {
  readStateManifest,
  type StateManifest,
} from '../../transform/artifacts/state/state-manifest.ts'

/** Where the folder is; relative to the project, as the other paths of flags are. */
export interface StatePlace {
  readonly root: string
  readonly folder: string
}

export function readManifestOf(place: StatePlace): Result<StateManifest> {
  const json = readArtifact(place, 'manifest.json')
  if (!json.ok) return json
  const manifest = readStateManifest(json.value)
  return manifest === undefined
    ? failure([notAnArtifact(place, 'manifest.json', 'a JSON without "nodes"')])
    : success(manifest)
}

/** One entry of run_results.json. */
export interface EarlierResult {
  readonly uniqueId: string
  readonly status: string
  /** Of a microbatch model: the batches that are not built, as ISO 8601. */
  readonly failedBatches: readonly EventWindow[]
}

export interface EarlierRun {
  readonly results: readonly EarlierResult[]
  /** The flags of the command. */
  readonly args: JsonObject
  /** ISO 8601, UTC; undefined: the file does not say. */
  readonly startedAt: string | undefined
}

export function readResultsOf(place: StatePlace): Result<EarlierRun> {
  const json = readArtifact(place, 'run_results.json')
  if (!json.ok) return json
  const { results, args, metadata } = isJsonObject(json.value) ? json.value : {}
  if (results === undefined || !isJsonArray(results)) {
    return failure([notAnArtifact(place, 'run_results.json', 'a JSON without "results"')])
  }
  const found = results.flatMap((result) => {
    if (!isJsonObject(result)) return []
    const { unique_id: uniqueId, status } = result
    if (typeof uniqueId !== 'string' || typeof status !== 'string') return []
    return [{ uniqueId, status, failedBatches: failedBatchesOf(result) }]
  })
  const began = isJsonObject(metadata) ? metadata['invocation_started_at'] : undefined
  const startedAt = readMoment(typeof began === 'string' ? began : '')
  return success({ results: found, args: isJsonObject(args) ? args : {}, startedAt })
}

/** dbt writes them with another form of the moments. */
function failedBatchesOf({ batch_results: found }: JsonObject): readonly EventWindow[] {
  const failed = isJsonObject(found) ? found['failed'] : undefined
  if (failed === undefined || !isJsonArray(failed)) return []
  return failed.flatMap((pair) => {
    if (!isJsonArray(pair)) return []
    const [start, end] = pair.map((each) => readMoment(typeof each === 'string' ? each : ''))
    return start === undefined || end === undefined ? [] : [{ start, end }]
  })
}

/** The newest row of each source, by unique id, as sources.json of that folder says. */
export function readFreshnessOf(place: StatePlace): Result<ReadonlyMap<string, string>> {
  const json = readArtifact(place, 'sources.json')
  if (!json.ok) return json
  const { results } = isJsonObject(json.value) ? json.value : {}
  if (results === undefined || !isJsonArray(results)) {
    return failure([notAnArtifact(place, 'sources.json', 'a JSON without "results"')])
  }
  return success(
    new Map(
      results.flatMap((result) => {
        if (!isJsonObject(result)) return []
        const { unique_id: id, max_loaded_at: newest } = result
        return typeof id === 'string' && typeof newest === 'string' ? [[id, newest] as const] : []
      }),
    ),
  )
}

function readArtifact(place: StatePlace, name: string): Result<Json> {
  const path = join(resolve(place.root, place.folder), name)
  if (!existsSync(path)) return failure([missingArtifact(place, name)])
  try {
    const value: Json = JSON.parse(readFileSync(path, 'utf8'))
    return success(value)
  } catch (error) {
    const found = error instanceof SyntaxError ? 'no JSON' : 'a file that cannot be read'
    return failure([notAnArtifact(place, name, found)])
  }
}

function shown({ root, folder }: StatePlace): string {
  const path = relative(root, resolve(root, folder))
  return path === '' ? '.' : path
}

function missingArtifact(place: StatePlace, name: string): Diagnostic {
  return errorDiagnostic({
    code: 'missing-state',
    message: `expected ${name} in the folder "${shown(place)}", found none`,
    hint: hints[name],
  })
}

const hints: Readonly<Partial<Record<string, string>>> = {
  'manifest.json': 'every run, "assay parse" and "assay compile" write it to the target folder',
  'run_results.json': 'a build, run, test, seed or snapshot writes it to the target folder',
  'sources.json': '"assay source freshness" writes it to the target folder',
}

function notAnArtifact(place: StatePlace, name: string, found: string): Diagnostic {
  return errorDiagnostic({
    code: 'invalid-state',
    message: `expected an artifact of assay or dbt in "${shown(place)}/${name}", found ${found}`,
  })
}
