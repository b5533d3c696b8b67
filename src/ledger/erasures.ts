/** Erasures in the ledger: that somebody's rows were taken away, and how many; never whose, but to those who have the key. */
import { createHmac } from 'node:crypto'
import { type Session, textCell } from '../core/adapter.ts'

export interface Erasure {
  readonly erasureId: string
  /** `begun`: the tables are done, files and exports may not be. */
  readonly phase: 'begun' | 'done'
  readonly runId: string
  /** `column user_id`, `identity user`. */
  readonly subjectKind: string
  /** undefined: no key was given. */
  readonly subjectHash: string | undefined
  readonly rows: number
  readonly relations: number
  readonly files: number
  readonly exports: number
}

export async function recordErasure(session: Session, erasure: Erasure): Promise<void> {
  await session.execute(
    `insert into _assay.erasures (erasure_id, phase, run_id, subject_kind, subject_hash, row_count, relations, files, exports, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, current_timestamp)`,
    [
      erasure.erasureId,
      erasure.phase,
      erasure.runId,
      erasure.subjectKind,
      erasure.subjectHash ?? null,
      erasure.rows,
      erasure.relations,
      erasure.files,
      erasure.exports,
    ],
  )
}

export interface UnfinishedErasure {
  readonly erasureId: string
  readonly subjectKind: string
  /** undefined: no key was given. */
  readonly subjectHash: string | undefined
  /** As text. */
  readonly begunAt: string
}

/** Their tables are done, and nobody has said that files and exports are. */
export async function readUnfinishedErasures(
  session: Session,
): Promise<readonly UnfinishedErasure[]> {
  const rows = await session.query(
    `select erasure_id, subject_kind, subject_hash, cast(recorded_at as text) as begun_at
from _assay.erasures as begun
where phase = 'begun'
and not exists (
  select 1 from _assay.erasures as done
  where done.erasure_id = begun.erasure_id and done.phase = 'done'
)
order by recorded_at, erasure_id`,
  )
  return rows.map((row) => {
    const hash = row['subject_hash']
    return {
      erasureId: textCell(row, 'erasure_id'),
      subjectKind: textCell(row, 'subject_kind'),
      subjectHash: typeof hash === 'string' ? hash : undefined,
      begunAt: textCell(row, 'begun_at'),
    }
  })
}

/** The same value and key give the same text; without the key nobody finds the value by trying. */
export function hashSubject(value: string, key: string): string {
  return createHmac('sha256', key).update(value).digest('hex')
}
