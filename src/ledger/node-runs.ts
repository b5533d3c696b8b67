/** What each node did, in the ledger: written in the transaction of the data it speaks of, read before the next build. */
import { type Row, type Session, textCell } from '../core/adapter.ts'
import { type Relation, relationKey } from '../core/relation.ts'

export interface NodeRun {
  readonly runId: string
  readonly uniqueId: string
  readonly relation: Relation
  readonly status: 'success' | 'error' | 'skipped'
  readonly fingerprint: string
  /** undefined for a view. */
  readonly rowCount: number | undefined
  readonly epoch: string
  readonly fencingToken: number
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly finishedAt: string
  readonly message: string
}

/** The newest successful publication of a relation. */
export interface Publication {
  readonly fingerprint: string
  readonly epoch: string
  readonly fencingToken: number
  readonly runId: string
  /** As text: `YYYY-MM-DD HH:MM:SS[.ffffff]+00`. */
  readonly finishedAt: string
}

/** Postgres takes 65,535 parameters at most. */
const keysAtOnce = 5000

export async function recordNodeRun(session: Session, run: NodeRun): Promise<void> {
  await session.execute(
    `insert into _assay.node_runs (
  run_id, unique_id, database_name, schema_name, identifier, relation_key, status,
  fingerprint, row_count, epoch, fencing_token, started_at, finished_at, message
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      run.runId,
      run.uniqueId,
      run.relation.database ?? null,
      run.relation.schema,
      run.relation.identifier,
      relationKey(run.relation),
      run.status,
      run.fingerprint,
      run.rowCount ?? null,
      run.epoch,
      run.fencingToken,
      run.startedAt,
      run.finishedAt,
      run.message,
    ],
  )
}

/** By `relationKey`; a relation that was never published is absent. */
export async function readPublications(
  session: Session,
  relationKeys: readonly string[],
): Promise<ReadonlyMap<string, Publication>> {
  const found = new Map<string, Publication>()
  for (let start = 0; start < relationKeys.length; start += keysAtOnce) {
    const keys = relationKeys.slice(start, start + keysAtOnce)
    for (const row of await newestOf(session, keys)) {
      found.set(textCell(row, 'relation_key'), toPublication(row))
    }
  }
  return found
}

/** The token decides, since clocks differ between machines; the time only within one token. */
async function newestOf(session: Session, keys: readonly string[]): Promise<readonly Row[]> {
  return await session.query(
    `select distinct on (relation_key)
  relation_key, fingerprint, epoch, cast(fencing_token as text) as fencing_token, run_id, finished_at
from _assay.node_runs
where status = 'success'
and relation_key in (${keys.map((_, index) => `$${index + 1}`).join(', ')})
order by relation_key, node_runs.fencing_token desc, finished_at desc`,
    keys,
  )
}

function toPublication(row: Row): Publication {
  return {
    fingerprint: textCell(row, 'fingerprint'),
    epoch: textCell(row, 'epoch'),
    fencingToken: Number(textCell(row, 'fencing_token')),
    runId: textCell(row, 'run_id'),
    finishedAt: textCell(row, 'finished_at'),
  }
}
