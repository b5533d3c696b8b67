/** What each node did, in the ledger: written in the transaction of the data it speaks of, read before the next build. */
import { type Row, type Session, textCell } from '../../core/adapter.ts'
import { placesOf } from '../../core/database/places.ts'
import { type Relation, relationKey } from '../../core/relation.ts'

export interface NodeRun {
  readonly runId: string
  readonly uniqueId: string
  readonly relation: Relation
  readonly status: 'success' | 'error' | 'skipped' | 'reused'
  readonly fingerprint: string
  /** undefined for a view. */
  readonly rowCount: number | undefined
  readonly epoch: string
  readonly fencingToken: number
  /** The n-th publication of the relation; undefined where nothing was published. */
  readonly version: number | undefined
  /** Equal to an earlier one: the same rows; undefined where nothing was published. */
  readonly dataVersion: string | undefined
  /** `Session.identify` after publishing; undefined where nobody asks for it. */
  readonly identity: string | undefined
  /** Why it was built, and why this way. */
  readonly because: string
  /** JSON: what it was built from. */
  readonly components: string | undefined
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
  /** 0: published before versions were counted. */
  readonly version: number
  /** undefined for a view. */
  readonly rowCount: number | undefined
  readonly dataVersion: string | undefined
  readonly identity: string | undefined
  readonly components: string | undefined
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
  fingerprint, row_count, epoch, fencing_token, version, data_version, identity, because, components,
  started_at, finished_at, message
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
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
      run.version ?? null,
      run.dataVersion ?? null,
      run.identity ?? null,
      run.because,
      run.components ?? null,
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

/** The version decides, since clocks differ between machines; what was written before there were versions has none. */
async function newestOf(session: Session, keys: readonly string[]): Promise<readonly Row[]> {
  return await session.query(
    `select distinct on (relation_key)
  relation_key, fingerprint, epoch, cast(fencing_token as text) as fencing_token, run_id, finished_at,
  cast(coalesce(node_runs.version, 0) as text) as version,
  cast(row_count as text) as row_count, data_version, identity, components
from _assay.node_runs
where status = 'success'
and relation_key in (${placesOf(keys)})
order by relation_key, coalesce(node_runs.version, 0) desc, node_runs.fencing_token desc, finished_at desc`,
    keys,
  )
}

function toPublication(row: Row): Publication {
  return {
    fingerprint: textCell(row, 'fingerprint'),
    epoch: textCell(row, 'epoch'),
    fencingToken: Number(textCell(row, 'fencing_token')),
    version: Number(textCell(row, 'version')),
    rowCount: row['row_count'] === null ? undefined : Number(textCell(row, 'row_count')),
    dataVersion: optionalText(row, 'data_version'),
    identity: optionalText(row, 'identity'),
    components: optionalText(row, 'components'),
    runId: textCell(row, 'run_id'),
    finishedAt: textCell(row, 'finished_at'),
  }
}

function optionalText(row: Row, column: string): string | undefined {
  const value = row[column]
  return typeof value === 'string' ? value : undefined
}
