/** What a microbatch table was given so far and what a run is asked for, to the batches that it builds. */
import type { Session } from '../../../core/adapter.ts'
import type { RelationState } from '../../../core/database/warehouse-state.ts'
import { ceiling, shift, truncate } from '../../../core/time/event-time.ts'
import {
  type EventWindow,
  type InputLimit,
  subtractWindows,
} from '../../../core/time/event-window.ts'
import { relationKey } from '../../../core/relation.ts'
import { readBatches } from '../../../ledger/runs/batches.ts'
import { readWanted } from '../../../ledger/runs/wanted-batches.ts'
import type { Publication } from '../../../ledger/runs/node-runs.ts'
import type { Manifest } from '../../../project/parse/manifest.ts'
import { isFullRefresh } from '../../plan/make-publish-unit.ts'
import { type Microbatched, type MicrobatchNode } from '../../plan/microbatch/microbatch-node.ts'
import { partOf } from '../publish/part-of-inputs.ts'
import { type Batch, chooseWindows, hasGaps, mergeWindows } from '../../plan/microbatch/batches.ts'

/** Which batches a run is asked for. */
export interface BatchOrder {
  /** `--event-time-start` and `-end`, or `--sample`; undefined: the latest, and what is missing. */
  readonly window: EventWindow | undefined
  /** Of `retry`, by unique id: just these. */
  readonly exactly: ReadonlyMap<string, readonly EventWindow[]>
}

export interface ChoosingContext {
  /** By `relationKey`. */
  readonly publications: ReadonlyMap<string, Publication>
  readonly isFullRefresh: boolean
  readonly order: BatchOrder
  /** ISO 8601, UTC. */
  readonly runStartedAt: string
  /** There is none yet, or an older one: nothing is read of it. */
  readonly isWithoutLedger?: boolean
}

export interface ChosenBatches {
  readonly batches: readonly Batch[]
  /** The table is made, for the first time or anew. */
  readonly isMade: boolean
  /** Why it is made anew although no flag asked for it. */
  readonly refreshReason: string | undefined
  /** What a table that somebody else has made is taken to hold already. */
  readonly adopted: readonly EventWindow[]
}

/** `tainted`: the flag that gave the table a part of its inputs. */
export async function chooseBatches(
  context: ChoosingContext,
  session: Session,
  {
    node,
    existing,
    tainted,
  }: {
    readonly node: MicrobatchNode
    readonly existing: RelationState | undefined
    readonly tainted: string | undefined
  },
): Promise<ChosenBatches> {
  const { order, runStartedAt: now } = context
  const { materialization: settings } = node
  const isThere = existing?.kind === 'table'
  const refreshReason = isThere
    ? await reasonToRefresh(context, session, { node, tainted })
    : undefined
  // A window is built anew by itself: the rest of the table is not touched.
  const isPart = order.window !== undefined || order.exactly.has(node.uniqueId)
  const isAsked = isFullRefresh(node, context.isFullRefresh && !isPart)
  const isMade = !isThere || isAsked || refreshReason !== undefined
  const own = context.publications.get(relationKey(node.relation))
  const wanted =
    context.isWithoutLedger === true
      ? []
      : await readWanted(session, { relationKey: relationKey(node.relation), now })
  const isAdopted = !isMade && own === undefined
  const adopted = isAdopted ? subtractWindows(adoptedWindows(settings, now), wanted) : []
  const done = isMade
    ? undefined
    : [...adopted, ...(await doneWindows(context, session, { node, wanted }))]
  const isAnew = isMade && isThere
  const window = isAnew ? undefined : order.window
  const exactly = isAnew ? undefined : order.exactly.get(node.uniqueId)
  const windows = exactly ?? chooseWindows({ settings, now, window, done })
  const batches = windows.map((each, index) => ({
    window: each,
    size: settings.batchSize,
    isIncremental: !isMade || index > 0,
  }))
  return { batches, isMade, refreshReason, adopted }
}

interface OwnContext extends ChoosingContext {
  readonly manifest: Manifest
  /** A condition on the model's columns. */
  readonly backfill: string | undefined
  readonly limit: InputLimit | undefined
}

/** Those that are a transaction each; undefined: one for all, where readers see the old table until the new one is whole. */
export async function chooseOwnBatches(
  context: OwnContext,
  session: Session,
  {
    node,
    existing,
  }: { readonly node: MicrobatchNode; readonly existing: RelationState | undefined },
): Promise<ChosenBatches | undefined> {
  if (context.backfill !== undefined || context.limit?.kind === 'none') return undefined
  const part = partOf(context, node)
  const tainted = part.limit === undefined ? part.last : undefined
  const chosen = await chooseBatches(context, session, { node, existing, tainted })
  const isReplaced = chosen.isMade && existing?.kind === 'table'
  return isReplaced || chosen.batches.length === 0 ? undefined : chosen
}

/** Some batch up to now is not on record: with --changed it is built all the same. */
export async function hasMissingBatches(
  context: ChoosingContext,
  session: Session,
  node: MicrobatchNode,
): Promise<boolean> {
  if (context.order.window !== undefined || context.order.exactly.has(node.uniqueId)) return true
  const now = context.runStartedAt
  const wanted = await readWanted(session, { relationKey: relationKey(node.relation), now })
  const done = await doneWindows(context, session, { node, wanted })
  return hasGaps({ settings: node.materialization, now, done })
}

async function doneWindows(
  { publications }: ChoosingContext,
  session: Session,
  { node, wanted }: { readonly node: MicrobatchNode; readonly wanted: readonly EventWindow[] },
): Promise<readonly EventWindow[]> {
  const key = relationKey(node.relation)
  const epoch = publications.get(key)?.epoch
  if (epoch === undefined) return []
  const built = mergeWindows(await readBatches(session, { relationKey: key, epoch }))
  return subtractWindows(built, wanted)
}

async function reasonToRefresh(
  { publications }: ChoosingContext,
  session: Session,
  { node, tainted }: { readonly node: MicrobatchNode; readonly tainted: string | undefined },
): Promise<string | undefined> {
  if (tainted !== undefined) return `it holds what ${tainted} gave it`
  const own = publications.get(relationKey(node.relation))
  if (own?.identity === undefined) return undefined
  return (await session.identify(node.relation)) === own.identity
    ? undefined
    : 'the table is not the one that assay published: it was restored or changed by hand'
}

/** As dbt leaves it: all but the latest batches. */
function adoptedWindows(
  { begin, batchSize, lookback }: Microbatched,
  now: string,
): readonly EventWindow[] {
  const start = truncate(begin, batchSize)
  const end = shift(ceiling(now, batchSize), batchSize, -(lookback + 1))
  return start < end ? [{ start, end }] : []
}
