/** The last runs, who holds leases now, and how large the ledger is. */
import { type Adapter, type Session, textCell } from '../../core/adapter.ts'
import { ledgerTables } from '../schema/migrations.ts'

export interface RecentRun {
  readonly runId: string
  readonly command: string
  readonly target: string
  /** As text: `YYYY-MM-DD HH:MM:SS[.ffffff]+00`. */
  readonly startedAt: string
  /** undefined: it has not said that it ended. */
  readonly end: RecordedEnd | undefined
}

interface RecordedEnd {
  readonly phase: 'finished' | 'interrupted'
  readonly finishedAt: string
  /** How many nodes ended with each status. */
  readonly counts: Readonly<Record<string, number>>
}

/** The newest first. */
export async function readRecentRuns(
  session: Session,
  limit: number,
): Promise<readonly RecentRun[]> {
  const rows = await session.query(
    `select s.run_id, s.command, s.target, s.recorded_at as started_at,
  e.phase, e.recorded_at as finished_at, e.counts
from _assay.runs as s
left join _assay.runs as e on e.run_id = s.run_id and e.phase in ('finished', 'interrupted')
where s.phase = 'started'
order by s.recorded_at desc
limit ${limit}`,
  )
  return rows.map((row) => ({
    runId: textCell(row, 'run_id'),
    command: textCell(row, 'command'),
    target: textCell(row, 'target'),
    startedAt: textCell(row, 'started_at'),
    end:
      row['phase'] === null
        ? undefined
        : {
            phase: textCell(row, 'phase') === 'finished' ? 'finished' : 'interrupted',
            finishedAt: textCell(row, 'finished_at'),
            counts: countsOf(textCell(row, 'counts')),
          },
  }))
}

function countsOf(text: string): Readonly<Record<string, number>> {
  const parsed: Readonly<Record<string, number>> = JSON.parse(text)
  return parsed
}

export interface Holding {
  readonly runId: string
  readonly command: string
  readonly host: string
  readonly processId: number
  /** As text: `YYYY-MM-DD HH:MM:SS[.ffffff]+00`. */
  readonly since: string
  readonly lastBeat: string
  /** `silent`: alive, but past its lease; `dead`: its process or its connection is gone. Both are taken over. */
  readonly state: 'alive' | 'silent' | 'dead'
  /** `relationKey`s, sorted. */
  readonly relations: readonly string[]
}

/** Every run that shows itself, or did and never said goodbye. Asked in a transaction; changes nothing. */
export async function readHoldings(
  adapter: Adapter,
  session: Session,
  timeoutMs: number,
): Promise<readonly Holding[]> {
  const rows = await session.query(
    `select run_id, session_name, host, cast(process_id as text) as process_id, command, started_at, beat_at,
  cast(1000 * (extract(epoch from current_timestamp) - extract(epoch from beat_at)) as text) as silent_ms
from _assay.heartbeats
order by started_at, run_id`,
  )
  const leases = await session.query(
    `select relation_key, run_id
from _assay.leases
where run_id in (select run_id from _assay.heartbeats)
order by relation_key`,
  )
  const holdings: Holding[] = []
  for (const row of rows) {
    const runId = textCell(row, 'run_id')
    const isAlive = await adapter.isAlive(session, {
      runId,
      sessionName: textCell(row, 'session_name'),
    })
    const isLate = !adapter.isExclusive && Number(textCell(row, 'silent_ms')) > timeoutMs
    holdings.push({
      runId,
      command: textCell(row, 'command'),
      host: textCell(row, 'host'),
      processId: Number(textCell(row, 'process_id')),
      since: textCell(row, 'started_at'),
      lastBeat: textCell(row, 'beat_at'),
      state: !isAlive ? 'dead' : isLate ? 'silent' : 'alive',
      relations: leases
        .filter((lease) => textCell(lease, 'run_id') === runId)
        .map((lease) => textCell(lease, 'relation_key')),
    })
  }
  return holdings
}

/** Rows of each table. */
export async function readLedgerSize(session: Session): Promise<Readonly<Record<string, number>>> {
  const counts = ledgerTables.map(
    (table) => `select '${table}' as name, cast(count(*) as text) as n from _assay.${table}`,
  )
  const rows = await session.query(counts.join('\nunion all\n'))
  const found = new Map(rows.map((row) => [textCell(row, 'name'), Number(textCell(row, 'n'))]))
  return Object.fromEntries(ledgerTables.map((table) => [table, found.get(table) ?? 0]))
}
