/** A Plan on an open database: schemas made, run recorded, nodes published, artifacts written. */
import { randomInt } from 'node:crypto'
import type { Adapter } from '../../core/adapter.ts'
import type { Diagnostic } from '../../core/diagnostic.ts'
import type { EventSink } from '../../core/event.ts'
import type { UniqueId } from '../../core/node.ts'
import { relationKey } from '../../core/relation.ts'
import type { RunResult } from '../../core/run-result.ts'
import { readPublications } from '../../ledger/runs/node-runs.ts'
import { finishRun, type LedgerRun, startRun } from '../../ledger/runs/runs.ts'
import type { CompiledAt } from '../../transform/artifacts/run-results-json.ts'
import { SqlFolder } from '../../transform/artifacts/write-artifacts.ts'
import { type JoinedWork, JoinedWorkError } from '../../transform/execute/atomic/joined-work.ts'
import { quietly, recordSkipped } from '../../transform/execute/record-results.ts'
import type { RunContext } from '../../transform/execute/run-context.ts'
import { runOwed } from '../../transform/execute/hooks/after-commit.ts'
import { endNames, startNames } from '../../transform/execute/hooks/operation-names.ts'
import { runOperations } from '../../transform/execute/hooks/run-operations.ts'
import { runPlan, skipPlan } from '../../transform/execute/run-plan.ts'
import { removeDeadSpools } from '../../transform/execute/typescript/spool-folder.ts'
import { findFollowers } from '../../transform/plan/followers.ts'
import { type Plan, stepCount } from '../../transform/plan/plan.ts'
import { countBy } from '../files/count-by.ts'
import type { ExecuteRequest } from './execute-request.ts'
import { publishedBy, relationsOf, storedRelations } from './plan-relations.ts'
import { refusingModels } from './refused/refusing-models.ts'
import { readySchemas } from './ready-schemas.ts'
import { tellRefused } from './refused/tell-refused.ts'
import { tidyLedger } from './tidy-ledger.ts'
import { writeBegun, writeResults } from './write-results.ts'
import { batchOrder, inputLimit } from './input-limit.ts'
import { rememberedCode } from '../state/remembered-code.ts'
import { loadedSources } from './loaded-sources.ts'
import { makeMissingTables } from '../../load/table/make-missing-tables.ts'
import { knownRelations } from './known-relations.ts'
import { leaseRelations } from './leases/lease-relations.ts'
import { describeDatabase } from '../open-adapter.ts'
import { publishingCopies } from './publish-copy.ts'
import { writeTarget } from '../files/write-target.ts'
import type { BuildOptions } from '../use-cases.ts'

/** An empty plan may still have rows to load. */
function hasWork({ plan, joined }: ExecuteRequest): boolean {
  return plan.steps.length > 0 || joined !== undefined
}

/** The ledger is current. An empty plan touches nothing but the artifacts. */
export async function executePlan(adapter: Adapter, request: ExecuteRequest): Promise<Executed> {
  const { surroundings, loaded } = request
  const { emit, now, signal } = surroundings
  const started = now()
  const runId = surroundings.newId()
  if (!hasWork(request)) announce(request)
  const { root, targetPath } = loaded.manifest.project
  const files = new SqlFolder(targetPath)
  const compiled = new Map<UniqueId, CompiledAt>()
  const unwritten: Diagnostic[] = []
  const run = (heard: EventSink) => {
    const listening = { ...request, surroundings: { ...surroundings, emit: heard } }
    return runRecorded(adapter, listening, { started, runId, files, compiled, unwritten })
  }
  const { value: results, fault: copyFault } = !hasWork(request)
    ? { value: [], fault: undefined }
    : await publishingCopies(
        {
          adapter,
          target: loaded.manifest.project.target,
          manifest: request.asWritten.manifest,
          emit,
        },
        run,
      )
  const elapsedMs = now().getTime() - started.getTime()
  const faults = [
    writeTarget(root, () => files.finish()),
    surroundings.writesJson
      ? writeTarget(root, () =>
          writeResults(adapter, request, { results, started, runId, elapsedMs, compiled }),
        )
      : undefined,
  ].filter((fault) => fault !== undefined)
  for (const diagnostic of faults) emit({ type: 'diagnostic', diagnostic })
  emit({ type: 'run-finished', results, elapsedMs, interrupted: signal.aborted })
  const isWritten = [...faults, ...unwritten].length === 0 && copyFault === undefined
  return { results, isWritten }
}

export interface Executed {
  readonly results: readonly RunResult[]
  /** False: the work is done, but some file of target/ is not there, or not the published copy. */
  readonly isWritten: boolean
}

async function runRecorded(
  adapter: Adapter,
  request: ExecuteRequest,
  written: Omit<LeasedRun, 'tokens'>,
): Promise<readonly RunResult[]> {
  const { loaded, plan, options, surroundings } = request
  const { target } = loaded.manifest.project
  const refusing = refusingModels(loaded.manifest, publishedBy(plan))
  const changed = [...relationsOf(plan), ...refusing.map(({ relation }) => relation)]
  const leased = await leaseRelations(
    adapter,
    {
      runId: written.runId,
      command: request.joined?.command ?? commandOf(request, request.joined),
      relationKeys: [
        ...new Set([...changed.map(relationKey), ...(request.joined?.relationKeys ?? [])]),
      ],
      timeoutMs: target.leaseTimeoutMs,
      isPatient: options.wait,
    },
    surroundings,
  )
  announce(request)
  writeBegun(adapter, request, written)
  try {
    const results = await runLeased(adapter, request, { ...written, tokens: leased.tokens })
    const isBackfill = options.backfill !== undefined
    const refused = { ...written, refusing, isBackfill }
    written.unwritten.push(...(await tellRefused(adapter, request, refused)))
    return results
  } finally {
    await leased.end()
  }
}

function commandOf({ options }: Pick<ExecuteRequest, 'options'>, joined?: JoinedWork): string {
  return joined?.prepare === undefined ? options.command : 'ingest --build'
}

interface LeasedRun {
  readonly started: Date
  readonly runId: string
  readonly files: SqlFolder
  /** Filled as nodes are compiled. */
  readonly compiled: Map<UniqueId, CompiledAt>
  /** Filled with what became of dead letters that could not be written. */
  readonly unwritten: Diagnostic[]
  readonly tokens: ReadonlyMap<string, number>
}

async function runLeased(
  adapter: Adapter,
  { loaded, asWritten, plan, options, surroundings, joined }: ExecuteRequest,
  { started, runId, files, compiled, tokens }: Omit<LeasedRun, 'unwritten'>,
): Promise<readonly RunResult[]> {
  const { manifest } = loaded
  const { target } = manifest.project
  const relations = relationsOf(plan)
  const written = [...relations, ...storedRelations(plan, options.storeFailures)]
  const schemas = [...new Set(written.map((relation) => relation.schema))]
  const run: LedgerRun = {
    runId,
    command: joined?.command ?? commandOf({ options }, joined),
    target: target.name,
    version: surroundings.version,
    startedAt: started.toISOString(),
    tokens,
  }
  await makeMissingTables(adapter, loadedSources(manifest, plan), run)
  const state = await readySchemas(adapter, { manifest, plan, schemas })
  const publications = await adapter.session({}, async (session) => {
    await startRun(session, run)
    return await readPublications(session, [...knownRelations(manifest, plan)])
  })
  await unlessStopped(surroundings.signal, async () => joined?.prepare?.(run))
  const context: RunContext = {
    manifest,
    remembered: rememberedCode(loaded),
    adapter,
    run,
    emit: surroundings.emit,
    signal: surroundings.signal,
    now: surroundings.now,
    runStartedAt: started.toISOString(),
    threads: Math.min(target.threads, adapter.maxConnections),
    failFast: options.failFast,
    isFullRefresh: plan.isFullRefresh,
    isAtomic: options.atomic || target.isAtomic || joined !== undefined,
    joined,
    backfill: options.backfill,
    limit: inputLimit(options, started),
    order: batchOrder(options, started),
    onlyChanged: options.changed,
    // Loading goes on all day: its code is that of the last time.
    reusesUnitTests: options.changed || joined?.prepare !== undefined,
    batchesTests: true,
    storesFailures: options.storeFailures,
    failingRows: new Map(),
    versions: new Map(),
    codeColumns: new Map(),
    followers: findFollowers(manifest),
    owed: new Map(),
    state,
    publications: new Map(publications),
    keep: ({ kind, uniqueId, sql, batch }) => {
      const node = manifest.nodes.get(uniqueId)
      if (node === undefined || sql === '') return
      if (kind === 'compiled') {
        compiled.set(uniqueId, { sql, at: surroundings.now().toISOString() })
      }
      files.write(kind, node, { sql, batch })
    },
    random: () => randomInt(1000) / 1000,
  }
  await removeDeadSpools(manifest.project.targetPath)
  const finishing = (phase: 'finished' | 'interrupted', counts: Readonly<Record<string, number>>) =>
    quietly(context, () =>
      adapter.session({}, (session) =>
        finishRun(session, run, { phase, finishedAt: surroundings.now().toISOString(), counts }),
      ),
    )
  const results = await runAll(plan, context, options).catch(async (error: unknown) => {
    // It was rolled back as a whole, and lives to say so.
    const isJoined = error instanceof JoinedWorkError && joined?.command !== undefined
    if (isJoined) await finishing('finished', { error: 1 })
    throw error
  })
  await joined?.finish?.()
  await recordSkipped(context, results)
  const phase = surroundings.signal.aborted ? 'interrupted' : 'finished'
  await finishing(phase, countBy(results.map((result) => result.status)))
  await quietly(context, () => tidyLedger(adapter, { asWritten, options, surroundings }, runId))
  return results
}

/** The hooks of the run around it; those at its end run whatever became of the nodes. */
async function runAll(
  plan: Plan,
  context: RunContext,
  { skipsNodesIfStartFails }: BuildOptions,
): Promise<readonly RunResult[]> {
  const started = await runOperations(context, 'on-run-start', startNames(plan))
  const failed = started.find(({ status }) => status === 'error')
  const results =
    failed !== undefined && skipsNodesIfStartFails
      ? skipPlan(plan, context, failed.uniqueId)
      : await runNodes(plan, context)
  if (context.signal.aborted) return [...started, ...results]
  const names = endNames(context.manifest, plan, results)
  return [...started, ...results, ...(await runOperations(context, 'on-run-end', names))]
}

async function runNodes(plan: Plan, context: RunContext): Promise<readonly RunResult[]> {
  const owed = await unlessStopped(context.signal, () => runOwed(context))
  // In the ledger the run has begun: a stop before its first node is an end that is written, too.
  if (context.signal.aborted) return skipPlan(plan, context, 'interrupted')
  return await runPlan(plan, { ...context, owed: owed ?? new Map() })
}

/** undefined also: a stop ended it, and what that threw is no fault. */
async function unlessStopped<T>(
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (!signal.aborted) throw error
    return undefined
  }
}

function announce({
  asWritten: loaded,
  plan,
  options,
  surroundings,
  joined,
}: ExecuteRequest): void {
  const { manifest } = loaded
  const { target, root } = manifest.project
  surroundings.emit({
    type: 'run-started',
    command: commandOf({ options }, joined),
    target: target.name,
    database: describeDatabase(target, root),
    found: countBy([...manifest.nodes.values()].map((node) => node.resourceType)),
    nodes: plan.steps.map((step) => step.node),
    total: stepCount(plan),
    threads: target.threads,
  })
}
