/** Exclusive locks for swaps in the order in which readers take theirs: a view before what it reads, tables last. */
import type { Relation } from '../../../core/relation.ts'
import { text } from '../catalog.ts'
import type { Connection } from '../connection.ts'
import { PostgresError } from '../errors.ts'
import { readReaders, type Readers, readingOrder } from './dependents.ts'
import { ChangedMeanwhile, type Publishing, patiently } from './patience.ts'

/**
 * Once the first lock is held, the others have to come within this time, or all are given back. Who waits for one of
 * ours meanwhile waits for less than the server's deadlock check, so it is never a reader that is ended.
 */
const togetherMs = 100

/** For the statements that follow: everything they need is locked, so nothing is worth waiting for. */
const afterwardsMs = 50

/** For replacing `targets`. Call it inside `patiently`. */
export async function takeLocks(
  { connection, signal }: Publishing,
  targets: readonly Relation[],
  locks: readonly string[],
): Promise<void> {
  let heldSince: number | undefined
  for (const lock of locks) {
    const leftMs = heldSince === undefined ? undefined : heldSince + togetherMs - performance.now()
    const limit = leftMs === undefined ? '' : `${limitTo(Math.max(1, Math.ceil(leftMs)))}; `
    try {
      await connection.run(`${limit}${lock}`, [], signal)
    } catch (error) {
      throw isOtherByNow(error) ? new ChangedMeanwhile(targets, error) : error
    }
    heldSince ??= performance.now()
  }
  await connection.run(limitTo(afterwardsMs), [], signal)
}

/** A lock is taken by name, and the names are of a moment ago: nothing of the name is there any more, or no view. */
function isOtherByNow(error: unknown): boolean {
  return error instanceof PostgresError && ['42P01', '42809'].includes(error.sqlState ?? '')
}

function limitTo(milliseconds: number): string {
  return `set local lock_timeout = '${milliseconds}ms'`
}

/** The locks for replacing one table or view, with all that reads it. */
export async function locksFor(
  connection: Connection,
  oid: number,
  readers: Readers,
): Promise<readonly string[]> {
  return await toLocks(connection, readers, [oid])
}

/** What does not exist needs no lock. Call it before the transaction replaces anything: its own work is not looked at. */
export async function lockStanding(
  publishing: Publishing,
  relations: readonly Relation[],
): Promise<void> {
  await patiently(publishing, async () => {
    const locks = await publishing.lookAgain((another) => locksOfStanding(another, relations))
    await takeLocks(publishing, relations, locks)
  })
}

async function locksOfStanding(
  connection: Connection,
  relations: readonly Relation[],
): Promise<readonly string[]> {
  const { rows } = await connection.run(
    `select c.oid
from json_to_recordset($1) as asked (schema text, identifier text)
join pg_namespace as n on n.nspname = asked.schema
join pg_class as c on c.relnamespace = n.oid and c.relname = asked.identifier
where c.relkind in ('r', 'p', 'v', 'm')
order by c.relname, n.nspname`,
    [JSON.stringify(relations)],
  )
  const oids = rows.map(([oid]) => Number(oid))
  const readers = new Map<number, readonly number[]>()
  for (const oid of oids) {
    for (const [source, found] of await readReaders(connection, oid)) readers.set(source, found)
  }
  return await toLocks(connection, readers, oids)
}

/**
 * `lock table` on a view would spread to every table it reads; an ALTER that changes nothing locks the view alone. A
 * view of someone else is left out: only its owner may. So is a materialized view that would stay as it is.
 */
async function toLocks(
  connection: Connection,
  readers: Readers,
  roots: readonly number[],
): Promise<readonly string[]> {
  const order = readingOrder(readers, roots)
  const touched = new Set([...roots, ...roots.flatMap((root) => readers.get(root) ?? [])])
  const { rows } = await connection.run(
    `select
  c.oid,
  c.relkind::text,
  case
    when c.relkind in ('r', 'p') then format('lock table %I.%I in access exclusive mode', n.nspname, c.relname)
    else format(
      'alter %s %I.%I owner to %s',
      case c.relkind when 'v' then 'view' else 'materialized view' end,
      n.nspname, c.relname, quote_ident(pg_get_userbyid(c.relowner))
    )
  end
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
where c.oid in (select json_array_elements_text($1)::oid)
and c.relkind in ('r', 'p', 'v', 'm')
and (c.relkind in ('r', 'p') or pg_has_role(c.relowner, 'usage'))
order by n.nspname, c.relname`,
    [JSON.stringify(order)],
  )
  const found = rows.map(([oid, kind, lock]) => ({
    oid: Number(oid),
    kind: text(kind),
    lock: text(lock),
  }))
  const isTable = ({ kind }: { readonly kind: string }) => kind === 'r' || kind === 'p'
  const views = found
    .filter((each) => each.kind === 'v' || (each.kind === 'm' && touched.has(each.oid)))
    .toSorted((one, other) => order.indexOf(one.oid) - order.indexOf(other.oid))
  return [...views, ...found.filter(isTable)].map(({ lock }) => lock)
}
