/** Whether a publication continues the rows that readers follow, or begins a new epoch; and the change feed that says how. */
import type { Session } from '../../../core/adapter.ts'
import type { RelationState } from '../../../core/database/warehouse-state.ts'
import type { Dialect } from '../../../core/dialect.ts'
import { type BuiltNode, keepsRows } from '../../../core/node.ts'
import { type Column, type Relation, relationKey } from '../../../core/relation.ts'
import { readConsumed } from '../../../ledger/cursors/cursors.ts'
import { type EpochReason, newEpoch } from '../../../ledger/cursors/epochs.ts'
import type { Publication } from '../../../ledger/runs/node-runs.ts'
import { keyColumnsText } from '../../plan/cursor-query.ts'
import type { Followed } from '../../plan/followers.ts'
import type { PublishUnit } from '../../plan/publish-unit.ts'
import type { RunContext } from '../run-context.ts'

export interface Publishing {
  readonly node: BuiltNode
  readonly unit: PublishUnit
  readonly existing: RelationState | undefined
  /** As of now in this transaction. */
  readonly last: Publication | undefined
  /** Of this publication. */
  readonly version: number
  /** Of the candidate or batch. */
  readonly columns: readonly Column[]
}

/** Before anything of the node is published: the rows that were there are still to be seen. Gives the epoch. */
export async function continueEpoch(
  context: RunContext,
  session: Session,
  publishing: Publishing,
): Promise<string> {
  const { node, unit, last } = publishing
  const followed = context.followers.get(node.uniqueId)
  if (unit.effect === 'view') return last?.epoch ?? context.run.runId
  const reason = await reasonForNewEpoch(context, session, publishing, followed)
  if (reason === undefined && last !== undefined) {
    for (const key of followed?.keys ?? []) {
      await recordChanges(context, session, { publishing, epoch: last.epoch, key })
    }
    return last.epoch
  }
  return await newEpoch(session, relationKey(node.relation), {
    reason: reason ?? 'first build',
    run: context.run,
  })
}

/** undefined: readers can go on from their cursors. */
async function reasonForNewEpoch(
  context: RunContext,
  session: Session,
  { node, unit, existing, last, columns }: Publishing,
  followed: Followed | undefined,
): Promise<EpochReason | undefined> {
  if (existing === undefined || existing.kind === 'view' || last === undefined) return 'first build'
  const isKnown = last.identity !== undefined
  if (isKnown && (await session.identify(node.relation)) !== last.identity) return 'restore'
  const isUntold = followed?.keys.some((key) => unit.touchedKeys(key, columns) === undefined)
  if (unit.effect === 'batch' || unit.effect === 'history') {
    return isUntold === true ? 'rewrite' : undefined
  }
  if (followed === undefined || !isKnown) return 'rewrite'
  // What a full refresh means is that everything below is to be made anew.
  if (node.resourceType === 'model' && keepsRows(node.materialization)) {
    return unit.action === 'backfill' ? 'rewrite' : 'full refresh'
  }
  if (isUntold === true) return 'rewrite'
  if (followed.arrivalKeys.length === 0) return undefined
  const changed = await areConsumedRowsChanged(context.adapter.dialect, session, {
    arrivalColumn: node.arrival?.column,
    old: existing,
    next: { relation: unit.candidate, columns },
    consumed: await readConsumed(session, followed.arrivalKeys),
  })
  return changed ? 'rewrite' : undefined
}

interface Comparison {
  readonly arrivalColumn: string | undefined
  readonly old: RelationState
  readonly next: { readonly relation: Relation; readonly columns: readonly Column[] }
  /** Arrival values, as text. */
  readonly consumed: readonly string[]
}

/** Rows at or below a reader's cursor must be as they were; what is above, no reader has seen. */
async function areConsumedRowsChanged(
  dialect: Dialect,
  session: Session,
  { arrivalColumn, old, next, consumed }: Comparison,
): Promise<boolean> {
  const shape = (columns: readonly Column[]) =>
    JSON.stringify(columns.map(({ name, dataType }) => [name, dataType]))
  const column = next.columns.find(({ name }) => name === arrivalColumn)
  if (column === undefined || shape(old.columns) !== shape(next.columns)) return true
  if (consumed.length === 0) return false
  const values = consumed.map((text) => `(cast(${dialect.literal(text)} as ${column.dataType}))`)
  const name = dialect.quote(column.name)
  const rowsOf = (relation: Relation) =>
    `select * from ${dialect.relation(relation)} where ${name} <= (select max(high) from (values ${values.join(', ')}) as consumed (high))`
  const [before, after] = [rowsOf(old.relation), rowsOf(next.relation)]
  const [row] = await session.query(
    `select exists (${before} except all ${after}) or exists (${after} except all ${before}) as changed`,
  )
  return row?.['changed'] !== false
}

/** A row without values says that the keys of this publication are recorded, even if there are none. */
async function recordChanges(
  context: RunContext,
  session: Session,
  change: {
    readonly publishing: Publishing
    readonly epoch: string
    readonly key: readonly string[]
  },
): Promise<void> {
  const { publishing, epoch, key } = change
  const { node, unit, version, columns } = publishing
  const touched = unit.touchedKeys(key, columns)
  if (touched === undefined) throw new Error(`${node.uniqueId} cannot tell which keys it changes`)
  const { dialect } = context.adapter
  const cells = key.map((column) => `cast(${dialect.quote(column)} as text)`)
  const list = key.map((column) => dialect.quote(column)).join(', ')
  const fixed = 'cast($1 as text), cast($2 as text), cast($3 as bigint), cast($4 as text)'
  await session.execute(
    `insert into _assay.changes (relation_key, epoch, version, key_columns, key_values, run_id)
select ${fixed}, array[${cells.join(', ')}], cast($5 as text)
from (select distinct ${list} from (
${touched}
) as touched) as changed
union all
select ${fixed}, cast(null as text[]), cast($5 as text)`,
    [relationKey(node.relation), epoch, version, keyColumnsText(key), context.run.runId],
  )
}
