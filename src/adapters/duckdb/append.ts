/** Text cells into a DuckDB table: the appender fills a table of text beside it, one statement casts them over. */
import { DuckDBDataChunk, VARCHAR } from '@duckdb/node-api'
import type { Column, Relation } from '../../core/relation.ts'
import type { Connection, Guard } from './connection.ts'
import { duckdbDialect } from './dialect.ts'
import { DuckdbError } from './errors.ts'

interface Append {
  readonly connection: Connection
  readonly guard: Guard
  readonly relation: Relation
  readonly columns: readonly Column[]
  readonly rows: AsyncIterable<readonly (string | null)[]>
}

const staging = '__assay_append'
/** DuckDB's own vector size. */
const chunkRows = 2048

export async function appendText(append: Append): Promise<number> {
  const { connection, guard, columns } = append
  const names = columns.map((_, index) => `c${index} varchar`)
  await connection.run(`create or replace temp table ${staging} (${names.join(', ')})`, [], guard)
  await fillStaging(append)
  const count = await castOver(append)
  await connection.run(`drop table temp.main.${staging}`, [], guard)
  return count
}

async function fillStaging({ connection, guard, columns, rows }: Append): Promise<void> {
  const appender = await connection.raw.createAppender(staging, 'main', 'temp')
  const types = columns.map(() => VARCHAR)
  let buffer: (readonly (string | null)[])[] = []
  const send = () => {
    const chunk = DuckDBDataChunk.create(types, buffer.length)
    chunk.setRows(buffer)
    appender.appendDataChunk(chunk)
    buffer = []
  }
  try {
    for await (const row of rows) {
      guard.signal?.throwIfAborted()
      // The appender would end the open result: the other rows would be missing, without an error.
      if (connection.isStreaming) {
        throw new Error('expected rows of another session, found an open result of this one')
      }
      if (row.length !== columns.length) {
        throw new Error(`expected ${columns.length} cells, found ${row.length}`)
      }
      buffer.push(row)
      if (buffer.length === chunkRows) send()
    }
    if (buffer.length > 0) send()
  } finally {
    appender.closeSync()
  }
}

async function castOver({ connection, guard, relation, columns }: Append): Promise<number> {
  const list = columns.map((column) => duckdbDialect.quote(column.name)).join(', ')
  const casts = columns.map((column, index) => `cast(c${index} as ${column.dataType})`)
  const sql = `insert into ${duckdbDialect.relation(relation)} (${list})
select ${casts.join(', ')}
from temp.main.${staging}`
  try {
    const result = await connection.run(sql, [], guard)
    return result.rowsChanged
  } catch (error) {
    throw error instanceof DuckdbError ? withColumn(error, columns) : error
  }
}

/** `.. when casting from source column c3` becomes the name of the column; the offset is of a statement nobody wrote. */
function withColumn(error: DuckdbError, columns: readonly Column[]): DuckdbError {
  const [, reason, index] =
    /^(.*) when casting from source column c(\d+)$/.exec(error.message) ?? []
  const column = columns[Number(index)]
  const message =
    column === undefined || reason === undefined
      ? error.message
      : `column "${column.name}" (${column.dataType}): ${reason}`
  const { offset: _, ...fault } = error.fault
  return new DuckdbError({ ...fault, message }, error.kind, error)
}
