/** Spans of a microbatch table that a later run has to build, whatever it was given before: they failed, or were built too early. */
import { type Row, type Session, textCell } from '../../core/adapter.ts'
import { type EventWindow, subtractWindows } from '../../core/time/event-window.ts'

export interface WantedOwner {
  readonly relationKey: string
  readonly runId: string
}

interface WantedRow {
  readonly window: EventWindow
  /** `planned`: a run was to build it and has not. `unfinished`: built before its end, missing once that is past. */
  readonly reason: string
  readonly runId: string
}

/** Before the first batch of a run, in a transaction of its own, so that a kill leaves them wanted. */
export async function wantBatches(
  session: Session,
  owner: WantedOwner,
  windows: readonly EventWindow[],
): Promise<void> {
  await unwant(session, owner, windows)
  for (const window of windows) {
    await insert(session, owner.relationKey, { window, reason: 'planned', runId: owner.runId })
  }
}

/** In the transaction of their rows. `now`: when the run began, ISO 8601. */
export async function settleBatches(
  session: Session,
  { now, ...owner }: WantedOwner & { readonly now: string },
  windows: readonly EventWindow[],
): Promise<void> {
  if (windows.length === 0) return
  await unwant(session, owner, windows)
  for (const window of windows.filter(({ end }) => end > now)) {
    await insert(session, owner.relationKey, { window, reason: 'unfinished', runId: owner.runId })
  }
}

async function unwant(
  session: Session,
  { relationKey }: WantedOwner,
  windows: readonly EventWindow[],
): Promise<void> {
  for (const row of await readRows(session, relationKey)) {
    const [rest, { start, end }] = [subtractWindows([row.window], windows), row.window]
    if (rest.length === 1 && rest[0]?.start === start && rest[0].end === end) continue
    await session.execute(
      `delete from _assay.wanted_batches
where relation_key = $1 and window_start = $2 and window_end = $3 and reason = $4 and run_id = $5`,
      [relationKey, start, end, row.reason, row.runId],
    )
    for (const window of rest) await insert(session, relationKey, { ...row, window })
  }
}

async function insert(
  session: Session,
  relationKey: string,
  { window, reason, runId }: WantedRow,
): Promise<void> {
  await session.execute(
    `insert into _assay.wanted_batches (relation_key, window_start, window_end, reason, run_id, recorded_at)
values ($1, $2, $3, $4, $5, current_timestamp)`,
    [relationKey, window.start, window.end, reason, runId],
  )
}

/** What counts as missing now. */
export async function readWanted(
  session: Session,
  { relationKey, now }: { readonly relationKey: string; readonly now: string },
): Promise<readonly EventWindow[]> {
  return (await readRows(session, relationKey))
    .filter(({ reason, window }) => reason === 'planned' || window.end <= now)
    .map(({ window }) => window)
}

export interface PlannedBatches {
  readonly relationKey: string
  readonly window: EventWindow
  readonly runId: string
  /** As text: `YYYY-MM-DD HH:MM:SS[.ffffff]+00`. */
  readonly recordedAt: string
}

/** Of all tables: what a run was to build and has not, in order of time. */
export async function readPlanned(session: Session): Promise<readonly PlannedBatches[]> {
  const rows = await session.query(
    `select relation_key, window_start, window_end, run_id, recorded_at
from _assay.wanted_batches
where reason = 'planned'
order by relation_key, window_start`,
  )
  return rows.map((row) => ({
    relationKey: textCell(row, 'relation_key'),
    window: windowOf(row),
    runId: textCell(row, 'run_id'),
    recordedAt: textCell(row, 'recorded_at'),
  }))
}

async function readRows(session: Session, relationKey: string): Promise<readonly WantedRow[]> {
  const rows = await session.query(
    `select window_start, window_end, reason, run_id
from _assay.wanted_batches
where relation_key = $1
order by window_start, window_end`,
    [relationKey],
  )
  return rows.map((row) => ({
    window: windowOf(row),
    reason: textCell(row, 'reason'),
    runId: textCell(row, 'run_id'),
  }))
}

function windowOf(row: Row): EventWindow {
  return { start: textCell(row, 'window_start'), end: textCell(row, 'window_end') }
}
