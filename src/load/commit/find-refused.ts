/** Which rows of a batch the database refuses, and why: it looks at all of them itself; what it finds no row for is tried by halves. */
import type { Session } from '../../core/adapter.ts'
import { readBatch } from '../batch/read-batch.ts'
import type { DeadReason } from '../records/dead-record.ts'
import type { BatchToLoad } from './load-batch.ts'
import { TriedError, type TriedRow } from './tried-row.ts'
import { tryEachCast } from './try-each-cast.ts'
import { tryEachRow } from './try-each-row.ts'

/** Empty: each half passes, so it is no single row's fault. Nothing is left of the tries. */
export async function findRefused(batch: BatchToLoad): Promise<ReadonlyMap<number, DeadReason>> {
  const rows = await rowsOf(batch)
  const refused = new Map(await findAtOnce(batch, rows))
  const others = rows.filter(({ index }) => !refused.has(index))
  await search(batch, others, refused)
  return refused
}

/** Empty also: this database, or this user of it, lets us not ask so. */
async function findAtOnce(
  batch: BatchToLoad,
  rows: readonly TriedRow[],
): Promise<ReadonlyMap<number, DeadReason>> {
  const { adapter, signal } = batch.context
  try {
    return adapter.dialect.name === 'postgres'
      ? await tryEachRow(batch, rows)
      : await tryEachCast(batch, rows)
  } catch (error) {
    signal.throwIfAborted()
    const { outOfRoom, retryable } = adapter.explainError(error)
    if (outOfRoom === true || retryable) throw error
    return new Map()
  }
}

async function rowsOf({ context, staged, refused }: BatchToLoad): Promise<readonly TriedRow[]> {
  const rows: TriedRow[] = []
  let index = -1
  for await (const lines of readBatch(staged.path)) {
    for (const line of lines) {
      index += 1
      if (line.kind === 'dead' || refused.has(index)) continue
      const read = context.read(line.text)
      // What the loading itself adds is never at fault: the values only have to be of their types.
      if (read.ok) rows.push({ index, cells: [...read.cells, '0', staged.summary.id, epochStart] })
    }
  }
  return rows
}

const epochStart = '1970-01-01T00:00:00Z'

/** True: the rows were refused, together or one by one. */
async function search(
  batch: BatchToLoad,
  rows: readonly TriedRow[],
  refused: Map<number, DeadReason>,
): Promise<void> {
  batch.context.signal.throwIfAborted()
  const [first] = rows
  if (first === undefined) return
  const error = await tryRows(batch, rows)
  if (error === undefined) return
  if (rows.length === 1) {
    const { message } = batch.context.adapter.explainError(error)
    const field = /^column "([^"]+)"/.exec(message)?.[1]
    const reason = { code: 'database-refused', message } as const
    refused.set(first.index, field === undefined ? reason : { ...reason, field })
    return
  }
  const middle = Math.ceil(rows.length / 2)
  await search(batch, rows.slice(0, middle), refused)
  await search(batch, rows.slice(middle), refused)
}

/** undefined: they pass. Throws what is no fault of the rows. */
async function tryRows(
  { context, columns }: BatchToLoad,
  rows: readonly TriedRow[],
): Promise<unknown> {
  const { adapter, node, signal } = context
  try {
    return await adapter.transaction({ signal }, async (session: Session) => {
      // A sequence number that was given before: tries of a table with a unique index must not meet its rows.
      let place = 0
      const cells = async function* () {
        for (const row of rows) {
          place -= 1
          yield row.cells.map((cell, index) =>
            index === row.cells.length - 3 ? String(place) : cell,
          )
        }
      }
      await session.appendText(node.relation, columns, cells())
      throw new TriedError()
    })
  } catch (error) {
    if (error instanceof TriedError) return undefined
    if (adapter.explainError(error).blamesRows !== true) throw error
    return error
  }
}
