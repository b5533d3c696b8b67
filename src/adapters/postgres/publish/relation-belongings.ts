/** The comments and grants of a table or view by its name, in one query. */
import type { RelationBelongings, SqlValue } from '../../../core/adapter.ts'
import type { Relation } from '../../../core/relation.ts'
import { relationKind, text } from '../catalog.ts'
import type { Connection } from '../connection.ts'
import { list } from './belongings.ts'

const belongingsQuery = `select
  c.relkind::text,
  current_user::text,
  (
    select coalesce(json_agg(a.attname order by a.attnum), '[]')
    from pg_attribute as a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  ),
  (
    select coalesce(json_agg(json_build_array(a.attname, d.description)), '[]')
    from pg_description as d
    left join pg_attribute as a on a.attrelid = d.objoid and a.attnum = d.objsubid and d.objsubid > 0
    where d.classoid = 'pg_class'::regclass and d.objoid = c.oid
  ),
  (
    select coalesce(json_agg(json_build_array(
      case g.grantee when 0 then 'public' else pg_get_userbyid(g.grantee) end,
      lower(g.privilege_type),
      pg_get_userbyid(g.grantor) = current_user
    )), '[]')
    from aclexplode(c.relacl) as g
    where g.grantee <> c.relowner
  )
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p', 'v', 'm')`

export async function relationBelongings(
  connection: Connection,
  { schema, identifier }: Relation,
): Promise<RelationBelongings | undefined> {
  const { rows } = await connection.run(belongingsQuery, [schema, identifier])
  const [row] = rows
  if (row === undefined) return undefined
  const [kind, role, columns, comments, grants] = row
  return {
    kind: relationKind(text(kind)),
    role: text(role),
    columns: list(columns).map(text),
    comments: list(comments).map(toComment),
    grants: list(grants).map(toGrant),
  }
}

function toComment(value: SqlValue): RelationBelongings['comments'][number] {
  const [column, said] = list(value)
  return { column: column === null ? undefined : text(column), text: text(said) }
}

function toGrant(value: SqlValue): RelationBelongings['grants'][number] {
  const [grantee, privilege, isOurs] = list(value)
  return { grantee: text(grantee), privilege: text(privilege), isOurs: isOurs === true }
}
