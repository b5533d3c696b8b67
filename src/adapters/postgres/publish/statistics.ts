/** Gathers what Postgres plans by, of a table much of which is new, before somebody reads it. */
import type { Relation } from '../../../core/relation.ts'
import { postgresDialect } from '../dialect.ts'
import type { Publishing } from './patience.ts'

/**
 * The server's own rule for when a table is to be analysed. It looks once a minute, and never into a transaction: until
 * then a join by several columns counts as one row, and 1,500 events by 1,500 selections were looped over for 4.7 s.
 */
const isStaleQuery = `select 1
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'm')
and pg_stat_get_mod_since_analyze(c.oid)
  + pg_stat_get_xact_tuples_inserted(c.oid)
  + pg_stat_get_xact_tuples_updated(c.oid)
  + pg_stat_get_xact_tuples_deleted(c.oid)
  > current_setting('autovacuum_analyze_threshold')::double precision
  + current_setting('autovacuum_analyze_scale_factor')::double precision * greatest(c.reltuples, 0)`

/** Readers and writers go on meanwhile. Left out where the server is at it itself. */
export async function freshenStatistics(
  { connection, signal }: Publishing,
  relation: Relation,
): Promise<void> {
  const { rows } = await connection.run(
    isStaleQuery,
    [relation.schema, relation.identifier],
    signal,
  )
  if (rows.length === 0) return
  await connection.run(`analyze (skip_locked) ${postgresDialect.relation(relation)}`, [], signal)
}
