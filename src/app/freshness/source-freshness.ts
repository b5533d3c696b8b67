/** `source freshness`: how old the newest row of each selected source is, written to sources.json and to the ledger. */
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import type { Adapter } from '../../core/adapter.ts'
import { migrateLedger } from '../../ledger/migrate-ledger.ts'
import { finishRun, startRun } from '../../ledger/runs.ts'
import { recordSourceFreshness } from '../../ledger/source-freshness.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import { sourcesJson } from '../../transform/artifacts/sources-json.ts'
import { writeJson } from '../../transform/artifacts/write-artifacts.ts'
import {
  type CheckedSource,
  checkFreshness,
  type FreshnessContext,
  type FreshnessResult,
} from '../../transform/freshness/check-freshness.ts'
import { artifactMetadata } from '../artifact-metadata.ts'
import { countBy } from '../count-by.ts'
import { loadProject } from '../load-project.ts'
import { withAdapter } from '../open-adapter.ts'
import { chooseNodes, ofTypes } from '../selection.ts'
import type { Outcome, Surroundings } from '../surroundings.ts'
import type { FreshnessOptions, FreshnessValue } from '../use-cases.ts'
import { writeTarget } from '../write-target.ts'

export async function sourceFreshness(
  options: FreshnessOptions,
  surroundings: Surroundings,
): Promise<Outcome<FreshnessValue>> {
  const started = surroundings.now()
  const loaded = await loadProject(options, surroundings)
  if (!loaded.ok) return { kind: 'invalid', diagnostics: loaded.diagnostics }
  const { manifest } = loaded.value
  const selected = await chooseNodes(loaded.value, options)
  if (!selected.ok) return { kind: 'invalid', diagnostics: selected.diagnostics }
  for (const diagnostic of selected.warnings) surroundings.emit({ type: 'diagnostic', diagnostic })
  const sources = [...ofTypes(manifest, selected.value, options)].flatMap((id) => {
    const node = manifest.nodes.get(id)
    return node?.resourceType === 'source' && node.freshness !== undefined
      ? [{ ...node, freshness: node.freshness }]
      : []
  })
  const runId = surroundings.newId()
  const checked = await withAdapter(manifest.project.target, (adapter) =>
    checkAll({ adapter, manifest, sources, surroundings, runId, started }),
  )
  if (!checked.ok) return { kind: 'invalid', diagnostics: checked.diagnostics }
  const results = checked.value
  const { root, targetPath } = manifest.project
  const metadata = artifactMetadata(surroundings, started, runId)
  const elapsedMs = surroundings.now().getTime() - started.getTime()
  const path = outputPath(options.output, { cwd: surroundings.cwd, targetPath })
  const json = sourcesJson({ metadata, results, elapsedMs })
  // A file that was named is wanted.
  const fault =
    surroundings.writesJson || options.output !== undefined
      ? writeTarget(root, () => writeJson(dirname(path), basename(path), json))
      : undefined
  if (fault !== undefined) surroundings.emit({ type: 'diagnostic', diagnostic: fault })
  const isFine = results.every(({ status }) => status === 'pass' || status === 'warn')
  const exitCode = surroundings.signal.aborted ? 130 : isFine && fault === undefined ? 0 : 1
  return { kind: 'done', exitCode, value: { results, elapsedMs } }
}

/** As typed, it is a path from where the command was typed; by default it lies in the target folder. */
function outputPath(
  output: string | undefined,
  { cwd, targetPath }: { readonly cwd: string; readonly targetPath: string },
): string {
  if (output === undefined) return join(targetPath, 'sources.json')
  return isAbsolute(output) ? output : resolve(cwd, output)
}

interface CheckRequest {
  readonly adapter: Adapter
  readonly manifest: Manifest
  readonly sources: readonly CheckedSource[]
  readonly surroundings: Surroundings
  readonly runId: string
  readonly started: Date
}

async function checkAll(request: CheckRequest): Promise<readonly FreshnessResult[]> {
  const { adapter, manifest, sources, surroundings, runId, started } = request
  if (sources.length === 0) return []
  await migrateLedger(adapter)
  const context: FreshnessContext = {
    adapter,
    manifest,
    invocationId: runId,
    runStartedAt: started.toISOString(),
    signal: surroundings.signal,
    now: surroundings.now,
  }
  const run = {
    runId,
    command: 'source freshness',
    target: manifest.project.target.name,
    version: surroundings.version,
    startedAt: started.toISOString(),
  }
  await adapter.session({}, (session) => startRun(session, run))
  const threads = Math.min(manifest.project.target.threads, adapter.maxConnections)
  const results = await inTurn(sources, threads, (source) => checkFreshness(context, source))
  await adapter.transaction({}, async (session) => {
    await recordSourceFreshness(session, runId, results.map(rowOf))
    await finishRun(session, run, {
      phase: surroundings.signal.aborted ? 'interrupted' : 'finished',
      finishedAt: surroundings.now().toISOString(),
      counts: countBy(results.map(({ status }) => status)),
    })
  })
  return results
}

function rowOf(result: FreshnessResult) {
  const { node, startedAt, elapsedMs, status } = result
  const isKnown = result.status !== 'runtime error'
  return {
    uniqueId: node.uniqueId,
    status,
    maxLoadedAt: isKnown && result.hasRows ? result.maxLoadedAt : undefined,
    ageSeconds: isKnown && result.hasRows ? result.ageSeconds : undefined,
    recordedAt: new Date(Date.parse(startedAt) + elapsedMs).toISOString(),
    message: isKnown ? '' : result.message,
  }
}

/** At most so many at once; results in the order of the items. */
async function inTurn<Item, Made>(
  items: readonly Item[],
  atOnce: number,
  make: (item: Item) => Promise<Made>,
): Promise<readonly Made[]> {
  const waiting = [...items.entries()]
  const made = new Map<number, Made>()
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      made.set(next[0], await make(next[1]))
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, atOnce) }, work))
  return [...made].toSorted(([a], [b]) => a - b).map(([, value]) => value)
}
