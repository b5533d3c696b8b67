/** A model that is built by its materialization to its publish unit. */
import type { Session } from '../../../core/adapter.ts'
import type { ModelNode } from '../../../core/node.ts'
import { relationKey } from '../../../core/relation.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import type { CompileContext, Compiled, CursorScope } from '../../plan/compile/compile-context.ts'
import { typedColumns } from '../../plan/compile/relation-text.ts'
import { compileStrategy } from '../../plan/compile-strategy.ts'
import { tableContract } from '../../plan/contracts/table-contract.ts'
import { cursorQuery } from '../../plan/cursor-query.ts'
import { addsBatch, isFullRefresh, makePublishUnit } from '../../plan/make-publish-unit.ts'
import type { TouchedKeys } from '../../plan/materializations/materialization.ts'
import { withGeneratedRows } from '../../plan/typescript/with-generated-rows.ts'
import { codeOf } from '../typescript/code-of.ts'
import { generateRows, spanOfColumn } from '../typescript/generate-rows.ts'
import { type CursorMode, type CursorReads, readCursorScopes } from '../cursors/cursor-reads.ts'
import { lookAtMaterialized } from '../state/look-at-materialized.ts'
import { inputsSignature } from '../publish/node-inputs.ts'
import { markOf, partOf } from '../publish/part-of-inputs.ts'
import { quarantineOf } from '../publish/quarantine-of-node.ts'
import type { PrepareContext, PrepareRequest, Prepared } from './prepare-context.ts'
import { compileTexts, compileContextOf } from './compile-texts.ts'
import { becomesLogged, indexed, lastContract, swapOfTarget } from './last-published.ts'
import { isProtected, noRebuild, noSample, noBackfill } from './refused-rebuilds.ts'

export async function prepareModel(
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
  const { reads: given } = texts.value.buildFrom
  const isPart = limit !== undefined || isBackfill || quarantine.value !== undefined
  const generated =
    given === undefined
      ? made
      : withGeneratedRows(made, {
          node,
          dialect: context.dialect,
          spanOf: (column) => spanOfColumn(codeOf(context.manifest, node).facts, column),
          rows: (host) => generateRows({ ...context, node, reads: given, isIncremental }, host),
          isAll: !isPart,
        })
  const indexing =
    keepsIndexes && made.action.startsWith('refresh')
      ? generated
      : indexed(context, { node, existing }, generated)
  const unit = warning === undefined ? indexing : { ...indexing, warning }
  // Cursors of a part would say that the rest is consumed too.
  const cursors = limit === undefined || isIdle ? reads.cursors : []
  const mark = markOf(part, { isIdle })
  return success({ unit, compiled, isIncremental, cursors, limit: mark, isIdle })
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
