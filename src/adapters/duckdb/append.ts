/** Text cells into a DuckDB table: the appender fills a table of JSON beside it, one statement casts them over. */
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

type TextRow = readonly (string | null)[]

const staging = '__assay_append'
/** DuckDB's own vector size. */
const chunkRows = 2048
const chunkCharacters = 1_000_000
/** Cast over at once: many more take memory, and no less time. */
const stagedCharacters = 8_000_000

export async function appendText(append: Append): Promise<number> {
  const { connection, guard } = append
  let count = 0
  for await (const chunks of toChunks(append)) {
    await connection.run(`create or replace temp table ${staging} (chunk varchar)`, [], guard)
    await stage(append, chunks)
    count += await castOver(append)
  }
  await connection.run(`drop table if exists temp.main.${staging}`, [], guard)
  return count
}

/** Rows as JSON, as many texts as are staged at once. */
async function* toChunks(append: Append): AsyncGenerator<readonly string[]> {
  const { connection, guard, columns, rows } = append
  let chunks: string[] = []
  let buffer: TextRow[] = []
  let [characters, staged] = [0, 0]
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
    // With quotes and comma: rows of nothing are some characters too, so that a vector holds the chunks.
    for (const cell of row) characters += 3 + (cell?.length ?? 0)
    if (buffer.length < chunkRows && characters < chunkCharacters) continue
    chunks.push(toJson(buffer))
    staged += characters
    buffer = []
    characters = 0
    if (staged < stagedCharacters) continue
    yield chunks
    chunks = []
    staged = 0
  }
  if (buffer.length > 0) chunks.push(toJson(buffer))
  if (chunks.length > 0) yield chunks
}

/** A call into DuckDB for each cell takes longer than one for many rows as JSON, which DuckDB takes apart by itself. */
async function stage({ connection }: Append, chunks: readonly string[]): Promise<void> {
  const appender = await connection.raw.createAppender(staging, 'main', 'temp')
  try {
    const chunk = DuckDBDataChunk.create([VARCHAR], chunks.length)
    chunk.setRows(chunks.map((text) => [text]))
    appender.appendDataChunk(chunk)
  } finally {
    appender.closeSync()
  }
}

/** Half of a character, which no text of DuckDB holds, becomes the sign for what cannot be read, as its driver does it. */
function toJson(rows: readonly TextRow[]): string {
  const text = JSON.stringify(rows)
  if (!/\\ud[89a-f]/.test(text)) return text
  const whole = (cell: string | null) => cell?.replaceAll(/\p{Surrogate}/gu, '\uFFFD') ?? null
  return JSON.stringify(rows.map((row) => row.map(whole)))
}

async function castOver({ connection, guard, relation, columns }: Append): Promise<number> {
  const list = columns.map((column) => duckdbDialect.quote(column.name)).join(', ')
  const casts = columns.map((column, index) => `cast(c${index} as ${column.dataType})`)
  const cells = columns.map((_, index) => `cells[${index + 1}] as c${index}`)
  const sql = `insert into ${duckdbDialect.relation(relation)} (${list})
select ${casts.join(', ')}
from (
  select ${cells.join(', ')}
  from (select unnest(from_json(chunk, '[["varchar"]]')) as cells from temp.main.${staging})
)`
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
