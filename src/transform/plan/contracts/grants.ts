/** The grants of a config against those that a relation has: what to give and what to take back. */
import type { RelationBelongings } from '../../../core/adapter.ts'
import type { Dialect } from '../../../core/dialect.ts'
import { isJsonArray, isJsonObject } from '../../../core/json.ts'
import type { BuiltNode } from '../../../core/node.ts'

/** By privilege, lower case; a privilege that is not there is left alone. */
export function wantedGrants(node: BuiltNode): ReadonlyMap<string, readonly string[]> {
  const value = node.config['grants']
  if (!isJsonObject(value)) return new Map()
  return new Map(
    Object.entries(value).map(([privilege, grantees]) => {
      const list = isJsonArray(grantees) ? grantees : [grantees]
      const names = list.flatMap((name) => (typeof name === 'string' ? [name] : []))
      return [privilege.toLowerCase(), [...new Set(names)]] as const
    }),
  )
}

export interface GrantStatement {
  readonly sql: string
  readonly role: string
}

/** Only what the role of this connection granted is taken back. */
export function grantStatements(
  dialect: Dialect,
  node: BuiltNode,
  found: RelationBelongings,
): readonly GrantStatement[] {
  const name = dialect.relation(node.relation)
  return [...wantedGrants(node)].flatMap(([privilege, wanted]) => {
    const held = found.grants
      .filter((grant) => grant.privilege === privilege && grant.isOurs)
      .map(({ grantee }) => grantee)
    const missing = wanted.filter((role) => !held.includes(role) && role !== found.role)
    const extra = held.filter((role) => !wanted.includes(role))
    return [
      ...extra.map((role) => ({
        sql: `revoke ${privilege} on ${name} from ${roleName(dialect, role)}`,
        role,
      })),
      ...missing.map((role) => ({
        sql: `grant ${privilege} on ${name} to ${roleName(dialect, role)}`,
        role,
      })),
    ]
  })
}

/** `public` is everyone, and no role can have that name. */
function roleName(dialect: Dialect, role: string): string {
  return role.toLowerCase() === 'public' ? 'public' : dialect.quote(role)
}
