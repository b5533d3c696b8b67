/** What runs decided about nodes, as the ledger has it: built, reused, failed or skipped, and why. */
import { type Row, type Session, textCell } from '../../core/adapter.ts'
import type { NodeRun } from './node-runs.ts'

export interface Attempt {
  readonly relationKey: string
  readonly runId: string
  /** `build`, ...; undefined: the run is forgotten. */
  readonly command: string | undefined
  readonly target: string | undefined
  readonly status: NodeRun['status']
  /** What was done, e.g. `created table`, or what went wrong. */
  readonly message: string
  /** Empty for a failure. */
  readonly because: string
  /** As text: `YYYY-MM-DD HH:MM:SS[.ffffff]+00`. */
  readonly startedAt: string
  readonly finishedAt: string
}

const columns = `n.relation_key, n.run_id, n.status, n.message, n.because, n.started_at, n.finished_at,
  r.command, r.target`
const withRun = `_assay.node_runs as n
left join _assay.runs as r on r.run_id = n.run_id and r.phase = 'started'`
const newestFirst = 'n.finished_at desc'

/** The newest first. */
export async function readAttempts(
  session: Session,
  { relationKey, limit }: { readonly relationKey: string; readonly limit: number },
): Promise<readonly Attempt[]> {
  const rows = await session.query(
    `select ${columns}
from ${withRun}
where n.relation_key = $1
order by ${newestFirst}
limit ${limit}`,
    [relationKey],
  )
  return rows.map(toAttempt)
}

/** The newest of each relation, by `relationKey`. What an erasure did not come to is as it was before it. */
export async function readLastAttempts(session: Session): Promise<ReadonlyMap<string, Attempt>> {
  const rows = await session.query(
    `select distinct on (n.relation_key) ${columns}
from ${withRun}
where n.status <> 'skipped' or r.command is distinct from 'erase'
order by n.relation_key, ${newestFirst}`,
  )
  return new Map(rows.map((row) => [textCell(row, 'relation_key'), toAttempt(row)]))
}

function toAttempt(row: Row): Attempt {
  return {
    relationKey: textCell(row, 'relation_key'),
    runId: textCell(row, 'run_id'),
    command: textOf(row, 'command'),
    target: textOf(row, 'target'),
    status: statusOf(textCell(row, 'status')),
    message: textCell(row, 'message'),
    because: textOf(row, 'because') ?? '',
    startedAt: textCell(row, 'started_at'),
    finishedAt: textCell(row, 'finished_at'),
  }
}

function statusOf(text: string): NodeRun['status'] {
  return text === 'success' || text === 'reused' || text === 'skipped' ? text : 'error'
}

function textOf(row: Row, column: string): string | undefined {
  const value = row[column]
  return typeof value === 'string' ? value : undefined
}

export interface DataSince {
  /** When the rows that are there now were published first, as text. */
  readonly at: string
  readonly runId: string
}

/** By `relationKey`: since when each relation holds the rows it has; one that was published without a version is absent. */
export async function readDataSince(session: Session): Promise<ReadonlyMap<string, DataSince>> {
  const rows = await session.query(
    `with published as (
  select relation_key, data_version, coalesce(version, 0) as publication, run_id, finished_at
  from _assay.node_runs
  where status = 'success'
), newest as (
  select distinct on (relation_key) relation_key, data_version
  from published
  order by relation_key, publication desc
), other as (
  select p.relation_key, max(p.publication) as publication
  from published as p
  inner join newest as n on n.relation_key = p.relation_key
  where p.data_version is distinct from n.data_version
  group by p.relation_key
)
select distinct on (p.relation_key) p.relation_key, p.run_id, p.finished_at
from published as p
inner join newest as n on n.relation_key = p.relation_key and n.data_version = p.data_version
left join other as o on o.relation_key = p.relation_key
where p.publication > coalesce(o.publication, -1)
order by p.relation_key, p.publication`,
  )
  return new Map(
    rows.map((row) => [
      textCell(row, 'relation_key'),
      { at: textCell(row, 'finished_at'), runId: textCell(row, 'run_id') },
    ]),
  )
}
