/** `verify`: proves on a sample of the data, in a sandbox, that builds end with what a full refresh would give. */
import { randomInt } from 'node:crypto'
import type { Adapter } from '../../core/adapter.ts'
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import type { UniqueId } from '../../core/node.ts'
import { failure, type Result, success } from '../../core/result.ts'
import type { Bench } from '../../transform/verify/sandbox/bench.ts'
import { chooseScope, type RootNode, type Scope } from '../../transform/verify/choose-scope.ts'
import { frozenAdapter } from '../../transform/frozen-adapter.ts'
import { clockOf, type Root, rootName } from '../../transform/verify/history/root.ts'
import { sampleRoot } from '../../transform/verify/sample-roots.ts'
import { withoutDatabases } from '../../transform/verify/sandbox/sandbox-manifest.ts'
import {
  type BenchDifference,
  nothingVerified,
  restricted,
  verifyModels,
} from '../../transform/verify/verify-models.ts'
import { type LoadedProject, loadProject } from '../load-project.ts'
import { dialectOf } from '../dialect-of.ts'
import { withAdapter } from '../open-adapter.ts'
import { openSandbox, type Sandbox } from './open-sandbox.ts'
import { chooseNodes, ofTypes } from '../selection.ts'
import type { Outcome, Surroundings } from '../surroundings.ts'
import type { VerifyOptions, VerifyValue } from '../use-cases.ts'
import { toVerifyValue } from './verify-value.ts'
import { type WithoutHooks, withoutHooks } from './without-hooks.ts'
import { raiseWarnings } from '../warnings/raise-warnings.ts'

export async function verify(
  options: VerifyOptions,
  surroundings: Surroundings,
): Promise<Outcome<VerifyValue>> {
  const loaded = await loadProject(options, surroundings)
  if (!loaded.ok) return { kind: 'invalid', diagnostics: loaded.diagnostics }
  const played = withoutHooks(loaded.value)
  const { manifest } = played.loaded
  const found = await chooseNodes(played.loaded, options)
  if (!found.ok) return { kind: 'invalid', diagnostics: found.diagnostics }
  const raised = raiseWarnings(surroundings, found.warnings)
  if (raised.length > 0) return { kind: 'invalid', diagnostics: raised }
  const selected = ofTypes(manifest, found.value, options)
  const seed = options.seed ?? randomInt(1_000_000)
  const started = surroundings.now()
  const sampled = await sampleScope(played, {
    options: { ...options, seed },
    selected,
    surroundings,
  })
  if (!sampled.ok) return { kind: 'invalid', diagnostics: sampled.diagnostics }
  const verified = await inSandbox({
    loaded: played.loaded,
    options: { ...options, seed },
    surroundings,
    ...sampled.value,
  })
  if (!verified.ok) return { kind: 'invalid', diagnostics: verified.diagnostics }
  const elapsedMs = surroundings.now().getTime() - started.getTime()
  const value = { ...verified.value, elapsedMs }
  return { kind: 'done', exitCode: value.findings.length > 0 ? 1 : 0, value }
}

type Seeded = VerifyOptions & { readonly seed: number }

interface SampleRequest {
  readonly options: Seeded
  readonly selected: ReadonlySet<UniqueId>
  readonly surroundings: Surroundings
}

interface Sample {
  readonly scope: Scope
  readonly roots: readonly Root[]
}

/** Rows of the target are read here, and nowhere else. */
async function sampleScope(
  { loaded, unplayable: hooked }: WithoutHooks,
  { options, selected, surroundings }: SampleRequest,
): Promise<Result<Sample>> {
  const { manifest, graph } = loaded
  const { target } = manifest.project
  const first = chooseScope({ manifest, graph, selected, unplayable: hooked })
  const dialect = await dialectOf(target)
  const { seed, rows, statics } = options
  const sampling = { manifest, dialect, seed, rows, statics }
  const unknown = unknownStatics(first, statics)
  if (unknown.length > 0) return failure(unknown)
  const read = async (adapter: Adapter) => {
    const roots: Root[] = []
    const unplayable = new Map<UniqueId, string>(hooked)
    for (const node of first.roots) {
      const sampled = await adapter.readOnly({ signal: surroundings.signal }, (session) =>
        sampleRoot(sampling, session, node),
      )
      if (!sampled.ok) return sampled
      const { value } = sampled
      if (value.kind === 'root') roots.push(value.root)
      else unplayable.set(node.uniqueId, value.because)
    }
    return success({ roots, scope: chooseScope({ manifest, graph, selected, unplayable }) })
  }
  // Seeds are files: without sources nothing of the target is needed, not even its file.
  const needsTarget = first.roots.some((node) => node.resourceType === 'source')
  const place = needsTarget || target.type !== 'duckdb' ? target : { ...target, path: ':memory:' }
  const done = await withAdapter(place, read)
  return done.ok ? done.value : done
}

function unknownStatics({ roots }: Scope, statics: readonly string[]): readonly Diagnostic[] {
  const names = (node: RootNode) => [node.name, rootName({ node })]
  const known = new Set(roots.flatMap(names))
  return statics
    .filter((name) => !known.has(name))
    .map((name) =>
      errorDiagnostic({
        code: 'invalid-value',
        message: `expected --static to name a source or seed that is read, found "${name}"`,
        hint: `there are: ${roots.map((node) => rootName({ node })).join(', ')}`,
      }),
    )
}

interface SandboxRun extends Sample {
  readonly loaded: LoadedProject
  readonly options: Seeded
  readonly surroundings: Surroundings
}

type Verified = Omit<VerifyValue, 'elapsedMs'>

async function inSandbox(run: SandboxRun): Promise<Result<Verified>> {
  const { loaded, options, surroundings, scope } = run
  const { target } = loaded.manifest.project
  const { seed } = options
  if (scope.compared.length === 0) {
    const report = nothingVerified(scope, seed)
    return success({
      ...toVerifyValue(report, { manifest: loaded.manifest, options }),
      removed: [],
    })
  }
  const opened = await openSandbox({ target, database: options.sandbox, now: surroundings.now })
  if (!opened.ok) return opened
  try {
    return await verifyIn(run, opened.value)
  } finally {
    await opened.value.close()
  }
}

const dayMs = 86_400_000
/** Another day, another month, another year, and not the same day of the year. */
const laterMs = 400 * dayMs
const elsewhere = ['Pacific/Auckland', 'America/Los_Angeles'] as const

async function verifyIn(
  { loaded, options, surroundings, scope, roots }: SandboxRun,
  sandbox: Sandbox,
): Promise<Result<Verified>> {
  const { timezone } = loaded.manifest.project.target
  const manifest = withoutDatabases(loaded.manifest)
  const instant = clockOf(roots)
  const bench = async (difference: BenchDifference): Promise<Bench> => {
    const zone = difference.isElsewhere ? otherZone(timezone) : timezone
    const clock = difference.isLater ? later(instant) : instant
    const adapter = await sandbox.adapterIn(zone)
    const whole = {
      adapter: frozenAdapter(adapter, clock),
      timezone: zone,
      instant: clock,
      manifest,
      graph: loaded.graph,
      scope,
      roots,
      signal: surroundings.signal,
    }
    return { ...whole, ...restricted(whole, difference.scope) }
  }
  const { seed, histories, history, timeoutSeconds } = options
  const report = await verifyModels({
    scope,
    seed,
    histories,
    onlyHistory: history,
    timeoutMs: timeoutSeconds * 1000,
    now: surroundings.now,
    bench,
  })
  if (!report.ok) return report
  const value = toVerifyValue(report.value, { manifest, options })
  return success({ ...value, removed: sandbox.removed })
}

function otherZone(timezone: string): string {
  return elsewhere.find((zone) => zone !== timezone) ?? 'UTC'
}

function later(instant: string): string {
  return new Date(new Date(instant).getTime() + laterMs).toISOString()
}
