/** What an export has written beside the destination, before it takes its place. */

export interface WrittenExport {
  /** A file, or the folder of a partitioned export. */
  readonly staged: string
  readonly rows: number
  readonly bytes: number
  /** Of a partitioned export, in the order of the folders. */
  readonly partitions: readonly WrittenPartition[]
  /** Columns whose type in the file is another one than in the database. */
  readonly notes: readonly string[]
}

export interface WrittenPartition {
  /** Below the folder: `day=2026-01-03/data.parquet`. */
  readonly path: string
  readonly rows: number
  readonly bytes: number
}

/** The file is not what the database holds: it is not published. */
export class ExportMismatchError extends Error {
  constructor(name: string, { expected, found }: { expected: number; found: number }) {
    super(`expected ${expected} rows of ${name} in what was written, found ${found}`)
    this.name = 'ExportMismatchError'
  }
}
