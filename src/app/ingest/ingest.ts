/** `ingest`: the selected source tables that assay loads, one after the other, each batch in a transaction of its own. */
import type { Adapter } from '../../core/adapter.ts'
import { warningDiagnostic } from '../../core/diagnostic.ts'
import type { EventSink } from '../../core/event.ts'
import type { LoadResult } from '../../core/load/load-result.ts'
import { relationKey } from '../../core/relation.ts'
import { migrateLedger } from '../../ledger/schema/migrate-ledger.ts'
import { finishRun, type LedgerRun, startRun } from '../../ledger/runs/runs.ts'
import { loaderOf } from '../../load/loaders.ts'
import { isLoaded } from '../../load/table/is-loaded.ts'
import type { LoadedSource } from '../../load/table/load-table-types.ts'
import { quietly } from '../../transform/execute/record-results.ts'
import { buildLoaded } from '../build.ts'
import { countBy } from '../files/count-by.ts'
import { publishingCopies } from '../run/publish-copy.ts'
import { leaseRelations } from '../run/leases/lease-relations.ts'
import { type LoadedProject, loadProject } from '../load-project.ts'
import { logFolder, withLogFile } from '../files/log-file.ts'
import { describeDatabase, tellingPatience, withAdapter } from '../open-adapter.ts'
import { chooseNodes, ofTypes } from '../selection.ts'
import type { Outcome, Surroundings } from '../surroundings.ts'
import type { BuildOptions, IngestOptions, IngestValue } from '../use-cases.ts'
import { raiseWarnings } from '../warnings/raise-warnings.ts'
import { LoadOfBuild } from './load-of-build.ts'
import { loadTables } from './load-tables.ts'
import { replayRefused } from './replay-models.ts'
import { unknownReasons } from './unknown-reasons.ts'

export async function ingest(
  options: IngestOptions,
  outside: Surroundings,
): Promise<Outcome<IngestValue>> {
  const loaded = await loadProject(options, outside)
  if (!loaded.ok) return { kind: 'invalid', diagnostics: loaded.diagnostics }
  const { project } = loaded.value.manifest
  const emit = withLogFile(logFolder(project, options.logPath), outside)
  const surroundings = { ...outside, emit }
  const selected = await chooseNodes(loaded.value, options)
  if (!selected.ok) return { kind: 'invalid', diagnostics: selected.diagnostics }
  const nodes = loadedSources(loaded.value, ofTypes(loaded.value.manifest, selected.value, options))
  const warnings = [...selected.warnings, ...(nodes.length === 0 ? [nothingToLoad] : [])]
  const raised = raiseWarnings(surroundings, warnings)
  if (raised.length > 0) return { kind: 'invalid', diagnostics: raised }
  const unknown = unknownReasons(loaded.value.manifest, nodes, options.replay?.codes ?? [])
  if (unknown.length > 0) return { kind: 'invalid', diagnostics: unknown }
  if (nodes.length === 0) return { kind: 'done', exitCode: 0, value: { loads: [] } }
  // They are there by the time the database is open.
  for (const { load } of nodes) void loaderOf(load.loader)
  if (options.build !== undefined) {
    return await ingestBuild({ loaded: loaded.value, nodes, build: options.build }, outside)
  }
  const done = await withAdapter(
    project.target,
    (adapter) =>
      ingestOn(adapter, { loaded: loaded.value, nodes, options, surroundings, copies: true }),
    options.wait ? tellingPatience(surroundings) : undefined,
  )
  if (!done.ok) return { kind: 'invalid', diagnostics: done.diagnostics }
  const { results, isCopied } = done.value
  const isFine = isCopied && results.every(({ status }) => status === 'success')
  const isReplayed =
    options.replay === undefined ||
    outside.signal.aborted ||
    (await replayRefused({ loaded: loaded.value, nodes, options }, outside))
  const exitCode = outside.signal.aborted ? 130 : isFine && isReplayed ? 0 : 1
  return { kind: 'done', exitCode, value: { loads: results } }
}

const nothingToLoad = warningDiagnostic({
  code: 'nothing-to-load',
  message: 'expected a source with "load:" among what is selected, found none',
  hint: 'docs/ingest.md shows how a table is declared',
})

interface JoinedIngest {
  readonly loaded: LoadedProject
  readonly nodes: readonly LoadedSource[]
  readonly build: BuildOptions
}

async function ingestBuild(
  { loaded, nodes, build }: JoinedIngest,
  outside: Surroundings,
): Promise<Outcome<IngestValue>> {
  const { project } = loaded.manifest
  const loads: LoadOfBuild[] = []
  const joinLoad = (adapter: Adapter, surroundings: Surroundings) => {
    const load = new LoadOfBuild({ adapter, project, nodes, surroundings })
    loads.push(load)
    return load
  }
  const built = await buildLoaded(loaded, { ...build, atomic: true, joinLoad }, outside)
  if (built.kind === 'invalid') {
    if (!loads.some(({ hasBegun }) => hasBegun)) return built
    // No node is to blame, as where the commit finds the disk full: what was begun has failed.
    for (const diagnostic of built.diagnostics) outside.emit({ type: 'diagnostic', diagnostic })
    return { kind: 'done', exitCode: 1, value: { loads: [] } }
  }
  const results = loads.flatMap((load) => load.results)
  const isFine = results.every(({ status }) => status === 'success')
  const exitCode = built.exitCode === 0 && !isFine ? 1 : built.exitCode
  return { kind: 'done', exitCode, value: { loads: results } }
}

function loadedSources(
  { manifest }: LoadedProject,
  ids: ReadonlySet<string>,
): readonly LoadedSource[] {
  return [...manifest.nodes.values()].flatMap((node) =>
    ids.has(node.uniqueId) && isLoaded(node) ? [node] : [],
  )
}

export interface IngestRequest {
  readonly loaded: LoadedProject
  readonly nodes: readonly LoadedSource[]
  readonly options: Pick<IngestOptions, 'wait' | 'replay'>
  readonly surroundings: Surroundings
  /** False: `publish_copy` is left as it is. */
  readonly copies: boolean
}

export interface Ingested {
  readonly results: readonly LoadResult[]
  /** False: the rows are loaded, but the published copy does not hold them. */
  readonly isCopied: boolean
}

/** A run of its own. Throws a `LeaseHeldError`. */
export async function ingestOn(adapter: Adapter, request: IngestRequest): Promise<Ingested> {
  const { loaded, nodes, options, surroundings } = request
  const { project } = loaded.manifest
  const { emit, now, signal } = surroundings
  const started = now()
  const runId = surroundings.newId()
  await migrateLedger(adapter)
  const leased = await leaseRelations(
    adapter,
    {
      runId,
      command: 'ingest',
      relationKeys: nodes.map(({ relation }) => relationKey(relation)),
      timeoutMs: project.target.leaseTimeoutMs,
      isPatient: options.wait,
    },
    surroundings,
  )
  try {
    emit({
      type: 'ingest-started',
      command: 'ingest',
      target: project.target.name,
      database: describeDatabase(project.target, project.root),
      nodes,
    })
    const run: LedgerRun = {
      runId,
      command: 'ingest',
      target: project.target.name,
      version: surroundings.version,
      startedAt: started.toISOString(),
      tokens: leased.tokens,
    }
    await adapter.session({}, (session) => startRun(session, run))
    const { target } = project
    const copies = { adapter, target, manifest: loaded.manifest, emit }
    const load = (heard: EventSink) =>
      loadTables({
        adapter,
        project,
        nodes,
        run,
        surroundings: { ...surroundings, emit: heard },
        replay: options.replay,
      })
    const { value: results, fault } = request.copies
      ? await publishingCopies(copies, load)
      : { value: await load(emit), fault: undefined }
    const elapsedMs = now().getTime() - started.getTime()
    await quietly({ adapter, emit }, () =>
      adapter.session({}, (session) =>
        finishRun(session, run, {
          phase: signal.aborted ? 'interrupted' : 'finished',
          finishedAt: now().toISOString(),
          counts: countBy(results.map(({ status }) => status)),
        }),
      ),
    )
    emit({ type: 'ingest-finished', results, elapsedMs, interrupted: signal.aborted })
    return { results, isCopied: fault === undefined }
  } finally {
    await leased.end()
  }
}
