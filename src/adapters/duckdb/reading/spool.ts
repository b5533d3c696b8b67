/** A query's rows in a file of their own, from which they are read while the connection that saw them does other work. */
import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Connection, type Guard, identifier, literal } from '../connection.ts'
import { makeFolder } from '../../../core/system/files.ts'
import { textOf } from '../values/read-text.ts'

export interface Spool {
  /** Reads the file: the same columns, types and rows in the same order. */
  readonly query: string
  readonly remove: () => void
}

/** As text, which casts back to the same value where a file's own types would not (HUGEINT, INTERVAL). */
export async function spoolQuery(
  connection: Connection,
  sql: string,
  { folder, guard }: { readonly folder: string; readonly guard: Guard },
): Promise<Spool> {
  const columns = await connection.columns(sql)
  const names = columns.map((_, index) => `c${index}`)
  const texts = columns.map(({ type }, index) => `${textOf(type, `c${index}`)} as c${index}`)
  await makeFolder(folder)
  const file = join(folder, `${randomUUID()}.parquet`)
  const select = `select ${texts.join(', ')} from (\n${sql}\n) as assay_rows (${names.join(', ')})`
  await connection.run(`copy (${select}) to ${literal(file)} (format parquet)`, [], guard)
  const cells = columns.map(
    ({ name, type }, index) =>
      `cast(c${index} as ${type.alias ?? type.toString()}) as ${identifier(name)}`,
  )
  return {
    query: `select ${cells.join(', ')} from read_parquet(${literal(file)})`,
    remove: () => rmSync(file, { force: true }),
  }
}
