/** `erase`: one person's rows out of tables, batches, dead letters, files and exports, and the proof that they are gone. */
import { shownPath } from '../files/shown-path.ts'
import type { Adapter } from '../../core/adapter.ts'
import { relationKey } from '../../core/relation.ts'
import { failure, type Result } from '../../core/result.ts'
import { hashSubject, readUnfinishedErasures, recordErasure } from '../../ledger/erasures.ts'
import { readOriginals } from '../../ledger/loads/dead-letters.ts'
import { migrateLedger } from '../../ledger/schema/migrate-ledger.ts'
import { findBegun, forgetBegun, noteBegun } from '../../load/erase/begun-erasures.ts'
import { originalHolds } from '../../load/erase/holds-value.ts'
import { logFolder, withLogFile } from '../files/log-file.ts'
import { type LoadedProject, loadProject } from '../load-project.ts'
import { tellingPatience, withAdapter } from '../open-adapter.ts'
import type { Outcome, Surroundings } from '../surroundings.ts'
import type { EraseContext } from './erase-context.ts'
import { faultOf, halfLoadedFault, nobodyHas, stagedFault } from './erase-faults.ts'
import { findExports, orphanText, redoExports } from './erase-exports.ts'
import {
  eraseFiles,
  findFiles,
  findHalfLoaded,
  type FoundFiles,
  loadFolderOf,
  otherFileText,
} from './erase-files.ts'
import { findBroughtBack } from './tables/brought-back.ts'
import { countsOf, eraseTables } from './tables/erase-tables.ts'
import type { EraseOptions, EraseStage, EraseValue } from './erase-use-case.ts'
import { countHeld, findColumns, type Holder, isOurs, namesOf } from './tables/find-holders.ts'
import { type Erasure, planErasure } from './tables/plan-erasure.ts'
import { showErasing } from './show-erasing.ts'
import { filesLeft, rowsLeft, rowsThatStay } from './what-is-left.ts'

/** Whose erasure a row of the ledger is can be asked with it, and without it by nobody. */
const keyVariable = 'ASSAY_ERASE_KEY'

export async function erase(
  options: EraseOptions,
  outside: Surroundings,
): Promise<Outcome<EraseValue>> {
  const loaded = await loadProject(options, outside)
  if (!loaded.ok) return { kind: 'invalid', diagnostics: loaded.diagnostics }
  const { project } = loaded.value.manifest
  const emit = withLogFile(logFolder(project, options.logPath), outside)
  const surroundings = { ...outside, emit }
  return flat(
    await withAdapter(
      project.target,
      (adapter) => begin(adapter, { loaded: loaded.value, options, surroundings }),
      options.wait ? tellingPatience(surroundings) : undefined,
    ),
  )
}

interface EraseRequest {
  readonly loaded: LoadedProject
  readonly options: EraseOptions
  readonly surroundings: Surroundings
}

function flat<T>(result: Result<Outcome<T>>): Outcome<T> {
  return result.ok ? result.value : { kind: 'invalid', diagnostics: result.diagnostics }
}

async function begin(adapter: Adapter, request: EraseRequest): Promise<Outcome<EraseValue>> {
  const { loaded, options, surroundings } = request
  await migrateLedger(adapter)
  const places = await findColumns(adapter, loaded.manifest, options.by)
  if (places.length === 0) {
    return { kind: 'invalid', diagnostics: [nobodyHas(loaded, options.by)] }
  }
  const key = loaded.manifest.project.env[keyVariable] ?? ''
  const context: EraseContext = {
    adapter,
    ...request,
    runId: surroundings.newId(),
    subject: { columns: namesOf(loaded.manifest, options.by), value: options.value },
    places,
    by: byText(options.by),
    subjectHash: key === '' ? undefined : hashSubject(options.value, key),
  }
  const begun = surroundings.now().getTime()
  const found = await look(context)
  if (!found.ok) return { kind: 'invalid', diagnostics: found.diagnostics }
  const value = {
    ...valueOf(context, found.value),
    elapsedMs: surroundings.now().getTime() - begun,
  }
  if (!options.isMeant) return { kind: 'done', exitCode: 0, value }
  return await carryOut(context, found.value, begun)
}

interface Found {
  readonly erasure: Erasure
  readonly deadLetters: readonly string[]
  readonly files: FoundFiles
  readonly exports: Awaited<ReturnType<typeof findExports>>
}

async function look(context: EraseContext): Promise<Result<Found>> {
  const { adapter, places, options, loaded, subject } = context
  const holders = await adapter.session({}, async (session) => {
    const held: Holder[] = []
    for (const place of places) {
      const { value } = options
      held.push({ ...place, rows: await countHeld(session, adapter.dialect, { ...place, value }) })
    }
    return held
  })
  const built = await builtKeys(adapter, loaded)
  const erasure = planErasure(loaded, holders, built)
  if (!erasure.ok) return erasure
  const comesBack = await findBroughtBack(context, { holders, erasure: erasure.value })
  if (comesBack.length > 0) return failure(comesBack)
  const deadLetters = await adapter.session({}, async (session) => {
    const ids: string[] = []
    for await (const letter of readOriginals(session)) {
      if (originalHolds(letter, subject)) ids.push(letter.id)
    }
    return ids
  })
  const files = await findFiles(context)
  const onTheirWay = [
    ...files.staged.map(({ path }) => stagedFault(loaded, path)),
    ...(await findHalfLoaded(context, files.files)).map((path) => halfLoadedFault(loaded, path)),
  ]
  if (onTheirWay.length > 0) return { ok: false, diagnostics: onTheirWay }
  const exports = await findExports(context)
  return { ok: true, value: { erasure: erasure.value, deadLetters, files, exports }, warnings: [] }
}

async function builtKeys(
  adapter: Adapter,
  { manifest }: LoadedProject,
): Promise<ReadonlySet<string>> {
  const schemas = [...manifest.nodes.values()].flatMap((node) =>
    node.resourceType === 'model' ? [node.relation.schema] : [],
  )
  const state = await adapter.readState([...new Set(schemas)])
  return new Set(
    [...manifest.nodes.values()].flatMap((node) => {
      if (node.resourceType !== 'model') return []
      const { schema, identifier } = node.relation
      const isThere = state.relations.has(relationKey({ schema, identifier }))
      return isThere ? [relationKey(node.relation)] : []
    }),
  )
}

function valueOf(context: EraseContext, found: Found): Omit<EraseValue, 'elapsedMs'> {
  const { loaded, by, subjectHash } = context
  const { root } = loaded.manifest.project
  const { erasure, deadLetters, files, exports } = found
  return {
    stage: 'dry',
    by,
    relations: erasure.relations,
    deadLetters: new Set(deadLetters).size,
    files: files.files.map(({ path, kind, lines }) => ({
      path: shownPath(root, path),
      kind,
      lines,
    })),
    exports: exports.standing.map(({ location, kind }) => ({
      path: shownPath(root, location),
      kind: `export ${kind}`,
      lines: undefined,
    })),
    left: [
      ...rowsThatStay(erasure),
      ...found.files.others.map((file) => otherFileText(root, file)),
      ...exports.orphans.map((each) => orphanText(context, each)),
    ],
    proof: undefined,
    isKeyed: subjectHash !== undefined,
  }
}

async function carryOut(
  context: EraseContext,
  found: Found,
  begun: number,
): Promise<Outcome<EraseValue>> {
  const { surroundings, places } = context
  const { by, options } = context
  const folder = loadFolderOf(context)
  const showing = showErasing(context)
  let stage: EraseStage = 'stopped'
  const ended = (exitCode: 0 | 1 | 130): Outcome<EraseValue> => {
    const elapsedMs = surroundings.now().getTime() - begun
    return { kind: 'done', exitCode, value: { ...valueOf(context, found), stage, elapsedMs } }
  }
  try {
    await noteBegun(folder, context.runId, { by, value: options.value })
    if (!(await eraseTables(context, { ...found, showing }))) {
      await forgetBegun(folder, [context.runId])
      return ended(surroundings.signal.aborted ? 130 : 1)
    }
    stage = 'tables'
    await eraseFiles(context, found.files.files)
    const undone = await redoExports(context, found.exports.standing)
    const orphans = found.exports.orphans.map((each) => orphanText(context, each))
    const left = [
      ...(await rowsLeft(context)),
      ...undone,
      ...orphans,
      ...(await filesLeft(context)),
    ]
    surroundings.signal.throwIfAborted()
    await finish(context, found)
    const proof = {
      relations: places.filter(({ owner }) => isOurs(owner)).length,
      files: found.files.files.length,
    }
    const elapsedMs = surroundings.now().getTime() - begun
    const value = { ...valueOf(context, found), stage: 'done', left, proof, elapsedMs } as const
    return { kind: 'done', exitCode: left.length === 0 ? 0 : 1, value }
  } catch (error) {
    if (stage === 'stopped') await forgetUnlessBegun(context)
    if (surroundings.signal.aborted) return ended(130)
    const diagnostic = faultOf(error, context.adapter)
    if (diagnostic === undefined) throw error
    surroundings.emit({ type: 'diagnostic', diagnostic })
    return ended(1)
  } finally {
    await showing.end()
  }
}

/** Of one that was rolled back nothing is to be finished. Where the database does not say, the note stays. */
async function forgetUnlessBegun(context: EraseContext): Promise<void> {
  const { adapter, runId } = context
  const unfinished = await adapter.session({}, readUnfinishedErasures).catch(() => undefined)
  if (unfinished === undefined || unfinished.some(({ erasureId }) => erasureId === runId)) return
  await forgetBegun(loadFolderOf(context), [runId])
}

/** Pages of the file or the table that no row uses any more still hold the bytes until they are written over. */
async function finish(context: EraseContext, { erasure, files, exports }: Found): Promise<void> {
  const { adapter, runId, by, subjectHash, options } = context
  const folder = loadFolderOf(context)
  const noted = await findBegun(folder, { by, value: options.value })
  await adapter.transaction({}, async (session) => {
    const shared = { phase: 'done', runId, subjectKind: by, subjectHash } as const
    await recordErasure(session, {
      ...shared,
      erasureId: runId,
      ...countsOf(erasure.relations),
      files: files.files.length,
      exports: exports.standing.length,
    })
    // Those of the same person that were killed are ended with it.
    for (const { erasureId, ...other } of await readUnfinishedErasures(session)) {
      const isKnown = subjectHash !== undefined && other.subjectHash === subjectHash
      const isSame = noted.includes(erasureId) || (isKnown && other.subjectKind === by)
      if (!isSame) continue
      await recordErasure(session, { ...shared, erasureId, ...countsOf([]), files: 0, exports: 0 })
    }
  })
  await forgetBegun(folder, noted)
  const statements =
    adapter.dialect.name === 'duckdb'
      ? ['checkpoint']
      : erasure.deletes.map(({ relation }) => `vacuum ${adapter.dialect.relation(relation)}`)
  for (const statement of statements) {
    await adapter.session({}, (session) => session.execute(statement)).catch(() => undefined)
  }
}

function byText(by: EraseOptions['by']): string {
  return by.kind === 'column' ? `column ${by.names.join(', ')}` : `identity ${by.name}`
}
