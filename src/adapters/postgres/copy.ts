/** Text cells into a Postgres table by COPY, as they come. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import copyStreams from 'pg-copy-streams'
import type { Column, Relation } from '../../core/relation.ts'
import type { Connection } from './connection.ts'
import { postgresDialect } from './dialect.ts'
import { PostgresError } from './errors.ts'

interface Append {
  readonly connection: Connection
  readonly signal: AbortSignal | undefined
  readonly relation: Relation
  readonly columns: readonly Column[]
  readonly rows: AsyncIterable<readonly (string | null)[]>
}

/** One write of about this many characters instead of one a row. */
const chunkLength = 65_536

export async function appendText({
  connection,
  signal,
  relation,
  columns,
  rows,
}: Append): Promise<number> {
  const list = columns.map((column) => postgresDialect.quote(column.name)).join(', ')
  const sql = `copy ${postgresDialect.relation(relation)} (${list}) from stdin`
  const source = watchFailure(toChunks(rows, columns.length))
  try {
    return await connection.alone({ sql, before: '' }, signal, async () => {
      const stream = connection.client.query(copyStreams.from(sql))
      await pipeline(Readable.from(source.chunks), stream, signal === undefined ? {} : { signal })
      return stream.rowCount
    })
  } catch (error) {
    source.rethrow()
    throw error instanceof PostgresError ? withColumn(error, columns) : error
  }
}

/** A failure of where the rows come from is not one of the database: it passes through as it is. */
function watchFailure(chunks: AsyncIterable<string>) {
  let failed: { readonly error: unknown } | undefined
  const watched = async function* () {
    try {
      yield* chunks
    } catch (error) {
      failed = { error }
      throw error
    }
  }
  return {
    chunks: watched(),
    rethrow: () => {
      if (failed !== undefined) throw failed.error
    },
  }
}

async function* toChunks(
  rows: AsyncIterable<readonly (string | null)[]>,
  width: number,
): AsyncGenerator<string> {
  let chunk = ''
  for await (const row of rows) {
    if (row.length !== width) throw new Error(`expected ${width} cells, found ${row.length}`)
    chunk += `${row.map(toCell).join('\t')}\n`
    if (chunk.length >= chunkLength) {
      yield chunk
      chunk = ''
    }
  }
  if (chunk !== '') yield chunk
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
}

/** COPY's own text format: unlike CSV it has no line that means the end on some versions. */
function toCell(cell: string | null): string {
  if (cell === null) return '\\N'
  return cell.replace(/[\\\t\n\r]/g, (character) => escapes[character] ?? character)
}

/** `COPY t, line 2, column a: "abc"` names the column. */
function withColumn(error: PostgresError, columns: readonly Column[]): PostgresError {
  const [, name] = /^COPY .*, line \d+, column (.+?): "/s.exec(error.context ?? '') ?? []
  const column = columns.find((candidate) => candidate.name === name)
  if (column === undefined) return error
  const { fault, detail, context } = error
  const message = `column "${column.name}" (${column.dataType}): ${fault.message}`
  return new PostgresError({ ...fault, message }, { detail, context, cause: error })
}
