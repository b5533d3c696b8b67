/** Hooks that run after the commit: written down with the data, so that a killed run owes them to the next one. */
import { type Session, textCell } from '../core/adapter.ts'

export interface PendingHook {
  readonly hookId: string
  readonly runId: string
  readonly uniqueId: string
  readonly relationKey: string
  /** One statement, as it will be sent. */
  readonly sql: string
}

export interface OwedHook extends PendingHook {
  /** What the database said to the last try; empty: it was never tried, or the run was killed at it. */
  readonly message: string
  /** As text. */
  readonly recordedAt: string
}

/** `failed`: it is still owed; `dropped`: a later publication of the node has hooks of its own. */
type Phase = 'pending' | 'done' | 'failed' | 'dropped'

export async function recordPending(
  session: Session,
  hooks: readonly PendingHook[],
  recordedAt: string,
): Promise<void> {
  for (const [index, hook] of hooks.entries()) {
    await insert(session, hook, { phase: 'pending', position: index, message: '', recordedAt })
  }
}

export async function settleHook(
  session: Session,
  hook: PendingHook,
  outcome: {
    readonly phase: Exclude<Phase, 'pending'>
    readonly message: string
    readonly recordedAt: string
  },
): Promise<void> {
  await insert(session, hook, { ...outcome, position: 0 })
}

async function insert(
  session: Session,
  hook: PendingHook,
  row: {
    readonly phase: Phase
    readonly position: number
    readonly message: string
    readonly recordedAt: string
  },
): Promise<void> {
  await session.execute(
    `insert into _assay.pending_hooks
  (hook_id, phase, position, run_id, unique_id, relation_key, statement, message, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      hook.hookId,
      row.phase,
      row.position,
      hook.runId,
      hook.uniqueId,
      hook.relationKey,
      row.phase === 'pending' ? hook.sql : '',
      row.message,
      row.recordedAt,
    ],
  )
}

/** Oldest first, those of one publication in their order. */
export async function readOwed(session: Session): Promise<readonly OwedHook[]> {
  const rows = await session.query(
    `select hook_id, run_id, unique_id, relation_key, statement,
  cast(recorded_at as text) as recorded,
  coalesce((
    select max(tried.message) from _assay.pending_hooks as tried
    where tried.hook_id = pending.hook_id and tried.phase = 'failed'
  ), '') as message
from _assay.pending_hooks as pending
where phase = 'pending'
and not exists (
  select 1 from _assay.pending_hooks as settled
  where settled.hook_id = pending.hook_id and settled.phase in ('done', 'dropped')
)
order by recorded_at, position, hook_id`,
  )
  return rows.map((row) => ({
    hookId: textCell(row, 'hook_id'),
    runId: textCell(row, 'run_id'),
    uniqueId: textCell(row, 'unique_id'),
    relationKey: textCell(row, 'relation_key'),
    sql: textCell(row, 'statement'),
    message: textCell(row, 'message'),
    recordedAt: textCell(row, 'recorded'),
  }))
}
