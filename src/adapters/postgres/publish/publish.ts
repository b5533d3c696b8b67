/** Puts a table or view under its name on Postgres, where everything that read the old one has to be moved over. */
import { DependentError } from '../../../core/database/database-errors.ts'
import type { SwapConstraints, SwapRequest } from '../../../core/database/publish-requests.ts'
import type { RelationKind } from '../../../core/dialect.ts'
import { type Relation, relationKey } from '../../../core/relation.ts'
import type { Index } from '../../../core/node/storage.ts'
import { detachedMark } from '../catalog.ts'
import { postgresDialect } from '../dialect.ts'
import { PostgresError } from '../errors.ts'
import { addForeignKeys, attach, makeAttachment } from './attachments/attach.ts'
import type { Attachment } from './attachments/attachments.ts'
import { type Belongings, carryOver, readBelongings } from './belongings.ts'
import { ensureIndexes, isStale, toAttachments } from './indexes.ts'
import { lockStanding, takeLocks } from './lock-order.ts'
import { moveDependents } from './move-dependents.ts'
import { type Publishing, patiently } from './patience.ts'
import { refill } from './refill/refill.ts'
import { type RefillFacts, readRefillFacts } from './refill/refill-facts.ts'
import { emptySearchPath, restoreSearchPath } from './search-path.ts'
import { freshenStatistics } from './statistics.ts'
import { findStanding, refuseWhatCannotMove, type Standing } from './standing.ts'
import { readSurroundings, refuseOtherSurroundings } from './surroundings.ts'
import { chooseWay, type RefillWay } from './refill/choose-way.ts'

interface Replacement {
  readonly target: Relation
  /** Takes over what hangs on the old one; undefined for a view. */
  readonly candidate: Relation | undefined
  readonly kind: RelationKind
  /** All that a config asks for; undefined: nobody asked. */
  readonly indexes: readonly Index[] | undefined
  /** Puts the new one under the name, once it is free. */
  readonly install: readonly string[]
  readonly rebuiltLater: ReadonlySet<string>
  /** Left out: there is no contract, and there was none. */
  readonly constraints?: SwapConstraints
}

export async function publishTable(
  publishing: Publishing,
  request: SwapRequest,
): Promise<readonly string[]> {
  const refilled = await tryRefill(publishing, request)
  if (refilled === undefined) return await swapIn(publishing, request)
  await freshenStatistics(publishing, request.target)
  if (request.indexes === undefined) return refilled
  return [...refilled, ...(await ensureIndexes(publishing, request.target, request.indexes))]
}

/** Several at once, before the first of them: who holds one lock must not wait long for the next. */
export async function lockForSwap(
  publishing: Publishing,
  swaps: readonly SwapRequest[],
  views: readonly Relation[],
): Promise<void> {
  const replaced: Relation[] = [...views]
  for (const request of swaps) {
    if ((await planRefill(publishing, request)) === undefined) replaced.push(request.target)
  }
  await lockStanding(publishing, replaced)
}

interface PlannedRefill {
  readonly facts: RefillFacts
  readonly way: RefillWay
}

/** undefined: a new table has to take the place. */
async function planRefill(
  publishing: Publishing,
  request: SwapRequest,
): Promise<PlannedRefill | undefined> {
  if (request.method === 'rename' || request.kind === 'materialized view') return undefined
  const standing = await findStanding(publishing, request.target)
  if (standing?.kind !== 'table') return undefined
  const facts = await readRefillFacts(publishing, request, standing.oid)
  if (facts === undefined) return undefined
  const way = chooseWay(request, facts)
  return way === undefined ? undefined : { facts, way }
}

/** undefined: nothing was done, and a new table has to take the place. */
async function tryRefill(
  publishing: Publishing,
  request: SwapRequest,
): Promise<readonly string[] | undefined> {
  const planned = await planRefill(publishing, request)
  return planned === undefined ? undefined : await refill({ publishing, request, ...planned })
}

async function swapIn(
  publishing: Publishing,
  { candidate, kind = 'table', target, rebuiltLater, indexes, constraints }: SwapRequest,
): Promise<readonly string[]> {
  const moved = { schema: target.schema, identifier: candidate.identifier }
  const move =
    candidate.schema === target.schema
      ? []
      : [
          `alter ${kind} ${postgresDialect.relation(candidate)} set schema ${postgresDialect.quote(target.schema)}`,
        ]
  const install = [...move, postgresDialect.rename(kind, moved, target.identifier)]
  const replacement = { target, candidate, kind, indexes, install, rebuiltLater }
  return await replace(
    publishing,
    constraints === undefined ? replacement : { ...replacement, constraints },
  )
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
    return await replace(publishing, {
      target: relation,
      candidate: undefined,
      kind: 'view',
      indexes: undefined,
      install,
      rebuiltLater,
    })
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
  const { candidate, target, constraints } = replacement
  const attachments = await attachAll({ publishing, replacement, run }, standing)
  if (candidate !== undefined) {
    await addForeignKeys({ publishing, candidate, target, constraints, run })
  }
  if (standing === undefined) {
    for (const statement of replacement.install) await run(statement)
    for (const statement of attachments.flatMap(({ settle }) => settle)) await run(statement)
    for (const statement of finalNames(replacement)) await run(statement)
    return statements
  }
  const prepared = statements.length
  return await patiently(publishing, async () => {
    statements.length = prepared
    await replaceStanding({ publishing, replacement, standing, attachments, run, ran: statements })
    return statements
  })
}

/** What hangs on the old one, where both are tables, but for indexes no more asked for; and those asked for now. */
async function attachAll(
  { publishing, replacement, run }: Pick<Replacing, 'publishing' | 'replacement' | 'run'>,
  standing: Standing | undefined,
): Promise<readonly Attachment[]> {
  const { candidate, target, kind, indexes = [] } = replacement
  if (candidate === undefined) return []
  const isHeavy = kind === 'table' && standing?.hasAttachments === true
  const isKept = (attachment: Attachment) => !isStale(attachment, replacement.indexes)
  const { constraints } = replacement
  const request = { publishing, candidate, target, constraints, isKept, run }
  const kept = isHeavy ? await attach({ ...request, oid: standing.oid }) : []
  const missing = indexes.filter(({ name }) => !kept.some((each) => each.name === name))
  const made = toAttachments(candidate, target, missing)
  for (const attachment of made) await makeAttachment({ candidate, target, run }, attachment)
  return [...kept, ...made]
}

interface Replacing {
  readonly publishing: Publishing
  readonly replacement: Replacement
  readonly standing: Standing
  /** Made on the candidate already, under temporary names. */
  readonly attachments: readonly Attachment[]
  readonly run: (sql: string) => Promise<void>
  /** Where `run` writes down what it ran. */
  readonly ran: string[]
}

async function replaceStanding(replacing: Replacing): Promise<void> {
  const { publishing, replacement, standing, attachments, run, ran } = replacing
  const { target } = replacement
  const { connection } = publishing
  const around = await readSurroundings(publishing, target, standing.oid)
  const { belongings, dependents } = around
  await takeLocks(publishing, [target], around.locks)
  ran.push(...around.locks)
  await refuseOtherSurroundings(publishing, target, { oid: standing.oid, rows: around.rows })
  await refuseWhatCannotMove(publishing, target, standing)
  for (const statement of attachments.flatMap(({ detach }) => detach)) await run(statement)
  if (dependents.readers.size === 0) {
    await drop({ kind: standing.kind, relation: target, target, run })
    await install(replacing, belongings)
    await settle(replacing)
    return
  }
  const old = { schema: target.schema, identifier: detachedName(target, standing.oid) }
  await run(postgresDialect.rename(standing.kind, target, old.identifier))
  const installed = await install(replacing, belongings)
  const path = await emptySearchPath(connection)
  const { rebuiltLater } = replacement
  const move = { connection, target, installed, dependents, rebuiltLater, run }
  const { isOldRead } = await moveDependents(move)
  await restoreSearchPath(connection, path)
  if (!isOldRead) await drop({ kind: standing.kind, relation: old, target, run })
  else for (const statement of attachments.flatMap(({ release }) => release)) await run(statement)
  await settle(replacing)
}

/** Gives what was made on the candidate its old names, which are free now. */
async function settle({ attachments, replacement, run }: Replacing): Promise<void> {
  const settling = attachments.flatMap((attachment) => attachment.settle)
  for (const statement of [...settling, ...finalNames(replacement)]) await run(statement)
}

/** Of keys that were made under other ones. */
function finalNames({ target, constraints }: Replacement): readonly string[] {
  return (constraints?.renamed ?? []).map(({ temporary, name }) =>
    postgresDialect.renameConstraint(target, temporary, name),
  )
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

interface Drop {
  readonly kind: RelationKind
  /** What is dropped, perhaps under a name that only we know. */
  readonly relation: Relation
  /** Its published name, for messages. */
  readonly target: Relation
  readonly run: (sql: string) => Promise<void>
}

async function drop({ kind, relation, target, run }: Drop): Promise<void> {
  try {
    await run(postgresDialect.drop(kind, relation))
  } catch (error) {
    if (!(error instanceof PostgresError && error.sqlState === '2BP01')) throw error
    const [first = ''] = (error.detail ?? '').split('\n')
    const what = first === '' ? error.message : first
    throw new DependentError(
      `"${relationKey(target)}" cannot be replaced: ${what.replaceAll(relation.identifier, () => target.identifier)}`,
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
