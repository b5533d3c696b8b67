/** Rows deleted where they stand: the ledger says so, those who follow the tables are told, and cursors stay true. */
import { type Session, textCell } from '../../../core/adapter.ts'
import type { BuiltNode, ModelNode, Node } from '../../../core/node.ts'
import { type Relation, relationKey } from '../../../core/relation.ts'
import { type Cursor, readCursors, recordCursors } from '../../../ledger/cursors/cursors.ts'
import { checkLease } from '../../../ledger/leases/leases.ts'
import {
  type Publication,
  readPublications,
  recordNodeRun,
} from '../../../ledger/runs/node-runs.ts'
import { keyColumnsText } from '../../../transform/plan/cursor-query.ts'
import { findFollowers } from '../../../transform/plan/followers.ts'
import type { EraseContext } from '../erase-context.ts'
import { type Holder, holdsCondition } from './find-holders.ts'
import type { Erasure } from './plan-erasure.ts'

type Tokens = ReadonlyMap<string, number>

/** `relationKey`s of all that is written to. */
export function writtenTo({ deletes, readers }: Erasure): readonly string[] {
  const relations = [...deletes, ...readers].map(({ relation }) => relationKey(relation))
  return [...new Set(relations)]
}

export async function deleteRows(
  context: EraseContext,
  session: Session,
  { erasure, tokens }: { readonly erasure: Erasure; readonly tokens: Tokens },
): Promise<void> {
  const { deletes, readers } = erasure
  for (const key of writtenTo(erasure)) {
    const token = tokens.get(key)
    if (token !== undefined) await checkLease(context.adapter, session, { relationKey: key, token })
  }
  const standing: Standing[] = []
  for (const reader of readers) standing.push(...(await standingOf(context, session, reader)))
  const changed = new Map<string, Node>()
  for (const holder of deletes) {
    await tellFollowers(context, session, holder)
    await session.execute(
      `delete from ${context.adapter.dialect.relation(holder.relation)} where ${holdsCondition(context.adapter.dialect, holder, context.options.value)}`,
      [context.options.value],
    )
    const { owner } = holder
    if (owner.kind === 'node') changed.set(relationKey(holder.relation), owner.node)
  }
  await publishAll(context, session, { changed, standing, tokens })
}

/** Followers by keys read which of them changed: those of the rows that go. A row without values says that they are told. */
async function tellFollowers(
  { adapter, loaded, options, runId }: EraseContext,
  session: Session,
  holder: Holder,
): Promise<void> {
  const { dialect } = adapter
  const { relation, owner } = holder
  if (owner.kind !== 'node') return
  const key = relationKey(relation)
  const last = (await readPublications(session, [key])).get(key)
  if (last === undefined) return
  const followed = findFollowers(loaded.manifest).get(owner.node.uniqueId)
  for (const columns of followed?.keys ?? []) {
    const cells = columns.map((column) => `cast(${dialect.quote(column)} as text)`)
    await tellKeys(session, { key, last, columns, runId })
    await session.execute(
      `insert into _assay.changes (relation_key, epoch, version, key_columns, key_values, run_id)
select distinct cast($2 as text), cast($3 as text), cast($4 as bigint), cast($5 as text), array[${cells.join(', ')}], cast($6 as text)
from ${dialect.relation(relation)}
where ${holdsCondition(dialect, holder, options.value)}`,
      [options.value, key, last.epoch, last.version + 1, keyColumnsText(columns), runId],
    )
  }
}

async function tellKeys(
  session: Session,
  {
    key,
    last,
    columns,
    runId,
  }: {
    readonly key: string
    readonly last: Publication
    readonly columns: readonly string[]
    readonly runId: string
  },
): Promise<void> {
  await session.execute(
    `insert into _assay.changes (relation_key, epoch, version, key_columns, key_values, run_id)
values ($1, $2, $3, $4, null, $5)`,
    [key, last.epoch, last.version + 1, keyColumnsText(columns), runId],
  )
}

/** A cursor that stands at, or below, the newest row of what it follows. */
interface Standing {
  readonly reader: ModelNode
  readonly upstreamKey: string
  readonly highest: () => Promise<string | undefined>
}

async function standingOf(
  { adapter, loaded }: EraseContext,
  session: Session,
  reader: ModelNode,
): Promise<readonly Standing[]> {
  const { dialect } = adapter
  const found: Standing[] = []
  for (const { upstreamKey, feed, high } of await cursorsOf(session, reader)) {
    const upstream = nodeOf(loaded.manifest.nodes.values(), upstreamKey, reader)
    if (feed !== 'rows' || high === undefined || upstream === undefined) continue
    const state = await session.describe(upstream.relation)
    const column = state?.columns.find(
      ({ name }) => name.toLowerCase() === upstream.arrival.toLowerCase(),
    )
    // Of numbers of transactions the newest is not asked of the rows.
    if (column === undefined || column.dataType === 'xid8') continue
    const name = dialect.quote(column.name)
    const cursor = `cast(${dialect.literal(high)} as ${column.dataType})`
    const table = dialect.relation(upstream.relation)
    const [row] = await session.query(
      `select coalesce(max(${name}) >= ${cursor}, false) as is_there from ${table}`,
    )
    // Else it has gone back already, which is to be found by the next build.
    if (row?.['is_there'] !== true) continue
    const highest = async () => {
      const [newest] = await session.query(
        `select cast(max(${name}) as text) as high from ${table} where ${name} <= ${cursor}`,
      )
      return newest === undefined || newest['high'] === null ? undefined : textCell(newest, 'high')
    }
    found.push({ reader, upstreamKey, highest })
  }
  return found
}

interface Arriving {
  readonly relation: Relation
  readonly arrival: string
}

function nodeOf(nodes: Iterable<Node>, key: string, reader: ModelNode): Arriving | undefined {
  const ids = new Set<string>(reader.cursorReads.map(({ upstream }) => upstream))
  for (const node of nodes) {
    if (!ids.has(node.uniqueId) || !('arrival' in node) || node.arrival === undefined) continue
    if (relationKey(node.relation) === key) {
      return { relation: node.relation, arrival: node.arrival.column }
    }
  }
  return undefined
}

/** Of its last publication: older ones say nothing any more. */
async function cursorsOf(
  session: Session,
  { relation }: Pick<BuiltNode, 'relation'>,
): Promise<readonly Cursor[]> {
  const key = relationKey(relation)
  const last = (await readPublications(session, [key])).get(key)
  const stored = await readCursors(session, key)
  return stored.filter(({ version }) => version === last?.version)
}

/** The ledger knows the tables as they are now: else the next build would take them for changed by hand, or for restored. */
async function publishAll(
  context: EraseContext,
  session: Session,
  {
    changed,
    standing,
    tokens,
  }: {
    readonly changed: ReadonlyMap<string, Node>
    readonly standing: readonly Standing[]
    readonly tokens: Tokens
  },
): Promise<void> {
  const lowered = new Map<string, Map<string, string | undefined>>()
  for (const { reader, upstreamKey, highest } of standing) {
    const key = relationKey(reader.relation)
    const own = lowered.get(key) ?? new Map<string, string | undefined>()
    lowered.set(key, own.set(upstreamKey, await highest()))
  }
  const nodes = new Map(changed)
  for (const { reader } of standing) nodes.set(relationKey(reader.relation), reader)
  for (const [key, node] of nodes) {
    if (!('relation' in node)) continue
    const before = await cursorsOf(session, node)
    const cursors = before.map((cursor) => {
      const own = lowered.get(key)
      const isOf = cursor.feed === 'rows' && own?.has(cursor.upstreamKey) === true
      return isOf ? { ...cursor, high: own.get(cursor.upstreamKey) } : cursor
    })
    const isSame = cursors.every((cursor, index) => cursor.high === before[index]?.high)
    if (isSame && !changed.has(key)) continue
    await publish(context, session, { node, cursors, haveRowsGone: changed.has(key), tokens })
  }
}

async function publish(
  { loaded, runId, surroundings, adapter }: EraseContext,
  session: Session,
  {
    node,
    cursors,
    haveRowsGone,
    tokens,
  }: {
    readonly node: Extract<Node, { readonly relation: Relation }>
    readonly cursors: readonly Cursor[]
    readonly haveRowsGone: boolean
    readonly tokens: Tokens
  },
): Promise<void> {
  const { relation, uniqueId } = node
  const key = relationKey(relation)
  const last = (await readPublications(session, [key])).get(key)
  if (last === undefined) return
  if (!haveRowsGone) {
    const followed = findFollowers(loaded.manifest).get(uniqueId)
    for (const columns of followed?.keys ?? []) {
      await tellKeys(session, { key, last, columns, runId })
    }
  }
  const table = adapter.dialect.relation(relation)
  const [row] = await session.query(`select count(*) as n from ${table}`)
  const at = surroundings.now().toISOString()
  const said = haveRowsGone ? 'rows were erased' : 'rows that it follows were erased'
  const version = last.version + 1
  await recordNodeRun(session, {
    runId,
    uniqueId,
    relation,
    status: 'success',
    fingerprint: last.fingerprint,
    rowCount: Number(row?.['n']),
    epoch: last.epoch,
    fencingToken: tokens.get(key) ?? last.fencingToken,
    version,
    dataVersion: haveRowsGone ? surroundings.newId() : last.dataVersion,
    identity: await session.identify(relation),
    because: said,
    components: last.components,
    startedAt: at,
    finishedAt: at,
    message: said,
  })
  await recordCursors(session, { relationKey: key, version, runId }, cursors)
}
