/** The second half of `ingest --replay`: dead letters of models are read again where their cause was mended, else they are named. */
import type { Adapter } from '../../core/adapter.ts'
import type { Event } from '../../core/event.ts'
import type { LoadedSource } from '../../load/table/load-table-types.ts'
import { buildLoaded } from '../build.ts'
import { dialectOf } from '../dialect-of.ts'
import type { LoadedProject } from '../load-project.ts'
import { withAdapter } from '../open-adapter.ts'
import type { Surroundings } from '../surroundings.ts'
import type { BuildOptions, IngestOptions } from '../use-cases.ts'
import {
  conditionOf,
  countPassed,
  findWaiting,
  mostReplayed,
  reasonsOf,
  type WaitingRefused,
} from './replay-refused.ts'

type EventOf<Type extends Event['type']> = Extract<Event, { readonly type: Type }>

export interface ReplayRequest {
  readonly loaded: LoadedProject
  readonly nodes: readonly LoadedSource[]
  readonly options: IngestOptions
}

/** False: some of it could not be done, and was said. */
export async function replayRefused(
  request: ReplayRequest,
  outside: Surroundings,
): Promise<boolean> {
  const { loaded, nodes, options } = request
  const { manifest } = loaded
  const codes = options.replay?.codes ?? []
  const look = (adapter: Adapter) =>
    findWaiting(adapter, { manifest, sources: nodes, codes, signal: outside.signal })
  const before = await withAdapter(manifest.project.target, look)
  if (!before.ok || before.value.length === 0) return before.ok
  const isBuilt = await readAgain(request, before.value, outside)
  if (outside.signal.aborted) return false
  const after = isBuilt === undefined ? before : await withAdapter(manifest.project.target, look)
  if (!after.ok) return false
  outside.emit({
    type: 'dead-letters-waiting',
    asked: codes,
    models: waitingModels(before.value, after.value, isBuilt !== false),
  })
  return isBuilt !== false
}

/** undefined: there was nothing to read again. */
async function readAgain(
  { loaded, options }: ReplayRequest,
  waiting: readonly WaitingRefused[],
  outside: Surroundings,
): Promise<boolean | undefined> {
  const order = waiting.filter(isReadAgain)
  const rows = order.flatMap((each) => each.rows)
  if (rows.length === 0) return undefined
  const dialect = await dialectOf(loaded.manifest.project.target)
  const names = new Set(
    order.flatMap(({ keepers }) =>
      keepers.flatMap(({ isMended, node }) => (isMended ? [node.name] : [])),
    ),
  )
  const { replay: _replay, build: _build, selector: _selector, ...project } = options
  const build: BuildOptions = {
    ...project,
    command: 'build',
    select: [...names],
    exclude: [],
    // A test that compares it with what is built on it waits for that.
    indirectSelection: 'cautious',
    fullRefresh: false,
    failFast: false,
    atomic: false,
    changed: false,
    storeFailures: false,
    skipsNodesIfStartFails: true,
    backfill: conditionOf(dialect, rows),
  }
  const built = await buildLoaded(loaded, build, outside)
  if (built.kind === 'invalid') {
    for (const diagnostic of built.diagnostics) outside.emit({ type: 'diagnostic', diagnostic })
    return false
  }
  return built.exitCode === 0
}

function isReadAgain({ rows, keepers }: WaitingRefused): boolean {
  const isSome = rows.length > 0 && rows.length <= mostReplayed
  return isSome && keepers.some(({ isMended }) => isMended)
}

function waitingModels(
  before: readonly WaitingRefused[],
  after: readonly WaitingRefused[],
  isFine: boolean,
): EventOf<'dead-letters-waiting'>['models'] {
  return before.map((waiting) => {
    const { model, rows } = waiting
    const now = after.find((each) => each.model.uniqueId === model.uniqueId)?.rows ?? rows
    return {
      node: model,
      reasons: reasonsOf(now),
      passed: isReadAgain(waiting) && isFine ? countPassed(rows, now) : undefined,
      hint: hintOf(waiting, isFine),
    }
  })
}

function hintOf(waiting: WaitingRefused, isFine: boolean): string {
  const { rows, keepers } = waiting
  if (keepers.length === 0) return 'mend the model, and "assay build" looks at them again'
  if (isReadAgain(waiting)) {
    return isFine
      ? 'refused by the present code too'
      : 'not read again: mend what failed above, and once more'
  }
  const names = keepers.map(({ node }) => node.name)
  const refresh = `assay build --full-refresh --select ${names.map((name) => `${name}+`).join(' ')}`
  if (rows.length > mostReplayed) return `too many to be read again one by one: ${refresh}`
  const isReplayed = keepers.every((keeper) => keeper.isReplayed)
  const command = isReplayed ? 'assay ingest --replay' : refresh
  return `mend the SQL or a var of ${names.join(', ')}, then: ${command}`
}
