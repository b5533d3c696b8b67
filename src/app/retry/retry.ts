/** `retry`: what the last run did not finish, again, with the flags it had. */
import { errorDiagnostic } from '../../core/diagnostic.ts'
import type { EventWindow } from '../../core/time/event-window.ts'
import type { UniqueId } from '../../core/node.ts'
import { isTest } from '../../core/node/is-test.ts'
import { verdictOf, type WarnPolicy } from '../../core/settings/warn-policy.ts'
import { buildLoaded } from '../build.ts'
import { type LoadedProject, loadProject } from '../load-project.ts'
import type { EarlierRun } from '../state/read-state.ts'
import type { Outcome, Surroundings } from '../surroundings.ts'
import type { BuildOptions, BuildValue, RetryOptions } from '../use-cases.ts'
import { earlierRun } from './earlier-run.ts'
import { optionsFrom } from './run-args.ts'

export async function retry(
  options: RetryOptions,
  surroundings: Surroundings,
): Promise<Outcome<BuildValue>> {
  const run = earlierRun(options, surroundings)
  if (!run.ok) return { kind: 'invalid', diagnostics: run.diagnostics }
  const earlier = optionsFrom(run.value)
  if (earlier === undefined) return unknownCommand(run.value)
  const { typedTarget } = options
  if (typedTarget !== undefined && ![undefined, typedTarget].includes(earlier.target)) {
    return otherTarget(earlier, typedTarget)
  }
  if (options.vars === undefined && run.value.args['vars_left_out'] === true) return varsLeftOut()
  const { state: _state, typedTarget: _target, fullRefresh, wait, ...now } = options
  const again = {
    ...earlier,
    ...now,
    fullRefresh: fullRefresh || earlier.fullRefresh,
    wait: wait || earlier.wait,
  }
  // The target is that of the run, whatever the environment says by now.
  const target = earlier.target === undefined ? {} : { target: earlier.target }
  const loaded = await loadProject({ ...again, ...target }, surroundings)
  if (!loaded.ok) return { kind: 'invalid', diagnostics: loaded.diagnostics }
  const exactly = unfinished(loaded.value, run.value, unfinishedUnder(surroundings.warnings))
  if (exactly.size === 0) {
    const message = nothingToRetry(loaded.value, run.value)
    surroundings.emit({ type: 'log', message, node: undefined })
    return { kind: 'done', exitCode: 0, value: { results: [] } }
  }
  const batches = failedBatches(run.value)
  return await buildLoaded(loaded.value, { ...again, ...target, exactly, batches }, surroundings)
}

/** Just these are built again; a model of which none is left ran into something else. */
function failedBatches({ results }: EarlierRun): ReadonlyMap<string, readonly EventWindow[]> {
  return new Map(
    results.flatMap(({ uniqueId, failedBatches }) =>
      failedBatches.length === 0 ? [] : [[uniqueId, failedBatches] as const],
    ),
  )
}

const unfinishedStatuses = ['error', 'fail', 'skipped', 'runtime error', 'partial success'] as const

/** Under `--warn-error` a test that has only warned would have failed. */
function unfinishedUnder(warnings: WarnPolicy | undefined): ReadonlySet<string> {
  const isStrict = verdictOf(warnings, 'test-warned') === 'error'
  return new Set([...unfinishedStatuses, ...(isStrict ? ['warn'] : [])])
}

/**
 * What failed or was skipped; nothing that only depends on it. The tests that the run had for such a node come along,
 * those too that passed: they decide about what is published now, not about what was rolled back.
 */
function unfinished(
  { manifest, graph }: LoadedProject,
  run: EarlierRun,
  statuses: ReadonlySet<string>,
): ReadonlySet<UniqueId> {
  const known = new Map<string, UniqueId>([...manifest.nodes.keys()].map((id) => [id, id]))
  const ran = run.results.flatMap(({ uniqueId }) => known.get(uniqueId) ?? [])
  const bad = new Set(
    run.results
      .filter(({ status }) => statuses.has(status))
      .flatMap(({ uniqueId }) => known.get(uniqueId) ?? []),
  )
  const decides = ran.filter(
    (id) => isTest(manifest.nodes.get(id)) && graph.parents(id).some((up) => bad.has(up)),
  )
  return new Set([...bad, ...decides])
}

function nothingToRetry({ manifest }: LoadedProject, { results }: EarlierRun): string {
  const known = new Set<string>(manifest.nodes.keys())
  const gone = results.filter(
    ({ uniqueId, status }) =>
      unfinishedStatuses.some((each) => each === status) && !known.has(uniqueId),
  )
  if (gone.length === 0) return 'nothing to retry: the last run finished all of its nodes'
  const names = gone.map(({ uniqueId }) => {
    const [kind, , name = '', ...version] = uniqueId.split('.')
    // Behind the name of a test stands what it is told apart by.
    return kind === 'test' ? name : [name, ...version].join('.')
  })
  return `nothing to retry: what the last run did not finish is not in the project any more: ${names.join(', ')}`
}

function unknownCommand({ args }: EarlierRun): Outcome<BuildValue> {
  const found = typeof args['which'] === 'string' ? `"${args['which']}"` : 'none'
  return {
    kind: 'invalid',
    diagnostics: [
      errorDiagnostic({
        code: 'invalid-state',
        message: `expected the results of a build, run, test, seed or snapshot in run_results.json, found ${found}`,
        hint: 'another command has run since; run the failed one again, or name a folder that kept its results: --state',
      }),
    ],
  }
}

function otherTarget(earlier: BuildOptions, typed: string): Outcome<BuildValue> {
  return {
    kind: 'invalid',
    diagnostics: [
      errorDiagnostic({
        code: 'invalid-state',
        message: `expected --target as the last run had it, "${earlier.target}", found "${typed}"`,
        hint: `leave it out, or build there: assay ${earlier.command} --target ${typed}`,
      }),
    ],
  }
}

function varsLeftOut(): Outcome<BuildValue> {
  return {
    kind: 'invalid',
    diagnostics: [
      errorDiagnostic({
        code: 'missing-state',
        message: 'expected --vars as the last run had them, found none',
        hint: 'they looked like a secret, so run_results.json does not hold them: give them again',
      }),
    ],
  }
}
