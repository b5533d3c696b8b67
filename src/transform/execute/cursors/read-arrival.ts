/** How far the rows of an upstream have come: its highest arrival, and whether a row has none. */
import { type Session, textCell } from '../../../core/adapter.ts'
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import type { Dialect } from '../../../core/dialect.ts'
import type { Column, Relation } from '../../../core/relation.ts'
import type { Upstream } from './read-upstream.ts'

interface ArrivalQuestion {
  readonly from: Relation
  readonly column: Column
  readonly low: string | undefined
}

/** Each part can be answered by an index on the column. */
export async function readArrival(
  dialect: Dialect,
  session: Session,
  { from, column, low }: ArrivalQuestion,
): Promise<{
  readonly high: string | undefined
  readonly hasNull: boolean
  readonly wentBack: boolean
}> {
  const table = dialect.relation(from)
  const name = dialect.quote(column.name)
  const isTransactionId = column.dataType === 'xid8'
  // Rows of transactions that are still open, or began before one that is, would come below the cursor later.
  const newest = isTransactionId
    ? `(select cast(cast(pg_snapshot_xmin(pg_current_snapshot()) as text)::numeric - 1 as text))`
    : `(select cast(max(${name}) as text) from ${table})`
  const isBefore =
    low === undefined
      ? 'false'
      : isTransactionId
        ? // Ids of another cluster, from a dump: the rows that come would stay below the cursor.
          `cast(${dialect.literal(low)} as numeric) > cast(cast(pg_snapshot_xmin(pg_current_snapshot()) as text) as numeric)`
        : `coalesce((select max(${name}) from ${table}) < cast(${dialect.literal(low)} as ${column.dataType}), true)`
  const [row] = await session.queryOnce(
    from,
    `select ${newest} as high,
  exists (select 1 from ${table} where ${name} is null) as has_null,
  ${isBefore} as went_back`,
  )
  if (row === undefined) throw new Error('a query of one row gave none')
  return {
    high: row['high'] === null ? undefined : textCell(row, 'high'),
    hasNull: row['has_null'] === true,
    wentBack: row['went_back'] === true,
  }
}

export function nullArrival({ node, reads }: Upstream, column: string): Diagnostic {
  return errorDiagnostic({
    code: 'null-arrival',
    message: `expected a value in the arrival column "${column}" of every row of "${node.name}", found NULL`,
    span: reads[0]?.span,
    hint: 'fill it where the rows are loaded: a reader would never see such a row',
  })
}
