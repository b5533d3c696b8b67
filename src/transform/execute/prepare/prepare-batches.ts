/** A microbatch model to its publish unit: one part for each batch that is missing. */
import { type Diagnostic, warningDiagnostic } from '../../../core/diagnostic.ts'
import type { Session } from '../../../core/adapter.ts'
import { configSpan } from '../../../core/node/config-places.ts'
import type { UniqueId } from '../../../core/node.ts'
import type { Relation } from '../../../core/relation.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import type { CursorScope } from '../../plan/compile/compile-context.ts'
import { tableContract } from '../../plan/contracts/table-contract.ts'
import type { MicrobatchNode } from '../../plan/microbatch/microbatch-node.ts'
import { makePublishUnit } from '../../plan/make-publish-unit.ts'
import { compileAsking } from '../ask/compile-asking.ts'
import { truncate } from '../../../core/time/event-time.ts'
import { type EventWindow, momentText } from '../../../core/time/event-window.ts'
import { batchTexts, givenWindows } from '../microbatch/prepare-microbatch.ts'
import { batchMark, partOf } from '../publish/part-of-inputs.ts'
import type { PrepareContext, PrepareRequest, Prepared } from './prepare-context.ts'
import { compileContextOf, emptyModel } from './compile-texts.ts'
import { becomesLogged, indexed, lastContract, swapOfTarget } from './last-published.ts'
import { isProtected, noRebuild, noSample, noBackfill } from './refused-rebuilds.ts'

export async function prepareMicrobatch(
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
  const warning = beforeBegin(node, chosen.batches.length === 0 ? context.order.window : undefined)
  const published = indexed(context, { node, existing }, made)
  const unit = warning === undefined ? published : { ...published, warning }
  const given = givenWindows(texts.value, { isPart: mark !== null, isBackfill })
  const isIncremental = !chosen.isMade && !isBackfill
  const prepared = { unit, compiled, isIncremental, cursors: [], limit: mark, isIdle }
  return success({ ...prepared, batches: { given, files } })
}

/** `window`: of a run that was asked for some batches and has none to build. */
function beforeBegin(
  node: MicrobatchNode,
  window: EventWindow | undefined,
): Diagnostic | undefined {
  const { begin, batchSize } = node.materialization
  const first = truncate(begin, batchSize)
  if (window === undefined || window.end > first) return undefined
  const [start, end] = [momentText(window.start), momentText(window.end)]
  return warningDiagnostic({
    code: 'no-batches',
    message: `expected event times from the "begin" of "${node.name}" on (${momentText(first)}), found ${start} to ${end}: there is no batch to build`,
    span: configSpan(node, 'begin'),
    hint: 'set an earlier "begin", or ask for a later --event-time-end',
  })
}
