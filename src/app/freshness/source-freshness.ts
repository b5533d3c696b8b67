/** `source freshness`: how old the newest row of each selected source is, written to sources.json and to the ledger. */
import { randomInt } from 'node:crypto'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import type { Adapter } from '../../core/adapter.ts'
import { migrateLedger } from '../../ledger/schema/migrate-ledger.ts'
import { finishRun, type LedgerRun, startRun } from '../../ledger/runs/runs.ts'
import { recordSourceFreshness } from '../../ledger/source-freshness.ts'
import type { RunResult } from '../../core/run-result.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import type { TemplateValue } from '../../project/template/template.ts'
import {
  type OperationContext,
  runOperations,
} from '../../transform/execute/hooks/run-operations.ts'
import { sourcesJson } from '../../transform/artifacts/sources-json.ts'
import { writeJson } from '../../transform/artifacts/write-artifacts.ts'
import {
  type CheckedSource,
  checkFreshness,
  type FreshnessContext,
  type FreshnessResult,
} from '../../transform/freshness/check-freshness.ts'
import { artifactMetadata } from '../files/artifact-metadata.ts'
import { countBy } from '../files/count-by.ts'
import { loadSelection } from '../load-selection.ts'
import { withAdapter } from '../open-adapter.ts'
import type { Outcome, Surroundings } from '../surroundings.ts'
import type { FreshnessOptions, FreshnessValue } from '../use-cases.ts'
import { writeTarget } from '../files/write-target.ts'

export async function sourceFreshness(
  options: FreshnessOptions,
  surroundings: Surroundings,
): Promise<Outcome<FreshnessValue>> {
  const started = surroundings.now()
  const begun = await loadSelection(options, surroundings)
  if (!begun.ok) return { kind: 'invalid', diagnostics: begun.diagnostics }
  const { loaded, ids } = begun.value
  const { manifest } = loaded
  const sources = [...ids].flatMap((id) => {
    const node = manifest.nodes.get(id)
    return node?.resourceType === 'source' && node.freshness !== undefined
      ? [{ ...node, freshness: node.freshness }]
      : []
  })
  const runId = surroundings.newId()
  const checked = await withAdapter(manifest.project.target, (adapter) =>
    checkAll({
      adapter,
      manifest: withHooks(manifest, options),
      sources,
      surroundings,
      runId,
      started,
    }),
  )
  if (!checked.ok) return { kind: 'invalid', diagnostics: checked.diagnostics }
  const { results, hooks, isBegun } = checked.value
  if (!isBegun) {
    const elapsedMs = surroundings.now().getTime() - started.getTime()
    return { kind: 'done', exitCode: 1, value: { results, isBegun, elapsedMs } }
  }
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
  const isFine =
    hooks.every(({ status }) => status === 'success') &&
    results.every(({ status }) => status === 'pass' || status === 'warn')
  const exitCode = surroundings.signal.aborted ? 130 : isFine && fault === undefined ? 0 : 1
  return { kind: 'done', exitCode, value: { results, isBegun, elapsedMs } }
}

function withHooks(manifest: Manifest, { runsHooks }: FreshnessOptions): Manifest {
  return runsHooks ? manifest : { ...manifest, operations: [] }
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

interface Checked {
  readonly results: readonly FreshnessResult[]
  /** Of the hooks of the run. */
  readonly hooks: readonly RunResult[]
  readonly isBegun: boolean
}

/** The hooks of the run around it, as around any other; nothing is checked behind one at the start that fails. */
async function checkAll(request: CheckRequest): Promise<Checked> {
  const { adapter, manifest, sources, surroundings, runId, started } = request
  if (sources.length === 0) return { results: [], hooks: [], isBegun: true }
  await migrateLedger(adapter)
  const context: FreshnessContext = {
    adapter,
    manifest,
    invocationId: runId,
    runStartedAt: started.toISOString(),
    signal: surroundings.signal,
    now: surroundings.now,
  }
  const run: LedgerRun = {
    runId,
    command: 'source freshness',
    target: manifest.project.target.name,
    version: surroundings.version,
    startedAt: started.toISOString(),
    tokens: new Map(),
  }
  await adapter.session({}, (session) => startRun(session, run))
  const around: OperationContext = {
    ...context,
    run,
    emit: surroundings.emit,
    random: () => randomInt(1000) / 1000,
  }
  const selected = new Map([['selected_resources', sources.map(({ uniqueId }) => uniqueId)]])
  const atStart = await runOperations(around, 'on-run-start', selected)
  const isBegun = atStart.every(({ status }) => status === 'success')
  const threads = Math.min(manifest.project.target.threads, adapter.maxConnections)
  const wanted = isBegun ? sources : []
  const results = await inTurn(wanted, threads, (source) => checkFreshness(context, source))
  await adapter.transaction({}, async (session) => {
    await recordSourceFreshness(session, runId, results.map(rowOf))
    await finishRun(session, run, {
      phase: surroundings.signal.aborted ? 'interrupted' : 'finished',
      finishedAt: surroundings.now().toISOString(),
      counts: countBy(results.map(({ status }) => status)),
    })
  })
  if (surroundings.signal.aborted) return { results, hooks: atStart, isBegun }
  const names = new Map<string, TemplateValue>([
    ...selected,
    ['results', results.map(valueOf)],
    ['schemas', []],
    ['database_schemas', []],
  ])
  const atEnd = await runOperations(around, 'on-run-end', names)
  return { results, hooks: [...atStart, ...atEnd], isBegun }
}

/** As hooks see it. */
function valueOf({ node, status, startedAt, elapsedMs }: FreshnessResult): TemplateValue {
  return {
    unique_id: node.uniqueId,
    status,
    started_at: startedAt,
    execution_time: elapsedMs / 1000,
    node: { unique_id: node.uniqueId, name: node.name, source_name: node.sourceName },
  }
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
