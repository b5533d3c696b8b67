/** What a build reads of each upstream that it follows by a cursor: an interval fixed before its statements, or all of it. */
import type { Session } from '../../../core/adapter.ts'
import type { Diagnostic } from '../../../core/diagnostic.ts'
import type { ModelNode, Node, UniqueId } from '../../../core/node.ts'
import { relationKey } from '../../../core/relation.ts'
import {
  type Cursor,
  countRecordedChanges,
  readCursorsOf,
  readerText,
  type StoredCursor,
} from '../../../ledger/cursors/cursors.ts'
import type { CursorScope } from '../../plan/compile/compile-context.ts'
import { type Interval, keyColumnsText } from '../../plan/cursor-query.ts'
import type { CursorContext } from './cursor-context.ts'
import { passedOnFrom } from '../../plan/followers.ts'
import { readArrival, nullArrival } from './read-arrival.ts'
import { type Upstream, byUpstream, readUpstream } from './read-upstream.ts'

export type CursorMode =
  /** A view: it has no rows of its own to lag behind. */
  | 'unbounded'
  /** All rows up to now. */
  | 'all'
  /** What is new since the last build, if the cursors hold. */
  | 'new'
  /** What is consumed already, once more: a backfill leaves the cursors where they are. */
  | 'consumed'
  /** Nothing: the cursors stay where they are. */
  | 'none'

export interface CursorReads {
  readonly scopes: ReadonlyMap<UniqueId, CursorScope>
  /** Where the cursors stand when this build is published. */
  readonly cursors: readonly Cursor[]
  /** Why a batch is not enough; undefined: it is, or none was asked for. */
  readonly refreshReason: string | undefined
  readonly faults: readonly Diagnostic[]
}

const nothingRead: CursorReads = {
  scopes: new Map(),
  cursors: [],
  refreshReason: undefined,
  faults: [],
}

export async function readCursorScopes(
  context: CursorContext,
  session: Session,
  node: ModelNode,
  mode: CursorMode,
): Promise<CursorReads> {
  if (node.cursorReads.length === 0 || mode === 'unbounded') return nothingRead
  const own = context.publications.get(relationKey(node.relation))
  const upstreams: Upstream[] = []
  for (const reads of byUpstream(node.cursorReads)) {
    const upstream = await readUpstream(context, session, reads)
    if (upstream !== undefined) upstreams.push(upstream)
  }
  if (mode === 'none' && own === undefined) {
    return { ...nothingRead, scopes: unreadScopes(upstreams, []) }
  }
  if (mode === 'all' || own === undefined) {
    const reason = mode === 'all' ? undefined : 'the ledger has no record of the table'
    return await wholeReads(context, session, upstreams, reason)
  }
  const identity = await session.identify(node.relation)
  // Without one it was published before there were cursors: none is stored, which is told below.
  if (mode === 'none' && own.identity !== undefined && identity !== own.identity) {
    // Without cursors the next build finds that they are missing, and makes the rows anew.
    return { ...nothingRead, scopes: unreadScopes(upstreams, []) }
  }
  if (mode === 'new' && own.identity !== undefined && identity !== own.identity) {
    const reason =
      'the table is not the one that assay published: it was restored or changed by hand'
    return await wholeReads(context, session, upstreams, reason)
  }
  const reader = { relationKey: relationKey(node.relation), version: own.version }
  const current = context.cursors?.get(readerText(reader)) ?? (await readCursorsOf(session, reader))
  if (mode === 'consumed') return consumedReads(upstreams, current)
  if (mode === 'none') {
    const scopes = unreadScopes(upstreams, current)
    return { ...nothingRead, scopes, cursors: current }
  }
  for (const upstream of upstreams) {
    const reason = await staleReason(context, session, upstream, current)
    if (reason !== undefined) return await wholeReads(context, session, upstreams, reason)
  }
  return await newReads(context, session, upstreams, current)
}

/** Why the cursor of one upstream says nothing any more. */
async function staleReason(
  context: CursorContext,
  session: Session,
  upstream: Upstream,
  stored: readonly StoredCursor[],
): Promise<string | undefined> {
  const { node, arrival, epoch, key, version } = upstream
  const cursor = stored.find((candidate) => candidate.upstreamKey === key)
  const feed = arrival === undefined ? 'changes' : 'rows'
  if (cursor === undefined || cursor.feed !== feed) {
    return `it has not followed "${node.name}" before`
  }
  if (cursor.epoch !== epoch) return `"${node.name}" was rebuilt since (a new epoch)`
  const changed = await changedByHand(context, session, node)
  if (changed !== undefined) {
    return `"${changed}" is not the table that assay published: it was restored or changed by hand`
  }
  if (feed === 'rows') return undefined
  const low = Number(cursor.high ?? 0)
  for (const read of upstream.reads) {
    if (read.kind !== 'touched_keys') continue
    const keyColumns = keyColumnsText(read.key)
    const asked = { relationKey: key, epoch, keyColumns, low, high: version }
    if ((await countRecordedChanges(session, asked)) !== version - low) {
      return `"${node.name}" was published without recording which keys (${read.key.join(', ')}) changed`
    }
  }
  return undefined
}

/** Also below the views that pass its rows on; gives its name. */
async function changedByHand(
  { manifest, publications, standIns }: CursorContext,
  session: Session,
  node: Node,
): Promise<string | undefined> {
  for (const id of passedOnFrom(manifest, node)) {
    const passed = manifest.nodes.get(id)
    if (passed === undefined || !('relation' in passed) || standIns.has(id)) continue
    const identity = publications.get(relationKey(passed.relation))?.identity
    if (identity !== undefined && (await session.identify(passed.relation)) !== identity) {
      return passed.name
    }
  }
  return undefined
}

async function wholeReads(
  context: CursorContext,
  session: Session,
  upstreams: readonly Upstream[],
  refreshReason: string | undefined,
): Promise<CursorReads> {
  const read = await readAll(context, session, upstreams, () => undefined)
  return { ...read, refreshReason }
}

async function newReads(
  context: CursorContext,
  session: Session,
  upstreams: readonly Upstream[],
  stored: readonly StoredCursor[],
): Promise<CursorReads> {
  const lowOf = ({ key }: Upstream) => stored.find((cursor) => cursor.upstreamKey === key)?.high
  const read = await readAll(context, session, upstreams, lowOf)
  if (read.wentBack === undefined) return { ...read, refreshReason: undefined }
  const reason = `"${read.wentBack}" ends before what was read of it: it was restored or rewritten`
  return await wholeReads(context, session, upstreams, reason)
}

async function readAll(
  { dialect }: CursorContext,
  session: Session,
  upstreams: readonly Upstream[],
  lowOf: (upstream: Upstream) => string | undefined,
) {
  const scopes = new Map<UniqueId, CursorScope>()
  const cursors: Cursor[] = []
  const faults: Diagnostic[] = []
  let wentBack: string | undefined
  for (const upstream of upstreams) {
    const { key, epoch, columns, arrival, version, node } = upstream
    const low = lowOf(upstream)
    if (arrival === undefined) {
      const interval: Interval | undefined =
        low === undefined
          ? undefined
          : { kind: 'changes', relationKey: key, epoch, low: Number(low), high: version }
      scopes.set(node.uniqueId, { interval, columns })
      cursors.push({ upstreamKey: key, feed: 'changes', epoch, high: String(version) })
      continue
    }
    const found = await readArrival(dialect, session, { from: upstream.from, column: arrival, low })
    if (found.hasNull) faults.push(nullArrival(upstream, arrival.name))
    if (found.wentBack) wentBack ??= node.name
    const interval: Interval = { kind: 'arrival', column: arrival, low, high: found.high }
    scopes.set(node.uniqueId, { interval, columns })
    cursors.push({ upstreamKey: key, feed: 'rows', epoch, high: found.high })
  }
  return { scopes, cursors, faults, wentBack }
}

/** What is consumed, once more; groups are rebuilt from all keys. */
function consumedReads(
  upstreams: readonly Upstream[],
  stored: readonly StoredCursor[],
): CursorReads {
  const scopes = new Map<UniqueId, CursorScope>()
  for (const { node, key, columns, arrival } of upstreams) {
    const high = stored.find((cursor) => cursor.upstreamKey === key)?.high
    const interval: Interval | undefined =
      arrival === undefined ? undefined : { kind: 'arrival', column: arrival, low: undefined, high }
    scopes.set(node.uniqueId, { interval, columns })
  }
  return { scopes, cursors: stored, refreshReason: undefined, faults: [] }
}

/** Intervals that end where they begin. */
function unreadScopes(
  upstreams: readonly Upstream[],
  stored: readonly StoredCursor[],
): ReadonlyMap<UniqueId, CursorScope> {
  return new Map(
    upstreams.map(({ node, key, columns, arrival, epoch }) => {
      const high = stored.find((cursor) => cursor.upstreamKey === key)?.high
      const version = Number(high ?? 0)
      const interval: Interval =
        arrival === undefined
          ? { kind: 'changes', relationKey: key, epoch, low: version, high: version }
          : { kind: 'arrival', column: arrival, low: high, high }
      return [node.uniqueId, { interval, columns }]
    }),
  )
}
