/** Runs in the ledger: one row when a run begins, one when it ends. */
import { type Session, textCell } from '../core/adapter.ts'
import type { Dialect } from '../core/dialect.ts'

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
  /**
   * DuckDB: the token of the whole run, since the file lock keeps other processes out.
   * undefined: each relation has a token of its own, taken in its transaction.
   */
  readonly fencingToken: number | undefined
}

export interface RunEnd {
  readonly phase: 'finished' | 'interrupted'
  /** ISO 8601, UTC. */
  readonly finishedAt: string
  /** How many nodes ended with each status. */
  readonly counts: Readonly<Record<string, number>>
}

/** The lease that stands for every relation of a DuckDB file. */
const wholeDatabase = '*'

export async function startRun(
  session: Session,
  dialect: Dialect,
  start: RunStart,
): Promise<LedgerRun> {
  await insertRun(session, start, { phase: 'started', at: start.startedAt, counts: {} })
  const fencingToken =
    dialect.name === 'duckdb' ? await raiseToken(session, wholeDatabase, start) : undefined
  return { ...start, fencingToken }
}

export async function finishRun(session: Session, run: LedgerRun, end: RunEnd): Promise<void> {
  await insertRun(session, run, { phase: end.phase, at: end.finishedAt, counts: end.counts })
}

/**
 * The fencing token for publishing one relation, in the transaction that publishes it. On Postgres two writers of one
 * relation wait for each other here, and the second gets a serialization failure: its node is to be tried again.
 */
export async function takeToken(
  session: Session,
  relationKey: string,
  run: LedgerRun,
): Promise<number> {
  return run.fencingToken ?? (await raiseToken(session, relationKey, run))
}

async function raiseToken(session: Session, relationKey: string, run: RunStart): Promise<number> {
  const rows = await session.query(
    `insert into _assay.leases (relation_key, fencing_token, run_id, taken_at)
values ($1, 1, $2, current_timestamp)
on conflict (relation_key) do update
set fencing_token = leases.fencing_token + 1, run_id = excluded.run_id, taken_at = excluded.taken_at
returning cast(fencing_token as text) as fencing_token`,
    [relationKey, run.runId],
  )
  const [row] = rows
  if (row === undefined) throw new Error(`no token was given for "${relationKey}"`)
  return Number(textCell(row, 'fencing_token'))
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
