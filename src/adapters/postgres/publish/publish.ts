/** Puts a table or view under its name on Postgres, where everything that read the old one has to be moved over. */
import { DependentError, type SwapRequest } from '../../../core/adapter.ts'
import type { RelationKind } from '../../../core/dialect.ts'
import { type Relation, relationKey } from '../../../core/relation.ts'
import { detachedMark, relationKind, text } from '../catalog.ts'
import type { Connection } from '../connection.ts'
import { postgresDialect } from '../dialect.ts'
import { PostgresError } from '../errors.ts'
import { type Belongings, carryOver, readBelongings } from './belongings.ts'
import { readDependents, readForeignKeys, readReaders } from './dependents.ts'
import { moveDependents } from './move-dependents.ts'
import { type Publishing, patiently } from './patience.ts'

/** What stands under the name now. */
interface Standing {
  readonly oid: number
  readonly kind: RelationKind
  readonly hasPolicies: boolean
}

interface Replacement {
  readonly target: Relation
  /** Puts the new one under the name, once it is free. */
  readonly install: readonly string[]
  readonly rebuiltLater: ReadonlySet<string>
}

export async function publishTable(
  publishing: Publishing,
  { candidate, target, rebuiltLater }: SwapRequest,
): Promise<readonly string[]> {
  const moved = { schema: target.schema, identifier: candidate.identifier }
  const move =
    candidate.schema === target.schema
      ? []
      : [
          `alter table ${postgresDialect.relation(candidate)} set schema ${postgresDialect.quote(target.schema)}`,
        ]
  const install = [...move, postgresDialect.rename('table', moved, target.identifier)]
  return await replace(publishing, { target, install, rebuiltLater })
}

export interface ViewRequest {
  readonly relation: Relation
  readonly select: string
  readonly rebuiltLater: ReadonlySet<string>
}

export async function publishView(
  publishing: Publishing,
  { relation, select, rebuiltLater }: ViewRequest,
): Promise<readonly string[]> {
  const statement = postgresDialect.createOrReplaceView(relation, select)
  try {
    await patiently(publishing, () => publishing.connection.run(statement, [], publishing.signal))
    return [statement]
  } catch (error) {
    if (!isOtherShape(error)) throw error
    const install = [postgresDialect.createView(relation, select)]
    return await replace(publishing, { target: relation, install, rebuiltLater })
  }
}

/** `cannot drop columns from view`, `cannot change data type of view column`, `"x" is not a view`. */
function isOtherShape(error: unknown): boolean {
  const states = ['42P16', '42809']
  return error instanceof PostgresError && states.includes(error.sqlState ?? '')
}

async function replace(
  publishing: Publishing,
  replacement: Replacement,
): Promise<readonly string[]> {
  const standing = await findStanding(publishing, replacement.target)
  const statements: string[] = []
  const run = async (sql: string): Promise<void> => {
    await publishing.connection.run(sql, [], publishing.signal)
    statements.push(sql)
  }
  if (standing === undefined) {
    for (const statement of replacement.install) await run(statement)
    return statements
  }
  return await patiently(publishing, async () => {
    statements.length = 0
    await replaceStanding({ publishing, replacement, standing, run })
    return statements
  })
}

interface Replacing {
  readonly publishing: Publishing
  readonly replacement: Replacement
  readonly standing: Standing
  readonly run: (sql: string) => Promise<void>
}

async function replaceStanding(replacing: Replacing): Promise<void> {
  const { publishing, replacement, standing, run } = replacing
  const { target } = replacement
  const { connection } = publishing
  // A lock on a view would spread to every table it reads; its own ALTER or DROP locks it alone.
  if (standing.kind === 'table') {
    await run(`lock table ${postgresDialect.relation(target)} in access exclusive mode`)
  }
  await refuseWhatCannotMove(publishing, target, standing)
  const belongings = await readBelongings(connection, standing.oid)
  const readers = await readReaders(connection, standing.oid)
  if (readers.size === 0) {
    await drop(standing.kind, target, run)
    await install(replacing, belongings)
    return
  }
  const path = await emptySearchPath(connection)
  const dependents = await readDependents(connection, standing.oid, readers)
  await restoreSearchPath(connection, path)
  const old = { schema: target.schema, identifier: detachedName(target, standing.oid) }
  await run(postgresDialect.rename(standing.kind, target, old.identifier))
  const installed = await install(replacing, belongings)
  await emptySearchPath(connection)
  const { rebuiltLater } = replacement
  const move = { connection, target, installed, dependents, rebuiltLater, run }
  const { isOldRead } = await moveDependents(move)
  await restoreSearchPath(connection, path)
  if (!isOldRead) await drop(standing.kind, old, run)
}

/** Gives the OID of the new one. */
async function install(
  { publishing, replacement, run }: Replacing,
  belongings: Belongings,
): Promise<number> {
  for (const statement of replacement.install) await run(statement)
  const installed = await findStanding(publishing, replacement.target)
  if (installed === undefined) throw new Error('the new table is not under its name')
  const present = await readBelongings(publishing.connection, installed.oid)
  for (const statement of carryOver(belongings, present)) await run(statement)
  return installed.oid
}

async function findStanding(
  { connection, signal }: Publishing,
  relation: Relation,
): Promise<Standing | undefined> {
  const { rows } = await connection.run(
    `select
  c.oid,
  c.relkind::text,
  c.relrowsecurity or exists (select 1 from pg_policy as p where p.polrelid = c.oid)
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p', 'f', 'v', 'm')`,
    [relation.schema, relation.identifier],
    signal,
  )
  const [row] = rows
  if (row === undefined) return undefined
  return { oid: Number(row[0]), kind: relationKind(text(row[1])), hasPolicies: row[2] === true }
}

/** What a new table would lose in silence, or what would break. */
async function refuseWhatCannotMove(
  { connection }: Publishing,
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
  const [key] = await readForeignKeys(connection, standing.oid)
  if (key !== undefined) {
    throw new DependentError(
      `"${name}" cannot be replaced: foreign key ${key} points to it`,
      'drop the key, and test the relationship with `relationships` instead',
    )
  }
}

async function drop(
  kind: RelationKind,
  relation: Relation,
  run: (sql: string) => Promise<void>,
): Promise<void> {
  try {
    await run(postgresDialect.drop(kind, relation))
  } catch (error) {
    if (!(error instanceof PostgresError && error.sqlState === '2BP01')) throw error
    const [what = error.message] = (error.detail ?? '').split('\n')
    throw new DependentError(
      `"${relationKey(relation)}" cannot be replaced: ${what === '' ? error.message : what}`,
      'drop what depends on it, or make it read a view above it',
    )
  }
}

/** Cut by bytes to what Postgres takes; the OID keeps it unique. */
function detachedName({ identifier }: Relation, oid: number): string {
  const tail = `${detachedMark}${oid}`
  let head = identifier
  while (Buffer.byteLength(head) + tail.length > 63) head = head.slice(0, -1)
  return `${head}${tail}`
}

async function emptySearchPath(connection: Connection): Promise<string> {
  const { rows } = await connection.run(
    `select current_setting('search_path'), set_config('search_path', '', true)`,
  )
  return text(rows[0]?.[0])
}

async function restoreSearchPath(connection: Connection, path: string): Promise<void> {
  await connection.run(`select set_config('search_path', $1, true)`, [path])
}
