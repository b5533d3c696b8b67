/** `build`, `run`, `test` and `seed`: the whole program on one screen, from a folder to published tables and artifacts. */
import type { Adapter } from '../core/adapter.ts'
import { type Diagnostic, warningDiagnostic } from '../core/diagnostic.ts'
import type { Node, UniqueId } from '../core/node.ts'
import { type Result, success } from '../core/result.ts'
import { migrateLedger } from '../ledger/schema/migrate-ledger.ts'
import { isBlank, makePlan } from '../transform/plan/make-plan.ts'
import type { Plan } from '../transform/plan/plan.ts'
import { type Executed, executePlan } from './run/execute-plan.ts'
import type { JoinedWork } from '../transform/execute/atomic/joined-work.ts'
import { lintWarnings } from './warnings/lint-warnings.ts'
import { type LoadedProject, loadProject } from './load-project.ts'
import { logFolder, withLogFile } from './files/log-file.ts'
import { tellingPatience, withAdapter } from './open-adapter.ts'
import { runOutcome } from './run/run-outcome.ts'
import { checkBackfill, checkSelection } from './run/check-plan.ts'
import { chooseNodes, ofTypes } from './selection.ts'
import { deferRefs, nodesOf, tellDeferred } from './state/defer.ts'
import type { Outcome, SelectionOptions, Surroundings } from './surroundings.ts'
import type { BuildOptions, BuildValue } from './use-cases.ts'
import { raiseWarnings } from './warnings/raise-warnings.ts'
import { withStrictTests } from './warnings/strict-tests.ts'

export async function build(
  options: BuildOptions,
  surroundings: Surroundings,
): Promise<Outcome<BuildValue>> {
  const loaded = await loadProject(options, surroundings, { savesLater: true })
  if (!loaded.ok) return { kind: 'invalid', diagnostics: loaded.diagnostics }
  return await buildLoaded(loaded.value, options, surroundings)
}

export async function buildLoaded(
  loaded: LoadedProject,
  options: BuildOptions & ChosenIds,
  surroundings: Surroundings,
): Promise<Outcome<BuildValue>> {
  try {
    return await planAndRun(loaded, options, surroundings)
  } finally {
    loaded.cache.save()
  }
}

async function planAndRun(
  asWritten: LoadedProject,
  options: BuildOptions & ChosenIds,
  outside: Surroundings,
): Promise<Outcome<BuildValue>> {
  const loaded = withStrictTests(asWritten, outside.warnings)
  const { project } = loaded.manifest
  const emit = withLogFile(logFolder(project, options.logPath), outside)
  const surroundings = { ...outside, emit }
  const planned = await planSelection(loaded, options)
  if (planned.kind === 'invalid') return planned
  const raised = raiseWarnings(surroundings, planned.warnings)
  if (raised.length > 0) return { kind: 'invalid', diagnostics: raised }
  const executed = await withAdapter(
    project.target,
    (adapter) => runOn(adapter, { loaded, plan: planned.plan, options, surroundings }),
    options.wait ? tellingPatience(surroundings) : undefined,
  )
  return runOutcome(executed, outside)
}

interface ChosenIds {
  /** `watch` knows the nodes to build: only those of the selection are. */
  readonly ids?: ReadonlySet<UniqueId>
  /** `retry` knows them too, whatever the flags select now. */
  readonly exactly?: ReadonlySet<UniqueId>
  /** `ingest --build` loads in the transaction of the build. */
  readonly joinLoad?: (adapter: Adapter, surroundings: Surroundings) => JoinedWork
}

interface RunRequest {
  readonly loaded: LoadedProject
  readonly plan: Plan
  readonly options: BuildOptions & ChosenIds
  readonly surroundings: Surroundings
}

async function runOn(adapter: Adapter, request: RunRequest): Promise<Result<Executed>> {
  const { loaded, plan, options, surroundings } = request
  const deferred = await deferRefs({ loaded, options, ...nodesOf(plan) }, adapter)
  if (!deferred.ok) return deferred
  tellDeferred(deferred.value, surroundings)
  const joined = options.joinLoad?.(adapter, surroundings)
  if (plan.steps.length > 0 || joined !== undefined) await migrateLedger(adapter)
  return success(
    await executePlan(adapter, {
      ...request,
      loaded: deferred.value.loaded,
      asWritten: loaded,
      ...(joined === undefined ? {} : { joined }),
    }),
  )
}

/** Selector and flags to a Plan; names too long for the database are refused before anything runs. */
export async function planSelection(
  loaded: LoadedProject,
  options: Pick<BuildOptions, 'command' | keyof SelectionOptions | 'fullRefresh' | 'backfill'> &
    ChosenIds,
) {
  const { manifest, graph } = loaded
  const selected =
    options.exactly === undefined ? await chooseNodes(loaded, options) : success(options.exactly)
  if (!selected.ok) return { kind: 'invalid', diagnostics: selected.diagnostics } as const
  const { ids } = options
  const chosen =
    ids === undefined ? selected.value : new Set([...selected.value].filter((id) => ids.has(id)))
  const looked = ofTypes(manifest, chosen, options)
  const plan = makePlan({
    manifest,
    graph,
    selected: looked,
    command: options.command,
    isFullRefresh: options.fullRefresh,
  })
  const faults = [
    ...(await checkSelection(manifest, plan)),
    ...(options.backfill === undefined ? [] : checkBackfill(plan, options.backfill)),
  ]
  if (faults.length > 0) return { kind: 'invalid', diagnostics: faults } as const
  const blank = [...chosen].flatMap((id) => blankWarning(manifest.nodes.get(id)))
  const buildsModels = options.command === 'build' || options.command === 'run'
  const found = buildsModels ? lintWarnings(loaded, looked) : []
  return { kind: 'planned', plan, warnings: [...selected.warnings, ...blank, ...found] } as const
}

/** As in dbt a blank file is listed and not built; but nobody means to leave one. */
function blankWarning(node: Node | undefined): readonly Diagnostic[] {
  if (node?.resourceType !== 'model' || !isBlank(node)) return []
  const message = 'expected a SELECT, found a file without SQL, which is not built'
  return [warningDiagnostic({ code: 'empty-model', message, span: node.span })]
}
