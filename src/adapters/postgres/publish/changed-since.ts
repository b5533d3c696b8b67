/** Whether a table, or a view above it, was changed by others since the snapshot that the catalogue is read at. */
import type { SqlValue } from '../../../core/adapter.ts'
import { type Relation, relationKey } from '../../../core/relation.ts'
import { text } from '../catalog.ts'
import type { Connection } from '../connection.ts'
import { PostgresError } from '../errors.ts'
import type { Publishing } from './patience.ts'
import { readersQuery } from './dependents.ts'

/**
 * Each catalogue row that a swap reads of the relation and of all that reads it, with the transaction that wrote it: a
 * changed row is one that went and one that came.
 */
const rowsQuery = `with recursive ${readersQuery},
involved as (select $1::oid as oid union select reader from edges)
select concat_ws(' ', kind, object, part, xmin), xmin::text
from (
  select 'relation' as kind, oid as object, 0 as part, xmin from pg_class where oid in (select oid from involved)
  union all
  select 'rule', oid, 0, xmin from pg_rewrite where ev_class in (select oid from involved)
  union all
  select 'grants', attrelid, attnum, xmin
  from pg_attribute
  where attrelid in (select oid from involved) and attacl is not null
  union all
  select 'comment', objoid, objsubid, xmin
  from pg_description
  where classoid = 'pg_class'::regclass and objoid in (select oid from involved)
) as rows_read`

/**
 * Of transaction numbers, those whose work the snapshot shows. They have 32 bits and go round, the snapshot's have 64;
 * those under 3 are of the server itself.
 */
const visibleQuery = `with numbers as (
  select value as written, pg_snapshot_xmax(pg_current_snapshot())::text::bigint as next
  from json_array_elements_text($1)
),
placed as (
  select written, next,
    ((written::bigint - next % 4294967296 + 6442450944) % 4294967296) - 2147483648 as ahead
  from numbers
)
select written
from placed
where written::bigint < 3
or (ahead < 0 and pg_visible_in_snapshot(greatest(next + ahead, 3)::text::xid8, pg_current_snapshot()))`

interface CatalogRow {
  readonly key: string
  readonly writtenBy: string
}

/**
 * The catalogue is read at the snapshot of the transaction, as every query is; only statements see what it is now. A view
 * that another transaction has changed meanwhile would get its old query back, and a grant or comment given meanwhile
 * would be lost. Call it when the locks are held: from then on nobody else changes them.
 */
export async function refuseWhatChangedSince(
  publishing: Publishing,
  target: Relation,
  oid: number,
): Promise<void> {
  const { connection, signal } = publishing
  const seen = await readRows(connection, oid, signal)
  const current = await publishing.lookAgain((another) => readRows(another, oid, signal))
  const gone = without(seen, current)
  const come = without(current, seen)
  if (gone.length === 0 && come.length === 0) return
  const shown = await readVisible(publishing, [...gone, ...come])
  // What only we see we have written ourselves; what we alone no longer see, though the snapshot has it, we have replaced.
  const isOfOthers =
    gone.some(({ writtenBy }) => shown.has(writtenBy)) ||
    come.some(({ writtenBy }) => !shown.has(writtenBy))
  if (isOfOthers) throw changedMeanwhile([target])
}

/** For trying again, with a snapshot that shows it. */
export function changedMeanwhile(targets: readonly Relation[], cause?: unknown): PostgresError {
  const names = targets.map((target) => `"${relationKey(target)}"`).join(', ')
  const fault = {
    message: `${names}, or a view that reads it, was changed while the new rows were made`,
    hint: 'run it again',
    retryable: true,
  }
  return new PostgresError(fault, { cause })
}

async function readRows(
  connection: Connection,
  oid: number,
  signal: AbortSignal | undefined,
): Promise<readonly CatalogRow[]> {
  const { rows } = await connection.run(rowsQuery, [oid], signal)
  return rows.map(toCatalogRow)
}

function toCatalogRow([key, writtenBy]: readonly SqlValue[]): CatalogRow {
  return { key: text(key), writtenBy: text(writtenBy) }
}

function without(
  rows: readonly CatalogRow[],
  others: readonly CatalogRow[],
): readonly CatalogRow[] {
  const keys = new Set(others.map(({ key }) => key))
  return rows.filter(({ key }) => !keys.has(key))
}

async function readVisible(
  { connection, signal }: Publishing,
  catalogRows: readonly CatalogRow[],
): Promise<ReadonlySet<string>> {
  const numbers = [...new Set(catalogRows.map(({ writtenBy }) => writtenBy))]
  const { rows } = await connection.run(visibleQuery, [JSON.stringify(numbers)], signal)
  return new Set(rows.map(([written]) => text(written)))
}
