/** `prune`: what `retention` of assay.yml lets go, in the ledger and in the folders of loading. */
import { rm } from 'node:fs/promises'
import { shownPath } from '../files/shown-path.ts'
import type { Adapter } from '../../core/adapter.ts'
import { isLoaded } from '../../load/table/is-loaded.ts'
import { relationKey } from '../../core/relation.ts'
import type { Result } from '../../core/result.ts'
import { readLoadTimes } from '../../ledger/loads/loads.ts'
import { countOldRows, pruneLedger } from '../../ledger/prune-ledger.ts'
import { migrateLedger } from '../../ledger/schema/migrate-ledger.ts'
import { targetFolder } from '../../load/folders.ts'
import { findOldFiles, type OldFiles } from '../../load/prune/find-old-files.ts'
import { type LoadedProject, loadProject } from '../load-project.ts'
import { tellingPatience, withAdapter } from '../open-adapter.ts'
import { leaseRelations } from '../run/leases/lease-relations.ts'
import type { Outcome, Surroundings } from '../surroundings.ts'
import type { PruneOptions, PruneValue } from './prune-use-case.ts'

export async function prune(
  options: PruneOptions,
  surroundings: Surroundings,
): Promise<Outcome<PruneValue>> {
  const loaded = await loadProject(options, surroundings)
  if (!loaded.ok) return { kind: 'invalid', diagnostics: loaded.diagnostics }
  return flat(
    await withAdapter(
      loaded.value.manifest.project.target,
      (adapter) => pruneOn(adapter, { loaded: loaded.value, options, surroundings }),
      options.wait ? tellingPatience(surroundings) : undefined,
    ),
  )
}

function flat<T>(result: Result<Outcome<T>>): Outcome<T> {
  return result.ok ? result.value : { kind: 'invalid', diagnostics: result.diagnostics }
}

interface PruneRequest {
  readonly loaded: LoadedProject
  readonly options: PruneOptions
  readonly surroundings: Surroundings
}

async function pruneOn(adapter: Adapter, request: PruneRequest): Promise<Outcome<PruneValue>> {
  const { loaded, options, surroundings } = request
  await migrateLedger(adapter)
  const runId = surroundings.newId()
  if (!options.isMeant) {
    return { kind: 'done', exitCode: 0, value: await look(adapter, request) }
  }
  const { target } = loaded.manifest.project
  // Nobody loads meanwhile: what is on its way from one folder to the next is not looked at.
  const leased = await leaseRelations(
    adapter,
    {
      runId,
      command: 'prune',
      relationKeys: loadedTables(loaded),
      timeoutMs: target.leaseTimeoutMs,
      isPatient: options.wait,
    },
    surroundings,
  )
  try {
    const value = await look(adapter, request)
    const files = await oldFiles(adapter, request)
    // The rows first: a file without its row is found again, a row without its file tells of nothing.
    const order = { ...limits(request), runId, unlessSince: surroundings.now().toISOString() }
    await adapter.session({}, (session) => pruneLedger(session, order))
    for (const { path } of files.old) await rm(path, { force: true })
    return { kind: 'done', exitCode: 0, value: { ...value, isDone: true } }
  } finally {
    await leased.end()
  }
}

function loadedTables({ manifest }: LoadedProject): readonly string[] {
  return [...manifest.nodes.values()].flatMap((node) =>
    isLoaded(node) ? [relationKey(node.relation)] : [],
  )
}

async function look(adapter: Adapter, request: PruneRequest): Promise<PruneValue> {
  const { root, retention } = request.loaded.manifest.project
  const rows = await adapter.session({}, (session) => countOldRows(session, limits(request)))
  const { old, unknown } = await oldFiles(adapter, request)
  return {
    isDone: false,
    rows: rows.filter((each) => each.rows > 0),
    files: old.map(({ path, folder, bytes }) => ({ path: shownPath(root, path), folder, bytes })),
    unknown: unknown.map((path) => shownPath(root, path)),
    keepsArchive: retention.archiveMs === undefined,
    keepsDeadLetters: retention.deadLettersMs === undefined,
  }
}

function limits({ loaded, surroundings }: PruneRequest) {
  const { runsMs, changesMs, deadLettersMs } = loaded.manifest.project.retention
  const before = (ms: number) => new Date(surroundings.now().getTime() - ms).toISOString()
  return {
    runsBefore: before(runsMs),
    changesBefore: before(changesMs),
    deadLettersBefore: deadLettersMs === undefined ? undefined : before(deadLettersMs),
  }
}

async function oldFiles(
  adapter: Adapter,
  { loaded, surroundings }: PruneRequest,
): Promise<OldFiles> {
  const { project } = loaded.manifest
  const times = await adapter.session({}, (session) => readLoadTimes(session))
  const now = surroundings.now().getTime()
  const { archiveMs, deadLettersMs } = project.retention
  return await findOldFiles({
    folder: targetFolder(project),
    archiveBefore: archiveMs === undefined ? undefined : now - archiveMs,
    deadLettersBefore: deadLettersMs === undefined ? undefined : now - deadLettersMs,
    loadedAt: (batchId) => times.get(batchId),
  })
}
