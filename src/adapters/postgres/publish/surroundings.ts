/** What a swap has to know of the table or view that stands and of all that reads it, as it is now, not as our snapshot has it. */
import type { Relation } from '../../../core/relation.ts'
import type { Connection } from '../connection.ts'
import { PostgresError } from '../errors.ts'
import { type Belongings, readBelongings } from './belongings.ts'
import { type CatalogRow, changesBetween, isSame, readCatalogRows } from './catalog-rows.ts'
import { type DependentTree, readDependents, readReaders } from './dependents.ts'
import { locksFor } from './lock-order.ts'
import { changedMeanwhile, ChangedMeanwhile, lockTimeoutMs, type Publishing } from './patience.ts'
import { emptySearchPath, restoreSearchPath } from './search-path.ts'

export interface Surroundings {
  /** Statements. */
  readonly locks: readonly string[]
  readonly belongings: Belongings
  readonly dependents: DependentTree
  /** The rows it was read from, as everybody sees them. */
  readonly rows: readonly CatalogRow[]
}

/**
 * Queries read the catalogue at the snapshot of the transaction, statements change what it is now: a view that another
 * transaction has changed since would get its old query back, a grant or comment would be lost. So where others have
 * changed something it is read on another connection. Call it before locks are taken: they would be in the way of that.
 */
export async function readSurroundings(
  publishing: Publishing,
  target: Relation,
  oid: number,
): Promise<Surroundings> {
  const { connection, lookAgain } = publishing
  const seen = await readCatalogRows(connection, oid)
  const rows = await lookAgain((another) => readCatalogRows(another, oid))
  const { ofOthers, ofOurs } = await changesBetween(publishing, seen, rows)
  if (ofOthers.length === 0) {
    const path = await emptySearchPath(connection)
    const found = await readAll(connection, oid, target)
    await restoreSearchPath(connection, path)
    return { ...found, rows }
  }
  const isMixed = ofOurs.length > 0 || (await holdsLockOf(connection, rows))
  // Of the target itself more is known than is read here: its indexes, triggers and policies.
  if (isMixed || ofOthers.some((row) => row.oid === oid)) throw changedMeanwhile([target])
  return await lookAgain((another) => readApart(another, oid, target))
}

/** Call it when the locks are held: from then on nobody else changes them. */
export async function refuseOtherSurroundings(
  publishing: Publishing,
  target: Relation,
  { oid, rows }: { readonly oid: number; readonly rows: readonly CatalogRow[] },
): Promise<void> {
  const current = await publishing.lookAgain((another) => readCatalogRows(another, oid))
  if (!isSame(rows, current)) throw new ChangedMeanwhile([target])
}

/** All at one snapshot of its own. */
async function readApart(
  connection: Connection,
  oid: number,
  target: Relation,
): Promise<Surroundings> {
  const begin = 'begin isolation level repeatable read read only'
  await connection.run(`${begin}; set local lock_timeout = '${lockTimeoutMs}ms'`)
  try {
    await emptySearchPath(connection)
    const rows = await readCatalogRows(connection, oid)
    return { ...(await readAll(connection, oid, target)), rows }
  } finally {
    if (!connection.isBroken) await connection.run('rollback')
  }
}

/** Call it with an empty search path. */
async function readAll(
  connection: Connection,
  oid: number,
  target: Relation,
): Promise<Omit<Surroundings, 'rows'>> {
  try {
    const readers = await readReaders(connection, oid)
    return {
      locks: await locksFor(connection, oid, readers),
      belongings: await readBelongings(connection, oid),
      dependents: await readDependents(connection, oid, readers),
    }
  } catch (error) {
    // A view is written out with the names of now, and what it read a moment ago may be gone.
    const isPassing = error instanceof PostgresError && error.fault.retryable
    throw isPassing ? new ChangedMeanwhile([target], error) : error
  }
}

/** Taken before, as for several swaps at once: another connection would wait for us. */
async function holdsLockOf(
  connection: Connection,
  catalogRows: readonly CatalogRow[],
): Promise<boolean> {
  const oids = catalogRows.flatMap(({ oid }) => oid ?? [])
  const { rows } = await connection.run(
    `select exists (
  select 1
  from pg_locks
  where pid = pg_backend_pid() and locktype = 'relation' and mode = 'AccessExclusiveLock' and granted
  and database = (select oid from pg_database where datname = current_database())
  and relation in (select json_array_elements_text($1)::oid)
)`,
    [JSON.stringify(oids)],
  )
  return rows[0]?.[0] === true
}
