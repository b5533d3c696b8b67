/** The rows of the catalogue that a swap depends on, and which of them were written since the snapshot it is read at. */
import { text } from '../catalog.ts'
import type { Connection } from '../connection.ts'
import { readersQuery } from './dependents.ts'
import type { Publishing } from './patience.ts'

export interface CatalogRow {
  /** A row that is written again is another one. */
  readonly key: string
  /** Number of the transaction. */
  readonly writtenBy: string
  /** Where it is the row of a table or view itself: which. */
  readonly oid: number | undefined
}

/** Those of one table or view, and of all that reads it. */
const rowsQuery = `with recursive ${readersQuery},
involved as (select $1::oid as oid union select reader from edges)
select concat_ws(' ', kind, object, part, xmin), xmin::text, case kind when 'relation' then object end
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

export async function readCatalogRows(
  connection: Connection,
  oid: number,
): Promise<readonly CatalogRow[]> {
  const { rows } = await connection.run(rowsQuery, [oid])
  return rows.map(([key, writtenBy, relation]) => ({
    key: text(key),
    writtenBy: text(writtenBy),
    oid: relation === null ? undefined : Number(relation),
  }))
}

export interface Changes {
  /** Rows that another transaction has written, replaced or taken away since our snapshot. */
  readonly ofOthers: readonly CatalogRow[]
  readonly ofOurs: readonly CatalogRow[]
}

/** `seen` is what our transaction sees, `current` what everybody else sees now. */
export async function changesBetween(
  { connection }: Publishing,
  seen: readonly CatalogRow[],
  current: readonly CatalogRow[],
): Promise<Changes> {
  if (isSame(seen, current)) return { ofOthers: [], ofOurs: [] }
  const gone = without(seen, current)
  const come = without(current, seen)
  const shown = await readShown(connection, [...gone, ...come])
  const isShown = ({ writtenBy }: CatalogRow) => shown.has(writtenBy)
  const isNotShown = (row: CatalogRow) => !isShown(row)
  // What we alone see we have written; what we do not see though the snapshot shows it we have replaced.
  return {
    ofOthers: [...gone.filter(isShown), ...come.filter(isNotShown)],
    ofOurs: [...gone.filter(isNotShown), ...come.filter(isShown)],
  }
}

export function isSame(one: readonly CatalogRow[], other: readonly CatalogRow[]): boolean {
  return one.length === other.length && without(one, other).length === 0
}

function without(
  rows: readonly CatalogRow[],
  others: readonly CatalogRow[],
): readonly CatalogRow[] {
  const keys = new Set(others.map(({ key }) => key))
  return rows.filter(({ key }) => !keys.has(key))
}

/**
 * Of transaction numbers, those whose work the snapshot shows. They have 32 bits and go round, the snapshot's have 64;
 * those under 3 are of the server itself.
 */
const shownQuery = `with numbers as (
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

async function readShown(
  connection: Connection,
  catalogRows: readonly CatalogRow[],
): Promise<ReadonlySet<string>> {
  const numbers = [...new Set(catalogRows.map(({ writtenBy }) => writtenBy))]
  const { rows } = await connection.run(shownQuery, [JSON.stringify(numbers)])
  return new Set(rows.map(([written]) => text(written)))
}
