/** A Plan on an open database: schemas made, run recorded, nodes published, artifacts written. */
import { randomInt } from 'node:crypto'
import type { Adapter } from '../../core/adapter.ts'
import type { EventSink } from '../../core/event.ts'
import type { ExposureNode } from '../../core/node/exposure.ts'
import { hasHooks } from '../../core/node/hook.ts'
import type { UniqueId } from '../../core/node.ts'
import { type Relation, relationKey } from '../../core/relation.ts'
import type { RunResult } from '../../core/run-result.ts'
import { readPublications } from '../../ledger/runs/node-runs.ts'
import { pruneLedger } from '../../ledger/prune-ledger.ts'
import { finishRun, type LedgerRun, startRun } from '../../ledger/runs/runs.ts'
import { manifestJson } from '../../transform/artifacts/manifest/manifest-json.ts'
import { type CompiledAt, runResultsJson } from '../../transform/artifacts/run-results-json.ts'
import { SqlFolder, writeJson, writePieces } from '../../transform/artifacts/write-artifacts.ts'
import { isStored } from '../../transform/execute/data-tests/failing-rows.ts'
import { quietly, recordSkipped } from '../../transform/execute/record-results.ts'
import type { RunContext } from '../../transform/execute/run-context.ts'
import { runOwed } from '../../transform/execute/hooks/after-commit.ts'
import { endNames, startNames } from '../../transform/execute/hooks/operation-names.ts'
import { runOperations } from '../../transform/execute/hooks/run-operations.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import { runPlan, skipPlan } from '../../transform/execute/run-plan.ts'
import { findFollowers } from '../../transform/plan/followers.ts'
import { type Plan, stepCount } from '../../transform/plan/plan.ts'
import { artifactMetadata } from '../files/artifact-metadata.ts'
import { countBy } from '../files/count-by.ts'
import type { LoadedProject } from '../load-project.ts'
import { batchOrder, inputLimit } from './input-limit.ts'
import { knownRelations } from './known-relations.ts'
import { leaseRelations } from './lease-relations.ts'
import { describeDatabase } from '../open-adapter.ts'
import { publishingCopies } from './publish-copy.ts'
import { argsOf } from '../retry/run-args.ts'
import type { Surroundings } from '../surroundings.ts'
import { findUnowned, unownedWarnings } from '../ledger/unowned-relations.ts'
import { writeTarget } from '../files/write-target.ts'
import type { BuildOptions } from '../use-cases.ts'

export interface ExecuteRequest {
  readonly loaded: LoadedProject
  /** What artifacts show: its refs are not resolved elsewhere. */
  readonly asWritten: LoadedProject
  readonly plan: Plan
  readonly options: BuildOptions
  readonly surroundings: Surroundings
}

/** The ledger is current. An empty plan touches nothing but the artifacts. */
export async function executePlan(adapter: Adapter, request: ExecuteRequest): Promise<Executed> {
  const { surroundings, plan, loaded } = request
  const { emit, now, signal } = surroundings
  const started = now()
  const runId = surroundings.newId()
  if (plan.steps.length === 0) announce(request)
  const { root, targetPath } = loaded.manifest.project
  const files = new SqlFolder(targetPath)
  const compiled = new Map<UniqueId, CompiledAt>()
  const run = (heard: EventSink) => {
    const listening = { ...request, surroundings: { ...surroundings, emit: heard } }
    return runRecorded(adapter, listening, { started, runId, files, compiled })
  }
  const { value: results, fault: copyFault } =
    plan.steps.length === 0
      ? { value: [], fault: undefined }
      : await publishingCopies({ adapter, target: loaded.manifest.project.target, emit }, run)
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
  return { results, isWritten: faults.length === 0 && copyFault === undefined }
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
  const relations = relationsOf(plan)
  const leased = await leaseRelations(
    adapter,
    {
      runId: written.runId,
      command: options.command,
      relationKeys: relations.map(relationKey),
      timeoutMs: target.leaseTimeoutMs,
      isPatient: options.wait,
    },
    surroundings,
  )
  announce(request)
  writeBegun(adapter, request, written)
  try {
    return await runLeased(adapter, request, { ...written, tokens: leased.tokens })
  } finally {
    await leased.end()
  }
}

interface LeasedRun {
  readonly started: Date
  readonly runId: string
  readonly files: SqlFolder
  /** Filled as nodes are compiled. */
  readonly compiled: Map<UniqueId, CompiledAt>
  readonly tokens: ReadonlyMap<string, number>
}

async function runLeased(
  adapter: Adapter,
  { loaded, asWritten, plan, options, surroundings }: ExecuteRequest,
  { started, runId, files, compiled, tokens }: LeasedRun,
): Promise<readonly RunResult[]> {
  const { manifest } = loaded
  const { target } = manifest.project
  const relations = relationsOf(plan)
  const written = [...relations, ...storedRelations(plan, options.storeFailures)]
  const schemas = [...new Set(written.map((relation) => relation.schema))]
  const state = await adapter.readState(schemas)
  await makeSchemas(
    adapter,
    schemas.filter((schema) => !state.schemas.has(schema)),
  )
  const run: LedgerRun = {
    runId,
    command: options.command,
    target: target.name,
    version: surroundings.version,
    startedAt: started.toISOString(),
    tokens,
  }
  const publications = await adapter.session({}, async (session) => {
    await startRun(session, run)
    return await readPublications(session, [...knownRelations(manifest, plan)])
  })
  const context: RunContext = {
    manifest,
    adapter,
    run,
    emit: surroundings.emit,
    signal: surroundings.signal,
    now: surroundings.now,
    runStartedAt: started.toISOString(),
    threads: Math.min(target.threads, adapter.maxConnections),
    failFast: options.failFast,
    isFullRefresh: plan.isFullRefresh,
    isAtomic: options.atomic || target.isAtomic,
    backfill: options.backfill,
    limit: inputLimit(options, started),
    order: batchOrder(options, started),
    onlyChanged: options.changed,
    batchesTests: true,
    storesFailures: options.storeFailures,
    failingRows: new Map(),
    versions: new Map(),
    codeColumns: new Map(),
    followers: findFollowers(manifest),
    owed: new Map(),
    // Hooks are free to change what it held when the run began.
    state: adapter.isExclusive && !hasHooksOf(manifest, plan) ? state : undefined,
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
  const results = await runAll(plan, context, options)
  await recordSkipped(context, results)
  const finish = () =>
    adapter.session({}, (session) =>
      finishRun(session, run, {
        phase: surroundings.signal.aborted ? 'interrupted' : 'finished',
        finishedAt: surroundings.now().toISOString(),
        counts: countBy(results.map((result) => result.status)),
      }),
    )
  await quietly(context, finish)
  await quietly(context, () => tidyLedger(adapter, { asWritten, options, surroundings }, runId))
  return results
}

const dayMs = 86_400_000

/** Once a day what is older than the project's `retention`; relations without code only where all of it was built. */
async function tidyLedger(
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

function hasHooksOf({ operations }: Manifest, plan: Plan): boolean {
  if (operations.length > 0) return true
  return plan.steps.some((step) => step.kind === 'publish' && hasHooks(step.node.hooks))
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
      : await runPlan(plan, { ...context, owed: await runOwed(context) })
  if (context.signal.aborted) return [...started, ...results]
  const names = endNames(context.manifest, plan, results)
  return [...started, ...results, ...(await runOperations(context, 'on-run-end', names))]
}

function relationsOf(plan: Plan): readonly Relation[] {
  return plan.steps.flatMap((step) => (step.kind === 'publish' ? [step.node.relation] : []))
}

/** Where failing rows of tests will be kept. */
function storedRelations(plan: Plan, storesFailures: boolean): readonly Relation[] {
  const tests = plan.steps.flatMap((step) => {
    if (step.kind === 'test') return [step.node]
    return step.kind === 'publish' ? step.blockingTests.map(({ node }) => node) : []
  })
  return tests
    .filter((node) => isStored({ storesFailures }, node))
    .map(({ storedFailures }) => storedFailures.relation)
}

/**
 * Before the first node, since two transactions that make one schema conflict. So may two runs (Postgres looks for the
 * schema before it makes it): then the other one has made it.
 */
async function makeSchemas(adapter: Adapter, missing: readonly string[]): Promise<void> {
  for (const schema of missing) {
    try {
      await adapter.session({}, (session) => session.execute(adapter.dialect.createSchema(schema)))
    } catch (error) {
      const state = await adapter.readState([schema])
      if (!state.schemas.has(schema)) throw error
    }
  }
}

/** Written and not shown: there is nothing that anybody waits for. */
function exposureResult({ uniqueId }: ExposureNode, started: Date): RunResult {
  const startedAt = started.toISOString()
  return {
    status: 'reused',
    uniqueId,
    startedAt,
    elapsedMs: 0,
    because: 'an exposure is not built',
  }
}

function announce({ asWritten: loaded, plan, options, surroundings }: ExecuteRequest): void {
  const { manifest } = loaded
  const { target, root } = manifest.project
  surroundings.emit({
    type: 'run-started',
    command: options.command,
    target: target.name,
    database: describeDatabase(target, root),
    found: countBy([...manifest.nodes.values()].map((node) => node.resourceType)),
    nodes: plan.steps.map((step) => step.node),
    total: stepCount(plan),
    threads: target.threads,
  })
}

/**
 * What a killed run leaves behind: every node as one that was not come to, so that `retry` does not take the results of
 * an earlier run for its own.
 */
function writeBegun(
  adapter: Adapter,
  request: ExecuteRequest,
  { started, runId }: Pick<LeasedRun, 'started' | 'runId'>,
): void {
  const { loaded, plan, surroundings } = request
  if (!surroundings.writesJson) return
  const results = plan.steps
    .flatMap((step) => [
      step.node,
      ...(step.kind === 'publish' ? step.blockingTests.map(({ node }) => node) : []),
    ])
    .map(({ uniqueId }): RunResult => {
      const startedAt = started.toISOString()
      return { uniqueId, startedAt, elapsedMs: 0, status: 'skipped', because: 'interrupted' }
    })
  const run = { results, started, runId, elapsedMs: 0, compiled: new Map<UniqueId, CompiledAt>() }
  // Where it cannot be written the end of the run says so.
  writeTarget(loaded.manifest.project.root, () => writeRunResults(adapter, request, run))
}

interface WrittenRun {
  readonly results: readonly RunResult[]
  readonly started: Date
  readonly runId: string
  readonly elapsedMs: number
  readonly compiled: ReadonlyMap<UniqueId, CompiledAt>
}

function writeResults(adapter: Adapter, request: ExecuteRequest, run: WrittenRun): void {
  const { manifest, graph } = request.asWritten
  const { dialect } = adapter
  const metadata = artifactMetadata(request.surroundings, run.started, run.runId)
  const compiled = new Map([...run.compiled].map(([id, { sql }]) => [id, sql]))
  writePieces(
    manifest.project.targetPath,
    'manifest.json',
    manifestJson({ manifest, graph, dialect, metadata, compiled }),
  )
  writeRunResults(adapter, request, run)
}

function writeRunResults(
  adapter: Adapter,
  { asWritten: { manifest }, plan, options, surroundings }: ExecuteRequest,
  run: WrittenRun,
): void {
  const metadata = artifactMetadata(surroundings, run.started, run.runId)
  const flags = { ...surroundings.flags, ...argsOf(options, manifest.project.target) }
  writeJson(
    manifest.project.targetPath,
    'run_results.json',
    runResultsJson({
      manifest,
      dialect: adapter.dialect,
      metadata,
      results: [...run.results, ...plan.exposures.map((node) => exposureResult(node, run.started))],
      elapsedMs: run.elapsedMs,
      compiled: run.compiled,
      flags,
    }),
  )
}
