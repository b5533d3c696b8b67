/** A relation's rows to text files in a staging folder: one file, or a file in a folder for each partition. */
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Session, SqlValue, Table, TableColumn } from '../../core/adapter.ts'
import { cellText } from '../../core/database/cell-text.ts'
import type { Dialect } from '../../core/dialect.ts'
import {
  type Extract,
  fileColumns,
  isJsonType,
  type Partition,
  textRowsQuery,
} from './export-query.ts'
import { partitionFolder } from './files/partition-folder.ts'
import { TextFile } from './files/text-file.ts'
import { chooseTextFormat } from './formats/choose-text-format.ts'
import type { TextFormat, TextFormatName } from './formats/text-format.ts'
import type { WrittenExport, WrittenPartition } from './written-export.ts'

export interface TextExport {
  readonly extract: Extract
  readonly format: TextFormatName
  readonly isCompressed: boolean
  /** Decimals and wide integers as JSON numbers. */
  readonly asNumbers: boolean
  /** A file, or the folder of the partitions; nothing is there. */
  readonly staged: string
  /** With its ending. */
  readonly partFile: string
  /** As the snapshot has them: one partition is one file even without a row. */
  readonly expected: readonly Partition[]
}

/** Memory holds one piece of the rows at a time. */
export async function writeTextExport(
  session: Session,
  dialect: Dialect,
  order: TextExport,
): Promise<WrittenExport> {
  const { extract, staged } = order
  const width = fileColumns(extract).length
  const jsonColumns = new Set(fileColumns(extract).flatMap((c) => (isJsonType(c) ? [c.name] : [])))
  const format = chooseTextFormat(order.format, { asNumbers: order.asNumbers, jsonColumns })
  const parts: WrittenPartition[] = []
  let file: OpenPart | undefined
  const endPart = async () => {
    if (file !== undefined) parts.push(await file.end())
    file = undefined
  }
  try {
    for await (const piece of session.readTable(textRowsQuery(dialect, extract))) {
      const columns = piece.columns.slice(0, width)
      if (extract.partitionBy.length === 0) {
        file ??= await OpenPart.begin(order, format, { path: '', columns })
        await file.write({ columns, rows: piece.rows })
        continue
      }
      for (const { key, rows } of runsOf(piece.rows, width)) {
        const path = join(partitionFolder(namedParts(extract, key)), order.partFile)
        if (file?.path !== path) {
          await endPart()
          file = await OpenPart.begin(order, format, { path, columns })
        }
        await file.write({ columns, rows })
      }
    }
    await endPart()
  } catch (error) {
    await file?.abandon()
    throw error
  }
  const sum = (of: (part: WrittenPartition) => number) =>
    parts.reduce((total, part) => total + of(part), 0)
  return {
    staged,
    rows: sum(({ rows }) => rows),
    bytes: sum(({ bytes }) => bytes),
    partitions: extract.partitionBy.length === 0 ? [] : parts,
    notes: [],
  }
}

/** The file that rows go to at the moment. */
class OpenPart {
  readonly path: string
  readonly #file: TextFile
  readonly #format: TextFormat
  #rows = 0

  private constructor(path: string, file: TextFile, format: TextFormat) {
    this.path = path
    this.#file = file
    this.#format = format
  }

  static async begin(
    { staged, isCompressed }: TextExport,
    format: TextFormat,
    part: { readonly path: string; readonly columns: readonly TableColumn[] },
  ): Promise<OpenPart> {
    const path = part.path === '' ? staged : join(staged, part.path)
    await mkdir(dirname(path), { recursive: true })
    const file = new TextFile(path, isCompressed)
    await file.write(format.head(part.columns))
    return new OpenPart(part.path, file, format)
  }

  async write(piece: Table): Promise<void> {
    await this.#file.write(this.#format.rows(piece, this.#rows === 0))
    this.#rows += piece.rows.length
  }

  async end(): Promise<WrittenPartition> {
    await this.#file.write(this.#format.foot(this.#rows === 0))
    return { path: this.path, rows: this.#rows, bytes: await this.#file.close() }
  }

  async abandon(): Promise<void> {
    await this.#file.abandon()
  }
}

interface PartitionRun {
  readonly key: readonly (string | null)[]
  /** Without the columns of the key. */
  readonly rows: (readonly SqlValue[])[]
}

/** Rows that follow each other and belong to one partition. */
function runsOf(rows: Table['rows'], width: number): readonly PartitionRun[] {
  const runs: PartitionRun[] = []
  for (const row of rows) {
    const key = row.slice(width).map((cell) => cellText(cell))
    const last = runs.at(-1)
    const isSame = last?.key.every((text, index) => text === key[index]) === true
    const run = isSame && last !== undefined ? last : { key, rows: [] }
    if (!isSame) runs.push(run)
    run.rows.push(row.slice(0, width))
  }
  return runs
}

export function namedParts({ partitionBy }: Extract, texts: readonly (string | null)[]) {
  return partitionBy.map((column, index) => ({ column, text: texts[index] ?? null }))
}
