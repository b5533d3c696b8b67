/** A node to its publish unit, as the database is now: `plan` shows it, a run executes it. */
import type { Session } from '../../core/adapter.ts'
import type { RelationState } from '../../core/database/warehouse-state.ts'
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import type { EventWindow, InputLimit } from '../../core/time/event-window.ts'
import type { BuiltNode, ModelNode, SeedNode, SnapshotNode, UniqueId } from '../../core/node.ts'
import { never } from '../../core/never.ts'
import { type Relation, relationKey } from '../../core/relation.ts'
import { failure, type Result, success } from '../../core/result.ts'
import type { SwapMethod } from '../../core/target.ts'
import type { Cursor } from '../../ledger/cursors/cursors.ts'
import {
  type CompileContext,
  type Compiled,
  type CursorScope,
  typedColumns,
} from '../plan/compile-node.ts'
import { compileStrategy } from '../plan/compile-strategy.ts'
import { recordedContract, tableContract } from '../plan/contracts/table-contract.ts'
import { readComponents } from '../plan/state/components.ts'
import { cursorQuery } from '../plan/cursor-query.ts'
import { isMicrobatch, type MicrobatchNode } from '../plan/microbatch/microbatch-node.ts'
import { addsBatch, isFullRefresh, makePublishUnit } from '../plan/make-publish-unit.ts'
import { planSnapshot } from '../plan/materializations/snapshot/plan-snapshot.ts'
import { withIndexes } from '../plan/materializations/storage/with-indexes.ts'
import { planSeed } from '../plan/materializations/seed.ts'
import type { TouchedKeys } from '../plan/materializations/materialization.ts'
import type { PublishUnit } from '../plan/publish-unit.ts'
import { compileAsking } from './ask/compile-asking.ts'
import type { Asker } from './ask/asker.ts'
import type { CursorContext } from './cursors/cursor-context.ts'
import { type CursorMode, type CursorReads, readCursorScopes } from './cursors/cursor-reads.ts'
import { lookAtMaterialized } from './state/look-at-materialized.ts'
import { inputsSignature } from './publish/node-inputs.ts'
import type { BatchOrder } from './microbatch/choose-batches.ts'
import {
  type BatchRun,
  batchTexts,
  type BatchTexts,
  givenWindows,
} from './microbatch/prepare-microbatch.ts'
import { batchMark, markOf, partOf } from './publish/part-of-inputs.ts'
import { quarantineOf } from './publish/quarantine-of-node.ts'

export interface PrepareContext extends CursorContext {
  readonly invocationId: string
  /** ISO 8601, UTC. */
  readonly runStartedAt: string
  readonly isFullRefresh: boolean
  /** A condition on the model's columns. */
  readonly backfill: string | undefined
  /** What models are given of what they read; undefined: all of it. */
  readonly limit: InputLimit | undefined
  /** Which batches of microbatch models are built. */
  readonly order: BatchOrder
  /** ISO 8601, UTC: what a snapshot finds now is said to hold since then. */
  readonly now: string
  /** The whole selection is one transaction. */
  readonly isAtomic: boolean
  /** For templates that ask the database. */
  readonly ask: Omit<Asker, 'session' | 'standIns'>
}

export interface PrepareRequest {
  readonly node: BuiltNode
  readonly existing: RelationState | undefined
  readonly hasTests: boolean
  /** One batch of a microbatch model. */
  readonly run?: BatchRun | undefined
}

export interface Prepared {
  readonly unit: PublishUnit
  /** undefined for a seed. */
  readonly compiled: Compiled | undefined
  /** What its SQL was told; false for a seed. */
  readonly isIncremental: boolean
  /** Where the cursors stand when it is published. */
  readonly cursors: readonly Cursor[]
  /** The flag whose part of the inputs its rows come from; null: they come from all. */
  readonly limit: string | null
  /** It was given no rows, so what is there stays as it was. */
  readonly isIdle: boolean
  /** Of a microbatch model; left out: it is none. */
  readonly batches?: {
    /** What the ledger is to say that the table has been given. */
    readonly given: readonly EventWindow[]
    readonly files: BatchTexts['files']
  }
}

/** Reads only. */
export async function prepareNode(
  context: PrepareContext,
  session: Session,
  request: PrepareRequest,
): Promise<Result<Prepared>> {
  const { node } = request
  switch (node.resourceType) {
    case 'seed':
      return await prepareSeed(context, node, request.existing)
    case 'snapshot':
      return await prepareSnapshot(context, session, { ...request, node })
    case 'model':
      return isMicrobatch(node)
        ? await prepareMicrobatch(context, session, { ...request, node })
        : await prepareModel(context, session, { ...request, node })
    default:
      return never(node)
  }
}

async function prepareSnapshot(
  context: PrepareContext,
  session: Session,
  { node, existing }: PrepareRequest & { readonly node: SnapshotNode },
): Promise<Result<Prepared>> {
  const { dialect, now, limit } = context
  const texts = await compileTexts(context, session, node, {
    isIncremental: false,
    reads: new Map(),
    ...(limit === undefined ? {} : { limit }),
  })
  if (!texts.ok) return texts
  // Rows that it is not shown are not gone.
  const shown = limit === undefined ? node : { ...node, hardDeletes: 'ignore' as const }
  const unit = planSnapshot({ node: shown, ...texts.value, dialect, existing, now })
  if (!unit.ok) return unit
  const { compiled } = texts.value
  const part = partOf(context, node)
  const isIdle = existing !== undefined && limit?.kind === 'none'
  const mark = markOf(part, { isIdle })
  const prepared = {
    unit: indexed(context, { node, existing }, unit.value),
    compiled,
    cursors: [],
    isIncremental: false,
  }
  return success({ ...prepared, limit: mark, isIdle })
}

/** As it is shown and recorded, and as it is built over what the transaction will publish later (--atomic). */
async function compileTexts(
  context: PrepareContext,
  session: Session,
  node: ModelNode | SnapshotNode,
  as: Pick<CompileContext, 'isIncremental' | 'reads' | 'limit'>,
): Promise<Result<{ readonly compiled: Compiled; readonly buildFrom: Compiled }>> {
  const asker = { ...context.ask, session, standIns: context.standIns }
  const compile = (standIns: ReadonlyMap<UniqueId, Relation>) =>
    compileAsking({ ...compileContextOf(context, standIns), ...as }, asker, node)
  const compiled = await compile(new Map())
  if (!compiled.ok) return compiled
  if (compiled.value.sql === '') return failure([emptyModel(node)])
  const buildFrom = context.standIns.size === 0 ? compiled : await compile(context.standIns)
  if (!buildFrom.ok) return buildFrom
  return success({ compiled: compiled.value, buildFrom: buildFrom.value })
}

async function prepareSeed(
  context: PrepareContext,
  node: SeedNode,
  existing: RelationState | undefined,
): Promise<Result<Prepared>> {
  const { manifest, dialect } = context
  const file = manifest.project.seeds.find((seed) => seed.path === node.path)
  // Loaded now: most runs have no seeds, and reading CSV takes a package.
  const { readSeed } = await import('./seeds/read-seed.ts')
  const content = readSeed(node, file?.text ?? '', dialect)
  if (!content.ok) return content
  const { rows, ...rest } = content.value
  const unit = planSeed({
    node,
    dialect,
    existing,
    swap: swapOfTarget(context),
    ...rest,
    rows: () => streamOf(rows),
    isFullRefresh: node.fullRefresh ?? context.isFullRefresh,
  })
  if (!unit.ok) return failure(unit.diagnostics.map((fault) => ({ span: node.span, ...fault })))
  return success({
    unit: indexed(context, { node, existing }, unit.value),
    compiled: undefined,
    isIncremental: false,
    cursors: [],
    ...whole,
  })
}

const whole = { limit: null, isIdle: false } as const

async function* streamOf<T>(rows: readonly T[]): AsyncIterable<T> {
  yield* rows
}

/** A table refilled in place would stay what its config made it before. */
function becomesLogged(
  { publications }: PrepareContext,
  { relation, storage }: ModelNode,
): boolean {
  if (storage.isUnlogged) return false
  const last = readComponents(publications.get(relationKey(relation))?.components)
  return last?.config['unlogged'] === true
}

/** Nothing is asked of the database for a node whose config never named an index. */
function indexed(
  { dialect, publications }: PrepareContext,
  { node, existing }: Pick<PrepareRequest, 'node' | 'existing'>,
  unit: PublishUnit,
): PublishUnit {
  const { relation, storage } = node
  const last = readComponents(publications.get(relationKey(relation))?.components)
  const isAsked = storage.indexes.length > 0 || last?.config['indexes'] !== undefined
  if (!isAsked) return unit
  return withIndexes(unit, { dialect, relation, existing, configs: storage.indexes })
}

async function prepareModel(
  context: PrepareContext,
  session: Session,
  { node, existing, hasTests }: PrepareRequest & { readonly node: ModelNode },
): Promise<Result<Prepared>> {
  const isAsked = isFullRefresh(node, context.isFullRefresh)
  const part = partOf(context, node)
  const isAdded = addsBatch(node, existing, isAsked)
  const tainted = isAdded && part.limit === undefined ? part.last : undefined
  const isBatch = isAdded && tainted === undefined
  const isBackfill = context.backfill !== undefined && isBatch
  const isIdle = isBatch && part.limit?.kind === 'none'
  const mode = modeOf(node, { isBatch, isBackfill, isIdle })
  const reads = await readCursorScopes(context, session, node, mode)
  if (reads.faults.length > 0) return failure(reads.faults)
  const refreshReason =
    tainted === undefined ? reads.refreshReason : `it holds what ${tainted} gave it`
  const isRefreshed = isAsked || refreshReason !== undefined
  if (isProtected(node) && existing !== undefined) {
    if (reads.refreshReason !== undefined) return failure([noRebuild(node, reads.refreshReason)])
    if (isBatch && part.limit?.kind === 'window') return failure([noSample(node, part.limit)])
  }
  if (context.backfill !== undefined && isAdded && isRefreshed) {
    return failure([noBackfill(node, refreshReason)])
  }
  const isIncremental = addsBatch(node, existing, isRefreshed) && !isBackfill
  const { limit } = part
  const as = { isIncremental, reads: reads.scopes, ...(limit === undefined ? {} : { limit }) }
  const texts = await compileTexts(context, session, node, as)
  if (!texts.ok) return texts
  const { compiled } = texts.value
  const whole = await wholeText(context, session, node, as)
  if (!whole.ok) return whole
  // A rule is of each row, whatever part of the inputs is read.
  const rules = { ...compileContextOf(context, context.standIns), isIncremental, reads: new Map() }
  const quarantine = await quarantineOf(rules, session, { node, now: context.now })
  if (!quarantine.ok) return quarantine
  const view = await lookAtMaterialized(context, session, { node, existing })
  if (!view.ok) return view
  const { warning, keepsIndexes, ...refresh } = view.value
  const made = makePublishUnit(node, {
    refresh,
    relation: node.relation,
    ...texts.value,
    whole: whole.value,
    dialect: context.dialect,
    existing,
    lastFingerprint: context.publications.get(relationKey(node.relation))?.fingerprint,
    inputsSignature: await inputsSignature(context, session, node),
    isFullRefresh: isRefreshed,
    refreshReason: isAsked ? undefined : refreshReason,
    needsCandidate: hasTests || context.isAtomic,
    backfill: isBackfill ? context.backfill : undefined,
    uniqueKey: node.uniqueKey,
    swap: becomesLogged(context, node) ? 'rename' : (node.swap ?? swapOfTarget(context)),
    isUnlogged: node.storage.isUnlogged,
    arrivalColumn: node.materialization.name === 'view' ? undefined : node.arrival?.column,
    contract: tableContract(context.manifest, node, lastContract(context, node)),
    quarantine: quarantine.value,
    touched: isIncremental && !isIdle ? touchedOf(context, node, reads) : [],
    strategyStatements: (call) =>
      compileStrategy(
        { ...compileContextOf(context, context.standIns), isIncremental, reads: reads.scopes },
        node,
        call,
      ),
  })
  const indexing =
    keepsIndexes && made.action.startsWith('refresh')
      ? made
      : indexed(context, { node, existing }, made)
  const unit = warning === undefined ? indexing : { ...indexing, warning }
  // Cursors of a part would say that the rest is consumed too.
  const cursors = limit === undefined || isIdle ? reads.cursors : []
  const mark = markOf(part, { isIdle })
  return success({ unit, compiled, isIncremental, cursors, limit: mark, isIdle })
}

async function prepareMicrobatch(
  context: PrepareContext,
  session: Session,
  { node, existing, hasTests, run }: PrepareRequest & { readonly node: MicrobatchNode },
): Promise<Result<Prepared>> {
  const part = partOf(context, node)
  const tainted = part.limit === undefined && run === undefined ? part.last : undefined
  const asker = { ...context.ask, session, standIns: context.standIns }
  const texts = await batchTexts(context, session, {
    node,
    existing,
    run,
    tainted,
    limit: part.limit,
    compile: (as, withStandIns) => {
      const standIns = withStandIns ? context.standIns : new Map<UniqueId, Relation>()
      const reads = new Map<UniqueId, CursorScope>()
      return compileAsking({ ...compileContextOf(context, standIns), reads, ...as }, asker, node)
    },
  })
  if (!texts.ok) return texts
  const { compiled, buildFrom, batches, files, chosen } = texts.value
  if (compiled.sql === '') return failure([emptyModel(node)])
  const isThere = existing?.kind === 'table'
  const { refreshReason } = chosen
  const isBackfill = context.backfill !== undefined && !chosen.isMade
  if (isProtected(node) && isThere && refreshReason !== undefined && tainted === undefined) {
    return failure([noRebuild(node, refreshReason)])
  }
  if (context.backfill !== undefined && isThere && !isBackfill) {
    return failure([noBackfill(node, refreshReason)])
  }
  const isIdle = isThere && !chosen.isMade && part.limit?.kind === 'none'
  const mark = batchMark(context, node, { part, isIdle })
  if (
    isProtected(node) &&
    isThere &&
    !chosen.isMade &&
    mark !== null &&
    part.limit?.kind === 'window'
  )
    return failure([noSample(node, part.limit)])
  const made = makePublishUnit(node, {
    refresh: { readsDetached: false, isConcurrent: false },
    relation: node.relation,
    compiled,
    buildFrom,
    batches,
    whole: undefined,
    dialect: context.dialect,
    existing,
    lastFingerprint: undefined,
    inputsSignature: '',
    isFullRefresh: chosen.isMade,
    refreshReason,
    needsCandidate: hasTests || context.isAtomic,
    backfill: isBackfill ? context.backfill : undefined,
    uniqueKey: node.uniqueKey,
    swap: becomesLogged(context, node) ? 'rename' : (node.swap ?? swapOfTarget(context)),
    arrivalColumn: undefined,
    contract: tableContract(context.manifest, node, lastContract(context, node)),
    quarantine: undefined,
    isUnlogged: node.storage.isUnlogged,
    touched: [],
    strategyStatements: () => success([]),
  })
  const unit = indexed(context, { node, existing }, made)
  const given = givenWindows(texts.value, { isPart: mark !== null, isBackfill })
  const isIncremental = !chosen.isMade && !isBackfill
  const prepared = { unit, compiled, isIncremental, cursors: [], limit: mark, isIdle }
  return success({ ...prepared, batches: { given, files } })
}

/** What the SELECT would give if nothing had been read before, up to where the cursors will stand. */
async function wholeText(
  context: PrepareContext,
  session: Session,
  node: ModelNode,
  { isIncremental, reads, ...rest }: Pick<CompileContext, 'isIncremental' | 'reads' | 'limit'>,
): Promise<Result<Compiled | undefined>> {
  if (node.materialization.name !== 'scd2' || !isIncremental) return success(undefined)
  const all = new Map([...reads].map(([id, scope]) => [id, fromTheFirst(scope)]))
  const as = { ...rest, isIncremental: false, reads: all }
  const texts = await compileTexts(context, session, node, as)
  return texts.ok ? success(texts.value.buildFrom) : texts
}

function fromTheFirst({ interval, columns }: CursorScope): CursorScope {
  const all = interval?.kind === 'arrival' ? { ...interval, low: undefined } : undefined
  return { columns, interval: all }
}

/** As it was when the node was published last. */
function lastContract({ publications }: PrepareContext, { relation }: ModelNode) {
  return recordedContract(readComponents(publications.get(relationKey(relation))?.components))
}

/** As the node's SQL has them. */
function touchedOf(
  { manifest, dialect, standIns }: PrepareContext,
  node: ModelNode,
  { scopes }: CursorReads,
): readonly TouchedKeys[] {
  return node.cursorReads.flatMap((read) => {
    const upstream = manifest.nodes.get(read.upstream)
    const scope = scopes.get(read.upstream)
    if (read.kind !== 'touched_keys' || scope === undefined) return []
    if (upstream === undefined || !('relation' in upstream)) return []
    const from = dialect.relation(standIns.get(read.upstream) ?? upstream.relation)
    const key = typedColumns(scope, read.key)
    return [{ key: read.key, query: cursorQuery({ dialect, from, interval: scope.interval, key }) }]
  })
}

/** Stand-ins replace refs in what is built, not in what is shown. */
function compileContextOf(
  { manifest, dialect, invocationId, runStartedAt }: PrepareContext,
  standIns: ReadonlyMap<UniqueId, Relation>,
): Omit<CompileContext, 'isIncremental' | 'reads'> {
  return { manifest, dialect, invocationId, runStartedAt, standIns }
}

function swapOfTarget({ manifest }: PrepareContext): SwapMethod | undefined {
  const { target } = manifest.project
  return target.type === 'postgres' ? target.swap : undefined
}

function modeOf(
  node: ModelNode,
  {
    isBatch,
    isBackfill,
    isIdle,
  }: { readonly isBatch: boolean; readonly isBackfill: boolean; readonly isIdle: boolean },
): CursorMode {
  if (node.materialization.name === 'view') return 'unbounded'
  if (isIdle) return 'none'
  if (isBackfill) return 'consumed'
  return isBatch ? 'new' : 'all'
}

function isProtected({ materialization }: ModelNode): boolean {
  return materialization.name === 'incremental' && materialization.fullRefresh === false
}

/** What must not be made anew cannot be made right by making it anew. */
function noRebuild(node: ModelNode, reason: string): Diagnostic {
  return errorDiagnostic({
    code: 'protected-rows',
    message: `expected to go on from where "${node.name}" stood, found that it would have to be rebuilt whole: ${reason}`,
    span: node.span,
    hint: 'its config says full_refresh: false; take that away for one run to rebuild it',
  })
}

/** A part of the rows would take the place of rows that nobody can make again. */
function noSample(node: ModelNode, { title }: InputLimit): Diagnostic {
  return errorDiagnostic({
    code: 'protected-rows',
    message: `expected "${node.name}" to be given all of its inputs, found ${title}, and its rows are not to be made again`,
    span: node.span,
    hint: `its config says full_refresh: false; leave it out with --exclude ${node.name}, or build in another schema`,
  })
}

function noBackfill(node: ModelNode, reason: string | undefined): Diagnostic {
  return errorDiagnostic({
    code: 'invalid-value',
    message: `expected a table to backfill, found one that is rebuilt whole: ${reason ?? 'a full refresh was asked for'}`,
    span: node.span,
    hint: 'leave out --backfill',
  })
}

function emptyModel(node: ModelNode | SnapshotNode): Diagnostic {
  return errorDiagnostic({
    code: 'empty-model',
    message: 'expected a SELECT, found nothing after rendering',
    span: node.span,
  })
}
