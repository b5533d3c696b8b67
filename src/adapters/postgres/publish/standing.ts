/** What stands under a name now, and whether something about it forbids that a new table takes its place. */
import { DependentError } from '../../../core/database/database-errors.ts'
import type { RelationKind } from '../../../core/dialect.ts'
import { type Relation, relationKey } from '../../../core/relation.ts'
import { relationKind, text } from '../catalog.ts'
import { PostgresError } from '../errors.ts'
import { readForeignKeys } from './dependents.ts'
import type { Publishing } from './patience.ts'

export interface Standing {
  readonly oid: number
  readonly kind: RelationKind
  readonly hasPolicies: boolean
  /** Indexes, constraints, defaults, triggers, .. that a new table would not have. */
  readonly hasAttachments: boolean
}

export async function findStanding(
  { connection, signal }: Publishing,
  relation: Relation,
): Promise<Standing | undefined> {
  const { rows } = await connection.run(
    `select
  c.oid,
  c.relkind::text,
  c.relrowsecurity or exists (select 1 from pg_policy as p where p.polrelid = c.oid),
  c.relkind in ('r', 'p') and (
    c.reloptions is not null
    or c.relreplident <> 'd'
    or exists (select 1 from pg_class as s where s.oid = c.reltoastrelid and s.reloptions is not null)
    or exists (select 1 from pg_index as i where i.indrelid = c.oid)
    or exists (select 1 from pg_constraint as k where k.conrelid = c.oid)
    or exists (select 1 from pg_trigger as t where t.tgrelid = c.oid and not t.tgisinternal)
    or exists (select 1 from pg_rewrite as r where r.ev_class = c.oid)
    or exists (select 1 from pg_statistic_ext as s where s.stxrelid = c.oid)
    or exists (select 1 from pg_publication_rel as r where r.prrelid = c.oid)
    or exists (
      select 1 from pg_depend as d join pg_class as s on s.oid = d.objid and s.relkind = 'S'
      where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid
    )
    or exists (
      select 1 from pg_attribute as a
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      and (a.atthasdef or a.attnotnull or a.attidentity <> ''
        or coalesce(a.attstattarget, -1) >= 0 or a.attoptions is not null)
    )
  )
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p', 'f', 'v', 'm')`,
    [relation.schema, relation.identifier],
    signal,
  )
  const [row] = rows
  if (row === undefined) return undefined
  const [oid, relkind, hasPolicies, hasAttachments] = row
  return {
    oid: Number(oid),
    kind: relationKind(text(relkind)),
    hasPolicies: hasPolicies === true,
    hasAttachments: hasAttachments === true,
  }
}

/** What a new table would lose in silence, or what would break. Call it when the lock is held. */
export async function refuseWhatCannotMove(
  publishing: Publishing,
  target: Relation,
  standing: Standing,
): Promise<void> {
  const name = relationKey(target)
  if (standing.hasPolicies) {
    throw new DependentError(
      `"${name}" has row security policies, and a new table would be open without them`,
      'put the policies on a view above it, or drop them',
    )
  }
  const [key] = await readForeignKeys(publishing.connection, standing.oid)
  if (key !== undefined) {
    throw new DependentError(
      `"${name}" cannot be replaced: foreign key ${key} points to it`,
      'drop the key, and test the relationship with `relationships` instead',
    )
  }
  if (standing.kind === 'table') await refuseNewIndexes(publishing, target, standing)
}

/**
 * The snapshot of the transaction does not show an index made since it began, but the sizes of all indexes do: every
 * index has at least one page. Tried again with a new snapshot, the node sees it.
 */
async function refuseNewIndexes(
  { connection }: Publishing,
  target: Relation,
  { oid }: Standing,
): Promise<void> {
  const { rows } = await connection.run(
    `select pg_indexes_size($1::oid::regclass) > coalesce(sum(pg_total_relation_size(indexrelid)), 0)
from pg_index
where indrelid = $1::oid`,
    [oid],
  )
  if (rows[0]?.[0] !== true) return
  throw new PostgresError({
    message: `"${relationKey(target)}" got an index while its new rows were made`,
    hint: 'run it again',
    retryable: true,
  })
}
