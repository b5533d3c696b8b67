/** What belongs to a table or view besides its rows, owner, grants and comments: read from one, carried over to another. */
import type { SqlValue } from '../../../core/adapter.ts'
import { text } from '../catalog.ts'
import type { Connection } from '../connection.ts'
import { postgresDialect } from '../dialect.ts'

export interface Grant {
  /** Quoted, or `public`. */
  readonly grantee: string
  readonly privilege: string
  /** undefined: on the whole relation. */
  readonly column: string | undefined
  readonly isGrantable: boolean
}

interface Comment {
  /** undefined: of the whole relation. */
  readonly column: string | undefined
  readonly text: string
}

export interface Belongings {
  /** `table`, `view` or `materialized view`: COMMENT and ALTER want to know. */
  readonly kind: string
  /** Schema and name, quoted. */
  readonly name: string
  readonly owner: string
  readonly columns: ReadonlySet<string>
  readonly grants: readonly Grant[]
  readonly comments: readonly Comment[]
}

export async function readBelongings(connection: Connection, oid: number): Promise<Belongings> {
  const { rows } = await connection.run(
    `select
  case c.relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end,
  format('%I.%I', n.nspname, c.relname),
  quote_ident(pg_get_userbyid(c.relowner)),
  (
    select coalesce(json_agg(a.attname), '[]')
    from pg_attribute as a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  ),
  (
    select coalesce(json_agg(json_build_array(
      case g.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(g.grantee)) end,
      g.privilege_type, g.attname, g.is_grantable
    )), '[]')
    from (
      select null::name as attname, acl.*
      from aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) as acl
      union all
      select a.attname, acl.*
      from pg_attribute as a, aclexplode(a.attacl) as acl
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    ) as g
  ),
  (
    select coalesce(json_agg(json_build_array(a.attname, d.description)), '[]')
    from pg_description as d
    left join pg_attribute as a on a.attrelid = d.objoid and a.attnum = d.objsubid and d.objsubid > 0
    where d.classoid = 'pg_class'::regclass and d.objoid = c.oid
  )
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
where c.oid = $1`,
    [oid],
  )
  const [kind, name, owner, columns, grants, comments] = rows[0] ?? []
  return {
    kind: text(kind),
    name: text(name),
    owner: text(owner),
    columns: new Set(list(columns).map(text)),
    grants: list(grants).map(toGrant),
    comments: list(comments).map(toComment),
  }
}

/** Statements that give `to` what `from` has; comments that `to` has already are newer and stay. */
export function carryOver(from: Belongings, to: Belongings): readonly string[] {
  const exists = ({ column }: { readonly column: string | undefined }) =>
    column === undefined || to.columns.has(column)
  const wanted = from.grants.filter(exists)
  const renamed = (grant: Grant): Grant =>
    grant.grantee === to.owner ? { ...grant, grantee: from.owner } : grant
  // A change of owner takes the owner's grants along.
  const present = to.grants.map(renamed)
  const has = (grants: readonly Grant[], grant: Grant) =>
    grants.some((other) => grantKey(other) === grantKey(grant))
  const commented = new Set(to.comments.map((comment) => comment.column))
  return [
    ...(from.owner === to.owner ? [] : [`alter ${to.kind} ${to.name} owner to ${from.owner}`]),
    ...present.filter((grant) => !has(wanted, grant)).map((grant) => revoke(grant, to.name)),
    ...wanted.filter((grant) => !has(present, grant)).map((grant) => give(grant, to.name)),
    ...from.comments
      .filter((comment) => exists(comment) && !commented.has(comment.column))
      .map((comment) => commentOn(comment, to)),
  ]
}

/** Statements that give `to`, which stays, the comments that were made on `from`. */
export function newComments(from: Belongings, to: Belongings): readonly string[] {
  const isNew = (comment: Comment) =>
    !to.comments.some(({ column, text: old }) => column === comment.column && old === comment.text)
  return from.comments.filter(isNew).map((comment) => commentOn(comment, to))
}

function grantKey({ grantee, privilege, column, isGrantable }: Grant): string {
  return JSON.stringify([grantee, privilege, column, isGrantable])
}

function give(grant: Grant, name: string): string {
  const option = grant.isGrantable ? ' with grant option' : ''
  return `grant ${privilegeText(grant)} on ${name} to ${grant.grantee}${option}`
}

function revoke(grant: Grant, name: string): string {
  return `revoke ${privilegeText(grant)} on ${name} from ${grant.grantee}`
}

function privilegeText({ privilege, column }: Grant): string {
  return column === undefined ? privilege : `${privilege} (${postgresDialect.quote(column)})`
}

function commentOn(comment: Comment, { kind, name }: Belongings): string {
  const place =
    comment.column === undefined
      ? `${kind} ${name}`
      : `column ${name}.${postgresDialect.quote(comment.column)}`
  return `comment on ${place} is ${literal(comment.text)}`
}

/** With `standard_conforming_strings`, on since Postgres 9.1, a backslash is itself. */
function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`
}

export function list(value: SqlValue | undefined): readonly SqlValue[] {
  if (!Array.isArray(value)) throw new Error(`expected a list, found ${JSON.stringify(value)}`)
  return value
}

function toGrant(value: SqlValue): Grant {
  const [grantee, privilege, column, isGrantable] = list(value)
  return {
    grantee: text(grantee),
    privilege: text(privilege),
    column: column === null ? undefined : text(column),
    isGrantable: isGrantable === true,
  }
}

function toComment(value: SqlValue): Comment {
  const [column, comment] = list(value)
  return { column: column === null ? undefined : text(column), text: text(comment) }
}
