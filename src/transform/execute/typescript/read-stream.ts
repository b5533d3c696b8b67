/** Rows of a query as a generator reads them: one by one, whole, again from the first as often as it is asked. */
import type { SqlValue, Table } from '../../../core/adapter.ts'
import type { Reader } from '../../../core/database/reader.ts'

export type ReadRow = Readonly<Record<string, SqlValue>>

export interface StreamSource {
  readonly reader: Reader
  readonly sql: string
  /** The table that all rows are of: they are counted when the last one was read. undefined: not counted. */
  readonly counted: string | undefined
  /** Called with what the database says; what it throws goes on. */
  onError(error: unknown): void
  /** Called when fewer or more rows were read than there are. */
  onOtherCount(read: number, expected: number): void
}

/** One reading. The rows of a page are given without a further wait. */
export function openStream(source: StreamSource): AsyncIterableIterator<ReadRow> {
  const pages = source.reader.read(source.sql)
  let page: Table = { columns: [], rows: [] }
  let index = 0
  let read = 0
  let isDone = false
  const finish = async (): Promise<IteratorResult<ReadRow>> => {
    isDone = true
    if (source.counted !== undefined) {
      const expected = await source.reader.count(source.counted)
      if (expected !== read) source.onOtherCount(read, expected)
    }
    return { done: true, value: undefined }
  }
  const nextPage = async (): Promise<IteratorResult<ReadRow>> => {
    try {
      const next = await pages.next()
      if (next.done === true) return await finish()
      page = next.value
      index = 0
      return page.rows.length === 0 ? await nextPage() : take()
    } catch (error) {
      isDone = true
      source.onError(error)
      throw error
    }
  }
  const take = (): IteratorResult<ReadRow> => {
    const row: Record<string, SqlValue> = {}
    const cells = page.rows[index] ?? []
    for (const [column, { name }] of page.columns.entries()) row[name] = cells[column] ?? null
    index += 1
    read += 1
    return { done: false, value: row }
  }
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    next() {
      if (isDone) return Promise.resolve({ done: true, value: undefined })
      return index < page.rows.length ? Promise.resolve(take()) : nextPage()
    },
    async return() {
      isDone = true
      await pages.return()
      return { done: true, value: undefined }
    },
  }
}
