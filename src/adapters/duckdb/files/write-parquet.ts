/** A query's rows to a Parquet file, counted by what the file says of itself. */
import type { Session } from '../../../core/adapter.ts'
import type { ParquetRequest } from '../../../core/database/publish-requests.ts'
import { duckdbDialect } from '../dialect.ts'

export async function writeParquet(
  session: Session,
  { select, path, compression }: ParquetRequest,
): Promise<number> {
  const file = duckdbDialect.literal(path)
  await session.execute(`copy (
${select}
) to ${file} (format parquet, compression ${compression})`)
  const [row] = await session.query(`select num_rows as n from parquet_file_metadata(${file})`)
  return Number(row?.['n'])
}
