/** A relation's rows to Parquet files in a staging folder, by a database that writes them. */
import { mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Session } from '../../core/adapter.ts'
import type { ParquetCompression } from '../../core/database/publish-requests.ts'
import type { Dialect } from '../../core/dialect.ts'
import { flush } from '../../core/system/files.ts'
import { type Extract, fileColumns, orderClause, type Partition } from './export-query.ts'
import { partitionFolder } from './files/partition-folder.ts'
import { namedParts } from './write-text-export.ts'
import type { WrittenExport, WrittenPartition } from './written-export.ts'

export interface ParquetExport {
  readonly extract: Extract
  readonly compression: ParquetCompression
  /** A file, or the folder of the partitions; nothing is there. */
  readonly staged: string
  /** With its ending. */
  readonly partFile: string
  readonly expected: readonly Partition[]
}

export async function writeParquetExport(
  session: Session,
  dialect: Dialect,
  order: ParquetExport,
): Promise<WrittenExport> {
  const { extract, staged } = order
  const isPartitioned = extract.partitionBy.length > 0
  const parts = isPartitioned
    ? await writePartitions(session, dialect, order)
    : [await writeFile(session, { ...order, path: '', select: selectOf(dialect, extract, '') })]
  return {
    staged,
    rows: parts.reduce((total, { rows }) => total + rows, 0),
    bytes: parts.reduce((total, { bytes }) => total + bytes, 0),
    partitions: isPartitioned ? parts : [],
    notes: [],
  }
}

const scratch = { schema: 'temp', identifier: '__assay_export' }

/** From a copy that is sorted by partition: a view is computed once, and each file reads its own part. */
async function writePartitions(
  session: Session,
  dialect: Dialect,
  order: ParquetExport,
): Promise<readonly WrittenPartition[]> {
  const { extract } = order
  const from = dialect.relation(extract.relation)
  const ordered = orderClause(dialect, { ...extract, orderBy: [] }, extract.partitionBy)
  const name = dialect.quote(scratch.identifier)
  await session.execute(`create or replace temp table ${name} as
select *
from ${from}${ordered}`)
  const copied = { ...extract, relation: scratch }
  const parts: WrittenPartition[] = []
  for (const { values } of order.expected) {
    const path = join(partitionFolder(namedParts(extract, values)), order.partFile)
    const where = extract.partitionBy.map((column, index) => {
      const type = extract.columns.find((each) => each.name === column)?.dataType ?? 'text'
      const text = values[index] ?? null
      const value = text === null ? 'null' : `cast(${dialect.literal(text)} as ${type})`
      return `${dialect.quote(column)} is not distinct from ${value}`
    })
    const condition = `\nwhere ${where.join('\nand ')}`
    parts.push(
      await writeFile(session, { ...order, path, select: selectOf(dialect, copied, condition) }),
    )
  }
  await session.execute(`drop table ${name}`)
  return parts
}

function selectOf(dialect: Dialect, extract: Extract, where: string): string {
  const list = fileColumns(extract).map(({ name }) => dialect.quote(name))
  const from =
    extract.relation === scratch
      ? dialect.quote(scratch.identifier)
      : dialect.relation(extract.relation)
  return `select ${list.join(', ')}\nfrom ${from}${where}${orderClause(dialect, extract, [])}`
}

interface ParquetFile extends ParquetExport {
  /** Below the staging folder; empty: that is the file. */
  readonly path: string
  readonly select: string
}

async function writeFile(
  session: Session,
  { staged, path, select, compression }: ParquetFile,
): Promise<WrittenPartition> {
  const file = path === '' ? staged : join(staged, path)
  await mkdir(dirname(file), { recursive: true })
  const rows = await session.writeParquet({ select, path: file, compression })
  await flush(file)
  return { path, rows, bytes: (await stat(file)).size }
}
