/** Rows that a table of Postgres refuses: a loop in the server tries each of them alone, and keeps what is said of it. */
import { textCell } from '../../core/adapter.ts'
import type { DeadReason } from '../records/dead-record.ts'
import type { BatchToLoad } from './load-batch.ts'
import { textCells, textColumns, TriedError, type TriedRow } from './tried-row.ts'

const tried = { schema: 'pg_temp', identifier: 'assay_tried' }
const refusals = { schema: 'pg_temp', identifier: 'assay_refused' }

/** Nothing is left of the tries. */
export async function tryEachRow(
  batch: BatchToLoad,
  rows: readonly TriedRow[],
): Promise<ReadonlyMap<number, DeadReason>> {
  const { context, columns } = batch
  const { adapter, signal } = context
  const { dialect } = adapter
  const refused = new Map<number, DeadReason>()
  try {
    await adapter.transaction({ signal }, async (session) => {
      const texts = textColumns(columns.length, 'text')
      await session.execute(dialect.createTable(tried, texts))
      await session.execute(
        `create table ${dialect.relation(refusals)} (place bigint, position integer, message text)`,
      )
      await session.appendText(tried, texts, textCells(rows))
      await session.execute(`do ${dialect.literal(loop(batch))}`)
      const found = await session.query(
        `select cast(place as text) as place, cast(position as text) as position, message from ${dialect.relation(refusals)}`,
      )
      for (const row of found) {
        const position = row['position']
        const column = typeof position === 'string' ? columns[Number(position)] : undefined
        const said = textCell(row, 'message')
        const reason =
          column === undefined
            ? { message: said }
            : {
                message: `column "${column.name}" (${column.dataType}): ${said}`,
                field: column.name,
              }
        refused.set(Number(textCell(row, 'place')), { code: 'database-refused', ...reason })
      }
      throw new TriedError()
    })
  } catch (error) {
    if (!(error instanceof TriedError)) throw error
  }
  return refused
}

/** Assigned to variables of their types, cells are read as COPY reads them, and it is known which one is at fault. */
function loop({ context, columns }: BatchToLoad): string {
  const { dialect } = context.adapter
  const names = columns.map(({ name }) => dialect.quote(name)).join(', ')
  const variables = columns.map(({ dataType }, index) => `  v${index} ${dataType};`)
  const reads = columns.map(
    (_, index) => `      at_position := ${index}; v${index} := one.c${index};`,
  )
  return `declare
  one record;
  at_position integer;
  said text;
${variables.join('\n')}
begin
  for one in select * from ${dialect.relation(tried)} loop
    begin
${reads.join('\n')}
      at_position := null;
      insert into ${dialect.relation(context.node.relation)} (${names})
      values (${columns.map((_, index) => `v${index}`).join(', ')});
      raise exception using errcode = 'ASSAY';
    exception
      when sqlstate 'ASSAY' then null;
      when data_exception or integrity_constraint_violation then
        get stacked diagnostics said = message_text;
        insert into ${dialect.relation(refusals)} values (one.place, at_position, said);
    end;
  end loop;
end`
}
