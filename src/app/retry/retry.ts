/** `retry`: what the last run did not finish, again, with the flags it had. */
import { relative } from 'node:path'
import { errorDiagnostic } from '../../core/diagnostic.ts'
import type { EventWindow } from '../../core/time/event-window.ts'
import type { UniqueId } from '../../core/node.ts'
import { findProject, targetPathOf } from '../../project/read/files/find-project.ts'
import { buildLoaded } from '../build.ts'
import { type LoadedProject, loadProject } from '../load-project.ts'
import { type EarlierRun, readResultsOf } from '../state/read-state.ts'
import type { Outcome, Surroundings } from '../surroundings.ts'
import type { BuildValue, RetryOptions } from '../use-cases.ts'
import { optionsFrom } from './run-args.ts'

export async function retry(
  options: RetryOptions,
  surroundings: Surroundings,
): Promise<Outcome<BuildValue>> {
  const projectDir = options.projectDir ?? surroundings.env['ASSAY_PROJECT_DIR']
  const root = findProject({ startFolder: surroundings.cwd, projectDir })
  if (!root.ok) return { kind: 'invalid', diagnostics: root.diagnostics }
  const targetPath = relative(root.value, targetPathOf(root.value, options.targetPath))
  const run = readResultsOf({ root: root.value, folder: options.state ?? targetPath })
  if (!run.ok) return { kind: 'invalid', diagnostics: run.diagnostics }
  const earlier = optionsFrom(run.value.args)
  if (earlier === undefined) return unknownCommand(run.value)
  if (options.vars === undefined && run.value.args['vars_left_out'] === true) return varsLeftOut()
  const { state: _, fullRefresh, ...now } = options
  const again = { ...earlier, ...now, fullRefresh: fullRefresh || earlier.fullRefresh }
  // The target is that of the run, whatever the environment says by now.
  const target = earlier.target === undefined ? {} : { target: earlier.target }
  const loaded = await loadProject({ ...again, ...target }, surroundings)
  if (!loaded.ok) return { kind: 'invalid', diagnostics: loaded.diagnostics }
  const exactly = unfinished(loaded.value, run.value)
  if (exactly.size === 0) {
    const message = 'nothing to retry: the last run finished all of its nodes'
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

const unfinishedStatuses: ReadonlySet<string> = new Set([
  'error',
  'fail',
  'skipped',
  'runtime error',
  'partial success',
])

/**
 * What failed or was skipped; nothing that only depends on it. The tests that the run had for such a node come along,
 * those too that passed: they decide about what is published now, not about what was rolled back.
 */
function unfinished({ manifest, graph }: LoadedProject, run: EarlierRun): ReadonlySet<UniqueId> {
  const known = new Map<string, UniqueId>([...manifest.nodes.keys()].map((id) => [id, id]))
  const ran = run.results.flatMap(({ uniqueId }) => known.get(uniqueId) ?? [])
  const bad = new Set(
    run.results
      .filter(({ status }) => unfinishedStatuses.has(status))
      .flatMap(({ uniqueId }) => known.get(uniqueId) ?? []),
  )
  const isTest = (id: UniqueId) => manifest.nodes.get(id)?.resourceType === 'test'
  const decides = ran.filter((id) => isTest(id) && graph.parents(id).some((up) => bad.has(up)))
  return new Set([...bad, ...decides])
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
