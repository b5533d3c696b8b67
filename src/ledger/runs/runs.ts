/** Runs in the ledger: one row when a run begins, one when it ends. */
import type { Session } from '../../core/adapter.ts'

export interface RunStart {
  readonly runId: string
  readonly command: string
  readonly target: string
  /** Of assay. */
  readonly version: string
  /** ISO 8601, UTC. */
  readonly startedAt: string
}

/** A run that has begun, as the other ledger functions want it. */
export interface LedgerRun extends RunStart {
  /** By `relationKey`: the fencing tokens of the leases it holds. */
  readonly tokens: ReadonlyMap<string, number>
}

export interface RunEnd {
  readonly phase: 'finished' | 'interrupted'
  /** ISO 8601, UTC. */
  readonly finishedAt: string
  /** How many nodes ended with each status. */
  readonly counts: Readonly<Record<string, number>>
}

export async function startRun(session: Session, start: RunStart): Promise<void> {
  await insertRun(session, start, { phase: 'started', at: start.startedAt, counts: {} })
}

export async function finishRun(session: Session, run: RunStart, end: RunEnd): Promise<void> {
  await insertRun(session, run, { phase: end.phase, at: end.finishedAt, counts: end.counts })
}

async function insertRun(
  session: Session,
  run: RunStart,
  phase: {
    readonly phase: 'started' | RunEnd['phase']
    readonly at: string
    readonly counts: RunEnd['counts']
  },
): Promise<void> {
  await session.execute(
    `insert into _assay.runs (run_id, phase, recorded_at, command, target, version, counts)
values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      run.runId,
      phase.phase,
      phase.at,
      run.command,
      run.target,
      run.version,
      JSON.stringify(phase.counts),
    ],
  )
}
