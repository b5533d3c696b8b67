/** Rights that the user of the target lacks in schemas it is to write to, each with the statement that grants it. */
import type { MissingRight } from '../../../core/adapter.ts'
import { text } from '../catalog.ts'
import type { Connection } from '../connection.ts'
import { postgresDialect } from '../dialect.ts'

const query = `select
  wanted.name,
  current_user::text,
  current_database()::text,
  n.oid is not null,
  coalesce(has_schema_privilege(n.oid, 'usage'), false),
  coalesce(has_schema_privilege(n.oid, 'create'), false),
  has_database_privilege(current_database(), 'create')
from json_array_elements_text($1) with ordinality as wanted (name, position)
left join pg_namespace as n on n.nspname = wanted.name
order by wanted.position`

export async function readMissingRights(
  connection: Connection,
  schemas: readonly string[],
): Promise<readonly MissingRight[]> {
  const { rows } = await connection.run(query, [JSON.stringify(schemas)])
  return rows.flatMap(([name, user, database, isThere, mayUse, mayCreate, mayMake]) => {
    const role = postgresDialect.quote(text(user))
    const schema = postgresDialect.quote(text(name))
    if (isThere !== true) {
      if (mayMake === true) return []
      const grant = `grant create on database ${postgresDialect.quote(text(database))} to ${role}`
      return [{ what: `to make the schema ${schema}`, grant }]
    }
    if (mayUse === true && mayCreate === true) return []
    const what = `to ${mayUse === true ? 'create tables in' : 'use'} the schema ${schema}`
    return [{ what, grant: `grant usage, create on schema ${schema} to ${role}` }]
  })
}
