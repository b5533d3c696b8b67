/** Rows with cells that DuckDB cannot cast to the types of their columns: one query finds them, each value is asked for its reason. */
import { textCell } from '../../core/adapter.ts'
import type { DeadReason } from '../records/dead-record.ts'
import type { BatchToLoad } from './load-batch.ts'
import { textCells, textColumns, TriedError, type TriedRow } from './tried-row.ts'

const tried = { database: 'temp', schema: 'main', identifier: 'assay_tried' }

interface Suspect {
  readonly index: number
  /** Of its first cell that cannot be cast, from 0. */
  readonly position: number
  readonly cell: string
}

/** What breaks a rule of the table is not among them. Nothing is left of the tries. */
export async function tryEachCast(
  batch: BatchToLoad,
  rows: readonly TriedRow[],
): Promise<ReadonlyMap<number, DeadReason>> {
  const { adapter, signal } = batch.context
  const suspects = await findSuspects(batch, rows)
  const refused = new Map<number, DeadReason>()
  // The same value is refused for the same reason.
  const reasons = new Map<string, DeadReason | undefined>()
  await adapter.session({ signal }, async (session) => {
    for (const { index, position, cell } of suspects) {
      const column = batch.columns[position]
      if (column === undefined) continue
      const key = `${position}:${cell}`
      if (!reasons.has(key)) {
        const error = await session
          .query(`select cast($1 as ${column.dataType}) as c`, [cell])
          .then(
            () => undefined,
            (caught: unknown) => ({ caught }),
          )
        signal.throwIfAborted()
        const said = error && adapter.explainError(error.caught)
        if (said !== undefined && said.blamesRows !== true) throw error?.caught
        const message = said && `column "${column.name}" (${column.dataType}): ${said.message}`
        reasons.set(
          key,
          message === undefined
            ? undefined
            : { code: 'database-refused', message, field: column.name },
        )
      }
      const reason = reasons.get(key)
      if (reason !== undefined) refused.set(index, reason)
    }
  })
  return refused
}

async function findSuspects(
  { context, columns }: BatchToLoad,
  rows: readonly TriedRow[],
): Promise<readonly Suspect[]> {
  const { adapter, signal } = context
  const { dialect } = adapter
  const suspects: Suspect[] = []
  const texts = textColumns(columns.length, 'varchar')
  const cases = columns.map(
    ({ dataType }, index) =>
      `when c${index} is not null and try_cast(c${index} as ${dataType}) is null then ${index}`,
  )
  const cells = columns.map((_, index) => `when ${index} then c${index}`)
  try {
    await adapter.transaction({ signal }, async (session) => {
      const names = texts.map(({ name, dataType }) => `${name} ${dataType}`).join(', ')
      await session.execute(`create or replace temp table assay_tried (${names})`)
      await session.appendText(tried, texts, textCells(rows))
      const found = await session.query(
        `select cast(place as varchar) as place, cast(position as varchar) as position, case position ${cells.join(' ')} end as cell
from (
  select *, case ${cases.join(' ')} end as position
  from ${dialect.relation(tried)}
) as t
where position is not null`,
      )
      for (const row of found) {
        suspects.push({
          index: Number(textCell(row, 'place')),
          position: Number(textCell(row, 'position')),
          cell: textCell(row, 'cell'),
        })
      }
      throw new TriedError()
    })
  } catch (error) {
    if (!(error instanceof TriedError)) throw error
  }
  return suspects
}
