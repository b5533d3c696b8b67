/** What has to be known of a table before other rows are put into it in place: whether that is right, and what it would cost. */
import type { SwapRequest } from '../../../../core/database/publish-requests.ts'
import { relationKey } from '../../../../core/relation.ts'
import { text } from '../../catalog.ts'
import { postgresDialect } from '../../dialect.ts'
import { PostgresError } from '../../errors.ts'
import { list } from '../belongings.ts'
import type { Publishing } from '../patience.ts'

export interface RefillFacts {
  /** Of the table that stands. */
  readonly oid: number
  /** False where it would do more or less than change the rows: then only a new table is right. */
  readonly isPossible: boolean
  readonly columns: readonly string[]
  /** Of the candidate, for the name of a table of its own. */
  readonly candidateOid: number
  /** Bytes of the rows, old and new, whichever is more. */
  readonly size: number
  /** Views and materialized views read it. */
  readonly hasReaders: boolean
  /** Keys of other tables point to it: a row that is deleted and inserted again would take theirs along, or be refused. */
  readonly hasForeignKeys: boolean
}

/**
 * Triggers and rules would fire for rows that nobody changed; policies would hide rows from us that are there; indexes
 * that were made on the candidate would be lost with it, and so would constraints that the old table does not have.
 */
const factsQuery = `with columns as (
  select a.attrelid, json_agg(
    json_build_array(a.attname, a.atttypid, a.atttypmod, a.attcollation) order by a.attnum
  )::text as shape,
  json_agg(a.attname order by a.attnum) as names,
  bool_or(a.attidentity <> '' or a.attgenerated <> '') as is_computed
  from pg_attribute as a
  where a.attrelid in ($1::oid, to_regclass($2)) and a.attnum > 0 and not a.attisdropped
  group by a.attrelid
)
select
  to_regclass($3) is distinct from c.oid::regclass or coalesce(pg_relation_filenode(c.oid), 0) <> c.relfilenode,
  c.relkind = 'r'
  and not c.relispartition
  and old.shape = new.shape
  and (c.relpersistence = candidate.relpersistence or candidate.relpersistence = 'p')
  and not old.is_computed
  and not row_security_active(c.oid)
  and not exists (select 1 from pg_trigger as t where t.tgrelid = c.oid and not t.tgisinternal and t.tgenabled <> 'D')
  and not exists (select 1 from pg_rewrite as r where r.ev_class = c.oid)
  and not exists (select 1 from pg_inherits as i where c.oid in (i.inhparent, i.inhrelid))
  and not exists (
    select 1 from pg_index as i
    where i.indrelid = new.attrelid
    and not exists (select 1 from pg_constraint as k where k.conindid = i.indexrelid and k.conrelid = i.indrelid)
  )
  and not exists (
    select 1 from pg_constraint as k
    where k.conrelid = new.attrelid
    and not exists (
      select 1 from pg_constraint as o
      where o.conrelid = c.oid and o.contype = k.contype
      and pg_get_constraintdef(o.oid) = pg_get_constraintdef(k.oid)
    )
  )
  and not exists (
    select 1 from pg_attribute as n
    join pg_attribute as o on o.attrelid = c.oid and o.attname = n.attname
    where n.attrelid = new.attrelid and n.attnum > 0 and n.attnotnull and not o.attnotnull
  )
  and not exists (
    select 1 from json_array_elements_text($4) as wanted (name)
    where not exists (
      select 1 from pg_constraint as o
      where o.conrelid = c.oid and o.contype = 'f' and o.conname = wanted.name
    )
  )
  and not exists (select 1 from pg_trigger as t where t.tgrelid = new.attrelid)
  and has_table_privilege(c.oid, 'select') and has_table_privilege(c.oid, 'insert')
  and has_table_privilege(c.oid, 'update') and has_table_privilege(c.oid, 'delete'),
  new.names,
  new.attrelid,
  greatest(pg_relation_size(c.oid), pg_relation_size(new.attrelid)),
  exists (
    select 1 from pg_depend as d
    where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid
  ),
  exists (select 1 from pg_constraint as k where k.contype = 'f' and k.confrelid = c.oid and k.conrelid <> c.oid)
from pg_class as c
join columns as old on old.attrelid = c.oid
join columns as new on new.attrelid = to_regclass($2)
join pg_class as candidate on candidate.oid = new.attrelid
where c.oid = $1`

/**
 * `oid` is that of the table that stands under the name for the snapshot of the transaction; when another one stands
 * there by now, its rows cannot be seen, and the transaction has to be tried again.
 */
export async function readRefillFacts(
  { connection, signal }: Publishing,
  { candidate, target, constraints }: SwapRequest,
  oid: number,
): Promise<RefillFacts | undefined> {
  const names = [candidate, target].map((relation) => postgresDialect.relation(relation))
  const keys = JSON.stringify((constraints?.foreignKeys ?? []).map(({ name }) => name))
  const { rows } = await connection.run(factsQuery, [oid, ...names, keys], signal)
  const [row] = rows
  if (row === undefined) return undefined
  const [isReplaced, isPossible, columns, candidateOid, size, hasReaders, hasKeys] = row
  if (isReplaced === true) {
    throw new PostgresError({
      message: `"${relationKey(target)}" was replaced while its new rows were made`,
      hint: 'run it again',
      retryable: true,
    })
  }
  return {
    oid,
    isPossible: isPossible === true,
    columns: list(columns).map(text),
    candidateOid: Number(candidateOid),
    size: Number(size),
    hasReaders: hasReaders === true,
    hasForeignKeys: hasKeys === true,
  }
}
